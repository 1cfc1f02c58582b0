import { describe, expect, it } from 'vitest';
import type { Checkpoint, TensorInfo } from '#domain/tensor.ts';
import { diskDirectory, expected, FIXTURES, hasFixtures } from '#io/testing.ts';
import { createReader } from './reader-api.ts';
import { statisticsOf } from './reader-tensors.ts';

interface ExpectedTensor {
  readonly name: string;
  readonly kind?: string;
  readonly dtype: string;
  readonly finite: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly std: number | null;
}

/** Of the dequantized, or of no stored elements. */
const OTHER_KINDS = new Set(['quantized', 'sparse', 'meta', 'numpy', 'object']);

/** How sums in another order may differ. */
const TOLERANCE = 1e-9;

function expectClose(found: number | null, wanted: number | null, what: string): void {
  const difference = Math.abs((found ?? Number.NaN) - (wanted ?? Number.NaN));
  const close = found === wanted || difference <= TOLERANCE * Math.max(1, Math.abs(wanted ?? 0));
  expect(close, `${what}: ${found}, not ${wanted}`).toBe(true);
}

describe.runIf(hasFixtures)('the statistics of every tensor are those of the framework', () => {
  it.each([
    'pytorch/dtypes',
    'pytorch/views',
    'safetensors/dtypes',
    'tensorflow/checkpoint/dtypes',
    'tensorflow/checkpoint/shapes-and-specials',
  ])('in %s', async (folder) => {
    const root = `${FIXTURES}/${folder}`;
    const reader = createReader({ openGrant: () => diskDirectory(root) });
    const { runs } = await reader.open({ kind: 'http', name: '', url: '' });
    const read = new Set(runs.flatMap((run) => run.checkpoints.map(({ path }) => path)));
    const checkpoints: { path: string; problem: unknown; tensors: ExpectedTensor[] }[] =
      expected(root).checkpoints;
    const some = checkpoints.filter(({ path, problem }) => read.has(path) && !problem);
    expect(some.length).toBeGreaterThan(0);
    for (const { path, tensors } of some) {
      for (const wanted of tensors) {
        if (OTHER_KINDS.has(wanted.kind ?? '') || wanted.finite === null) continue;
        const found = await reader.statistics({ checkpoint: path, tensor: wanted.name });
        const where = `${path} ${wanted.name}`;
        expect([where, found.finite]).toEqual([where, wanted.finite]);
        expectClose(found.min, wanted.min, `${where} min`);
        expectClose(found.max, wanted.max, `${where} max`);
        expectClose(found.mean, wanted.mean, `${where} mean`);
        if (wanted.std !== null) expectClose(found.std, wanted.std, `${where} std`);
      }
    }
  });
});

describe('a tensor larger than one read', () => {
  const count = 5_000_000;
  const info: TensorInfo = { name: 'w', dtype: 'float32', shape: [count], bytes: count * 4 };

  it('is read in pieces, and its progress is in elements', async () => {
    const reads: [number, number][] = [];
    const checkpoint = {
      read: async (_: string, { from = 0, to = 0 }) => {
        reads.push([from, to]);
        const values = Float32Array.from({ length: to - from }, (_, i) => from + i);
        return new Uint8Array(values.buffer);
      },
    } as unknown as Checkpoint;
    const progress: number[] = [];
    const statistics = await statisticsOf(checkpoint, info, {
      onProgress: ({ elements }) => progress.push(elements),
    });
    expect(statistics).toMatchObject({ count, min: 0, max: count - 1, mean: (count - 1) / 2 });
    expect(reads).toEqual([
      [0, 4_000_000],
      [4_000_000, count],
      [0, 4_000_000],
      [4_000_000, count],
    ]);
    expect(progress.at(-1)).toBe(count);
  });

  it('stops when nobody waits for it', async () => {
    const signal = AbortSignal.abort();
    const read = async () => signal.throwIfAborted();
    const checkpoint = { read } as unknown as Checkpoint;
    await expect(statisticsOf(checkpoint, info, { signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
