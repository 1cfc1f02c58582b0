import { describe, expect, it } from 'vitest';
import { diskDirectory, expected, FIXTURES, hasFixtures } from '#io/testing.ts';
import type { Reader } from './api.ts';
import { createReader } from './reader-api.ts';

/** A reader with a directory on disk open in it. */
async function readerOf(root: string): Promise<Reader> {
  const reader = createReader({ openGrant: () => diskDirectory(root) });
  await reader.open({ kind: 'http', name: '', url: '' });
  return reader;
}

const SAMPLE = 'public/sample';

interface ExpectedCheckpoint {
  readonly path: string;
  readonly format: string;
  readonly step: number | null;
  readonly epoch: number | null;
  readonly complete: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Formats that have checksums; all that can be said of others is that they are complete. */
const CHECKED = new Set(['torch-zip', 'tf-bundle', 'savedmodel', 'keras']);

describe('the sample', () => {
  it('has its runs, each with its checkpoints and logs', async () => {
    const reader = createReader({ openGrant: () => diskDirectory(SAMPLE) });
    const scan = await reader.open({ kind: 'http', name: '', url: '' });
    expect(
      scan.runs.map(({ path, checkpoints, histories }) => [
        path,
        checkpoints.length,
        histories.length,
      ]),
    ).toEqual([
      ['digits-pytorch/cnn-sgd-lr5e-2-seed0', 7, 1],
      ['digits-pytorch/mlp-adam-lr1e-3-seed0', 7, 1],
      ['digits-pytorch/mlp-adam-lr1e-3-seed1', 7, 1],
      ['digits-pytorch/mlp-adam-lr1e-3-seed2', 7, 1],
      ['digits-pytorch/mlp-adam-lr3e-1-diverged', 7, 1],
      ['digits-tensorflow/cnn-checkpoint-manager', 4, 2],
      ['digits-tensorflow/keras-model-checkpoint', 6, 3],
      ['digits-tensorflow/keras-weights-only', 6, 1],
      ['simple-model', 1, 0],
    ]);
    expect(scan.datasets).toEqual([
      'digits-pytorch/test-images',
      'digits-pytorch/test.csv',
      'digits-pytorch/test.npz',
      'digits-pytorch/test.pt',
      'digits-pytorch/test.safetensors',
      'digits-tensorflow/test.npz',
      'simple-model/test.csv',
      'simple-model/test.npz',
    ]);
  });

  it('verifies what is small without being asked', async () => {
    const reader = await readerOf(SAMPLE);
    const { checkpoints } = await reader.run({ run: 'digits-pytorch/mlp-adam-lr1e-3-seed0' });
    expect(checkpoints.map(({ judgement }) => judgement.verdict)).toEqual(Array(7).fill('sound'));
  });

  it('has one killed save, which is never suggested', async () => {
    const reader = await readerOf(SAMPLE);
    const run = 'digits-pytorch/mlp-adam-lr1e-3-seed2';
    const { checkpoints } = await reader.run({ run });
    const killed = checkpoints.find(({ ref }) => ref.path.endsWith('epoch_12.pth'));
    expect(killed).toMatchObject({
      format: 'pytorch',
      epoch: { value: 12, from: 'name' },
      judgement: { verdict: 'incomplete', defects: [{ problem: { kind: 'truncated' } }] },
    });
    const [latest] = await reader.suggestions({ run, metric: null, lower: null });
    expect(latest).toMatchObject({
      checkpoint: `${run}/checkpoints/best.pth`,
      epoch: 12,
      passedOver: [{ checkpoint: `${run}/checkpoints/epoch_12.pth` }],
    });
  });

  it('reads Keras files, their numbers from their names and from their optimizers', async () => {
    const reader = await readerOf(SAMPLE);
    const { checkpoints } = await reader.run({ run: 'digits-tensorflow/keras-model-checkpoint' });
    expect(checkpoints[0]).toMatchObject({
      framework: 'keras',
      format: 'keras-archive',
      step: { value: 25, from: 'metadata', where: 'optimizer_iterations' },
      epoch: { value: 1, from: 'name' },
      metrics: [{ value: { value: 2.185 } }],
      judgement: { verdict: 'sound' },
      parameters: 1542,
    });
  });

  it('offers the network of a Keras file with the file itself', async () => {
    const reader = await readerOf(SAMPLE);
    const checkpoint = 'digits-tensorflow/keras-model-checkpoint/06-0.527.keras';
    const [first] = await reader.graphs({ checkpoint });
    expect(first).toBe(checkpoint);
  });

  it('has a pointer that agrees with the latest', async () => {
    const reader = await readerOf(SAMPLE);
    const run = 'digits-tensorflow/cnn-checkpoint-manager';
    const [latest] = await reader.suggestions({ run, metric: null, lower: null });
    expect(latest).toMatchObject({
      checkpoint: `${run}/ckpt-8`,
      step: 192,
      claims: [{ target: 'ckpt-8', agrees: true }],
    });
  });

  it('gives tensors, statistics and batches', async () => {
    const reader = await readerOf(SAMPLE);
    const checkpoint = 'digits-pytorch/mlp-adam-lr1e-3-seed0/checkpoints/epoch_12.pth';
    const tensor = 'model_state_dict.fc1.weight';
    const bytes = await reader.tensor({ checkpoint, tensor, from: 2, to: 5 });
    expect(bytes).toHaveLength(12);
    const statistics = await reader.statistics({ checkpoint, tensor });
    expect(statistics).toMatchObject({ count: 2048, finite: 2048, nan: 0 });
    expect(statistics.histogram?.counts.reduce((sum, count) => sum + count)).toBe(2048);
  });
});

describe.runIf(hasFixtures)('what the frameworks say of the sample', () => {
  const root = `${FIXTURES}/sample-training`;

  it.each(['digits-pytorch', 'digits-tensorflow', 'simple-model'])(
    'is what is read: steps, epochs and verdicts of %s',
    async (project) => {
      const reader = createReader({ openGrant: () => diskDirectory(root) });
      const { runs } = await reader.open({ kind: 'http', name: '', url: '' });
      const own = runs.filter(({ path }) => path.startsWith(project));
      const details = await Promise.all(own.map(({ path }) => reader.run({ run: path })));
      const rows = details.flatMap(({ checkpoints }) => checkpoints);
      const all: readonly ExpectedCheckpoint[] = expected(`${root}/${project}`).checkpoints;
      const checkpoints = all.filter(({ format }) => format !== 'torch-export');
      const read = checkpoints.map(({ path }) => {
        const row = rows.find(({ ref }) => ref.path === `${project}/${path}`);
        return [path, row?.step?.value ?? null, row?.epoch?.value ?? null, row?.judgement.verdict];
      });
      expect(read).toEqual(checkpoints.map(expectedRow));
    },
  );
});

function expectedRow({ path, format, step, epoch, complete, metadata }: ExpectedCheckpoint) {
  const verdict = CHECKED.has(format) ? 'sound' : 'unverified';
  // A truncated file says nothing of itself; its name still does.
  if (!complete) return [path, null, 12, 'incomplete'];
  // Neither the name nor the file says the epoch; Keras counts steps in its optimizer.
  const said = path.endsWith('latest.weights.h5') ? null : epoch;
  return [path, step ?? metadata['optimizer_iterations'] ?? null, said, verdict];
}
