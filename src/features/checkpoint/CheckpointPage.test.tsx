// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Scan } from '#domain/run.ts';
import { testPageProps } from '#ui/page-testing.ts';
import { reader } from '#workers/reader.ts';
import { CheckpointPage } from './CheckpointPage.tsx';
import { parseCheckpointView } from './view.ts';

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
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function Host({ search }: { search: Record<string, unknown> }) {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: false } } }),
  );
  const [view, setView] = useState(() => parseCheckpointView(search));
  return (
    <QueryClientProvider client={client}>
      <CheckpointPage
        view={view}
        onView={(part) => setView({ ...view, ...part })}
        {...testPageProps(scan, [])}
      />
    </QueryClientProvider>
  );
}

const SOUND = 'digits-pytorch/mlp-adam-lr1e-3-seed0/checkpoints/epoch_12.pth';
const DIVERGED = 'digits-pytorch/mlp-adam-lr3e-1-diverged/checkpoints/epoch_12.pth';

const tensors = () => screen.findByLabelText('Tensors', { selector: 'table' });

describe('a PyTorch checkpoint', () => {
  it('says what it is, with everything it holds', async () => {
    render(<Host search={{ path: SOUND }} />);
    await screen.findByText('torch.load(weights_only=True) takes it as it is.');
    expect(screen.getByText('34.6 kB (34,633 B)')).toBeDefined();
    expect(screen.getByText('0.9027777777777778')).toBeDefined();
    expect((await tensors()).querySelectorAll('tbody tr')).toHaveLength(16);
  });

  it('is found to be sound by the reading of its run', async () => {
    render(<Host search={{ path: SOUND }} />);
    await screen.findByText(/every checksum matches its bytes/);
  });

  it('lists tensors by name and role', async () => {
    render(<Host search={{ path: SOUND, role: 'weight' }} />);
    const table = await tensors();
    expect(table.querySelectorAll('tbody tr')).toHaveLength(4);
    await userEvent.type(screen.getByRole('searchbox', { name: 'Find' }), 'bias');
    expect(table.querySelectorAll('tbody tr')).toHaveLength(2);
    await userEvent.type(screen.getByRole('searchbox', { name: 'Find' }), 'x');
    expect(screen.getByText('No tensor has this in its name.')).toBeDefined();
  });

  it('shows how the values of a tensor are spread, and each of them', async () => {
    render(<Host search={{ path: SOUND }} />);
    await userEvent.click(within(await tensors()).getByText('model_state_dict.fc2.bias'));
    expect(await screen.findByText('Values of model_state_dict.fc2.bias')).toBeDefined();
    const grid = screen.getByRole('grid', { name: 'Values of model_state_dict.fc2.bias' });
    await waitFor(() => expect(within(grid).queryByText('·')).toBeNull());
    expect(within(grid).getAllByRole('gridcell')).toHaveLength(10);
    expect(screen.getByText(/^\[0\] = -?0\.\d{5,}/)).toBeDefined();
    expect(screen.queryByText(/are not finite/)).toBeNull();
  });

  it('goes from value to value by keys, and to an index that is typed', async () => {
    render(<Host search={{ path: SOUND, tensor: 'model_state_dict.fc2.weight' }} />);
    const grid = await screen.findByRole('grid', { name: /fc2\.weight/ });
    grid.focus();
    await userEvent.keyboard('{ArrowDown}{ArrowRight}{ArrowRight}');
    expect(screen.getByText(/^\[1, 2\] =/)).toBeDefined();
    await userEvent.keyboard('{Control>}{End}{/Control}');
    expect(screen.getByText(/^\[9, 31\] =/)).toBeDefined();
    await userEvent.type(screen.getByLabelText('Go to index'), '3, -1{Enter}');
    expect(screen.getByText(/^\[3, 31\] =/)).toBeDefined();
    await userEvent.clear(screen.getByLabelText('Go to index'));
    await userEvent.type(screen.getByLabelText('Go to index'), '0{Enter}');
    expect(screen.getByText('There is no such index in a shape of 10 × 32.')).toBeDefined();
  });

  it('is a tree whose branches narrow the table', async () => {
    render(<Host search={{ path: SOUND }} />);
    const table = await tensors();
    const tree = screen.getByRole('tree', { name: 'Tree of tensors' });
    const model = within(tree).getByRole('treeitem', {
      name: /^model_state_dict, Weights, 4 tensors/,
    });
    await userEvent.click(model);
    expect(table.querySelectorAll('tbody tr')).toHaveLength(4);
    tree.focus();
    await userEvent.keyboard('{ArrowLeft}');
    expect(model.getAttribute('aria-expanded')).toBe('false');
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{Enter}');
    expect(await screen.findByRole('heading', { level: 3 })).toBeDefined();
  });

  it('gives the statistics of all its tensors in the table', async () => {
    render(<Host search={{ path: SOUND }} />);
    const table = await tensors();
    await userEvent.click(screen.getByText('Statistics of all'));
    await within(table).findByText('Mean');
    await waitFor(() => expect(screen.queryByText('Reading all tensors')).toBeNull());
    const numbers = [...table.querySelectorAll('tbody tr')].map(
      (row) => row.querySelectorAll('td')[7]?.textContent,
    );
    expect(numbers.every((text) => text && /\d/.test(text))).toBe(true);
  });
});

it('tensors that are not finite are marked, and found', async () => {
  render(<Host search={{ path: DIVERGED }} />);
  const table = await tensors();
  const all = table.querySelectorAll('tbody tr').length;
  await userEvent.click(screen.getByText('Statistics of all'));
  await userEvent.click(await screen.findByRole('switch', { name: /Only NaN/ }));
  const bad = table.querySelectorAll('tbody tr').length;
  expect(bad).toBeGreaterThan(0);
  expect(bad).toBeLessThan(all);
  expect(screen.getByText(new RegExp(`^${bad} of \\d+ tensors hold values`))).toBeDefined();
});

it('what is not finite is said before all else', async () => {
  render(<Host search={{ path: DIVERGED, tensor: 'model_state_dict.fc1.weight' }} />);
  expect(await screen.findByText('512 of 2,048 elements are not finite.')).toBeDefined();
});

it('reading a tensor can be cancelled, and begun again', async () => {
  let aborted = false;
  vi.spyOn(reader, 'statistics').mockImplementationOnce(
    (_, { signal, onProgress } = {}) =>
      new Promise((_, reject) => {
        onProgress?.({ elements: 512, total: 2048 });
        signal?.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason);
        });
      }),
  );
  render(<Host search={{ path: SOUND, tensor: 'model_state_dict.fc1.weight' }} />);
  await screen.findByText('512 of 2,048');
  await userEvent.click(screen.getByText('Cancel'));
  await screen.findByText(/Cancelled before it was read through/);
  expect(aborted).toBe(true);
  await userEvent.click(screen.getByText('Compute'));
  expect(await screen.findByText('Values of model_state_dict.fc1.weight')).toBeDefined();
});

it('a checkpoint that is cut short says where', async () => {
  render(
    <Host search={{ path: 'digits-pytorch/mlp-adam-lr1e-3-seed2/checkpoints/epoch_12.pth' }} />,
  );
  expect((await screen.findByRole('alert')).textContent).toContain('The file is cut short');
});
