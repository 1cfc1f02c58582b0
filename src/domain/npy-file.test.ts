import { expect, it } from 'vitest';
import { readNpyHeader } from '#encodings/npy.ts';
import { bytesSource } from '#io/testing.ts';
import { byteLength, type Dtype } from './dtype.ts';
import { npyElements, npyHeader, npyTarget } from './npy-file.ts';
import { elementCount } from './tensor.ts';

it.each<[Dtype, readonly number[], string]>([
  ['float64', [], 'float64'],
  ['float32', [3], 'float32'],
  ['float16', [2, 0, 4], 'float16'],
  ['bfloat16', [2, 3], 'float32'],
  ['float8_e4m3fn', [5], 'float32'],
  ['int64', [1, 1, 1, 1], 'int64'],
  ['uint8', [7], 'uint8'],
  ['bool', [2], 'bool'],
  ['complex64', [2], 'complex64'],
  ['complex128', [2], 'complex128'],
  ['quint8', [4], 'uint8'],
])('a tensor of %s, %j, is read back as %s', async (dtype, shape, read) => {
  const target = npyTarget({ dtype });
  if (!target) throw new Error(`no target for ${dtype}`);
  const header = npyHeader(target.descr, shape);
  expect(header.length % 64).toBe(0);
  const stored = new Uint8Array(byteLength(dtype, elementCount(shape)));
  const elements = npyElements(stored, dtype, target);
  expect(elements.length).toBe(elementCount(shape) * target.size);
  const file = new Uint8Array([...header, ...elements]);
  const found = await readNpyHeader(bytesSource(file, 'w.npy'));
  expect(found).toMatchObject({
    shape,
    element: { kind: 'number', dtype: read },
    start: header.length,
  });
});

it('bfloat16 is widened without a loss', () => {
  const bytes = new Uint8Array(Uint16Array.of(0x3fc0, 0xff80).buffer);
  const wide = npyElements(bytes, 'bfloat16', npyTarget({ dtype: 'bfloat16' }) ?? expect.fail());
  expect([...new Float32Array(wide.buffer)]).toEqual([1.5, Number.NEGATIVE_INFINITY]);
});

it.each<Dtype>(['string', 'variant', 'complex32', 'int4', 'float4_e2m1fn', 'bits8'])(
  '%s has no type in NumPy to go to',
  (dtype) => expect(npyTarget({ dtype })).toBeNull(),
);

it('what is described but not stored is not written', () => {
  expect(npyTarget({ dtype: 'float32', kind: 'meta' })).toBeNull();
});
