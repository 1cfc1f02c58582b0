import type { ByteSource } from '#io/byte-source.ts';

/** What is read of a shard when a bundle is opened. */
const MAX_READS = 4;
const MAX_BYTES = 2 ** 20;
/** Or this part of the shard, where that is more. */
const MAX_PART = 0.001;
/** Reading on over a gap costs less than another read. */
const MIN_GAP = 16 * 1024;

/** Bytes `[from, to)` of a file. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Joins what is wanted into few reads that cost little. `wanted` is in order of importance: what would cost
 * too much is left out from the end, but the first is always read.
 *
 * @returns the bytes of a span, as a copy; `undefined` where it was left out
 */
export async function readFirst(
  source: ByteSource,
  wanted: readonly Span[],
  signal?: AbortSignal,
): Promise<(span: Span) => Uint8Array<ArrayBuffer> | undefined> {
  const limit = Math.max(MAX_BYTES, source.size * MAX_PART);
  let kept = wanted;
  while (kept.length > 1 && cost(join(kept)) > limit) kept = kept.slice(0, -1);
  const reads = await Promise.all(
    join(kept).map(async (span) => ({
      ...span,
      bytes: await source.read(span.from, span.to, signal),
    })),
  );
  return ({ from, to }) => {
    const read = reads.find((span) => span.from <= from && to <= span.to);
    return read?.bytes.slice(from - read.from, to - read.from);
  };
}

/** Leaves the widest gaps between spans open, and fills all others. */
function join(spans: readonly Span[]): readonly Span[] {
  const sorted = [...spans].sort((a, b) => a.from - b.from);
  const gaps = sorted.slice(1).map(({ from }, i) => ({ from, width: from - (sorted[i]?.to ?? 0) }));
  gaps.sort((a, b) => b.width - a.width);
  const cuts = new Set(
    gaps
      .slice(0, MAX_READS - 1)
      .filter(({ width }) => width > MIN_GAP)
      .map(({ from }) => from),
  );
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of sorted) {
    const last = joined.at(-1);
    if (!last || cuts.has(from)) joined.push({ from, to });
    else last.to = Math.max(last.to, to);
  }
  return joined;
}

function cost(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}
