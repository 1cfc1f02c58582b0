// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { diskDirectory } from '#io/testing.ts';
import { createReader } from '#workers/reader-api.ts';
import { ResumeDialog } from './ResumeDialog.tsx';

// Files are really read, on machines that have other things to do.
configure({ asyncUtilTimeout: 20_000 });

// jsdom has no `CSS`, which React Aria asks for.
vi.stubGlobal('CSS', { escape: (text: string) => text });

/** The reader itself, without its worker. */
vi.mock('#workers/reader.ts', async () => {
  const reader = createReader({ openGrant: () => diskDirectory('public/sample') });
  await reader.open({ kind: 'http', name: '', url: '' });
  return { reader };
});

beforeEach(() => localStorage.clear());

afterEach(cleanup);

function open(checkpoint: string) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={client}>
      <ResumeDialog
        checkpoint={checkpoint}
        directory={{ key: 'd', name: 'sample' }}
        onClose={() => undefined}
      />
    </QueryClientProvider>,
  );
}

const RUN = 'digits-pytorch/mlp-adam-lr1e-3-seed2/checkpoints';

it('the code has the real keys, and the path of the person, who is asked once', async () => {
  const first = open(`${RUN}/epoch_10.pth`);
  const field = await screen.findByRole('textbox', { name: /Absolute path of sample/ });
  expect(screen.getByText(/model\.load_state_dict/).textContent).toContain(
    "model.load_state_dict(checkpoint['model_state_dict'])\n" +
      "optimizer.load_state_dict(checkpoint['optimizer_state_dict'])\n" +
      "epoch = checkpoint['epoch']  # 10",
  );
  await userEvent.type(field, '/data/sample');
  const path = `path = '/data/sample/${RUN}/epoch_10.pth'`;
  expect(screen.getByText(/torch\.load/).textContent).toContain(path);

  first.unmount();
  open(`${RUN}/epoch_10.pth`);
  expect((await screen.findByText(/torch\.load/)).textContent).toContain(path);
});

it('TensorFlow gets its object graph and the prefix', async () => {
  open('digits-tensorflow/cnn-checkpoint-manager/ckpt-8');
  const code = (await screen.findByText(/tf\.train\.Checkpoint\(/)).textContent;
  expect(code).toContain(
    "status = checkpoint.restore('digits-tensorflow/cnn-checkpoint-manager/ckpt-8')",
  );
  expect(code).toContain('    model=model,\n    optimizer=optimizer,\n');
  expect(code).toContain('epoch = int(checkpoint.epoch)  # 8');
});

it('a checkpoint that is cut short has no code, but the reason', async () => {
  open(`${RUN}/epoch_12.pth`);
  expect((await screen.findByRole('alert')).textContent).toMatch(/cut short|missing/);
  expect(screen.queryByText(/torch\.load/)).toBeNull();
});
