import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { Cursor } from '#io/cursor.ts';
import { decompressSnappy } from './snappy.ts';

const hex = (digits: string) =>
  Uint8Array.from(digits.match(/[0-9a-f]{2}/g) ?? [], (byte) => Number.parseInt(byte, 16));
const decompress = (bytes: Uint8Array<ArrayBuffer>, limit = 100_000) =>
  decompressSnappy(new Cursor(bytes, 'block'), limit);
const ascii = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A literal of `length` bytes, its length in as many bytes as asked for. */
function literal(length: number, lengthBytes: number): Uint8Array<ArrayBuffer> {
  const tag = lengthBytes === 0 ? (length - 1) << 2 : (59 + lengthBytes) << 2;
  const count = Array.from({ length: lengthBytes }, (_, i) => ((length - 1) >>> (8 * i)) & 255);
  const size = length < 128 ? [length] : [(length & 127) | 128, length >>> 7];
  return Uint8Array.from([...size, tag, ...count, ...new Uint8Array(length).fill(0x61)]);
}

// format_description.txt
describe('a Snappy block', () => {
  it.each([
    ['of nothing', '00', ''],
    ['of a literal', '03 08 616263', 'abc'],
    ['with a copy, 1-byte offset', '07 08 616263 01 03', 'abcabca'],
    ['with a copy, 2-byte offset', '06 08 616263 0a 0300', 'abcabc'],
    ['with a copy, 4-byte offset', '06 08 616263 0b 03000000', 'abcabc'],
    ['with a copy that repeats itself', '08 04 6162 16 0200', 'abababab'],
  ])('%s', (_, digits, expected) => {
    expect(ascii(decompress(hex(digits)))).toBe(expected);
  });

  it.each([0, 1, 2, 3, 4])('with a literal whose length takes %i more bytes', (lengthBytes) => {
    expect(ascii(decompress(literal(60, lengthBytes)))).toBe('a'.repeat(60));
  });

  it.each([
    ['is empty', '', 'truncated'],
    ['ends inside a literal', '03 08 6162', 'truncated'],
    ['ends inside a tag', '04 08 616263 0a 03', 'truncated'],
    ['says more than it holds', '04 08 616263', 'malformed'],
    ['says less than it holds', '02 08 616263', 'malformed'],
    ['copies from before its start', '07 08 616263 01 04', 'malformed'],
    ['copies from offset 0', '07 08 616263 01 00', 'malformed'],
    ['promises more than so few bytes can hold', 'e807 08 616263', 'malformed'],
    ['is past the limit', 'ffffff7f 08 616263', 'too-large'],
  ])('%s', (_, digits, kind) => {
    expect(() => decompress(hex(digits))).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ kind }) }),
    );
  });

  it('gives bytes or a CheckpointError, whatever it holds', () =>
    fc.assert(
      fc.property(fc.nat(64), fc.uint8Array({ maxLength: 80 }), (size, content) => {
        try {
          expect(decompress(Uint8Array.from([size, ...content]))).toHaveLength(size);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }),
    ));
});
