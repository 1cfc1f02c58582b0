import type { HistoryChunk } from '#domain/history.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { HistoryOptions } from '#formats/history-format.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { forwardReader } from '#io/forward-reader.ts';
import { type Header, isRemark, readHeader } from './header.ts';
import { type Row, rowAt, splitRow } from './row.ts';
import { Table } from './table.ts';
import { asUtf8, utf16Of } from './utf16.ts';

/** A row must be in memory to be divided. Real ones have some thousands of characters. */
const MAX_ROW = 16 << 20;

/** Columns become series; a log of 12 000 metrics is known. */
const MAX_COLUMNS = 100_000;

/**
 * The metrics of a log in CSV, a chunk for each piece read. A table is always read from its start: only
 * its header says what its cells are.
 */
export async function* read(
  source: ByteSource,
  { signal }: HistoryOptions = {},
): AsyncGenerator<HistoryChunk> {
  const { size } = source;
  const encoding = utf16Of(await source.read(0, Math.min(2, size), signal));
  if (!encoding) {
    yield* readTable(source, signal);
    return;
  }
  for await (const chunk of readTable(await asUtf8(source, encoding, signal), signal))
    yield { ...chunk, end: size, defects: chunk.defects.map(withoutOffset) };
}

/** Offsets in the UTF-8 that was made of a file are none in the file. */
function withoutOffset({ problem, place: { path } }: Defect): Defect {
  return { problem, place: { path } };
}

async function* readTable(
  source: ByteSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<HistoryChunk> {
  const { path, size } = source;
  const window = forwardReader(source, signal);
  const parser = new Parser(path);
  let at = 0;
  let needed = 1;
  do {
    const { bytes } = await window(at, needed);
    signal?.throwIfAborted();
    const end = at + bytes.length;
    const consumed = parser.over(bytes, at, end === size);
    // A row that does not fit is asked for again, and twice as much with it.
    needed = consumed === 0 ? bytes.length * 2 : 1;
    if (needed > MAX_ROW && end < size) {
      const problem = { kind: 'too-large', what: 'a row', size: needed, limit: MAX_ROW } as const;
      throw new CheckpointError(problem, { path, offset: at });
    }
    at += consumed;
    yield parser.take(at);
  } while (at < size);
}

/** Rows into a table, whose header may come again. */
class Parser {
  readonly #path: string;
  #table: Table | null = null;
  #cut: Defect | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads the whole rows of `bytes`, which lie at `offset`; gives how many bytes they are. */
  over(bytes: Uint8Array<ArrayBuffer>, offset: number, isLast: boolean): number {
    // A character for every byte, so that places in the text are places in the file.
    const text = new TextDecoder('latin1').decode(bytes);
    let at = offset === 0 && text.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0;
    for (let row = rowAt(text, at, isLast); row; row = rowAt(text, at, isLast)) {
      at = row.next;
      if (!isBlank(row.text)) this.#add(row, bytes, offset);
    }
    return at;
  }

  #add(row: Row, bytes: Uint8Array<ArrayBuffer>, base: number): void {
    const offset = base + row.start;
    const table = this.#table;
    if (!table) {
      const header = this.#firstHeader(row, bytes, offset);
      if (header) this.#table = new Table(header, this.#path);
      return;
    }
    const cells = splitRow(row.text, table.header.separator);
    if (row.isCut) this.#noteCut(row, cells, base);
    if (table.add(cells, offset)) return;
    const again = headerOf(row, bytes);
    if (again) table.setHeader(again);
    else table.fault('a row says no step or epoch', offset);
  }

  #firstHeader(row: Row, bytes: Uint8Array<ArrayBuffer>, offset: number): Header | null {
    const header = headerOf(row, bytes);
    if (!header && isRemark(row.text)) return null;
    const place = { path: this.#path, offset };
    if (!header) {
      const what = 'no column counts steps or epochs';
      throw new CheckpointError({ kind: 'malformed', what }, place);
    }
    const size = header.names.length;
    if (size > MAX_COLUMNS) {
      const problem = { kind: 'too-large', what: 'columns', size, limit: MAX_COLUMNS } as const;
      throw new CheckpointError(problem, place);
    }
    return header;
  }

  /** The last row has no end. If it has all its cells, only the last of them may be short. */
  #noteCut(row: Row, cells: string[], base: number): void {
    const isWhole = cells.length >= (this.#table?.header.names.length ?? 0);
    if (!isWhole) cells.pop();
    const size = base + row.next;
    const place = { path: this.#path, offset: base + row.start };
    this.#cut = { problem: { kind: 'truncated', needed: size + 1, size }, place };
  }

  take(end: number): HistoryChunk {
    const { series, defects } = this.#table?.take() ?? { series: [], defects: [] };
    const cut = this.#cut ? [this.#cut] : [];
    this.#cut = null;
    return { series, end, defects: [...defects, ...cut], unit: this.#table?.unit ?? 'step' };
  }
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** Names may be in any script: the bytes of a header are read as what they are. */
function headerOf({ start, text }: Row, bytes: Uint8Array<ArrayBuffer>): Header | null {
  return readHeader(new TextDecoder().decode(bytes.subarray(start, start + text.length)));
}
