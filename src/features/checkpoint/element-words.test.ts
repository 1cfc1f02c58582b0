import { expect, it } from 'vitest';
import type { Dtype } from '#domain/dtype.ts';
import { packStrings } from '#domain/strings.ts';
import { elementWords } from './element-words.ts';

const bytesOf = (array: ArrayBufferView<ArrayBuffer>) => new Uint8Array(array.buffer);
const utf8 = (text: string) => new TextEncoder().encode(text);

it.each<[Dtype, Uint8Array<ArrayBuffer>, string[]]>([
  [
    'float32',
    bytesOf(Float32Array.of(0.1, -2, 1e-45, 16777217)),
    ['0.1', '-2', '1e-45', '16777216'],
  ],
  [
    'float32',
    bytesOf(Float32Array.of(Number.NaN, Infinity, -Infinity, -0)),
    ['NaN', '∞', '-∞', '-0'],
  ],
  ['float64', bytesOf(Float64Array.of(0.1 + 0.2)), ['0.30000000000000004']],
  ['int64', bytesOf(BigInt64Array.of(-(2n ** 63n))), ['-9223372036854775808']],
  ['uint64', bytesOf(BigUint64Array.of(2n ** 64n - 1n)), ['18446744073709551615']],
  ['int32', bytesOf(Int32Array.of(2 ** 24 + 1)), ['16777217']],
  ['uint8', Uint8Array.of(0, 255), ['0', '255']],
  ['bool', Uint8Array.of(0, 1, 2), ['false', 'true', 'true']],
  ['bfloat16', Uint8Array.of(0x80, 0x3f), ['1']],
  ['float16', Uint8Array.of(0x00, 0x3c), ['1']],
  ['complex64', bytesOf(Float32Array.of(1, -2)), ['1-2i']],
  ['complex128', bytesOf(Float64Array.of(0.5, 2)), ['0.5+2i']],
  ['int4', Uint8Array.of(0x1f), ['1f']],
])('%s, %#', (dtype, bytes, words) => {
  expect(elementWords(bytes, dtype, words.length)).toEqual(words);
});

it('texts are quoted, and what is no text is written in hex', () => {
  const packed = packStrings([utf8('a"b'), Uint8Array.of(0xff, 0x00), utf8('')]);
  expect(elementWords(packed, 'string', 3)).toEqual(['"a\\"b"', '0xff00', '""']);
});
