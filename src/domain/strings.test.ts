import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packStrings, readStrings } from './strings.ts';

describe('strings', () => {
  it('come out as they went in, whatever their bytes', () =>
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (elements) => {
        const packed = packStrings(elements);
        expect(readStrings(packed, elements.length).map((bytes) => [...bytes])).toEqual(
          elements.map((bytes) => [...bytes]),
        );
      }),
    ));

  it('are lengths, then bytes', () => {
    const packed = packStrings([Uint8Array.of(1, 2), new Uint8Array(), new Uint8Array(200)]);
    expect([...packed.subarray(0, 6)]).toEqual([2, 0, 200, 1, 1, 2]);
    expect(packed).toHaveLength(206);
  });

  it.each([
    ['that have no length', [2], 2],
    ['that are too short', [2, 1], 1],
    ['that are too long', [0, 1], 1],
  ])('%s are refused', (_, bytes, count) => {
    expect(() => readStrings(Uint8Array.from(bytes), count)).toThrow(RangeError);
  });
});
