// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Scan } from '#domain/run.ts';
import { testPageProps } from '#ui/page-testing.ts';
import { reader } from '#workers/reader.ts';
import { EvaluatePage } from './EvaluatePage.tsx';
import { parseEvaluateView } from './view.ts';

// Files are really read, on machines that have other things to do.
configure({ asyncUtilTimeout: 20_000 });

// jsdom has no `CSS`, which React Aria asks for, and no layout to scroll.
vi.stubGlobal('CSS', { escape: (text: string) => text });
Element.prototype.scrollIntoView = () => undefined;
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe = () => undefined;
    disconnect = () => undefined;
    unobserve = () => undefined;
  },
);
// Nor does it draw.
HTMLCanvasElement.prototype.getContext = () => null;

/** Reader and evaluator themselves, without their workers. */
vi.mock('#workers/reader.ts', async () => {
  const { createReader } = await import('#workers/reader-api.ts');
  const { diskDirectory } = await import('#io/testing.ts');
  return { reader: createReader({ openGrant: () => diskDirectory('public/sample') }) };
});
vi.mock('#workers/evaluator.ts', async () => {
  const { createEvaluator } = await import('#workers/evaluator-api.ts');
  const { reader } = await import('#workers/reader.ts');
  return { evaluator: createEvaluator({ reader }) };
});

let scan: Scan;
beforeAll(async () => {
  scan = await reader.open({ kind: 'http', name: '', url: '' });
  // Vitest gives the real module to whoever asks while the mock is still being made.
  await import('#workers/evaluator.ts');
});
beforeEach(() => localStorage.clear());
afterEach(cleanup);

interface HostProps {
  readonly run: string;
  readonly search: Record<string, unknown>;
}

function Host({ run, search }: HostProps) {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: false } } }),
  );
  const [view, setView] = useState(() => parseEvaluateView({ backend: 'cpu', ...search }));
  const [runs] = useState(() => scan.runs.filter(({ path }) => path === run));
  return (
    <QueryClientProvider client={client}>
      <EvaluatePage
        view={view}
        onView={(part) => setView({ ...view, ...part })}
        {...testPageProps(scan, runs)}
      />
    </QueryClientProvider>
  );
}

const evaluateButton = () =>
  screen.getByText('Evaluate', { selector: 'button' }) as HTMLButtonElement;

/** The row of a checkpoint in the table of results, once it says `state`. */
async function result(checkpoint: string, state: string): Promise<string> {
  const table = await screen.findByLabelText('Results', { selector: 'table' });
  await waitFor(() => expect(within(table).getAllByText(state).length).toBeGreaterThan(0));
  const link = within(table).getByTitle(checkpoint);
  return link.closest('tr')?.textContent ?? '';
}

it('a network without a file is proposed, confirmed, and scored as PyTorch scored it', async () => {
  const checkpoint = 'simple-model/model_checkpoint.pth';
  render(<Host run="simple-model" search={{ checkpoints: [checkpoint] }} />);
  const confirm = await screen.findByText('Confirm these layers');
  expect(screen.getByText('fc')).toBeDefined();
  expect(screen.getByText('Linear 10 → 2')).toBeDefined();
  await screen.findByText('114 examples');
  expect(screen.getByText('confirm the proposed layers')).toBeDefined();
  expect(evaluateButton().disabled).toBe(true);

  await userEvent.click(confirm);
  await userEvent.click(evaluateButton());
  const row = await result(checkpoint, 'Done');
  expect(row).toContain('92.98 %');
  expect(row).toContain('106 correct');
  expect(row).toContain('0.218319');
  expect(row).toContain('CPU');
  // before it runs, and of what ran
  expect(screen.getAllByText(/2 used · 0 unused · 0 missing · 0 of another/)).toHaveLength(2);
  expect(screen.getByText('Save as model spec…')).toBeDefined();
  expect(screen.getByText('This has been computed before: the results are below.')).toBeDefined();
});

it('correcting a layer takes the confirmation back', async () => {
  const checkpoint = 'digits-pytorch/mlp-adam-lr1e-3-seed0/checkpoints/epoch_12.pth';
  render(
    <Host
      run="digits-pytorch/mlp-adam-lr1e-3-seed0"
      search={{ checkpoints: [checkpoint], proposed: true }}
    />,
  );
  await userEvent.click(await screen.findByText('Confirm these layers'));
  expect(screen.getByText('✓ Confirmed')).toBeDefined();
  await userEvent.click(screen.getByLabelText('Move fc2 up'));
  expect(screen.getByText('Confirm these layers')).toBeDefined();
  await userEvent.click(screen.getByText('Back to the proposal'));
  expect(screen.queryByText('Back to the proposal')).toBeNull();
});

