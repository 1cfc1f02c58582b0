import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32 } from './crc32.ts';

it.each([
  ['', 0],
  ['123456789', 0xcbf43926],
  ['The quick brown fox jumps over the lazy dog', 0x414fa339],
])('the checksum of "%s" is the published one', (text, expected) => {
  expect(crc32(new TextEncoder().encode(text))).toBe(expected);
});

it('parts that follow each other give the checksum of the whole, wherever they are cut', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
      const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
      const whole = crc32(bytes);
      expect(parts.reduce((crc, part) => crc32(part, crc), 0)).toBe(whole);
      if (zlibCrc32) expect(whole).toBe(zlibCrc32(bytes));
    }),
  ));
