import { CheckpointError, explain } from '#domain/problem.ts';
import { readTfRecords } from '#encodings/tfrecord.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** A batch is read at once, and needs no more memory than this. */
const MAX_BATCH = 2 ** 30;

/** Where all records lie; none of their contents are kept. */
export interface Records {
  readonly count: number;
  /** Records `[from, to)`, one after another; what is given is good until the next one is. */
  read(from: number, to: number, signal?: AbortSignal): Promise<readonly Record[]>;
}

/** A record, `[from, to)` of some bytes. */
export interface Record {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly from: number;
  readonly to: number;
  readonly path: string;
}

/**
 * Goes once through all records of some files, whose checksums are compared.
 * @throws `corrupt` or `truncated`, naming the record, counted from 0 in its file
 */
export async function indexRecords(
  sources: readonly ByteSource[],
  visit: (record: Record) => void,
  signal?: AbortSignal,
): Promise<Records> {
  const shards: Shard[] = [];
  let count = 0;
  for (const source of sources) {
    const shard = await indexShard(source, visit, signal);
    shards.push({ ...shard, first: count });
    count += shard.starts.length;
  }
  return {
    count,
    async read(from, to, inner) {
      const parts = shards.map((shard) => readShard(shard, from, to, inner));
      return (await Promise.all(parts)).flat();
    },
  };
}

interface Shard {
  readonly source: ByteSource;
  /** Of the payloads. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** How many records come before. */
  readonly first: number;
}

async function indexShard(
  source: ByteSource,
  visit: (record: Record) => void,
  signal?: AbortSignal,
): Promise<Omit<Shard, 'first'>> {
  const { path, size } = source;
  const starts = new Numbers();
  const ends = new Numbers();
  let at = 0;
  const progress = readTfRecords(
    source,
    ({ bytes, base }, from, to) => {
      starts.push(base + from);
      ends.push(base + to);
      visit({ bytes, from, to, path });
    },
    { signal },
  );
  for await (const { end, defects } of progress) {
    at = end;
    const [first] = defects;
    if (first) {
      const record = starts.countBelow(first.place.offset ?? 0);
      const what = `record ${record} (counted from 0): ${explain(first.problem)}`;
      throw new CheckpointError({ kind: 'corrupt', what }, first.place);
    }
  }
  if (at < size) {
    const problem = { kind: 'truncated', needed: size + 1, size } as const;
    throw new CheckpointError(problem, { path, offset: at });
  }
  return { source, starts: starts.whole(), ends: ends.whole() };
}

async function readShard(
  { source, starts, ends, first }: Shard,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<Record[]> {
  const start = Math.max(0, from - first);
  const end = Math.min(starts.length, to - first);
  if (start >= end) return [];
  const base = starts[start] ?? 0;
  const size = (ends[end - 1] ?? 0) - base;
  if (size > MAX_BATCH) {
    const problem = { kind: 'too-large', what: 'batch', size, limit: MAX_BATCH } as const;
    throw new CheckpointError(problem, { path: source.path });
  }
  const bytes = await source.read(base, base + size, signal);
  return Array.from({ length: end - start }, (_, i) => {
    const at = start + i;
    const [a, b] = [starts[at] ?? 0, ends[at] ?? 0];
    return { bytes, from: a - base, to: b - base, path: source.path };
  });
}

/** Numbers in increasing order that become more: 8 bytes each. */
class Numbers {
  #values = new Float64Array(1024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  countBelow(limit: number): number {
    return this.whole().filter((value) => value < limit).length;
  }

  whole(): Float64Array {
    return this.#values.slice(0, this.#length);
  }
}
