import { expect, it } from 'vitest';
import { makeZip } from '#encodings/zip-testing.ts';
import { bytesSource, fileSource } from '#io/testing.ts';
import { kindOfArrays } from './kind.ts';

/** An archive of arrays of zeros, by name and shape. */
function archive(shapes: Readonly<Record<string, readonly number[]>>) {
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.map((size) => `${size},`).join('')}), }`;
    const data = new Uint8Array(shape.reduce((product, size) => product * size, 4));
    const head = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, text.length, 0];
    const bytes = Uint8Array.from([...head, ...new TextEncoder().encode(text), ...data]);
    return { name: `${name}.npy`, bytes };
  });
  return bytesSource(makeZip(entries), 'a.npz');
}

it.each([
  [{ x: [9, 4], y: [9] }, 'dataset'],
  [{ 'layers.0.weight': [4, 4], 'layers.0.bias': [4] }, 'checkpoint'],
  [{ 'dense/kernel:0': [4, 4] }, 'checkpoint'],
  [{ W1: [4, 4], b1: [4] }, 'checkpoint'],
  [{ a: [9, 2], b: [9] }, 'dataset'],
  [{ arr_0: [9, 2], arr_1: [9] }, 'dataset'],
  [{ arr_0: [2, 3], arr_1: [3] }, 'checkpoint'],
  [{ weight: [9], label: [9] }, 'dataset'],
])('%j is a %s', async (shapes, kind) => {
  expect(await kindOfArrays(archive(shapes as Record<string, number[]>))).toBe(kind);
});

it('arrays without axes are no examples', async () => {
  const source = await fileSource('src/formats/npz/fixtures/weights', 'weights_100.npz');
  expect(await kindOfArrays(source)).toBe('checkpoint');
});
