import { type Cells, type ChunkedColumn, type ChunkedTable, weightOf } from './chunked.ts';
import type { Rows } from './column.ts';

/** Bytes of chunks that are kept for the batches to come. */
const KEPT = 256 << 20;

/** Part of a chunk: its rows `[from, to)`. */
export interface ChunkPart {
  readonly cells: Cells;
  readonly from: number;
  readonly to: number;
  /** Of row `from` in the table. */
  readonly first: number;
}

/** Gives the chunks that some rows lie in; those used last stay in memory. */
export function chunkReader({ counts }: ChunkedTable) {
  const firsts: number[] = [];
  let total = 0;
  for (const count of counts) {
    firsts.push(total);
    total += count;
  }
  const kept = new Map<string, Cells>();
  let weight = 0;

  async function chunk(column: ChunkedColumn, at: number, signal?: AbortSignal): Promise<Cells> {
    signal?.throwIfAborted();
    const key = `${at} ${column.name}`;
    const known = kept.get(key);
    const cells = known ?? (await column.load(at, signal));
    kept.delete(key);
    kept.set(key, cells);
    if (!known) weight += weightOf(cells);
    for (const [oldest, old] of kept) {
      if (weight <= KEPT || oldest === key) break;
      kept.delete(oldest);
      weight -= weightOf(old);
    }
    return cells;
  }

  return {
    count: total,
    chunk,
    async rows(column: ChunkedColumn, { from, to, signal }: Rows): Promise<ChunkPart[]> {
      const parts: ChunkPart[] = [];
      for (const [at, first] of firsts.entries()) {
        const end = first + (counts[at] ?? 0);
        if (end <= from || first >= to || end === first) continue;
        const cells = await chunk(column, at, signal);
        const start = Math.max(from, first);
        parts.push({ cells, from: start - first, to: Math.min(to, end) - first, first: start });
      }
      return parts;
    },
  };
}

export type ChunkReader = ReturnType<typeof chunkReader>;
