import type { RunDetails } from '#domain/run-details.ts';
import type { Metadata } from '#domain/tensor.ts';
import { POINTS_HEAD, type Points, pointLines } from './points-csv.ts';
import { metricJson } from './points-json.ts';

export interface AllPointsOptions {
  readonly read: (run: string, tag: string, signal: AbortSignal) => Promise<Points>;
  readonly signal: AbortSignal;
  /** Called with points done, of all that there are to be. */
  readonly onProgress: (points: number) => void;
}

/** Every point of every metric of the runs as one CSV, run by run. */
export async function* allCsv(
  details: readonly RunDetails[],
  { read, signal, onProgress }: AllPointsOptions,
): AsyncGenerator<string> {
  yield POINTS_HEAD;
  let done = 0;
  for (const { run, metrics } of details) {
    for (const { tag } of metrics) {
      const points = await read(run, tag, signal);
      yield* pointLines(run, tag, points);
      done += points.values.length;
      onProgress(done);
    }
  }
}

/** The same as one JSON document, each run with its configuration. */
export async function* allJson(
  details: readonly RunDetails[],
  { read, signal, onProgress }: AllPointsOptions,
): AsyncGenerator<string> {
  yield '{"runs":[';
  let done = 0;
  for (const [index, { run, configuration, metrics }] of details.entries()) {
    if (index > 0) yield ',';
    yield `\n{"run":${JSON.stringify(run)},"configuration":${plainJson(configuration)},"metrics":{`;
    for (const [at, { tag }] of metrics.entries()) {
      const points = await read(run, tag, signal);
      yield `${at > 0 ? ',' : ''}\n${JSON.stringify(tag)}:${metricJson(points)}`;
      done += points.values.length;
      onProgress(done);
    }
    yield '}}';
  }
  yield '\n]}\n';
}

/** What JSON has no words for becomes a text. */
function plainJson(value: { readonly [key: string]: Metadata }): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return String(inner);
    return typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner;
  });
}
