import { BITS, type Dtype } from '#domain/dtype.ts';
import type { Problem } from '#domain/problem.ts';
import { elementCount } from '#domain/tensor.ts';
import { nextHead } from '#encodings/msgpack-stream.ts';
import type { StreamCursor } from '#io/stream-cursor.ts';

/** Bytes `[start, end)` of the file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** An array that stands in the file whole, or a piece of a larger one. */
export interface StoredArray {
  readonly kind: 'array';
  readonly dtype: Dtype | undefined;
  /** As NumPy calls it. */
  readonly type: string;
  readonly shape: readonly number[];
  readonly span: Span;
}

/** Axes of an array; NumPy allows 64. */
const MAX_AXES = 64;
const MAX_NAME = 64;

/** Types of NumPy and of `ml_dtypes` by their names. Packed here, in a byte each there, is `float4_e2m1fn`. */
function dtypeOf(name: string): Dtype | undefined {
  if (!Object.hasOwn(BITS, name) || /^(?:string|variant|resource|float[46]_)/.test(name)) return;
  return name as Dtype;
}

/** `(shape, dtype, bytes)` as MessagePack within MessagePack. The bytes are stepped over. Throws `malformed`. */
export async function readArray(cursor: StreamCursor): Promise<StoredArray> {
  const fail = () => cursor.fail({ kind: 'malformed', what: 'it is no array of Flax' });
  const whole = await nextHead(cursor);
  if (whole.kind !== 'array' || whole.length !== 3) return fail();
  const axes = await nextHead(cursor);
  if (axes.kind !== 'array' || axes.length > MAX_AXES) return fail();
  const shape: number[] = [];
  for (let axis = 0; axis < axes.length; axis++) {
    const size = await nextHead(cursor);
    if (size.kind !== 'value' || typeof size.value !== 'number' || size.value < 0) return fail();
    shape.push(size.value);
  }
  const name = await nextHead(cursor);
  if ((name.kind !== 'text' && name.kind !== 'bytes') || name.length > MAX_NAME) return fail();
  await cursor.fill(name.length);
  const type = new TextDecoder().decode(cursor.bytes(name.length));
  const bytes = await nextHead(cursor);
  if (bytes.kind !== 'bytes' && bytes.kind !== 'text') return fail();
  const span = { start: cursor.at, end: cursor.at + bytes.length };
  return { kind: 'array', dtype: dtypeOf(type), type, shape, span };
}

/** What is wrong with an array of spans that should hold its elements. */
export function arrayProblem(
  { dtype, type, shape }: Pick<StoredArray, 'dtype' | 'type' | 'shape'>,
  spans: readonly Span[],
  size: number,
): Problem | undefined {
  if (!dtype) return { kind: 'unsupported', feature: `arrays of ${type}` };
  const needed = (elementCount(shape) * BITS[dtype]) / 8;
  const has = spans.reduce((sum, { start, end }) => sum + end - start, 0);
  if (needed !== has) {
    return { kind: 'malformed', what: `its shape needs ${needed} bytes, but it has ${has}` };
  }
  const end = Math.max(0, ...spans.map((span) => span.end));
  return end > size ? { kind: 'truncated', needed: end, size } : undefined;
}
