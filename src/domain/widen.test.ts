import { describe, expect, it } from 'vitest';
import type { Dtype } from './dtype.ts';
import { widen } from './widen.ts';

const u8 = (...bytes: number[]) => Uint8Array.from(bytes);
const bytesOf = (array: ArrayBufferView<ArrayBuffer>) =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

describe('every element keeps its value', () => {
  it.each<[Dtype, Uint8Array<ArrayBuffer>, number[]]>([
    ['float32', bytesOf(Float32Array.of(1.5, Number.NaN)), [1.5, Number.NaN]],
    ['float64', bytesOf(Float64Array.of(0.1, -2)), [Math.fround(0.1), -2]],
    // 1, −2, largest, smallest subnormal, ∞, −0
    [
      'float16',
      u8(0, 0x3c, 0, 0xc0, 0xff, 0x7b, 1, 0, 0, 0x7c, 0, 0x80),
      [1, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY, -0],
    ],
    ['bfloat16', u8(0x80, 0x3f, 0x49, 0x40, 0xc0, 0x7f), [1, 3.140625, Number.NaN]],
    ['bool', u8(0, 1, 255), [0, 1, 1]],
    ['int64', bytesOf(BigInt64Array.of(-3n, 7n)), [-3, 7]],
    ['uint64', bytesOf(BigUint64Array.of(2n ** 63n)), [2 ** 63]],
    ['int32', bytesOf(Int32Array.of(-(2 ** 31))), [-(2 ** 31)]],
    ['uint32', bytesOf(Uint32Array.of(2 ** 31)), [2 ** 31]],
    ['int16', bytesOf(Int16Array.of(-300)), [-300]],
    ['uint16', bytesOf(Uint16Array.of(60000)), [60000]],
    ['int8', u8(0xff), [-1]],
    ['uint8', u8(0xff), [255]],
    // largest, NaN, smallest subnormal
    ['float8_e4m3fn', u8(0x7e, 0x7f, 0x01), [448, Number.NaN, 2 ** -9]],
    [
      'float8_e5m2',
      u8(0x7b, 0x7c, 0x7d, 0x01),
      [57344, Number.POSITIVE_INFINITY, Number.NaN, 2 ** -16],
    ],
    ['float8_e4m3fnuz', u8(0x7f, 0x80, 0x01), [240, Number.NaN, 2 ** -10]],
    ['float8_e5m2fnuz', u8(0x7f, 0x80, 0x01), [57344, Number.NaN, 2 ** -17]],
    ['float8_e4m3b11fnuz', u8(0x7f, 0x80, 0x01), [30, Number.NaN, 2 ** -13]],
    ['float8_e8m0fnu', u8(0, 127, 255), [2 ** -127, 1, Number.NaN]],
  ])('%s', (dtype, bytes, values) => {
    expect([...(widen(bytes, dtype) ?? [])]).toEqual(values);
  });
});

it('reads elements that lie askew in a larger buffer', () => {
  const padded = new Uint8Array(9);
  padded.set(bytesOf(Float32Array.of(1, 2)), 1);
  expect([...(widen(padded.subarray(1), 'float32') ?? [])]).toEqual([1, 2]);
});

it('does not copy float32', () => {
  const values = Float32Array.of(1, 2);
  expect(widen(bytesOf(values), 'float32')?.buffer).toBe(values.buffer);
});

it.each<Dtype>(['complex64', 'string', 'int4', 'qint8', 'float4_e2m1fn_x2', 'resource'])(
  '%s has no value to widen',
  (dtype) => {
    expect(widen(u8(0, 0, 0, 0, 0, 0, 0, 0), dtype)).toBeNull();
  },
);
