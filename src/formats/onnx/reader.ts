import { byteLength, type Dtype } from '#domain/dtype.ts';
import { CheckpointError, type Defect, type Place, type Problem } from '#domain/problem.ts';
import {
  type Checkpoint,
  elementCount,
  type ReadOptions,
  type TensorInfo,
} from '#domain/tensor.ts';
import { elementSpan } from '#formats/element-span.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { type ExternalFile, externalOf, findExternalFiles } from './external-files.ts';
import { type Initialiser, readModel, type Span } from './model.ts';
import { listOf, readList } from './typed-lists.ts';
import { DTYPES, packed, rawBytes, unpack } from './types.ts';

/**
 * The initialisers of a model, wherever their elements lie: in `raw_data`, in lists of numbers, in files beside.
 * Reads all but the elements.
 * @see https://onnx.ai/onnx/repo-docs/IR.html
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  const { path, size } = source;
  const model = await readModel(source, options.signal);
  if (Object.keys(model.metadata).length === 0 && model.initialisers.length === 0) {
    const problem = model.problem ?? ({ kind: 'malformed', what: 'it holds no model' } as const);
    throw new CheckpointError(problem, { path });
  }
  const files = await findExternalFiles(model.initialisers, path, options);
  const tensors = new Map<string, Tensor>();
  const defects: Defect[] = [];
  if (model.problem) defects.push({ problem: model.problem, place: { path } });
  for (const initialiser of model.initialisers) {
    const tensor = find(initialiser, source, files);
    const { name } = tensor.info;
    const place = { path: tensor.source.path, tensor: name };
    if (tensors.has(name)) {
      const what = `there are two initialisers ${JSON.stringify(name)}`;
      defects.push({ problem: { kind: 'unsafe', what }, place });
    } else tensors.set(name, tensor);
    if (tensor.problem) defects.push({ problem: tensor.problem, place });
  }
  const beside = [...files.values()].flatMap((file) => file.source ?? []);
  return {
    tensors: new Map([...tensors].map(([name, { info }]) => [name, info])),
    metadata: model.metadata,
    defects,
    size: beside.reduce((sum, file) => sum + file.size, size),
    files: [path, ...beside.map((file) => file.path)],
    globals: [],
    ...(model.producer !== '' && { writer: model.producer }),
    async read(name, wanted = {}) {
      const tensor = tensors.get(name);
      if (!tensor) throw new RangeError(`No tensor ${name}`);
      const place = { path: tensor.source.path, tensor: name };
      if (tensor.problem) throw new CheckpointError(tensor.problem, place);
      return readElements(tensor, place, wanted);
    },
  };
}

interface Tensor {
  readonly info: TensorInfo;
  /** The file that its elements lie in. */
  readonly source: ByteSource;
  /** Its elements as they are in memory, or packed; else `lists` has them. */
  readonly raw: Span | undefined;
  readonly lists: readonly Span[];
  /** Why it cannot be read. */
  readonly problem: Problem | undefined;
}

function find(
  initialiser: Initialiser,
  model: ByteSource,
  files: ReadonlyMap<string, ExternalFile>,
): Tensor {
  const { name, dims, type, typed, isSparse } = initialiser;
  const dtype = DTYPES.get(type);
  const count = elementCount(dims);
  const fault = shapeProblem(initialiser, dtype);
  const known = dtype ?? 'uint8';
  const info: TensorInfo = {
    name,
    dtype: known,
    shape: dims,
    bytes: fault ? 0 : byteLength(known, count),
    ...(packed(known) > 1 &&
      !fault && { stored: { type: `packed ${known}`, bytes: rawBytes(known, count) } }),
    ...(isSparse && { kind: 'sparse' as const }),
  };
  const lists = typed.get(listOf(known)) ?? [];
  if (fault) return { info, source: model, raw: undefined, lists, problem: fault };
  const raw = rawOf(initialiser, model, files, rawBytes(known, count));
  const problem = raw.problem ?? rawProblem(raw, rawBytes(known, count), { count, lists, known });
  return { info, source: raw.source, raw: raw.span, lists, problem };
}

function shapeProblem({ dims, type }: Initialiser, dtype: Dtype | undefined): Problem | undefined {
  if (!dtype) return { kind: 'unsupported', feature: `the type ${type} of initialisers` };
  if (dims.some((size) => size < 0)) return { kind: 'malformed', what: 'its shape is negative' };
  if (Number.isSafeInteger(elementCount(dims) * 128)) return undefined;
  return { kind: 'malformed', what: 'its shape holds more elements than can be counted' };
}

interface Raw {
  readonly source: ByteSource;
  readonly span?: Span | undefined;
  readonly problem?: Problem | undefined;
}

function rawOf(
  initialiser: Initialiser,
  model: ByteSource,
  files: ReadonlyMap<string, ExternalFile>,
  bytes: number,
): Raw {
  const external = externalOf(initialiser);
  if (!external) return { source: model, span: initialiser.raw };
  const file = files.get(external.location);
  if (!file?.source) return { source: model, problem: file?.problem };
  const { offset, length = bytes } = external;
  if (Number.isNaN(offset) || Number.isNaN(length)) {
    return { source: model, problem: { kind: 'malformed', what: 'its place is no number' } };
  }
  return { source: file.source, span: { start: offset, end: offset + length } };
}

interface Lists {
  readonly count: number;
  readonly lists: readonly Span[];
  readonly known: Dtype;
}

function rawProblem(
  { source, span }: Raw,
  bytes: number,
  { count, lists, known }: Lists,
): Problem | undefined {
  const { size } = source;
  if (span && known !== 'string') {
    if (span.end - span.start !== bytes) {
      const what = `its shape needs ${bytes} bytes, but it has ${span.end - span.start}`;
      return { kind: 'malformed', what };
    }
    return span.end > size ? { kind: 'truncated', needed: span.end, size } : undefined;
  }
  const end = Math.max(0, ...lists.map((list) => list.end));
  if (end > size) return { kind: 'truncated', needed: end, size };
  return count > 0 && lists.length === 0
    ? { kind: 'malformed', what: 'it has no elements' }
    : undefined;
}

async function readElements(
  { info, source, raw, lists }: Tensor,
  place: Place,
  options: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { dtype } = info;
  const { from, to, start, end } = elementSpan(info, options);
  const { signal } = options;
  if (!raw || dtype === 'string') {
    return readList({ source, spans: lists, dtype, from, to, place, signal });
  }
  const each = packed(dtype);
  if (each === 1) return source.read(raw.start + start, raw.start + end, signal);
  const first = Math.floor(from / each);
  const bytes = await source.read(raw.start + first, raw.start + Math.ceil(to / each), signal);
  return unpack(bytes, dtype, from - first * each, to - first * each);
}
