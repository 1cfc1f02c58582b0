// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Scan } from '#domain/run.ts';
import type { Hrefs } from '#ui/page-props.ts';
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

const hrefs: Hrefs = {
  charts: () => '#/charts',
  checkpoints: () => '#/checkpoints',
  checkpoint: (path) => `#/checkpoint?path=${path}`,
  evaluate: (paths = []) => `#/evaluate?${paths.join()}`,
};

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
        runs={[]}
        scan={scan}
        directory={{ key: 'd', name: 'sample' }}
        hrefs={hrefs}
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
    await screen.findByText('Complete, and every checksum matches its contents.');
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

  it('shows how the values of a tensor are spread, and the first of them', async () => {
    render(<Host search={{ path: SOUND }} />);
    await userEvent.click(within(await tensors()).getByText('model_state_dict.fc2.bias'));
    await screen.findByText('First 10 of 10 elements');
    expect(await screen.findByText('Values of model_state_dict.fc2.bias')).toBeDefined();
    expect(screen.queryByText(/are not finite/)).toBeNull();
  });
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
