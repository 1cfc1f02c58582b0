import { describe, expect, it } from 'vitest';
import { open } from '#formats/safetensors/reader.ts';
import { bytesSource } from '#io/testing.ts';
import { BITS, byteLength, type Dtype } from './dtype.ts';
import { planSafetensors, safetensorsMetadata } from './safetensors-file.ts';
import { elementCount, type TensorInfo } from './tensor.ts';

function info(
  name: string,
  dtype: Dtype,
  shape: readonly number[],
  more: Partial<TensorInfo> = {},
) {
  return { name, dtype, shape, bytes: byteLength(dtype, elementCount(shape)), ...more };
}

const HELD = (Object.keys(BITS) as Dtype[]).filter(
  (dtype) => planSafetensors([info('w', dtype, [8])]).tensors.length === 1,
);

describe('a planned file', () => {
  it('is one that the reader opens, with every tensor as it was', async () => {
    const all = [
      ...HELD.map((dtype) => info(`of ${dtype}`, dtype, [2, 4])),
      info('10', 'float16', []),
    ];
    const plan = planSafetensors([...all, info('2', 'int8', [0]), info('é\n"', 'bool', [3])]);
    const file = new Uint8Array(plan.size);
    file.set(plan.header);
    const { tensors, defects } = await open(bytesSource(file));
    expect(defects).toEqual([]);
    expect([...tensors.values()]).toEqual(plan.tensors);
    expect(HELD).toHaveLength(22);
  });

  it('begins every tensor at a multiple of its elements', () => {
    const plan = planSafetensors([
      info('a', 'bool', [3]),
      info('b', 'float64', [1]),
      info('c', 'float16', [1]),
    ]);
    expect(plan.tensors.map(({ name }) => name)).toEqual(['b', 'c', 'a']);
    expect(plan.header.length % 8).toBe(0);
  });

  it('leaves out what the format cannot hold, each with its reason', () => {
    const { tensors, leftOut, size, header } = planSafetensors([
      info('s', 'string', [1]),
      info('m', 'float32', [2], { kind: 'meta' }),
      info('q', 'qint8', [2], { kind: 'quantized' }),
      info('z', 'complex128', [2]),
      info('__metadata__', 'float32', [2]),
      info('\ud800', 'float32', [2]),
      info('packed', 'float32', [2], { bytes: 4 }),
    ]);
    expect(tensors).toEqual([]);
    expect(leftOut.map(({ reason }) => reason)).toEqual([
      'dtype',
      'not-stored',
      'not-plain',
      'dtype',
      'name',
      'name',
      'not-plain',
    ]);
    expect(size).toBe(header.length);
  });

  it('keeps metadata that are texts', async () => {
    const metadata = safetensorsMetadata({
      epoch: 12,
      name: 'mlp',
      best: true,
      step: 3n,
      args: { lr: 1 },
      none: null,
      long: 'x'.repeat(1001),
    });
    expect(metadata).toEqual({ epoch: '12', name: 'mlp', best: 'true', step: '3' });
    const { header } = planSafetensors([], metadata);
    expect((await open(bytesSource(header))).metadata).toEqual(metadata);
  });
});
