import { CheckpointError, type Place } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { ZipEntry } from './zip-directory.ts';
import { inflate } from './zip-inflate.ts';
import { headerSize, parseLocalHeader } from './zip-local-header.ts';

type Bytes = Uint8Array<ArrayBuffer>;

interface Range {
  readonly from: number;
  readonly to: number;
  readonly signal?: AbortSignal | undefined;
}

/** Entries that take no more than this are read with their local header. */
const SMALL = 2 ** 16;
/** Larger ones as well, up to this, where at least so much of them is asked for. */
const MEDIUM = 2 ** 20;
const SHARE = 1 / 8;
/** Read at a time from an entry that is inflated, at first and in the end: often only its start is asked for. */
const FIRST_PIECE = 2 ** 16;
const PIECE = 2 ** 22;
/** Contents that were compressed are held in memory whole, whatever they inflate to. */
const MAX_INFLATED = 2 ** 30;
/** Room for the padding with which torch aligns contents to 64 bytes. */
const LOCAL_EXTRA = 256;

/** Reads what entries hold. A local header is looked at once, when its entry is first read. */
export function contentsReader(file: ByteSource) {
  const { path } = file;
  /** Where the contents of each entry begin, once known. */
  const starts = new Map<ZipEntry, number>();

  async function startOf(entry: ZipEntry, signal?: AbortSignal): Promise<number> {
    const known = starts.get(entry);
    if (known !== undefined) return known;
    const end = Math.min(entry.end, entry.offset + headerSize(entry) + LOCAL_EXTRA);
    const start = parseLocalHeader(await file.read(entry.offset, end, signal), entry, path);
    starts.set(entry, start);
    return start;
  }

  /** Contents of stored entries, from the first to the last in one read. */
  async function readTogether(
    entries: readonly ZipEntry[],
    signal?: AbortSignal,
  ): Promise<Map<string, Bytes>> {
    const from = Math.min(...entries.map(({ offset }) => offset));
    const span = await file.read(from, Math.max(...entries.map(({ end }) => end)), signal);
    const contents = entries.map((entry): [string, Bytes] => {
      const header = span.subarray(entry.offset - from, entry.end - from);
      const start = parseLocalHeader(header, entry, path);
      starts.set(entry, start);
      return [entry.name, span.slice(start - from, start - from + entry.size)];
    });
    return new Map(contents);
  }

  /** Bytes `[from, to)` of a stored entry. */
  async function readStored(entry: ZipEntry, { from, to, signal }: Range): Promise<Bytes> {
    if (!starts.has(entry) && isReadWhole(entry, to - from)) {
      const whole = (await readTogether([entry], signal)).get(entry.name);
      if (whole) return whole.slice(from, to);
    }
    const start = await startOf(entry, signal);
    return file.read(start + from, start + to, signal);
  }

  async function* stored(entry: ZipEntry, signal?: AbortSignal): AsyncGenerator<Bytes> {
    yield* piecesOf(file, await startOf(entry, signal), entry.compressedSize, signal);
  }

  /** Bytes `[from, to)` of a deflated entry. */
  async function readDeflated(entry: ZipEntry, { from, to, signal }: Range): Promise<Bytes> {
    const { name, size, offset } = entry;
    const place = { path, offset };
    if (to - from > MAX_INFLATED) {
      const problem = {
        kind: 'too-large',
        what: name,
        size: to - from,
        limit: MAX_INFLATED,
      } as const;
      throw new CheckpointError(problem, place);
    }
    let bytes: Bytes | undefined;
    let at = 0;
    for await (const piece of inflate(stored(entry, signal), entry, place)) {
      const start = Math.max(0, from - at);
      const end = Math.min(piece.length, to - at);
      // Not before there is anything to hold: the size is only a claim.
      bytes ??= new Uint8Array(to - from);
      if (start < end) bytes.set(piece.subarray(start, end), at + start - from);
      at += piece.length;
      if (at >= to && to < size) break;
    }
    return bytes ?? new Uint8Array(to - from);
  }

  async function read(entry: ZipEntry, range: Range): Promise<Bytes> {
    const { method, name, offset } = entry;
    if (method === 0) return readStored(entry, range);
    if (method === 8) return readDeflated(entry, range);
    throw unsupported(method, name, { path, offset });
  }

  async function* pieces(entry: ZipEntry): AsyncGenerator<Uint8Array> {
    const { method, name, offset } = entry;
    if (method !== 0 && method !== 8) throw unsupported(method, name, { path, offset });
    const raw = stored(entry);
    yield* method === 0 ? raw : inflate(raw, entry, { path, offset });
  }

  return { read, readTogether, pieces };
}

function unsupported(method: number, name: string, place: Place): CheckpointError {
  const feature = `compression method ${method}, used for ${name},`;
  return new CheckpointError({ kind: 'unsupported', feature }, place);
}

function isReadWhole({ offset, end }: ZipEntry, asked: number): boolean {
  const size = end - offset;
  return size <= SMALL || (size <= MEDIUM && asked >= size * SHARE);
}

/** A little at first, in case no more is wanted. */
async function* piecesOf(
  file: ByteSource,
  start: number,
  length: number,
  signal?: AbortSignal,
): AsyncGenerator<Bytes> {
  const end = start + length;
  let size = FIRST_PIECE;
  for (let at = start; at < end; ) {
    const to = Math.min(end, at + size);
    yield await file.read(at, to, signal);
    at = to;
    size = Math.min(PIECE, size * 4);
  }
}
