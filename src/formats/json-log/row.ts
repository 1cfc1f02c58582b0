import type { Metadata } from '#domain/tensor.ts';
import { CONFIGURATION_KEY, type KeyRole, roleOfKey } from './keys.ts';
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

/** A value and the rank of its name among those that say the same; the least counts. */
interface Ranked {
  readonly key: string;
  readonly value: number;
  readonly rank: number;
}

/** What is known of the place of a row so far. */
interface Place {
  step: Ranked | null;
  epoch: Ranked | null;
  date: Ranked | null;
  elapsed: Ranked | null;
}

/** A row with the counters that its keys name; of several steps, that over all epochs. */
export function rowOf(object: JsonObject): Row {
  const flat: [string, Metadata][] = [];
  let configuration: JsonObject | null = null;
  for (const [key, value] of Object.entries(object)) {
    if (isObject(value) && CONFIGURATION_KEY.test(key)) configuration = value;
    else flatten(key, value, 0, flat);
  }
  const place: Place = { step: null, epoch: null, date: null, elapsed: null };
  const values: [string, number][] = [];
  for (const [key, value] of flat) {
    const role = roleOfKey(key);
    if (role) note(place, key, value, role);
    const number = numberOf(value);
    if (number !== undefined) values.push([key, number]);
  }
  const { step, epoch, date, elapsed } = place;
  return {
    step: step?.value ?? Number.NaN,
    epoch: epoch?.value ?? Number.NaN,
    time: date?.value ?? elapsed?.value ?? Number.NaN,
    mode: modeOf(object['mode']),
    stepKey: step?.key ?? '',
    values: values.filter(
      ([key]) => key !== step?.key && key !== date?.key && !WRITTEN_BY_ITSELF.has(key),
    ),
    configuration,
  };
}

function modeOf(value: Metadata | undefined): string {
  return typeof value === 'string' && /^(?:train|val|test)$/.test(value) ? value : '';
}

function note(place: Place, key: string, value: Metadata, role: KeyRole): void {
  if (typeof value === 'number') {
    place.step = better(place.step, key, value, role.step);
    place.epoch = better(place.epoch, key, value, role.epoch);
    place.elapsed = better(place.elapsed, key, value, role.elapsed);
  }
  const seconds = role.date < 0 ? undefined : secondsOf(value);
  if (seconds !== undefined) place.date = better(place.date, key, seconds, role.date);
}

function better(best: Ranked | null, key: string, value: number, rank: number): Ranked | null {
  return rank < 0 || (best && best.rank <= rank) ? best : { key, value, rank };
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
