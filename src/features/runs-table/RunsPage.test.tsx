// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Scan } from '#domain/run.ts';
import { testPageProps } from '#ui/page-testing.ts';
import type { RunDetails } from '#workers/api.ts';
import { reader } from '#workers/reader.ts';
import { RunsPage } from './RunsPage.tsx';
import { parseRunsView, type RunsView } from './view.ts';

// Files are really read, on machines that have other things to do.
configure({ asyncUtilTimeout: 20_000 });

// jsdom has no `CSS`, which React Aria asks for.
vi.stubGlobal('CSS', { escape: (text: string) => text });

/** The reader itself, without its worker. */
vi.mock('#workers/reader.ts', async () => {
  const { createReader } = await import('#workers/reader-api.ts');
  const { diskDirectory } = await import('#io/testing.ts');
  return {
    reader: createReader({
      openGrant: ({ kind, ...grant }) =>
        diskDirectory(kind === 'http' && 'url' in grant ? grant.url : ''),
    }),
  };
});

interface Opened {
  readonly scan: Scan;
  readonly details: readonly RunDetails[];
}

async function open(url: string): Promise<Opened> {
  const scan = await reader.open({ kind: 'http', name: '', url });
  const details = await Promise.all(scan.runs.map(({ path }) => reader.run({ run: path })));
  return { scan, details };
}

interface HostProps {
  readonly opened: Opened;
  readonly search?: Record<string, unknown>;
  readonly onView?: (view: RunsView) => void;
  readonly onRuns?: (paths: readonly string[]) => void;
}

function Host({ opened: { scan, details }, search = {}, onView, onRuns }: HostProps) {
  const [client] = useState(() => new QueryClient());
  const [view, setView] = useState(() => parseRunsView(search));
  const [read] = useState(() => ({ details, waiting: 0, problems: [] }));
  const [page] = useState(() => testPageProps(scan, scan.runs));
  const [change] = useState(() => (part: Partial<RunsView>) => {
    setView((before) => {
      const next = { ...before, ...part };
      onView?.(next);
      return next;
    });
  });
  return (
    <QueryClientProvider client={client}>
      <RunsPage {...page} view={view} onView={change} read={read} {...(onRuns ? { onRuns } : {})} />
    </QueryClientProvider>
  );
}

const names = () =>
  [...document.querySelectorAll('tbody th')].map(
    (th) => th.querySelector('span span')?.textContent,
  );

const headers = () =>
  [...document.querySelectorAll('thead th[data-column]')].map((th) =>
    th.getAttribute('data-column'),
  );

/** A cell by the path of its run and the id of its column. */
function cell(run: string, column: string): HTMLElement {
  const rows = [...document.querySelectorAll<HTMLTableRowElement>('tbody tr')];
  const row = rows.find((one) => one.querySelector(`[title="${run}"]`));
  const found = row?.cells[headers().indexOf(column) + 1];
  if (!found) throw new Error(`no cell ${column} of ${run} in ${document.body.textContent}`);
  return found;
}

beforeEach(() => localStorage.clear());
afterEach(cleanup);

