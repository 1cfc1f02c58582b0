import type { HistoryChunk } from '#domain/history.ts';
import type { HistoryOptions } from '#formats/history-format.ts';
import { type Line, readLines } from '#formats/log-lines/lines.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { type Layout, layoutOf } from './layout.ts';
import { parseLine } from './parse-line.ts';
import { type Row, rowOf } from './row.ts';
import { RowLog } from './row-log.ts';

/** Bytes from the start by which it is told what the rows of a file count. */
const LAYOUT_SIZE = 1 << 18;

/** Bytes before the place to go on from that say where the counters stood. */
const RECALL_SIZE = 1 << 16;

/** A line and the row that it is; `null` where it is none. */
interface ReadLine {
  readonly line: Line;
  readonly object: ReturnType<typeof parseLine>;
  readonly row: Row | null;
}

/**
 * The metrics of a log of JSON objects, a chunk for each piece read. Reading may go on from a chunk's `end`:
 * a last line that is not whole yet is left for then.
 */
export async function* read(
  source: ByteSource,
  { from = 0, signal }: HistoryOptions = {},
): AsyncGenerator<HistoryChunk> {
  let log = from > 0 ? await recall(source, from, signal) : null;
  for await (const { lines, end } of readLines(source, { from, signal })) {
    const read = lines.filter(({ text }) => text.trim() !== '').map(readLine);
    const last = read.at(-1);
    // An object whose line has no end yet is whole all the same: its start is no object.
    const isWhole = last?.line.isLast === true && last.object !== null;
    log ??= new RowLog(source.path, layoutAt(read));
    for (const { line, object, row } of read) {
      if (row && object) log.add(row, object, line);
      else if (line.isLast) log.faults.cut(line, source.size);
      else log.faults.add('no JSON object', line);
    }
    yield log.take(isWhole ? source.size : end);
  }
}

function readLine(line: Line): ReadLine {
  const object = parseLine(line.text);
  return { line, object, row: object && rowOf(object) };
}

function layoutAt(read: readonly ReadLine[]): Layout {
  return layoutOf(
    read.filter(({ line }) => line.offset < LAYOUT_SIZE).flatMap(({ row }) => row ?? []),
  );
}

/** A log as it stood at a byte of the file. */
async function recall(source: ByteSource, from: number, signal?: AbortSignal): Promise<RowLog> {
  const head = await linesIn(source, 0, Math.min(from, LAYOUT_SIZE), signal);
  const log = new RowLog(source.path, layoutAt(head));
  const start = Math.max(0, from - RECALL_SIZE);
  const before = await linesIn(source, start, from, signal);
  // The first may be cut.
  for (const { line, object, row } of start > 0 ? before.slice(1) : before) {
    if (row && object) log.add(row, object, line);
  }
  log.take(from);
  return log;
}

async function linesIn(source: ByteSource, from: number, to: number, signal?: AbortSignal) {
  const part: ByteSource = {
    path: source.path,
    size: Math.min(to, source.size) - from,
    read: (start, end, inner) => source.read(from + start, from + end, inner),
  };
  const read: ReadLine[] = [];
  for await (const { lines } of readLines(part, { signal })) {
    for (const line of lines) if (!line.isLast) read.push(readLine(line));
  }
  return read;
}
