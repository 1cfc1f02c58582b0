// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Scan } from '#domain/run.ts';
import { testPageProps } from '#ui/page-testing.ts';
import { reader } from '#workers/reader.ts';
import { CheckpointsPage } from './CheckpointsPage.tsx';
import { type CheckpointsView, parseCheckpointsView } from './view.ts';

// Files are really read, on machines that have other things to do.
configure({ asyncUtilTimeout: 20_000 });

// jsdom has no `CSS`, which React Aria asks for.
vi.stubGlobal('CSS', { escape: (text: string) => text });

/** The reader itself, without its worker. */
vi.mock('#workers/reader.ts', async () => {
  const { createReader } = await import('#workers/reader-api.ts');
  const { diskDirectory } = await import('#io/testing.ts');
  return { reader: createReader({ openGrant: () => diskDirectory('public/sample') }) };
});

let scan: Scan;
beforeAll(async () => {
  scan = await reader.open({ kind: 'http', name: '', url: '' });
});
afterEach(cleanup);

interface HostProps {
  readonly runs: readonly string[];
  readonly search?: Record<string, unknown>;
  readonly onView?: (view: CheckpointsView) => void;
}

function Host({ runs, search = {}, onView }: HostProps) {
  const [client] = useState(() => new QueryClient());
  const [view, setView] = useState(() => parseCheckpointsView(search));
  const [selected] = useState(() => scan.runs.filter(({ path }) => runs.includes(path)));
  return (
    <QueryClientProvider client={client}>
      <CheckpointsPage
        view={view}
        onView={(part) => {
          setView({ ...view, ...part });
          onView?.({ ...view, ...part });
        }}
        {...testPageProps(scan, selected)}
      />
    </QueryClientProvider>
  );
}

const KILLED = 'digits-pytorch/mlp-adam-lr1e-3-seed2';

/** The row of a checkpoint. Found by text: looking for roles in a page of this size takes seconds. */
async function row(name: RegExp): Promise<HTMLElement> {
  const table = await screen.findByLabelText('Checkpoints', { selector: 'table' });
  const link = await within(table).findByText(name, { selector: 'a' });
  return link.closest('tr') ?? link;
}

const names = () =>
  [...document.querySelectorAll('tbody th')].map(({ textContent }) => textContent);

async function suggestion(title: string): Promise<HTMLElement> {
  const [first] = await screen.findAllByText(title);
  return first?.closest('article') ?? document.body;
}

describe('a run whose last save was killed', () => {
  it('is gone on with from the newest complete checkpoint, and the other one is explained', async () => {
    render(<Host runs={[KILLED]} />);
    const latest = await suggestion('Latest sound');
    expect(latest.textContent).toContain('Newest complete one of 7 checkpoints');
    expect(latest.textContent).toMatch(/epoch_12\.pth is newer, but incomplete: The file is cut/);
    expect(within(latest).getByRole('link', { name: 'Open' }).getAttribute('href')).not.toContain(
      'epoch_12',
    );
  });

  it('marks that checkpoint in the table, with nothing to resume', async () => {
    render(<Host runs={[KILLED]} />);
    const killed = await row(/epoch_12\.pth/);
    await waitFor(() => expect(killed.textContent).toContain('Incomplete'));
    expect(killed.textContent).toContain('The file is cut short');
    expect(within(killed).queryByRole('button', { name: 'Resume…' })).toBeNull();
  });

  it('opens the Resume dialog of a sound one by the URL', async () => {
    const onView = vi.fn();
    render(<Host runs={[KILLED]} onView={onView} />);
    const sound = await row(/epoch_10\.pth/);
    await userEvent.click(await within(sound).findByRole('button', { name: 'Resume…' }));
    expect(onView).toHaveBeenCalledWith(
      expect.objectContaining({ resume: `${KILLED}/checkpoints/epoch_10.pth` }),
    );
  });
});

it('says where an epoch comes from, and what can be resumed', async () => {
  render(<Host runs={[KILLED]} />);
  const sound = await row(/epoch_10\.pth/);
  expect(await within(sound).findByTitle('read from the file itself: epoch')).toBeDefined();
  expect(within(sound).getByTitle('Optimizer: saved')).toBeDefined();
  expect(within(sound).getByTitle('Scheduler: not saved')).toBeDefined();
});

it("compares with the framework's own pointer", async () => {
  render(<Host runs={['digits-tensorflow/cnn-checkpoint-manager']} />);
  const latest = await suggestion('Latest sound');
  expect(latest.textContent).toContain('checkpoint names ckpt-8 as the latest: agrees.');
});

it('keeps sorting and finding in the view', async () => {
  const onView = vi.fn();
  render(<Host runs={[KILLED]} search={{ sort: '-epoch' }} onView={onView} />);
  await row(/epoch_12\.pth/);
  await waitFor(() => {
    expect(names().at(-1)).toBe('checkpoints/epoch_02.pth');
  });
  await userEvent.type(screen.getByRole('searchbox', { name: 'Find' }), 'best');
  expect(names()).toEqual(['checkpoints/best.pth']);
  expect(onView).toHaveBeenLastCalledWith(expect.objectContaining({ find: 'best' }));
});

it('says when no run is selected', async () => {
  render(<Host runs={[]} />);
  expect(await screen.findByText('No run is selected')).toBeDefined();
});
