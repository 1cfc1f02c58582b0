import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  flipSigns,
  gather,
  isRun,
  reach,
  simplify,
  swapBytes,
  type View,
  viewEnd,
} from './view.ts';

/** The index in the storage of each element, by the definition. */
function indices({ shape, stride, offset }: View): number[] {
  return shape.reduce<number[]>(
    (rows, size, axis) =>
      rows.flatMap((row) =>
        Array.from({ length: size }, (_, at) => row + at * (stride[axis] ?? 0)),
      ),
    [offset],
  );
}

const views: fc.Arbitrary<View> = fc
  .record({
    shape: fc.array(fc.nat(5), { maxLength: 4 }),
    stride: fc.array(fc.nat(7), { minLength: 4, maxLength: 4 }),
    offset: fc.nat(9),
  })
  .map(({ shape, stride, offset }) => ({ shape, stride: stride.slice(0, shape.length), offset }));

const place = { path: 'a.pt', tensor: 'w' };

describe('any view of a storage', () => {
  it('gives its elements in their order, whole or in part', () =>
    fc.assert(
      fc.asyncProperty(
        views,
        fc.constantFrom(1, 2, 4, 8, 16),
        fc.nat(),
        fc.nat(),
        async (view, width, a, b) => {
          const all = indices(view);
          const storage = Uint8Array.from(
            { length: viewEnd(view) * width },
            (_, at) => (at * 37) % 251,
          );
          const [from, to] = [a % (all.length + 1), b % (all.length + 1)].sort((x, y) => x - y);
          const wanted = all
            .slice(from, to)
            .flatMap((index) => [...storage.subarray(index * width, (index + 1) * width)]);
          const read = async (start: number, end: number) => {
            expect(end).toBeLessThanOrEqual(storage.length);
            return storage.slice(start, end);
          };
          const job = { width, from: from ?? 0, to: to ?? 0, place, read };
          expect([...(await gather(view, job))]).toEqual(wanted);
        },
      ),
      { numRuns: 500 },
    ));

  it('ends behind its last element, and a part of it lies within its reach', () =>
    fc.assert(
      fc.property(views, fc.nat(), fc.nat(), (view, a, b) => {
        const all = indices(view);
        expect(viewEnd(view)).toBe(all.length === 0 ? view.offset : Math.max(...all) + 1);
        expect(indices(simplify(view))).toEqual(all);
        if (all.length === 0) return;
        const [from = 0, to = 0] = [a % all.length, b % all.length].sort((x, y) => x - y);
        const part = all.slice(from, to + 1);
        const { low, high } = reach(view, from, to + 1);
        expect(low).toBeLessThanOrEqual(Math.min(...part));
        expect(high).toBeGreaterThan(Math.max(...part));
        expect(high).toBeLessThanOrEqual(viewEnd(view));
      }),
    ));
});

it.each<[string, View, boolean]>([
  ['a scalar', { shape: [], stride: [], offset: 3 }, true],
  ['rows without gaps', { shape: [2, 3], stride: [3, 1], offset: 0 }, true],
  ['one row', { shape: [1, 3], stride: [99, 1], offset: 0 }, true],
  ['columns', { shape: [3, 2], stride: [1, 3], offset: 0 }, false],
  ['rows with gaps', { shape: [2, 3], stride: [4, 1], offset: 0 }, false],
  ['the same element again', { shape: [3], stride: [0], offset: 0 }, false],
])('%s', (_, view, run) => {
  expect(isRun(simplify(view))).toBe(run);
});

it('no more than 2 GB is read at once, though a view may claim more', async () => {
  const endless = { shape: [10 ** 6, 10 ** 6], stride: [0, 0], offset: 0 };
  const read = async (start: number, end: number) => new Uint8Array(end - start);
  const job = { width: 4, place, read };
  expect(await gather(endless, { ...job, from: 10 ** 11, to: 10 ** 11 + 3 })).toHaveLength(12);
  await expect(gather(endless, { ...job, from: 0, to: 10 ** 12 })).rejects.toMatchObject({
    problem: { kind: 'too-large' },
    place,
  });
});

it.each<[number, number[]]>([
  [1, [1, 2, 3, 4, 5, 6, 7, 8]],
  [2, [2, 1, 4, 3, 6, 5, 8, 7]],
  [4, [4, 3, 2, 1, 8, 7, 6, 5]],
  [8, [8, 7, 6, 5, 4, 3, 2, 1]],
])('numbers of %i bytes are turned round one by one', (width, expected) => {
  const bytes = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
  swapBytes(bytes, width);
  expect([...bytes]).toEqual(expected);
});

it('signs are changed of all numbers, or of every imaginary part', () => {
  const all = new Float32Array([1, -2, Number.NaN, 0]);
  flipSigns(new Uint8Array(all.buffer), 4, 1);
  expect([...all]).toEqual([-1, 2, Number.NaN, -0]);
  flipSigns(new Uint8Array(all.buffer), 4, 2);
  expect([...all]).toEqual([-1, -2, Number.NaN, 0]);
});
