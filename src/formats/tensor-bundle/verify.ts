import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Verification, VerifyOptions } from '#domain/tensor.ts';
import { crc32c, maskCrc32c } from '#encodings/crc32c.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { BundleTensor, Piece } from './bundle-index.ts';
import { hasLengths } from './dtypes.ts';
import type { Span } from './first-reads.ts';
import { compare, parseElements, placeOf, type Storage, tooManyStrings } from './pieces.ts';

/** What is read at once, and how many of those: the quickest way through a file in Chromium. */
const CHUNK = 16 * 2 ** 20;
const READ_AHEAD = 4;
/** Reading on over a gap costs less than another read. */
const MAX_GAP = 64 * 1024;

/** A piece of a tensor while its checksum is computed. */
interface Check {
  readonly tensor: BundleTensor;
  readonly piece: Piece;
  /** Of the bytes so far. */
  crc: number;
  /** All bytes so far, for those whose checksum is not simply of them. */
  readonly gathered: Uint8Array[] | null;
}

/**
 * Compares the checksums of tensors, each shard from its start to its end, in large pieces.
 *
 * @param tensors those whose bytes are all there, and theirs alone
 */
export async function verifyTensors(
  tensors: readonly BundleTensor[],
  storage: Storage,
  { signal, onProgress }: VerifyOptions,
): Promise<Verification> {
  const pieces = tensors.flatMap((tensor) => tensor.pieces.map((piece) => ({ tensor, piece })));
  const skipped = pieces.filter(isTooLong);
  const defects: Defect[] = [];
  let before = 0;
  for (const [shard, source] of storage.sources) {
    const checks = pieces
      .filter((check) => check.piece.shard === shard && !isTooLong(check))
      .sort((a, b) => a.piece.offset - b.piece.offset)
      .map(
        ({ tensor, piece }): Check => ({
          tensor,
          piece,
          crc: 0,
          gathered: hasLengths(tensor.info.dtype) ? [] : null,
        }),
      );
    let at = 0;
    for await (const { from, bytes } of readAhead(source, spansOf(checks), signal)) {
      for (; at < checks.length; at++) {
        const check = checks[at];
        if (!check || !feed(check, from, bytes)) break;
        const defect = findDefect(check, storage);
        if (defect) defects.push(defect);
      }
      onProgress?.(before + from + bytes.length);
    }
    before += source.size;
    onProgress?.(before);
  }
  return { defects, checked: skipped.length === 0 };
}

function isTooLong({ tensor, piece }: { tensor: BundleTensor; piece: Piece }): boolean {
  return hasLengths(tensor.info.dtype) && tooManyStrings(piece) !== undefined;
}

/** Takes what it needs of `bytes`, which lie from byte `from` on. Gives whether it is complete. */
function feed(check: Check, from: number, bytes: Uint8Array): boolean {
  const { offset, size } = check.piece;
  const start = Math.max(offset - from, 0);
  const end = Math.min(offset + size - from, bytes.length);
  if (start < end) {
    if (check.gathered) check.gathered.push(bytes.slice(start, end));
    else check.crc = crc32c(bytes, check.crc, start, end);
  }
  return offset + size <= from + bytes.length;
}

function findDefect({ tensor, piece, crc, gathered }: Check, storage: Storage): Defect | undefined {
  try {
    if (gathered) parseElements(tensor.info, piece, storage, concatenate(gathered, piece.size));
    else compare(maskCrc32c(crc), piece, placeOf(tensor.info, piece, storage));
    return undefined;
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    return { problem: error.problem, place: error.place };
  }
}

function concatenate(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}

/** What is to be read, in order, none longer than a chunk. */
function spansOf(checks: readonly Check[]): readonly Span[] {
  const joined: { from: number; to: number }[] = [];
  for (const { piece } of checks) {
    const last = joined.at(-1);
    const to = piece.offset + piece.size;
    if (last && piece.offset - last.to <= MAX_GAP) last.to = Math.max(last.to, to);
    else joined.push({ from: piece.offset, to });
  }
  return joined.flatMap(({ from, to }) =>
    Array.from({ length: Math.max(1, Math.ceil((to - from) / CHUNK)) }, (_, i) => ({
      from: from + i * CHUNK,
      to: Math.min(from + (i + 1) * CHUNK, to),
    })),
  );
}

async function* readAhead(source: ByteSource, spans: readonly Span[], signal?: AbortSignal) {
  const pending: Promise<Uint8Array>[] = [];
  for (const [i, { from }] of spans.entries()) {
    for (const span of spans.slice(i + pending.length, i + READ_AHEAD)) {
      const read = source.read(span.from, span.to, signal);
      read.catch(() => undefined); // it is awaited in its turn, if that comes
      pending.push(read);
    }
    yield { from, bytes: (await pending.shift()) ?? new Uint8Array() };
  }
}
