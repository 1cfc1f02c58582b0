import { byteLength, type Dtype } from '#domain/dtype.ts';
import { CheckpointError, type Defect, type Problem } from '#domain/problem.ts';
import { type Checkpoint, elementCount, type TensorInfo } from '#domain/tensor.ts';
import { elementSpan } from '#formats/element-span.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { StreamCursor } from '#io/stream-cursor.ts';
import { arrayProblem, type Span } from './arrays.ts';
import { type Leaf, type Loose, readTree } from './tree.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * What `flax.serialization.to_bytes` writes: a state dictionary as MessagePack, in which arrays are extensions. Reads
 * all but the elements of arrays.
 * @see https://github.com/google/flax/blob/main/flax/serialization.py
 */
export async function open(source: ByteSource, { signal }: OpenOptions = {}): Promise<Checkpoint> {
  const { path, size } = source;
  const cursor = new StreamCursor(source, { signal });
  const { leaves, metadata, problem } = await readTree(cursor);
  const tensors = new Map<string, Tensor>();
  const defects: Defect[] = [];
  const report = (problem: Problem, tensor?: string) =>
    defects.push({ problem, place: { path, ...(tensor !== undefined && { tensor }) } });
  if (problem) report(problem);
  else if (cursor.at < size) {
    const what = `${size - cursor.at} bytes follow the checkpoint`;
    report({ kind: 'malformed', what });
  }
  for (const leaf of leaves) {
    const tensor = tensorOf(leaf, size);
    const { name } = tensor.info;
    if (tensors.has(name)) report({ kind: 'unsafe', what: 'two tensors have this name' }, name);
    else tensors.set(name, tensor);
    if (tensor.problem) report(tensor.problem, name);
  }
  return {
    tensors: new Map([...tensors].map(([name, { info }]) => [name, info])),
    metadata,
    defects,
    size,
    files: [path],
    globals: [],
    writer: 'Flax',
    async read(name, options = {}) {
      const tensor = tensors.get(name);
      if (!tensor) throw new RangeError(`No tensor ${name}`);
      const { start, end } = elementSpan(tensor.info, options);
      if (tensor.problem) throw new CheckpointError(tensor.problem, { path, tensor: name });
      if (tensor.bytes) return tensor.bytes.slice(start, end);
      return readSpans(source, tensor.spans, { start, end, signal: options.signal });
    },
  };
}

interface Tensor {
  readonly info: TensorInfo;
  readonly spans: readonly Span[];
  /** Of a number that stands in the dictionary as it is. */
  readonly bytes?: Bytes;
  readonly problem: Problem | undefined;
}

function tensorOf(leaf: Leaf, size: number): Tensor {
  const { path } = leaf;
  const name = path.join('.');
  if (leaf.kind === 'loose') {
    const { dtype, bytes } = looseBytes(leaf);
    const info = { name, path, dtype, shape: [], bytes: bytes.length };
    return { info, spans: [], bytes, problem: undefined };
  }
  const { shape } = leaf;
  const isWhole = leaf.kind === 'array';
  const first = isWhole ? leaf : leaf.chunks[0];
  const type = first?.type ?? 'nothing';
  const spans = isWhole ? [leaf.span] : leaf.chunks.map(({ span }) => span);
  const isMixed = !isWhole && leaf.chunks.some((chunk) => chunk.type !== type);
  const problem: Problem | undefined = isMixed
    ? { kind: 'malformed', what: 'its chunks are of several types' }
    : arrayProblem({ dtype: first?.dtype, type, shape }, spans, size);
  const dtype = first?.dtype ?? 'uint8';
  const isReadable = !problem || problem.kind === 'truncated';
  const bytes = isReadable ? byteLength(dtype, elementCount(shape)) : 0;
  return { info: { name, path, dtype, shape, bytes }, spans, problem };
}

/** As NumPy would make an array of it. */
function looseBytes({ value, isFloat }: Loose): { readonly dtype: Dtype; readonly bytes: Bytes } {
  if (typeof value === 'boolean') return { dtype: 'bool', bytes: Uint8Array.of(Number(value)) };
  if (typeof value === 'object') {
    return { dtype: 'complex128', bytes: new Uint8Array(Float64Array.from(value).buffer) };
  }
  if (isFloat && typeof value === 'number') {
    return { dtype: 'float64', bytes: new Uint8Array(Float64Array.of(value).buffer) };
  }
  const integer = BigInt(value);
  const dtype = integer >= 2n ** 63n ? 'uint64' : 'int64';
  return { dtype, bytes: new Uint8Array(BigInt64Array.of(integer).buffer) };
}

interface Range extends Span {
  readonly signal: AbortSignal | undefined;
}

/** Bytes `[start, end)` of some spans laid end to end. */
async function readSpans(
  source: ByteSource,
  spans: readonly Span[],
  { start, end, signal }: Range,
): Promise<Bytes> {
  const [only] = spans;
  if (only && spans.length === 1) return source.read(only.start + start, only.start + end, signal);
  const out = new Uint8Array(end - start);
  let before = 0;
  for (const span of spans) {
    const length = span.end - span.start;
    const [from, to] = [Math.max(start, before), Math.min(end, before + length)];
    if (from < to) {
      const at = span.start - before;
      out.set(await source.read(at + from, at + to, signal), from - start);
    }
    before += length;
  }
  return out;
}
