import { CheckpointError } from '#domain/problem.ts';
import { FlatTable } from '#encodings/flatbuffer.ts';
import type { ByteSource } from '#io/byte-source.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

/** A message and where its body is, in bytes of the file. */
export interface Message {
  readonly kind: 'schema' | 'dictionary' | 'batch' | 'other';
  readonly header: FlatTable;
  /** Of the metadata. */
  readonly start: number;
  readonly body: number;
  /** Where the next message may begin. */
  readonly end: number;
}

/** 64 MB: a schema of a million columns. */
const MAX_METADATA = 64 << 20;

const KINDS: readonly Message['kind'][] = ['other', 'schema', 'dictionary', 'batch'];
const CONTINUATION = 0xffffffff;

/**
 * The message at an offset; `null` at the end of a stream.
 *
 *     ffffffff · i32 size of the metadata · Message · padding · body
 *
 * Versions before 0.15 had no `ffffffff`. Throws `truncated` or `malformed`.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format
 */
export async function readMessage(
  source: ByteSource,
  at: number,
  signal?: AbortSignal,
): Promise<Message | null> {
  const { size, path } = source;
  if (at >= size || size - at < 4) return null;
  const prefix = await source.read(at, Math.min(size, at + 8), signal);
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.length);
  const isNew = view.getUint32(0, true) === CONTINUATION;
  if (isNew && prefix.length < 8) {
    throw new CheckpointError({ kind: 'truncated', needed: at + 8, size }, { path });
  }
  const length = view.getInt32(isNew ? 4 : 0, true);
  if (length === 0) return null;
  const start = at + (isNew ? 8 : 4);
  if (length < 0 || length > MAX_METADATA) {
    const what = `a message of ${length} bytes cannot be`;
    throw new CheckpointError({ kind: 'malformed', what }, { path, offset: at });
  }
  const needed = start + length;
  if (needed > size) throw new CheckpointError({ kind: 'truncated', needed, size }, { path });
  const table = FlatTable.root(await source.read(start, needed, signal), { path, offset: start });
  const header = table.table(2);
  const bodyLength = table.i64(3);
  const end = needed + bodyLength;
  if (!header || bodyLength < 0) {
    throw new CheckpointError({ kind: 'malformed', what: 'a message without contents' }, { path });
  }
  if (end > size) throw new CheckpointError({ kind: 'truncated', needed: end, size }, { path });
  return { kind: KINDS[table.u8(1)] ?? 'other', header, start: at, body: needed, end };
}

/** The schema of a file and where its batches are. */
export interface Contents {
  readonly schema: FlatTable;
  /** Offsets of messages. */
  readonly dictionaries: readonly number[];
  readonly batches: readonly number[];
}

const MAGIC = 'ARROW1';

export async function readContents(source: ByteSource, signal?: AbortSignal): Promise<Contents> {
  const head = await source.read(0, Math.min(8, source.size), signal);
  const isFile = String.fromCharCode(...head.subarray(0, 6)) === MAGIC;
  return isFile ? readFooter(source, signal) : readStream(source, signal);
}

/** `ARROW1 …  footer · i32 its size · ARROW1` */
async function readFooter(source: ByteSource, signal?: AbortSignal): Promise<Contents> {
  const { path, size } = source;
  const cut = { kind: 'truncated', needed: size + 1, size } as const;
  if (size < 18) throw new CheckpointError(cut, { path });
  const tail = await source.read(size - 10, size, signal);
  if (String.fromCharCode(...tail.subarray(4)) !== MAGIC) throw new CheckpointError(cut, { path });
  const length = new DataView(tail.buffer, tail.byteOffset).getInt32(0, true);
  const end = size - 10;
  if (length <= 0 || length > end || length > MAX_METADATA) {
    throw new CheckpointError({ kind: 'malformed', what: 'a footer that cannot be' }, { path });
  }
  const place = { path, offset: end - length };
  const footer = FlatTable.root(await source.read(end - length, end, signal), place);
  const schema = footer.table(1);
  if (!schema) throw new CheckpointError({ kind: 'malformed', what: 'it has no schema' }, place);
  const offsets = (field: number) => footer.structs(field, 3).map(([offset = 0]) => offset);
  return { schema, dictionaries: offsets(2), batches: offsets(3) };
}

async function readStream(source: ByteSource, signal?: AbortSignal): Promise<Contents> {
  const { path } = source;
  const dictionaries: number[] = [];
  const batches: number[] = [];
  let schema: FlatTable | null = null;
  for (let at = 0; ; ) {
    const message = await readMessage(source, at, signal);
    if (!message) break;
    if (message.kind === 'schema') schema ??= message.header;
    else if (message.kind === 'dictionary') dictionaries.push(at);
    else if (message.kind === 'batch') batches.push(at);
    at = message.end;
  }
  if (!schema) throw new CheckpointError({ kind: 'malformed', what: 'it has no schema' }, { path });
  return { schema, dictionaries, batches };
}
