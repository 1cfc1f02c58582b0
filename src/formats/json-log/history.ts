import type { HistoryFormat } from '#formats/history-format.ts';
import type { Probe } from '#formats/probe.ts';
import { roleOfKey } from './keys.ts';
import { parseLine } from './parse-line.ts';
import { rowOf } from './row.ts';

/** Names under which nothing but logs are kept: one row is enough, and so is a row that is longer than the probe. */
const LOG_NAME =
  /(?:\.(?:jsonl|ndjson)|\.log\.json|(?:^|\/)(?:metrics|scalars|log|train_log|history|results|stats|result)\.(?:json|txt))$/i;

/** The start of a long object, in which a counter stands. */
const COUNTED = /"([\w/ .-]{1,60})"\s*:\s*\d/g;

/**
 * One JSON object a line, which count their step, iteration or epoch: `log.jsonl`, detectron2's `metrics.json`,
 * OpenMMLab's `scalars.json` and `*.log.json`, DeiT's `log.txt`, RLlib's `result.json` and their like.
 */
export const jsonLog: HistoryFormat = {
  id: 'json-log',
  title: 'JSON Lines log',
  spec: 'https://jsonlines.org',
  resumable: true,
  detect(probe) {
    if (probe.head.includes(0)) return false;
    const rows = countedRows(probe);
    if (rows > 0) return rows > 1 || LOG_NAME.test(probe.path);
    return LOG_NAME.test(probe.path) && isLongRow(probe);
  },
  async *read(...args) {
    const { read } = await import('./reader.ts');
    yield* read(...args);
  },
};

/** Whole lines of both ends that are objects with a counter. */
function countedRows({ head, tail, size }: Probe): number {
  const decoder = new TextDecoder();
  const first = decoder.decode(head).split('\n');
  // What the probe cuts is no line; parsing says of the very last whether it is whole.
  const last = size > head.length ? decoder.decode(tail).split('\n').slice(1) : [];
  return [...first, ...last].filter(isCounted).length;
}

function isCounted(line: string): boolean {
  const object = parseLine(line);
  if (!object) return false;
  const { step, epoch, values } = rowOf(object);
  return Number.isFinite(step) ? values.length > 0 : Number.isFinite(epoch) && values.length > 1;
}

function isLongRow({ head, tail }: Probe): boolean {
  const decoder = new TextDecoder();
  const start = decoder.decode(head).replace(/^\ufeff/, '');
  if (!start.startsWith('{"') || start.includes('\n')) return false;
  for (const [, key = ''] of `${start}${decoder.decode(tail)}`.matchAll(COUNTED)) {
    const role = roleOfKey(key);
    if (role && (role.step >= 0 || role.epoch >= 0)) return true;
  }
  return false;
}
