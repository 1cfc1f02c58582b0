import { BITS } from '#domain/dtype.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import { type Checkpoint, elementCount, type ReadOptions } from '#domain/tensor.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { findImpostor, pretenceProblem } from '#formats/recognise-impostor.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { Cursor } from '#io/cursor.ts';
import { type Entry, HEADER_START, type Header, parseHeader } from './header.ts';

/** The reference implementation's limit; a real header is a few hundred kilobytes. */
const MAX_HEADER_SIZE = 100_000_000;
/** Read at once with the length; most headers are shorter. */
const FIRST_READ = 64 * 1024;

/**
 * `u64` length of the header · JSON header · tensor bytes, whose offsets count from the end of the header.
 * One read, or two when the header is long. A file that ends too early still opens, with its defects.
 */
export async function open(source: ByteSource, { signal }: OpenOptions = {}): Promise<Checkpoint> {
  const { path, size } = source;
  const { entries, metadata, end, defects } = await readHeader(source, signal);
  return {
    tensors: new Map([...entries].map(([name, { info }]) => [name, info])),
    metadata,
    defects: [...defects, ...findLengthDefects(entries, end, source)],
    size,
    files: [path],
    globals: [],
    async read(name, options = {}) {
      const entry = entries.get(name);
      if (!entry) throw new RangeError(`No tensor ${name}`);
      const truncated = size < entry.end ? truncation(entry, source) : undefined;
      if (truncated) throw new CheckpointError(truncated.problem, truncated.place);
      const { start, end: stop } = spanOf(entry, options);
      return source.read(start, stop, options.signal);
    },
  };
}

async function readHeader(source: ByteSource, signal: AbortSignal | undefined): Promise<Header> {
  const { path, size } = source;
  const first = await source.read(0, Math.min(FIRST_READ, size), signal);
  const cursor = new Cursor(first, path);
  const length = headerLength(first);
  if (length === undefined || length === 0 || length > MAX_HEADER_SIZE) {
    const pretence = findImpostor(first);
    if (pretence) throw new CheckpointError(pretenceProblem(pretence), { path });
    if (length === undefined) return cursor.fail({ kind: 'truncated', needed: HEADER_START, size });
    if (length === 0) return cursor.fail({ kind: 'malformed', what: 'the header is empty' });
    return cursor.fail({
      kind: 'too-large',
      what: 'the header',
      size: length,
      limit: MAX_HEADER_SIZE,
    });
  }
  const end = HEADER_START + length;
  if (end > size) cursor.fail({ kind: 'truncated', needed: end, size });
  if (end <= first.length) return parseHeader(first.subarray(HEADER_START, end), path);
  const header = new Uint8Array(length);
  header.set(first.subarray(HEADER_START));
  header.set(await source.read(first.length, end, signal), first.length - HEADER_START);
  return parseHeader(header, path);
}

/** `undefined` when the file has not even that; rounded where it is past 2⁵³, which is far too large anyway. */
function headerLength(first: Uint8Array<ArrayBuffer>): number | undefined {
  if (first.length < HEADER_START) return undefined;
  return Number(new DataView(first.buffer, first.byteOffset).getBigUint64(0, true));
}

/** The file as a whole first, then each tensor that it lacks. */
function findLengthDefects(
  entries: ReadonlyMap<string, Entry>,
  end: number,
  source: ByteSource,
): readonly Defect[] {
  const { path, size } = source;
  if (size > end) {
    const what = `nothing says what the ${size - end} bytes after the last tensor are`;
    return [{ problem: { kind: 'malformed', what }, place: { path, offset: end } }];
  }
  if (size === end) return [];
  const short = [...entries.values()].filter((entry) => entry.end > size);
  return [
    { problem: { kind: 'truncated', needed: end, size }, place: { path } },
    ...short.map((entry) => truncation(entry, source)),
  ];
}

function truncation({ info, start, end }: Entry, { path, size }: ByteSource): Defect {
  return {
    problem: { kind: 'truncated', needed: end, size },
    place: { path, offset: start, tensor: info.name },
  };
}

/** The bytes of the elements asked for. Packed ones begin with a byte of their own only here and there. */
function spanOf({ info, start }: Entry, { from = 0, to }: ReadOptions) {
  const count = elementCount(info.shape);
  const bits = BITS[info.dtype];
  const last = to ?? count;
  if (!(from >= 0 && from <= last && last <= count) || (from * bits) % 8 !== 0) {
    throw new RangeError(`No elements ${from} to ${last} in ${info.name}`);
  }
  return { start: start + (from * bits) / 8, end: start + Math.ceil((last * bits) / 8) };
}
