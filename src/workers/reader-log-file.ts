import type { HistoryChunk } from '#domain/history.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { FileRef } from '#domain/run.ts';
import type { HistoryFormat } from '#formats/history-format.ts';
import { historyFormats, probe, textFormats } from '#formats/index.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { Directory } from '#io/directory.ts';
import type { LogFile } from '#runs/run-log.ts';
import { defectOf, openPath } from './reader-files.ts';
import { createLru } from './reader-lru.ts';

/** What was read of one file, and what is wrong with it. */
export interface ReadFile extends LogFile {
  readonly defects: readonly Defect[];
}

/** A file that may be read on from where it ended. */
interface Kept {
  readonly chunks: readonly HistoryChunk[];
  readonly size: number;
  readonly end: number;
  /** The first bytes, and those before `end`: where they are others, it is another file. */
  readonly head: Uint8Array;
  readonly seam: Uint8Array;
}

/** Bytes of points kept to read on from; logs that are too long for it are read anew. */
const KEPT = 64_000_000;

/** A file that has not changed for so many milliseconds is not expected to. */
const SETTLED = 24 * 3600 * 1000;

/** Bytes before the end that must be as they were. */
const SEAM = 1024;

/** Files of a log beside the one that it is known by. */
export type PartsOf = (path: string) => readonly string[];

/** Reads log files; one that has only grown since, from where it ended. */
export function createLogFiles(directory: Directory, partsOf: PartsOf) {
  const kept = createLru<Kept>(KEPT, weightOf);

  /** @param seen the file as it was a moment ago, where that is known */
  return async (path: string, seen: FileRef | null, signal: AbortSignal): Promise<ReadFile> => {
    const chunks: HistoryChunk[] = [];
    const found: Defect[] = [];
    try {
      const ref = seen ?? (await directory.stat(path));
      const source = await directory.open(ref);
      const { format, head } = await formatOf(source, signal);
      const known = format.resumable
        ? await resumed(kept.get(path), { source, head, signal })
        : null;
      chunks.push(...(known?.chunks ?? []));
      const parts = partsOf(path).map((part) => ({
        path: part,
        open: () => openPath(directory, part),
      }));
      for await (const chunk of format.read(source, { from: known?.end, signal, parts })) {
        chunks.push(chunk);
      }
      if (format.resumable && parts.length === 0 && Date.now() - ref.modified < SETTLED) {
        const end = chunks.at(-1)?.end ?? 0;
        const seam = await source.read(Math.max(0, end - SEAM), end, signal);
        kept.set(path, { chunks, size: source.size, end, head, seam });
      }
    } catch (error) {
      signal.throwIfAborted();
      kept.delete(path);
      found.push(defectOf(error, path));
    }
    return { path, chunks, defects: [...chunks.flatMap(({ defects }) => defects), ...found] };
  };
}

interface Again {
  readonly source: ByteSource;
  readonly head: Uint8Array;
  readonly signal: AbortSignal;
}

/** What was read before, without what is read again; `null` where the file is not that one any more. */
async function resumed(
  known: Kept | undefined,
  { source, head, signal }: Again,
): Promise<Pick<Kept, 'chunks' | 'end'> | null> {
  if (!known || known.end === 0 || source.size < known.size) return null;
  const { chunks, end, seam } = known;
  if (!isSame(known.head, head.subarray(0, known.head.length))) return null;
  const again = await source.read(end - seam.length, end, signal);
  if (!isSame(seam, again)) return null;
  return { chunks: chunks.map((chunk) => withoutDefectsFrom(chunk, end)), end };
}

/** Defects at or after the end are met again. */
function withoutDefectsFrom(chunk: HistoryChunk, end: number): HistoryChunk {
  const defects = chunk.defects.filter(({ place }) => (place.offset ?? 0) < end);
  return defects.length === chunk.defects.length ? chunk : { ...chunk, defects };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function weightOf({ chunks }: Kept): number {
  const columns = chunks.flatMap(({ series }) =>
    series.flatMap(({ steps, values, epochs, times }) => [steps, values, epochs, times]),
  );
  return columns.reduce((sum, { byteLength }) => sum + byteLength, 10_000);
}

async function formatOf(
  source: ByteSource,
  signal: AbortSignal,
): Promise<{ readonly format: HistoryFormat; readonly head: Uint8Array }> {
  const seen = await probe(source, signal);
  const formats = [...historyFormats, ...textFormats];
  const format = formats.find((candidate) => candidate.detect(seen));
  if (format) return { format, head: seen.head };
  throw new CheckpointError(
    { kind: 'unsupported', feature: 'this kind of log' },
    { path: source.path },
  );
}
