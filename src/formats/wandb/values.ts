import type { LoggedMedia } from '#domain/history.ts';
import type { Metadata } from '#domain/tensor.ts';
import { isObject, numberOf, parseLine } from '#formats/json-log/parse-line.ts';

/** A value as it stands in `value_json`; bare `NaN` and infinities, which JSON lacks, become their names. */
export function parseValue(json: string): Metadata {
  try {
    return JSON.parse(json) as Metadata;
  } catch {
    return parseLine(json) ?? json;
  }
}

/** Nothing that people log is nested deeper. */
const MAX_DEPTH = 8;

/** What one row holds: numbers by their tags, and what is no number by its kind. */
export interface Values {
  readonly numbers: readonly (readonly [tag: string, value: number])[];
  readonly media: ReadonlyMap<string, LoggedMedia['kind']>;
}

/** @param items keys joined by `.`, and what stands under them */
export function valuesOf(items: readonly (readonly [key: string, value: Metadata])[]): Values {
  const flat: [string, Metadata][] = [];
  for (const [key, value] of items) flatten(key, value, 0, flat);
  const media = new Map<string, LoggedMedia['kind']>();
  for (const [key, value] of flat) {
    const owner = key.endsWith('._type') ? key.slice(0, -'._type'.length) : '';
    if (owner !== '' && typeof value === 'string') media.set(owner, kindOf(value));
  }
  const numbers = flat.flatMap(([key, value]): [string, number][] => {
    const number = numberOf(value);
    return number === undefined || isOfMedia(key, media) ? [] : [[key, number]];
  });
  return { numbers, media };
}

function flatten(key: string, value: Metadata, depth: number, flat: [string, Metadata][]): void {
  if (!isObject(value)) flat.push([key, value]);
  else if (depth < MAX_DEPTH) {
    for (const [name, inner] of Object.entries(value)) {
      flatten(`${key}.${name}`, inner, depth + 1, flat);
    }
  }
}

function isOfMedia(key: string, media: ReadonlyMap<string, unknown>): boolean {
  if (media.size === 0) return false;
  for (let dot = key.lastIndexOf('.'); dot > 0; dot = key.lastIndexOf('.', dot - 1)) {
    if (media.has(key.slice(0, dot))) return true;
  }
  return false;
}

/** @see https://github.com/wandb/wandb/tree/main/wandb/sdk/data_types */
function kindOf(type: string): LoggedMedia['kind'] {
  if (type === 'histogram') return 'histogram';
  if (type.startsWith('image')) return 'image';
  return type.startsWith('audio') ? 'audio' : 'other';
}