it("takes the run's own graph, and scores several checkpoints in one go", async () => {
  const run = 'digits-pytorch/mlp-adam-lr1e-3-seed0';
  const [first, second] = [`${run}/checkpoints/epoch_02.pth`, `${run}/checkpoints/epoch_12.pth`];
  render(<Host run={run} search={{ checkpoints: [first, second] }} />);
  await screen.findByText(/Takes x \[\? × 1 × 8 × 8\]/);
  await screen.findByText('360 examples');
  await waitFor(() => expect(evaluateButton().disabled).toBe(false));
  await userEvent.click(evaluateButton());
  await waitFor(async () => expect(await result(second, 'Done')).toContain('0.454862'));
  expect(await result(first, 'Done')).toContain('68.89 %');
});

it('tells what the second checkpoint fixed and broke, and lists the examples', async () => {
  const run = 'digits-pytorch/mlp-adam-lr1e-3-seed0';
  const [first, second] = [`${run}/checkpoints/epoch_06.pth`, `${run}/checkpoints/epoch_12.pth`];
  const search = { checkpoints: [first, second], part: 'compare' };
  const { unmount } = render(<Host run={run} search={search} />);
  await waitFor(() => expect(evaluateButton().disabled).toBe(false));
  await userEvent.click(evaluateButton());
  const fixed = await screen.findByRole('button', { name: /^Fixed/ });
  const counts = ['Fixed', 'Broken', 'Both wrong', 'Both right'].map((outcome) => {
    const button = screen.getByRole('button', { name: new RegExp(`^${outcome}`) });
    return Number(button.querySelector('b')?.textContent);
  });
  // 305 right before and 325 after.
  const [better = 0, worse = 0, neither = 0, both = 0] = counts;
  expect(better + worse + neither + both).toBe(360);
  expect([both + worse, both + better]).toEqual([305, 325]);
  expect(screen.getByText(/McNemar’s test: p = /)).toBeDefined();

  await userEvent.click(fixed);
  const list = await screen.findByRole('region', { name: 'Fixed' });
  expect(within(list).getAllByRole('listitem').length).toBeGreaterThanOrEqual(better);
  unmount();

  // A new visit: nothing is known but what the browser kept.
  render(<Host run={run} search={search} />);
  expect(await result(second, 'Done')).toContain('computed');
  expect(await screen.findByText(/results are below/)).toBeDefined();
});

it('averages checkpoints, and says of what a score is made', async () => {
  const run = 'digits-pytorch/mlp-adam-lr1e-3-seed0';
  const paths = ['12', '06'].map((epoch) => `${run}/checkpoints/epoch_${epoch}.pth`);
  render(<Host run={run} search={{ checkpoints: paths }} />);
  await userEvent.click(await screen.findByText('Average…'));
  const dialog = await screen.findByRole('dialog');
  const members = within(dialog).getAllByRole('listitem');
  expect(members.map(({ textContent }) => textContent)).toEqual([
    expect.stringContaining('epoch_06.pth 50.00 %'),
    expect.stringContaining('epoch_12.pth 50.00 %'),
  ]);
  await userEvent.click(within(dialog).getByText('Add it to the list'));
  await waitFor(() => expect(evaluateButton().disabled).toBe(false));
  await userEvent.click(evaluateButton());
  const button = await screen.findByLabelText('Provenance: Mean of 2');
  await userEvent.click(button);
  const facts = await screen.findByRole('dialog');
  expect(facts.textContent).toContain('Mean of 2 checkpoints');
  for (const path of paths) expect(facts.textContent).toContain(path);
});

it('a checkpoint that is cut short cannot be chosen, and says why', async () => {
  render(<Host run="digits-pytorch/mlp-adam-lr1e-3-seed2" search={{}} />);
  const box = await screen.findByLabelText<HTMLInputElement>(/Select .*epoch_12\.pth/);
  await waitFor(() => expect(box.getAttribute('aria-description')).toMatch(/cut short/));
  expect(box.disabled).toBe(true);
  expect(screen.getByText('choose at least one checkpoint')).toBeDefined();
});

it('keeps the scaling of a data set, and refuses one that cannot be', async () => {
  const search = { checkpoints: ['simple-model/model_checkpoint.pth'] };
  const { unmount } = render(<Host run="simple-model" search={search} />);
  const std = await screen.findByLabelText<HTMLInputElement>('Std');
  await userEvent.clear(std);
  await userEvent.type(std, '0');
  expect(screen.getByText('It must not be 0.')).toBeDefined();
  expect(screen.getByText('correct the input scaling')).toBeDefined();
  await userEvent.clear(std);
  await userEvent.type(std, '2, 3');
  unmount();
  render(<Host run="simple-model" search={search} />);
  expect((await screen.findByLabelText<HTMLInputElement>('Std')).value).toBe('2, 3');
});
