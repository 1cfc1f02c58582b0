import type { Wire } from './wire.ts';

/** How one element of a dtype lies in `tensor_content`, little-endian. */
type ReadElement = (view: DataView, at: number) => number;

interface ScalarDtype {
  /** Bytes of one element in `tensor_content`. */
  readonly size: number;
  readonly read: ReadElement;
}

interface Shape {
  readonly rank: number;
  readonly elements: number;
}

/** 2³²: what the upper half of a 64-bit number counts. */
const HIGH = 2 ** 32;

/** Numbers of `DataType`. @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/types.proto */
const DTYPES: Readonly<Record<number, ScalarDtype>> = {
  1: { size: 4, read: (view, at) => view.getFloat32(at, true) },
  2: { size: 8, read: (view, at) => view.getFloat64(at, true) },
  3: { size: 4, read: (view, at) => view.getInt32(at, true) },
  4: { size: 1, read: (view, at) => view.getUint8(at) },
  5: { size: 2, read: (view, at) => view.getInt16(at, true) },
  6: { size: 1, read: (view, at) => view.getInt8(at) },
  9: {
    size: 8,
    read: (view, at) => view.getInt32(at + 4, true) * HIGH + view.getUint32(at, true),
  },
  10: { size: 1, read: (view, at) => view.getUint8(at) },
  14: { size: 2, read: (view, at) => fromBfloat16(view.getUint16(at, true)) },
  17: { size: 2, read: (view, at) => view.getUint16(at, true) },
  19: { size: 2, read: (view, at) => fromFloat16(view.getUint16(at, true)) },
  22: { size: 4, read: (view, at) => view.getUint32(at, true) },
  23: {
    size: 8,
    read: (view, at) => view.getUint32(at + 4, true) * HIGH + view.getUint32(at, true),
  },
};

const FLOAT16 = 19;
const BFLOAT16 = 14;
const UINT64 = 23;

/** Keys of `TensorProto`: field number · 8 + wire type; numbers come packed (2) or one by one. */
const DTYPE = 0x08;
const SHAPE = 0x12;
const CONTENT = 0x22;
const DIMENSION = 0x12;
const DIMENSION_SIZE = 0x08;
const FLOAT_VAL = 5;
const DOUBLE_VAL = 6;
const HALF_VAL = 13;
/** int_val, int64_val, bool_val, uint32_val, uint64_val */
const VARINT_VALS: ReadonlySet<number> = new Set([7, 10, 11, 16, 17]);

/**
 * The value of a tensor of no dimensions, from `[wire.at, wire.end)`; `null` when it has dimensions or
 * is no number. `single`: one of one element will do. A value that was left out is 0, as in TensorFlow.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor.proto
 */
export function readScalarTensor(wire: Wire, single: boolean): number | null {
  let dtype = 0;
  let shape: Shape = { rank: 0, elements: 1 };
  let content = 0;
  let contentEnd = 0;
  let value = 0;
  while (wire.at < wire.end) {
    const key = wire.varint32();
    if (key === DTYPE) dtype = wire.varint32();
    else if (key === SHAPE) shape = readShape(wire);
    else if (key === CONTENT) {
      content = wire.delimited();
      contentEnd = wire.at;
    } else value = readTyped(wire, key, dtype) ?? value;
  }
  const known = DTYPES[dtype];
  if (!known || shape.elements !== 1 || (shape.rank > 0 && !single)) return null;
  if (content === contentEnd) return value;
  if (contentEnd - content < known.size) wire.fail('a tensor is shorter than one element');
  return known.read(wire.view, content);
}

/** The first number of a typed field (`float_val` …); `null` when it is another field, or empty. */
function readTyped(wire: Wire, key: number, dtype: number): number | null {
  const field = key >>> 3;
  const known = field === FLOAT_VAL || field === DOUBLE_VAL || field === HALF_VAL;
  if (!known && !VARINT_VALS.has(field)) {
    wire.skip(key);
    return null;
  }
  if ((key & 7) !== 2) return readNumber(wire, field, dtype);
  const start = wire.delimited();
  const end = wire.at;
  if (start === end) return null;
  wire.at = start;
  const value = readNumber(wire, field, dtype);
  wire.at = end;
  return value;
}

function readNumber(wire: Wire, field: number, dtype: number): number {
  if (field === FLOAT_VAL) return wire.float();
  if (field === DOUBLE_VAL) return wire.double();
  const value = wire.int64();
  if (field === HALF_VAL && dtype === BFLOAT16) return fromBfloat16(value);
  if (field === HALF_VAL && dtype === FLOAT16) return fromFloat16(value);
  return dtype === UINT64 && value < 0 ? value + 2 ** 64 : value;
}

/** @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor_shape.proto */
function readShape(wire: Wire): Shape {
  const outer = wire.enter();
  let rank = 0;
  let elements = 1;
  while (wire.at < wire.end) {
    const key = wire.varint32();
    if (key === DIMENSION) {
      rank++;
      elements *= readDimension(wire);
    } else wire.skip(key);
  }
  wire.end = outer;
  return { rank, elements };
}

function readDimension(wire: Wire): number {
  const outer = wire.enter();
  let size = 0;
  while (wire.at < wire.end) {
    const key = wire.varint32();
    if (key === DIMENSION_SIZE) size = wire.int64();
    else wire.skip(key);
  }
  wire.end = outer;
  return size;
}

const floats = new DataView(new ArrayBuffer(4));

function fromBfloat16(bits: number): number {
  floats.setUint32(0, bits * 65536);
  return floats.getFloat32(0);
}

function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
