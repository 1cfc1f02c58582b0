import { expect } from 'vitest';
import type { HistoryChunk, Series } from '#domain/history.ts';
import { CheckpointError } from '#domain/problem.ts';
import { joinChunks, summarize } from '#domain/series.ts';
import type { HistoryFormat, HistoryOptions } from '#formats/history-format.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { bytesSource, collect } from '#io/testing.ts';

/** A history as a framework read it: of the fields of `expected.json` those that every format has. */
export interface GoldenHistory {
  readonly path: string;
  readonly series: readonly { readonly tag: string; readonly count: number }[];
  readonly optional?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the fields it reads
  readonly metadata?: any;
}

export function textSource(text: string, path: string): ByteSource {
  return bytesSource(new TextEncoder().encode(text), path);
}

export const chunksOf = (
  format: HistoryFormat,
  source: ByteSource,
  options?: HistoryOptions,
): Promise<HistoryChunk[]> => collect(format.read(source, options));

/** A series in the words of `expected.json`. */
export function asGolden(series: Series) {
  const { count, nonfinite, first, last, min, max } = summarize(series);
  const finite = (value: number | undefined) => (Number.isFinite(value) ? value : null);
  return {
    tag: series.tag,
    count,
    first: [first?.step, finite(first?.value)],
    last: [last?.step, finite(last?.value)],
    min: finite(min?.value),
    max: finite(max?.value),
    nonfinite,
  };
}

const byTag = (a: { readonly tag: string }, b: { readonly tag: string }) =>
  a.tag < b.tag ? -1 : 1;

/** These series and no others, but those that a test lets be. */
export function expectSeries(
  chunks: readonly HistoryChunk[],
  golden: Pick<GoldenHistory, 'series'>,
  isLet: (tag: string) => boolean = () => false,
): void {
  const found = joinChunks(chunks)
    .map(asGolden)
    .filter(({ tag }) => !isLet(tag) || golden.series.some((one) => one.tag === tag));
  expect(found.sort(byTag)).toEqual([...golden.series].sort(byTag));
}

/** Steps, values, epochs and times of each tag. */
export function columnsOf(chunks: readonly HistoryChunk[]) {
  return Object.fromEntries(
    joinChunks(chunks).map(({ tag, steps, values, epochs, times }) => [
      tag,
      { steps: [...steps], values: [...values], epochs: [...epochs], times: [...times] },
    ]),
  );
}

/** Whatever befalls a file, reading it ends with points or a `CheckpointError`. */
export async function expectToSurvive(
  format: HistoryFormat,
  bytes: Uint8Array<ArrayBuffer>,
  { path, rounds }: { readonly path: string; readonly rounds: number },
): Promise<void> {
  const random = seeded(4);
  for (let round = 0; round < rounds; round++) {
    try {
      for (const { series } of await chunksOf(format, bytesSource(mutate(bytes, random), path))) {
        for (const { steps, values, epochs, times } of series) {
          expect(values).toHaveLength(steps.length);
          for (const column of [epochs, times]) {
            expect([0, steps.length]).toContain(column.length);
          }
        }
      }
    } catch (error) {
      expect(error).toBeInstanceOf(CheckpointError);
    }
  }
}
