import { BITS, byteLength, type Dtype } from '#domain/dtype.ts';
import { CheckpointError } from '#domain/problem.ts';
import { Cursor } from '#io/cursor.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** `tensor_content`: all elements as they lie in memory, little-endian. */
const CONTENT = 4;
const STRINGS = 8;

/** The field that the elements of a dtype stand in, and how each is written. */
const FIELDS: Partial<Readonly<Record<Dtype, { field: number; fixed: boolean }>>> = {
  float32: { field: 5, fixed: true },
  float64: { field: 6, fixed: true },
  int32: { field: 7, fixed: false },
  int16: { field: 7, fixed: false },
  int8: { field: 7, fixed: false },
  uint8: { field: 7, fixed: false },
  uint16: { field: 7, fixed: false },
  qint8: { field: 7, fixed: false },
  quint8: { field: 7, fixed: false },
  qint16: { field: 7, fixed: false },
  quint16: { field: 7, fixed: false },
  qint32: { field: 7, fixed: false },
  complex64: { field: 9, fixed: true },
  int64: { field: 10, fixed: false },
  bool: { field: 11, fixed: false },
  complex128: { field: 12, fixed: true },
  float16: { field: 13, fixed: false },
  bfloat16: { field: 13, fixed: false },
  uint32: { field: 16, fixed: false },
  uint64: { field: 17, fixed: false },
};

/**
 * The elements of a `TensorProto` of numbers, little-endian. Throws `malformed` where there are not `count`.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor.proto
 */
export function numbersIn(message: Cursor, dtype: Dtype, count: number): Bytes {
  const { field, fixed } = FIELDS[dtype] ?? {};
  const { place } = message;
  if (field === undefined)
    throw new CheckpointError(
      { kind: 'unsupported', feature: `${dtype} in a V1 checkpoint` },
      place,
    );
  const out = new Uint8Array(byteLength(dtype, count));
  const width = BITS[dtype] / 8;
  let at = 0;
  for (const { number, bytes, values } of fieldsOf(message)) {
    if (number === CONTENT && bytes.length > 0) at = put(out, 0, bytes);
    if (number !== field) continue;
    at = fixed ? put(out, at, bytes) : putVarints({ out, at, width }, values);
    if (at < 0) break;
  }
  if (at === out.length) return out;
  const what = `its values are not the ${count} that its shape says`;
  throw new CheckpointError({ kind: 'malformed', what }, place);
}

/** The texts of a `TensorProto` of strings. */
export function stringsIn(message: Cursor, count: number): Bytes[] {
  const { place } = message;
  const all = [...fieldsOf(message)]
    .filter(({ number }) => number === STRINGS)
    .map(({ bytes }) => bytes);
  if (all.length === count) return all;
  const what = `its ${all.length} texts are not the ${count} that its shape says`;
  throw new CheckpointError({ kind: 'malformed', what }, place);
}

interface FieldBytes {
  readonly number: number;
  /** Of a field with a length, or of one number. */
  readonly bytes: Bytes;
  /** The same, to read varints one after another. */
  readonly values: Cursor;
}

const SIZES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

function* fieldsOf(cursor: Cursor): Generator<FieldBytes> {
  while (!cursor.done) {
    const tag = cursor.varint();
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === 0) {
      const values = oneVarint(cursor);
      yield { number, bytes: values, values: new Cursor(values, cursor.place.path) };
      continue;
    }
    const size = wire === 2 ? cursor.varint() : SIZES[wire];
    if (size === undefined) cursor.fail({ kind: 'malformed', what: `wire type ${wire}` });
    const { offset, path } = cursor.place;
    const bytes = cursor.bytes(size);
    yield { number, bytes, values: new Cursor(bytes, path, offset) };
  }
}

function oneVarint(cursor: Cursor): Bytes {
  const bytes: number[] = [];
  do bytes.push(cursor.u8());
  while ((bytes.at(-1) ?? 0) >= 0x80 && bytes.length < 10);
  return Uint8Array.from(bytes);
}

/** Where the next element goes; −1 when there are too many. */
function put(out: Bytes, at: number, bytes: Bytes): number {
  if (at + bytes.length > out.length) return -1;
  out.set(bytes, at);
  return at + bytes.length;
}

interface Target {
  readonly out: Bytes;
  readonly at: number;
  /** Bytes of an element. */
  readonly width: number;
}

/** Varints one after another; what a number has beyond the width of an element is its sign. */
function putVarints({ out, at, width }: Target, values: Cursor): number {
  const bytes = values.bytes(values.remaining);
  let to = at;
  for (let from = 0; from < bytes.length; to += width) {
    if (to + width > out.length) return -1;
    const end = endOfVarint(bytes, from);
    if (end < 0) return -1;
    spread(bytes.subarray(from, end), out.subarray(to, to + width));
    from = end;
  }
  return to;
}

/** −1 for a number that goes on for too long. */
function endOfVarint(bytes: Bytes, from: number): number {
  for (let at = from; at < Math.min(bytes.length, from + 10); at++)
    if ((bytes[at] as number) < 0x80) return at + 1;
  return -1;
}

/** Turns groups of seven bits into bytes of eight, as many as there is room for. */
function spread(groups: Bytes, out: Bytes): void {
  let carry = 0;
  let bits = 0;
  let at = 0;
  for (const group of groups) {
    carry |= (group & 0x7f) << bits;
    bits += 7;
    if (bits < 8) continue;
    if (at < out.length) out[at++] = carry & 0xff;
    carry >>= 8;
    bits -= 8;
  }
  if (at < out.length) out[at] = carry;
}
