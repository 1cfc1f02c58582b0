import type { HistoryChunk } from '#domain/history.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { HistoryOptions } from '#formats/history-format.ts';
import { isObject, numberOf, parseLine } from '#formats/json-log/parse-line.ts';
import { SeriesColumns } from '#formats/log-lines/series-columns.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { valuesOf } from './values.ts';

/** Summaries hold a value for each metric, and histograms. */
const MAX_SIZE = 64 << 20;

/** The last value of each metric, at the last step. */
export async function* read(
  source: ByteSource,
  { signal }: HistoryOptions = {},
): AsyncGenerator<HistoryChunk> {
  const { path, size } = source;
  if (size > MAX_SIZE) {
    throw new CheckpointError(
      { kind: 'too-large', what: 'text file', size, limit: MAX_SIZE },
      { path },
    );
  }
  const summary = parseLine(new TextDecoder().decode(await source.read(0, size, signal)));
  if (!isObject(summary)) {
    throw new CheckpointError({ kind: 'malformed', what: 'no JSON object' }, { path });
  }
  const number = (key: string) => numberOf(summary[key]) ?? Number.NaN;
  const position = {
    step: number('_step') || 0,
    epoch: number('epoch'),
    time: number('_timestamp'),
  };
  const columns = new SeriesColumns();
  const { numbers } = valuesOf(Object.entries(summary));
  for (const [tag, value] of numbers) if (!tag.startsWith('_')) columns.add(tag, value, position);
  yield { series: columns.take(), end: size, defects: [], unit: 'step' };
}
