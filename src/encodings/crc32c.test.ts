import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c, maskCrc32c, maskedCrc32c, maskedCrc32cOf } from './crc32c.ts';

const ascii = (text: string) => new TextEncoder().encode(text);
const filled = (length: number, byteAt: (i: number) => number) =>
  Uint8Array.from({ length }, (_, i) => byteAt(i));

describe('CRC-32C', () => {
  // RFC 3720 appendix B.4, and LevelDB's util/crc32c_test.cc
  it.each([
    ['nothing', new Uint8Array(), 0],
    ['the check value of the polynomial', ascii('123456789'), 0xe3069283],
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', filled(32, () => 0xff), 0x62a8ab43],
    ['32 ascending bytes', filled(32, (i) => i), 0x46dd794e],
    ['32 descending bytes', filled(32, (i) => 31 - i), 0x113fdb5c],
    ['text', ascii('The quick brown fox jumps over the lazy dog'), 0x22620404],
  ])('of %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('is the same wherever the bytes lie and however they are cut', () =>
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 700 }),
        fc.nat(20),
        fc.nat(700),
        (content, offset, cut) => {
          const bytes = new Uint8Array(offset + content.length + 5).fill(0xaa);
          bytes.set(content, offset);
          const [from, to] = [offset, offset + content.length];
          const expected = bitByBit(content);
          const middle = from + Math.min(cut, content.length);
          expect(crc32c(bytes, 0, from, to)).toBe(expected);
          expect(crc32c(bytes.subarray(from, to))).toBe(expected);
          expect(crc32c(bytes, crc32c(bytes, 0, from, middle), middle, to)).toBe(expected);
          const view = new DataView(bytes.buffer);
          expect(maskedCrc32cOf(view, from, to)).toBe(maskCrc32c(expected));
        },
      ),
    ));

  it('is masked as LevelDB masks it', () => {
    const crc = crc32c(ascii('foo'));
    expect(maskCrc32c(crc)).not.toBe(crc);
    expect(maskedCrc32c(ascii('..foo.'), 2, 5)).toBe(maskCrc32c(crc));
    expect(maskCrc32c(0)).toBe(0xa282ead8);
    expect(maskCrc32c(0xffffffff)).toBe(0xa282ead7);
    expect(maskCrc32c(0x00008000)).toBe(0xa282ead9);
  });
});

function bitByBit(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
