import { BITS, byteLength } from '#domain/dtype.ts';
import { CheckpointError, type Defect, type Problem } from '#domain/problem.ts';
import {
  type Checkpoint,
  elementCount,
  type ReadOptions,
  type TensorInfo,
} from '#domain/tensor.ts';
import { elementSpan } from '#formats/element-span.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { swapBytes } from '#formats/pytorch/view.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { StreamCursor } from '#io/stream-cursor.ts';
import { decodeBlocks, isDecoded } from './decode.ts';
import { readHeader, type TensorHeader } from './header.ts';
import { type BlockType, TYPES } from './types.ts';

/** Decoded at once, in bytes. */
const MAX_DECODED = 2 ** 31;

/**
 * Key-value pairs and what there is of tensors, then the tensors, each aligned. Reads as much as the header takes.
 * Plain elements are given as they are; those in blocks are decoded to float32 where the type of block is known here.
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export async function open(source: ByteSource, { signal }: OpenOptions = {}): Promise<Checkpoint> {
  const { path, size } = source;
  const header = await readHeader(new StreamCursor(source, { signal }));
  const { bigEndian, dataStart } = header;
  const found = new Map<string, Found>();
  const defects: Defect[] = [];
  for (const tensor of header.tensors) {
    const place = { path, tensor: tensor.name };
    if (found.has(tensor.name)) {
      const what = `there are two tensors ${JSON.stringify(tensor.name)}`;
      defects.push({ problem: { kind: 'unsafe', what }, place });
    }
    const one = find(tensor, dataStart);
    found.set(tensor.name, one);
    const problem = one.problem ?? problemOf(one, size);
    if (problem) defects.push({ problem, place: { ...place, offset: one.start } });
  }
  return {
    tensors: new Map([...found].map(([name, { info }]) => [name, info])),
    metadata: header.metadata,
    defects: [...overlaps(found, path), ...defects],
    size,
    files: [path],
    globals: [],
    writer: `GGUF version ${header.version}${bigEndian ? ', big-endian' : ''}`,
    async read(name, options = {}) {
      const one = found.get(name);
      if (!one) throw new RangeError(`No tensor ${name}`);
      const problem = one.problem ?? problemOf(one, size) ?? decodingProblem(one.type);
      if (problem) throw new CheckpointError(problem, { path, tensor: name, offset: one.start });
      return readElements(one, { source, bigEndian }, options);
    },
  };
}

interface Found {
  readonly info: TensorInfo;
  readonly type: BlockType;
  /** Bytes `[start, end)` of the file. */
  readonly start: number;
  readonly end: number;
  /** Why it cannot be read whatever the file holds. */
  readonly problem: Problem | undefined;
}

const UNKNOWN: BlockType = { name: 'unknown', elements: 1, bytes: 0 };

function find({ name, shape, type: number, offset }: TensorHeader, dataStart: number): Found {
  const type = TYPES.get(number);
  const count = elementCount(shape);
  const known = type ?? UNKNOWN;
  const stored = (count / known.elements) * known.bytes;
  const problem = shapeProblem(type, number, shape, offset);
  const dtype = known.dtype ?? 'float32';
  const bytes = problem ? 0 : byteLength(dtype, count);
  const info = { name, dtype, shape, bytes };
  const start = dataStart + offset;
  return {
    info: known.dtype
      ? info
      : { ...info, stored: { type: type?.name ?? `type ${number}`, bytes: problem ? 0 : stored } },
    type: known,
    start,
    end: start + (problem ? 0 : stored),
    problem,
  };
}

function shapeProblem(
  type: BlockType | undefined,
  number: number,
  shape: readonly number[],
  offset: number,
): Problem | undefined {
  if (!type) return { kind: 'unsupported', feature: `the type ${number} of tensors` };
  const count = elementCount(shape);
  const bits = count * Math.max(BITS[type.dtype ?? 'float32'], 8);
  if (!Number.isSafeInteger(bits) || !Number.isSafeInteger(offset)) {
    return { kind: 'malformed', what: 'its shape holds more elements than can be counted' };
  }
  if ((shape.at(-1) ?? 1) % type.elements !== 0 && count > 0) {
    const what = `its rows do not end with a block of ${type.elements} elements`;
    return { kind: 'malformed', what };
  }
  return undefined;
}

function problemOf({ end, start }: Found, size: number): Problem | undefined {
  return end > size && end > start ? { kind: 'truncated', needed: end, size } : undefined;
}

function decodingProblem(type: BlockType): Problem | undefined {
  if (type.dtype || isDecoded(type)) return undefined;
  return { kind: 'unsupported', feature: `decoding of blocks of ${type.name}` };
}

/** Two tensors in the same bytes: honest files have none. */
function overlaps(found: ReadonlyMap<string, Found>, path: string): readonly Defect[] {
  const sorted = [...found.values()]
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start);
  return sorted.flatMap(({ info, start }, i) => {
    const before = sorted[i - 1];
    if (!before || before.end <= start) return [];
    const what = `it shares bytes with ${before.info.name}`;
    return [{ problem: { kind: 'malformed', what }, place: { path, tensor: info.name } }];
  });
}

interface Stored {
  readonly source: ByteSource;
  readonly bigEndian: boolean;
}

async function readElements(
  { info, type, start }: Found,
  { source, bigEndian }: Stored,
  options: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const span = elementSpan(info, options);
  if (type.dtype) {
    const bytes = await source.read(start + span.start, start + span.end, options.signal);
    if (bigEndian) swapBytes(bytes, BITS[type.dtype] / 8);
    return bytes;
  }
  if (span.end - span.start > MAX_DECODED) {
    const problem = { what: info.name, size: span.end - span.start, limit: MAX_DECODED };
    throw new CheckpointError({ kind: 'too-large', ...problem }, { path: source.path });
  }
  const [first, last] = [Math.floor(span.from / type.elements), Math.ceil(span.to / type.elements)];
  const bytes = await source.read(
    start + first * type.bytes,
    start + last * type.bytes,
    options.signal,
  );
  const values = decodeBlocks(bytes, type, bigEndian);
  const skipped = span.from - first * type.elements;
  const wanted = values.slice(skipped, skipped + span.to - span.from);
  return new Uint8Array(wanted.buffer);
}
