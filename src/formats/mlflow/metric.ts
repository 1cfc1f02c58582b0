import type { HistoryChunk } from '#domain/history.ts';
import { FaultyLines } from '#formats/log-lines/faulty-lines.ts';
import { readLines } from '#formats/log-lines/lines.ts';
import { SeriesColumns } from '#formats/log-lines/series-columns.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** `milliseconds value step`; old stores have no step, new ones may name a data set and its digest. */
const FIELD_COUNTS = new Set([2, 3, 5]);

/**
 * The points of the file of one metric.
 *
 * @param tag its name: the path below `metrics`
 * @see https://github.com/mlflow/mlflow/blob/master/mlflow/store/tracking/file_store.py `_get_metric_from_line`
 */
export async function readMetric(
  source: ByteSource,
  tag: string,
  signal?: AbortSignal,
): Promise<HistoryChunk> {
  const columns = new SeriesColumns();
  const faults = new FaultyLines(source.path);
  let fullest = 0;
  for await (const { lines } of readLines(source, { signal })) {
    for (const line of lines) {
      const fields = line.text.trim().split(/\s+/);
      if (fields[0] === '') continue;
      // A line that is being written may lack its step.
      if (line.isLast && fields.length < fullest) faults.cut(line, source.size);
      else if (add(columns, tag, fields)) fullest = Math.max(fullest, fields.length);
      else faults.add('no time, value and step', line);
    }
  }
  const series = columns.take();
  return { series, end: source.size, defects: faults.take(), unit: 'step', source: source.path };
}

function add(columns: SeriesColumns, tag: string, fields: readonly string[]): boolean {
  const [time = '', text = '', step = '0'] = fields;
  const value = floatOf(text);
  if (!FIELD_COUNTS.has(fields.length) || value === undefined) return false;
  if (!/^-?\d+$/.test(time) || !/^-?\d+$/.test(step)) return false;
  return columns.add(tag, value, {
    step: Number(step),
    epoch: Number.NaN,
    time: Number(time) / 1000,
  });
}

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
]);

/** What Python's `float` makes of a text. */
function floatOf(text: string): number | undefined {
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) return Number(text);
  const special = SPECIAL.get(text.replace(/^[-+]/, '').toLowerCase());
  return special === undefined ? undefined : special * (text.startsWith('-') ? -1 : 1);
}
