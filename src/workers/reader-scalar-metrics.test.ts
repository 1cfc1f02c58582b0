import { describe, expect, it } from 'vitest';
import type { Checkpoint, TensorInfo } from '#domain/tensor.ts';
import { diskDirectory, FIXTURES, hasFixtures } from '#io/testing.ts';
import { createReader } from './reader-api.ts';
import { readScalarMetrics, withScalars } from './reader-scalar-metrics.ts';

const none = new AbortController().signal;

function checkpointOf(tensors: readonly TensorInfo[], bytes: Uint8Array<ArrayBuffer> | null) {
  const read = async () => {
    if (!bytes) throw new Error('cut');
    return bytes;
  };
  const byName = new Map(tensors.map((info) => [info.name, info]));
  return { tensors: byName, metadata: {}, read } as unknown as Checkpoint;
}

const loss = (dtype: 'float32' | 'float64' | 'bfloat16' | 'string'): TensorInfo => ({
  name: 'loss',
  dtype,
  shape: [],
  bytes: 4,
});

describe('a metric saved as a tensor', () => {
  it.each([
    ['float32', new Uint8Array(Float32Array.of(0.25).buffer), [0.25]],
    ['float64', new Uint8Array(Float64Array.of(0.1).buffer), [0.1]],
    ['bfloat16', Uint8Array.of(0x00, 0x3f), [0.5]],
    ['string', Uint8Array.of(65), []],
    ['float32', null, []],
  ] as const)('of %s is read', async (dtype, bytes, values) => {
    const found = await readScalarMetrics('a.pt', checkpointOf([loss(dtype)], bytes), none);
    expect(found.map(({ value }) => value.value)).toEqual(values);
  });

  it('stands before the same one in the name, which is rounded', () => {
    const metric = (tag: string, value: number, from: 'name' | 'metadata') => ({
      tag,
      value: { value, from, where: '' },
    });
    const merged = withScalars(
      [metric('val_loss', 0.2004, 'metadata')],
      [metric('acc', 0.9, 'metadata'), metric('acc', 0.9, 'name'), metric('val_loss', 0.2, 'name')],
    );
    expect(merged.map(({ tag, value }) => [tag, value.value])).toEqual([
      ['acc', 0.9],
      ['val_loss', 0.2004],
    ]);
  });
});

describe.runIf(hasFixtures)('the shared fixtures', () => {
  it('hold the scores of what Lightning monitored', async () => {
    const root = `${FIXTURES}/pytorch/lightning`;
    const reader = createReader({ openGrant: () => diskDirectory(root) });
    const { runs } = await reader.open({ kind: 'http', name: '', url: '' });
    const run = runs.find(({ path }) => path.endsWith('version_0'));
    const { checkpoints } = await reader.run({ run: run?.path ?? '' });
    const found = checkpoints.map(({ ref, metrics }) => [
      ref.path.split('/').at(-1),
      ...metrics.map(({ tag, value }) => [tag, value.value]),
    ]);
    expect(found).toEqual(
      expect.arrayContaining([
        ['epoch=4-val_loss=0.200.ckpt', ['val_loss', Math.fround(0.2004273384809494)]],
        ['epoch=5-val_loss=0.185.ckpt', ['val_loss', Math.fround(0.18531830608844757)]],
        ['last.ckpt', ['val_loss', Math.fround(0.18531830608844757)]],
      ]),
    );
  });
});
