import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sliceKey } from './slice-key.ts';
import { type Box, fillExactly, runsOf } from './slices.ts';

const box = (...extents: [number, number][]): Box => ({
  starts: extents.map(([start]) => start),
  lengths: extents.map(([, length]) => length),
});

describe('boxes', () => {
  it.each<[string, number[], Box[], boolean]>([
    ['one that is all of it', [2, 3], [box([0, 2], [0, 3])], true],
    ['a scalar', [], [box()], true],
    ['two halves', [4], [box([0, 2]), box([2, 2])], true],
    [
      'a grid',
      [2, 2],
      [box([0, 1], [0, 1]), box([0, 1], [1, 1]), box([1, 1], [0, 1]), box([1, 1], [1, 1])],
      true,
    ],
    [
      'a pinwheel',
      [3, 3],
      [
        box([0, 1], [0, 2]),
        box([0, 2], [2, 1]),
        box([2, 1], [1, 2]),
        box([1, 2], [0, 1]),
        box([1, 1], [1, 1]),
      ],
      true,
    ],
    ['nothing, of nothing', [0], [box([0, 0])], true],
    ['a hole', [4], [box([0, 2]), box([3, 1])], false],
    ['an overlap', [4], [box([0, 3]), box([2, 2])], false],
    ['a hole and an overlap of the same size', [4], [box([0, 2]), box([0, 2])], false],
    ['one too many', [2], [box([0, 2]), box([0, 2])], false],
    ['one outside', [2], [box([1, 2])], false],
    ['none', [2], [], false],
  ])('fill a tensor exactly, or not: %s', (_, shape, boxes, filled) => {
    expect(fillExactly(boxes, shape)).toBe(filled);
  });

  it('have runs that cover each element once, where it is', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(2)), { maxLength: 4 }),
        fc.nat(100),
        fc.nat(100),
        (axes, a, b) => {
          const shape = axes.map(([before, length, after]) => before + length + after);
          const one = {
            starts: axes.map(([before]) => before),
            lengths: axes.map(([, length]) => length),
          };
          const count = shape.reduce((product, size) => product * size, 1);
          const [from = 0, to = 0] = [Math.min(a, count), Math.min(b, count)].sort((x, y) => x - y);
          const found = [...runsOf(one, shape, from, to)].flatMap(({ at, source, length }) =>
            Array.from({ length }, (_, i) => [at + i, source + i]),
          );
          expect(found).toEqual(oneByOne(one, shape).filter(([at = 0]) => at >= from && at < to));
        },
      ),
      { numRuns: 400 },
    ));
});

/** Every element of a box: where it is in the tensor, and in the box. */
function oneByOne({ starts, lengths }: Box, shape: readonly number[]): number[][] {
  let places = [0];
  for (const [axis, size] of shape.entries()) {
    places = places.flatMap((place) =>
      Array.from({ length: lengths[axis] ?? 0 }, (_, i) => place * size + (starts[axis] ?? 0) + i),
    );
  }
  return places.map((place, i) => [place, i]);
}

describe('the key of a slice', () => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const key = (name: string, ...extents: [number, number | null][]) =>
    hex(
      sliceKey(
        new TextEncoder().encode(name),
        extents.map(([start, length]) => ({ start, length })),
      ),
    );

  // From the indexes that TensorFlow wrote, and OrderedCode's own tests.
  it.each([
    ['of small numbers', key('w', [0, 4], [0, 3]), '00 77 0001 0102 80 84 80 83'],
    ['of a whole axis', key('w', [0, null]), '00 77 0001 0101 80 7f'],
    ['of numbers from 64 on', key('w', [64, 8191]), '00 77 0001 0101 c040 dfff'],
    ['of numbers from 8192 on', key('w', [8192, 2 ** 20]), '00 77 0001 0101 e02000 f0100000'],
    ['of a name with zeros', key('\0', [0, 1]), '00 00ff 0001 0101 80 81'],
    ['of a scalar', key('w'), '00 77 0001 00'],
  ])('%s', (_, found, expected) => {
    expect(found).toBe(expected.replaceAll(' ', ''));
  });

  it('orders numbers as bytes', () => {
    const starts = [0, 1, 63, 64, 65, 8191, 8192, 2 ** 20, 2 ** 31, 2 ** 40, 2 ** 52];
    const keys = starts.map((start) => key('w', [start, 1]));
    expect([...keys].reverse().sort()).toEqual(keys);
  });
});
