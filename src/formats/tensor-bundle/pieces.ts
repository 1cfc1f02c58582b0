import { BITS, byteLength } from '#domain/dtype.ts';
import { CheckpointError, type Place, type Problem } from '#domain/problem.ts';
import { packStrings } from '#domain/strings.ts';
import { elementCount, type TensorInfo } from '#domain/tensor.ts';
import { maskedCrc32c } from '#encodings/crc32c.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { Cursor } from '#io/cursor.ts';
import type { BundleTensor, Piece } from './bundle-index.ts';
import { hasLengths } from './dtypes.ts';
import { parseStrings, parseVariants, swapBytes } from './elements.ts';
import { type Run, runsOf } from './slices.ts';

/** Elements with lengths of their own are taken apart in memory. */
const MAX_STRING_BYTES = 256 * 2 ** 20;
const MAX_STRINGS = 2 ** 23;

/** Where the elements of a bundle are. */
export interface Storage {
  readonly sources: ReadonlyMap<number, ByteSource>;
  readonly bigEndian: boolean;
}

/** Elements `[from, to)`, row-major. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Elements of a tensor, little-endian. A piece of it that is read whole is compared with its checksum, and
 * refused as `corrupt`; of a part, the checksum cannot tell.
 */
export async function readElements(
  tensor: BundleTensor,
  storage: Storage,
  range: Range,
): Promise<Uint8Array<ArrayBuffer>> {
  const { info, pieces } = tensor;
  if (hasLengths(info.dtype)) return packStrings(await readStrings(tensor, storage, range));
  const [only] = pieces;
  if (only && info.dtype === 'resource') {
    const problem = { kind: 'unsupported', feature: 'a tensor of resources' } as const;
    throw new CheckpointError(problem, placeOf(info, only, storage));
  }
  if (only && pieces.length === 1) return readNumbers(info, only, storage, range);
  const width = BITS[info.dtype] / 8;
  const joined = new Uint8Array(byteLength(info.dtype, range.to - range.from));
  for (const piece of pieces) {
    const runs = () => runsOf(piece.box, info.shape, range.from, range.to);
    const span = spanOf(runs());
    if (!span) continue;
    const part = await readNumbers(info, piece, storage, { ...range, ...span });
    for (const { at, source, length } of runs()) {
      const start = (source - span.from) * width;
      joined.set(part.subarray(start, start + length * width), (at - range.from) * width);
    }
  }
  return joined;
}

async function readStrings(
  { info, pieces }: BundleTensor,
  storage: Storage,
  { from, to, signal }: Range,
): Promise<readonly Uint8Array[]> {
  const joined = new Array<Uint8Array>(to - from).fill(new Uint8Array());
  for (const piece of pieces) {
    const { offset, size } = piece;
    const bytes = await sourceOf(piece, storage).read(offset, offset + size, signal);
    const elements = parseElements(info, piece, storage, bytes);
    for (const { at, source, length } of runsOf(piece.box, info.shape, from, to)) {
      for (let i = 0; i < length; i++) {
        joined[at - from + i] = elements[source + i] ?? new Uint8Array();
      }
    }
  }
  return joined;
}

/** `from` and `to` count elements of the piece. */
async function readNumbers(
  info: TensorInfo,
  piece: Piece,
  storage: Storage,
  { from, to, signal }: Range,
): Promise<Uint8Array<ArrayBuffer>> {
  const width = BITS[info.dtype] / 8;
  const { offset, size } = piece;
  const source = sourceOf(piece, storage);
  const bytes = await source.read(offset + from * width, offset + to * width, signal);
  return bytes.length === size
    ? parseNumbers(info, piece, storage, bytes)
    : littleEndian(bytes, info, storage);
}

/** The elements of a piece of numbers, from all of its bytes. Throws where the checksum does not match. */
export function parseNumbers(
  info: TensorInfo,
  piece: Piece,
  storage: Storage,
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  compare(maskedCrc32c(bytes), piece, placeOf(info, piece, storage));
  return littleEndian(bytes, info, storage);
}

function littleEndian(
  bytes: Uint8Array<ArrayBuffer>,
  { dtype }: TensorInfo,
  { bigEndian }: Storage,
): Uint8Array<ArrayBuffer> {
  if (bigEndian) swapBytes(bytes, dtype);
  return bytes;
}

/** The elements of a piece of strings or variants, from all of its bytes. Throws where a checksum does not match. */
export function parseElements(
  info: TensorInfo,
  piece: Piece,
  storage: Storage,
  bytes: Uint8Array<ArrayBuffer>,
): readonly Uint8Array<ArrayBuffer>[] {
  const place = placeOf(info, piece, storage);
  const problem = tooManyStrings(piece);
  if (problem) throw new CheckpointError(problem, place);
  const parse = info.dtype === 'string' ? parseStrings : parseVariants;
  try {
    const cursor = new Cursor(bytes, place.path, piece.offset);
    const { elements, crc } = parse(cursor, elementCount(piece.box.lengths), storage.bigEndian);
    compare(crc, piece, place);
    return elements;
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw new CheckpointError(withoutTruncation(error.problem), place, { cause: error });
  }
}

export function tooManyStrings({ size, box }: Piece): Problem | undefined {
  const count = elementCount(box.lengths);
  if (size <= MAX_STRING_BYTES && count <= MAX_STRINGS) return undefined;
  return { kind: 'unsupported', feature: `a tensor of ${count} strings in ${size} bytes` };
}

/** Where a piece lies, for messages. */
export function placeOf(info: TensorInfo, piece: Piece, storage: Storage): Place {
  const { path } = sourceOf(piece, storage);
  return { path, offset: piece.offset, tensor: info.name };
}

export function compare(crc: number, { crc: stored, size }: Piece, place: Place): void {
  if (crc === stored) return;
  const what = `the checksum of its ${size} bytes is ${hex(crc)}, but ${hex(stored)} was stored`;
  throw new CheckpointError({ kind: 'corrupt', what }, place);
}

function sourceOf({ shard }: Piece, { sources }: Storage): ByteSource {
  const source = sources.get(shard);
  if (!source) throw new RangeError(`Shard ${shard} is not open`);
  return source;
}

/** Lengths that lead out of the tensor are damaged; the file goes on. */
function withoutTruncation(problem: Problem): Problem {
  if (problem.kind !== 'truncated') return problem;
  return { kind: 'corrupt', what: 'the lengths of its elements lead out of it' };
}

function spanOf(runs: Iterable<Run>): { from: number; to: number } | undefined {
  let from: number | undefined;
  let to = 0;
  for (const { source, length } of runs) {
    from ??= source;
    to = source + length;
  }
  return from === undefined ? undefined : { from, to };
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