describe('five seeds of two configurations', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open('src/workers/fixtures/seeds');
  });

  it('have a row each, with what differs between them and their main metrics', () => {
    render(<Host opened={opened} />);
    expect(names()).toHaveLength(10);
    expect(headers()).toEqual([
      'name',
      'state',
      'spark',
      'm:best:val_loss',
      'm:last:val_loss',
      'm:best:val_acc',
      'm:best:train_loss',
      'c:seed',
      'c:width',
    ]);
    expect(cell('small_seed0', 'c:width').textContent).toBe('8');
    const best = cell('small_seed0', 'm:best:val_loss');
    expect(best.textContent).toBe('0.3054');
    expect(best.innerHTML).toContain('exactly 0.30540454387664795 · logged at step 11');
  });

  it('show the keys that all have the same when they are asked for', () => {
    render(<Host opened={opened} search={{ columns: ['all', '-c:seed'] }} />);
    expect(headers()).toEqual(['name', 'c:epochs', 'c:lr', 'c:width']);
  });

  it('are sorted by several columns', async () => {
    const onView = vi.fn();
    render(<Host opened={opened} onView={onView} />);
    await userEvent.click(screen.getByRole('button', { name: 'width' }));
    const user = userEvent.setup();
    await user.keyboard('{Shift>}');
    await user.click(screen.getByRole('button', { name: 'val_acc best' }));
    await user.keyboard('{/Shift}');
    expect(onView).toHaveBeenLastCalledWith(
      expect.objectContaining({ sort: ['c:width', '-m:best:val_acc'] }),
    );
    expect(names().slice(0, 2)).toEqual(['small_seed1', 'small_seed0']);
  });

  it('are filtered by an expression, and can be selected then', async () => {
    const onRuns = vi.fn();
    render(
      <Host opened={opened} onRuns={onRuns} search={{ filter: 'width > 8 and seed in (0, 1)' }} />,
    );
    expect(names()).toEqual(['large_seed0', 'large_seed1']);
    expect(screen.getByText('2 of 10 runs')).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: 'Select these runs' }));
    expect(onRuns).toHaveBeenCalledWith(['large_seed0', 'large_seed1']);
  });

  it('are all shown while the filter is none, which is said with the place', async () => {
    render(<Host opened={opened} search={{ filter: 'width > wide' }} />);
    expect(names()).toHaveLength(10);
    expect(screen.getByText(/No run has “wide”.*at character 9/)).toBeDefined();
  });

  it('complete the names that are typed', async () => {
    render(<Host opened={opened} />);
    const field = screen.getByRole('combobox', { name: 'Filter runs' });
    await userEvent.type(field, 'wid');
    expect(screen.getByRole('option', { name: 'width' })).toBeDefined();
    await userEvent.keyboard('{Tab}= 8');
    expect((field as HTMLInputElement).value).toBe('width = 8');
    expect(names()).toHaveLength(5);
  });

  it('are put together without their seed, as mean and sample deviation', async () => {
    render(<Host opened={opened} search={{ group: 'no-seed' }} />);
    const groups = screen.getAllByRole('button', { name: /^Put away the runs of/ });
    expect(groups).toHaveLength(2);
    const small = groups.find((one) => one.getAttribute('aria-label')?.includes('width=8'));
    const row = small?.closest('tr');
    // statistics.mean and stdev of Python on the values of expected.json
    expect(row?.textContent).toContain('0.3315 ± 0.0845n = 5 · best 0.23333');
    if (small) await userEvent.click(small);
    expect(names()).toHaveLength(7);
  });

  it('are compared with a baseline', async () => {
    const onView = vi.fn();
    render(<Host opened={opened} onView={onView} />);
    await userEvent.click(screen.getByRole('button', { name: 'Compare with small_seed1' }));
    expect(onView).toHaveBeenLastCalledWith(expect.objectContaining({ base: 'small_seed1' }));
    const best = cell('small_seed0', 'm:best:val_loss');
    expect(best.textContent).toContain('+0.072071 (+30.9 %)');
    expect(within(best).getByTitle('worse than the baseline')).toBeDefined();
    expect(cell('small_seed1', 'm:best:val_loss').textContent).toBe('0.23333');
  });

  it('have their values at a step, with the step they are from', async () => {
    render(
      <Host
        opened={opened}
        search={{ columns: ['m:at:5.5:val_loss', 'm:cursor:val_loss'], at: 0 }}
      />,
    );
    await waitFor(() =>
      expect(cell('small_seed1', 'm:at:5.5:val_loss').textContent).toContain('step 5'),
    );
    expect(cell('small_seed1', 'm:cursor:val_loss').textContent).toContain('2.253');
  });

  it('lose and move columns by keyboard at their headers, and remember it', async () => {
    const { unmount } = render(
      <Host opened={opened} search={{ columns: ['state', 'c:lr', 'c:width'] }} />,
    );
    screen.getByRole('button', { name: 'width' }).focus();
    await userEvent.keyboard('{Alt>}{ArrowLeft}{/Alt}');
    expect(headers()).toEqual(['name', 'state', 'c:width', 'c:lr']);
    screen.getByRole('button', { name: 'State' }).focus();
    await userEvent.keyboard('{Delete}');
    expect(headers()).toEqual(['name', 'c:width', 'c:lr']);
    unmount();
    render(<Host opened={opened} />);
    expect(headers()).toEqual(['name', 'c:width', 'c:lr']);
  });

  it('get columns from the list of them', async () => {
    render(<Host opened={opened} search={{ columns: ['state'] }} />);
    await userEvent.click(screen.getByRole('button', { name: 'Columns' }));
    const dialog = await screen.findByRole('dialog', { name: 'Columns' });
    await userEvent.type(within(dialog).getByRole('searchbox'), 'val_acc');
    await userEvent.click(within(dialog).getByRole('checkbox', { name: 'val_acc (max)' }));
    expect(headers()).toEqual(['name', 'state', 'm:max:val_acc']);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Hide State' }));
    expect(headers()).toEqual(['name', 'm:max:val_acc']);
  });

  it('are hidden when they are ticked', async () => {
    const onRuns = vi.fn();
    render(<Host opened={opened} onRuns={onRuns} />);
    await userEvent.click(screen.getByRole('checkbox', { name: 'Select large_seed0' }));
    await userEvent.click(screen.getByRole('button', { name: 'Hide' }));
    expect(onRuns.mock.calls[0]?.[0]).toHaveLength(9);
  });
});

it('shows runs of the sample that have no log as having none', async () => {
  const opened = await open('public/sample');
  render(<Host opened={opened} search={{ columns: ['state', 'checkpoints', 'm:last:nothing'] }} />);
  expect(names().length).toBe(opened.scan.runs.length);
  const [first] = opened.scan.runs;
  expect(cell(first?.path ?? '', 'm:last:nothing').textContent).toContain('none');
  expect(cell(first?.path ?? '', 'checkpoints').textContent).toBe(
    String(first?.checkpoints.length),
  );
}, 60_000);

it('says when no run is selected', async () => {
  const empty = {
    scan: { ...(await open('src/workers/fixtures/seeds')).scan, runs: [] },
    details: [],
  };
  render(<Host opened={empty} />);
  expect(screen.getByText('No run is selected')).toBeDefined();
});
