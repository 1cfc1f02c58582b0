import type { Metadata } from '#domain/tensor.ts';

export type JsonObject = { readonly [key: string]: Metadata };

/** Python writes these bare into JSON. Strings come first: they may hold them. */
const BARE = /"(?:[^"\\]|\\.)*"|-?\b(?:Infinity|NaN|inf|nan)\b/g;

/** The object that a line is; `null` for anything else. Bare `NaN` and infinities become their names. */
export function parseLine(text: string): JsonObject | null {
  const line = text.trim();
  if (!line.startsWith('{') || !line.endsWith('}')) return null;
  return objectIn(line) ?? objectIn(line.replace(BARE, quoted));
}

function quoted(token: string): string {
  return token.startsWith('"') ? token : `"${token}"`;
}

function objectIn(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const NOT_FINITE: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
]);

/** A value that was logged; `undefined` for what is none. Text is a number only where JSON has no other way. */
export function numberOf(value: Metadata | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > 9) return undefined;
  const sign = value.startsWith('-') ? -1 : 1;
  const special = NOT_FINITE.get(value.replace(/^[+-]/, '').toLowerCase());
  return special === undefined ? undefined : sign * special;
}
