import { CheckpointError } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { gunzip, piecesOf } from '#io/gunzip.ts';
import { rewindable } from '#io/rewind.ts';

/** Stops what is packed to unfold forever. */
const MAX_TEXT = 2 ** 38;

/** Bytes that are no UTF-8: the text is that of an older system, one byte for each character. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8';
}

export type TextEncoding = 'utf-8' | 'windows-1252';

/** The text of a file: once from start to end, and then any part of it. */
export interface TextFile {
  /** Piece by piece. A byte order mark is left out. */
  read(signal?: AbortSignal): AsyncGenerator<string>;
  /** Bytes of the byte order mark, once `read` is over; and of all the text behind it. */
  readonly mark: number;
  readonly length: number;
  /** Text between bytes that are counted from behind the mark. */
  part(from: number, to: number, signal?: AbortSignal): Promise<string>;
}

const MARK = [0xef, 0xbb, 0xbf];

/** The text of a file from start to end, unpacked where it is gzip. */
export async function* readText(source: ByteSource, signal?: AbortSignal): AsyncGenerator<string> {
  const text = await openText(source, { signal });
  try {
    yield* text.read(signal);
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    const what = 'its text is not in UTF-8';
    throw new CheckpointError({ kind: 'malformed', what }, { path: source.path }, { cause: error });
  }
}

interface TextOptions {
  readonly encoding?: TextEncoding;
  readonly signal?: AbortSignal | undefined;
}

/** Unpacks what is gzip. Reading throws `NotUtf8`. */
export async function openText(
  source: ByteSource,
  { encoding = 'utf-8', signal }: TextOptions = {},
): Promise<TextFile> {
  const start = await source.read(0, Math.min(2, source.size), signal);
  const isPacked = start[0] === 0x1f && start[1] === 0x8b;
  const pieces = (signal?: AbortSignal) =>
    isPacked ? gunzip(source, signal) : piecesOf(source, signal);
  const range = isPacked ? rewindable(() => gunzip(source)) : source.read;
  let mark = 0;
  let seen = 0;
  return {
    get mark() {
      return mark;
    },
    get length() {
      return seen - mark;
    },
    async *read(signal) {
      const decoder = new TextDecoder(encoding, { fatal: true });
      for await (const bytes of pieces(signal)) {
        signal?.throwIfAborted();
        if (seen === 0 && MARK.every((byte, i) => bytes[i] === byte)) mark = MARK.length;
        seen += bytes.length;
        if (seen > MAX_TEXT) {
          const problem = { what: 'text', size: seen, limit: MAX_TEXT } as const;
          throw new CheckpointError({ kind: 'too-large', ...problem }, { path: source.path });
        }
        yield decoded(decoder, bytes);
      }
      yield decoded(decoder);
    },
    async part(from, to, signal) {
      return new TextDecoder(encoding).decode(await range(mark + from, mark + to, signal));
    },
  };
}

function decoded(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch (cause) {
    throw new NotUtf8('', { cause });
  }
}
