import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { Cursor } from '#io/cursor.ts';
import {
  bigInt64,
  bool,
  bytes,
  double,
  fixed32,
  fixed64,
  float,
  int64,
  map,
  nested,
  readMessage,
  repeated,
  sint64,
  text,
  uint64,
} from './protobuf.ts';

const inner = { name: text(1), size: int64(2) };
const schema = {
  double: double(1),
  float: float(2),
  int: int64(3),
  big: bigInt64(4),
  zigzag: sint64(5),
  flag: bool(6),
  word: fixed32(7),
  long: fixed64(8),
  text: text(9),
  bytes: bytes(10),
  inner: nested(11, inner),
  many: repeated(int64(12)),
  floats: repeated(float(13)),
  inners: repeated(nested(14, inner)),
  map: map(15, text(1), int64(2)),
  unsigned: uint64(16),
};

const hex = (digits: string) =>
  Uint8Array.from(digits.match(/[0-9a-f]{2}/g) ?? [], (byte) => Number.parseInt(byte, 16));
const read = (digits: string) => readMessage(schema, new Cursor(hex(digits), 'message'));

// Bytes as Google's implementation writes them.
describe('a field', () => {
  it.each([
    ['a double', '09 000000000000f83f', { double: 1.5 }],
    ['a float', '15 0000c0bf', { float: -1.5 }],
    ['an integer', '18 9601', { int: 150 }],
    ['−1, in ten bytes', '18 ffffffffffffffffff01', { int: -1 }],
    ['2⁵³ − 1', '18 ffffffffffffff0f', { int: Number.MAX_SAFE_INTEGER }],
    ['−2⁶³ without loss', '20 80808080808080808001', { big: -(2n ** 63n) }],
    ['2⁶³ − 1 without loss', '20 ffffffffffffffff7f', { big: 2n ** 63n - 1n }],
    ['zigzag −2', '28 03', { zigzag: -2 }],
    ['zigzag 2³¹ − 1', '28 feffffff0f', { zigzag: 2 ** 31 - 1 }],
    ['true', '30 01', { flag: true }],
    ['false, written out', '30 00', { flag: false }],
    ['a fixed32', '3d ffffffff', { word: 0xffffffff }],
    ['a fixed64', '41 0100000001000000', { long: 2 ** 32 + 1 }],
    ['text', '4a 04 c3a96c61', { text: 'éla' }],
    ['text that begins with U+FEFF', '4a 04 efbbbf61', { text: '\ufeffa' }],
    ['bytes', '52 02 00ff', { bytes: Uint8Array.of(0, 255) }],
    ['a message', '5a 05 0a0161 1002', { inner: { name: 'a', size: 2 } }],
    ['an empty message', '5a 00', { inner: { name: undefined, size: undefined } }],
    ['unpacked repeated', '60 01 60 02', { many: [1, 2] }],
    ['packed repeated', '62 03 01 9601', { many: [1, 150] }],
    ['packed and unpacked mixed', '60 07 62 02 0102', { many: [7, 1, 2] }],
    ['packed floats', '6a 08 0000803f 00000040', { floats: [1, 2] }],
    ['repeated messages', '72 02 1001 72 02 1002', { inners: [{ size: 1 }, { size: 2 }] }],
    ['a map', '7a 05 0a0161 1001', { map: [{ key: 'a', value: 1 }] }],
    ['the last of two', '18 01 18 02', { int: 2 }],
    ['2⁵³ − 1, unsigned', '8001 ffffffffffffff0f', { unsigned: Number.MAX_SAFE_INTEGER }],
  ])('%s', (_, digits, expected) => {
    expect(read(digits)).toMatchObject(expected);
  });

  it.each([
    ['varints', '9806 ffffffffffffffffff01 18 05'],
    ['8 bytes', '9906 0102030405060708 18 05'],
    ['lengths', '9a06 02 0102 18 05'],
    ['4 bytes', '9d06 01020304 18 05'],
    ['known numbers with another wire type', '1a 02 0102 18 05'],
  ])('that is not in the schema is stepped over: %s', (_, digits) => {
    expect(read(digits).int).toBe(5);
  });

  it('that is absent is undefined, or an empty list', () => {
    expect(read('')).toMatchObject({ int: undefined, text: undefined, many: [], inners: [] });
  });
});

describe('a damaged message', () => {
  it.each([
    ['ends inside a number', '18 80', 'truncated'],
    ['ends inside a text', '4a 05 61', 'truncated'],
    ['holds a message longer than itself', '5a 7f 0a', 'truncated'],
    ['holds a packed run longer than itself', '62 7f 01', 'truncated'],
    ['has a wire type 3', '1b', 'malformed'],
    ['has a varint of 11 bytes', '18 ffffffffffffffffffff01', 'malformed'],
    ['has a size past 2⁵³', '18 8080808080808010', 'malformed'],
    ['has an unsigned of 2⁶⁴ − 1', '8001 ffffffffffffffffff01', 'malformed'],
  ])('%s', (_, digits, kind) => {
    expect(() => read(digits)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ kind }) }),
    );
  });

  it('gives a message or a CheckpointError, whatever the bytes', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (content) => {
        try {
          readMessage(schema, new Cursor(new Uint8Array(content), 'message'));
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }),
    ));
});
