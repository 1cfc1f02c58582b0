import type { Metadata } from '#domain/tensor.ts';
import { CONFIGURATION_KEY, roleOfKey } from './keys.ts';
import { isObject, type JsonObject, numberOf } from './parse-line.ts';

/** Nothing that people log is nested deeper. */
const MAX_DEPTH = 8;

/** Times from here on are dates (1973 in seconds). */
const FIRST_DATE = 1e8;

/** One object of a log: what counts it, and what it holds. */
export interface Row {
  /** `NaN` where it does not say. */
  readonly step: number;
  readonly epoch: number;
  /** Seconds since 1970, or since the start; `NaN` where it does not say. */
  readonly time: number;
  /** The split that old logs of OpenMMLab name in a key of its own. */
  readonly mode: string;
  readonly stepKey: string;
  /** Keys joined by `.`; neither the step nor a date is among them. */
  readonly values: readonly (readonly [tag: string, value: number])[];
  readonly configuration: JsonObject | null;
}

/** A row with the counters that its keys name; of several steps, that over all epochs. */
export function rowOf(object: JsonObject): Row {
  const flat: [string, Metadata][] = [];
  let configuration: JsonObject | null = null;
  for (const [key, value] of Object.entries(object)) {
    if (isObject(value) && CONFIGURATION_KEY.test(key)) configuration = value;
    else flatten(key, value, 0, flat);
  }
  const step = bestOf(flat, (key) => roleOfKey(key).step);
  const epoch = bestOf(flat, (key) => roleOfKey(key).epoch);
  const date = dateIn(flat);
  const elapsed = bestOf(flat, (key) => roleOfKey(key).elapsed);
  const hidden = new Set([step?.key, date?.key]);
  const mode = object['mode'];
  const values: [string, number][] = [];
  for (const [key, value] of flat) {
    const number = numberOf(value);
    if (number === undefined || hidden.has(key) || WRITTEN_BY_ITSELF.has(key)) continue;
    values.push([key, number]);
  }
  return {
    step: step?.value ?? Number.NaN,
    epoch: epoch?.value ?? Number.NaN,
    time: date?.value ?? elapsed?.value ?? Number.NaN,
    mode: typeof mode === 'string' && /^(?:train|val|test)$/.test(mode) ? mode : '',
    stepKey: step?.key ?? '',
    values,
    configuration,
  };
}

/** What a tracker writes beside the metrics of every row. */
const WRITTEN_BY_ITSELF = new Set(['_step', '_runtime', '_timestamp']);

function flatten(key: string, value: Metadata, depth: number, flat: [string, Metadata][]): void {
  if (!isObject(value)) flat.push([key, value]);
  else if (depth < MAX_DEPTH) {
    for (const [inner, one] of Object.entries(value)) {
      flatten(`${key}.${inner}`, one, depth + 1, flat);
    }
  }
}

function bestOf(flat: readonly (readonly [string, Metadata])[], rank: (key: string) => number) {
  let best: { readonly key: string; readonly value: number; readonly rank: number } | undefined;
  for (const [key, value] of flat) {
    if (typeof value !== 'number') continue;
    const place = rank(key);
    if (place >= 0 && (!best || place < best.rank)) best = { key, value, rank: place };
  }
  return best;
}

function dateIn(flat: readonly (readonly [string, Metadata])[]) {
  let best: { readonly key: string; readonly value: number; readonly rank: number } | undefined;
  for (const [key, value] of flat) {
    const rank = roleOfKey(key).date;
    if (rank < 0 || (best && rank >= best.rank)) continue;
    const seconds = secondsOf(value);
    if (seconds !== undefined) best = { key, value: seconds, rank };
  }
  return best;
}

/** A date in words, as ISO 8601 and Python's `str` have it. */
const DATE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/;

/** Seconds since 1970 of a date; numbers are told by their size, in seconds, milli-, micro- or nanoseconds. */
function secondsOf(value: Metadata): number | undefined {
  if (typeof value === 'string') {
    if (!DATE.test(value)) return undefined;
    const seconds = Date.parse(value.replace(' ', 'T').replace(',', '.')) / 1000;
    return Number.isNaN(seconds) ? undefined : seconds;
  }
  if (typeof value !== 'number' || !(value >= FIRST_DATE) || !Number.isFinite(value))
    return undefined;
  const unit = [1e9, 1e6, 1e3].find((one) => value / one >= FIRST_DATE) ?? 1;
  return value / unit;
}
