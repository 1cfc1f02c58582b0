import { parse } from 'yaml';
import { CheckpointError } from '#domain/problem.ts';
import type { Metadata } from '#domain/tensor.ts';

/** Aliases in YAML can multiply; a configuration has few. */
const MAX_ALIASES = 100;

/** Nothing that people write is nested deeper. */
const MAX_DEPTH = 50;

/**
 * The value in a configuration file, JSON or YAML by its name. Python writes `NaN` and `Infinity` bare
 * into JSON; YAML tags of Python objects are left out, their values kept.
 *
 * @see https://yaml.org/spec/1.2.2/
 */
export function parseConfiguration(text: string, path: string): Metadata {
  try {
    const value = path.endsWith('.json') ? parseJson(text) : parseYaml(text);
    return asMetadata(value, 0);
  } catch (error) {
    const [line = 'not readable'] = String(error instanceof Error ? error.message : error).split(
      '\n',
    );
    throw new CheckpointError({ kind: 'malformed', what: line }, { path }, { cause: error });
  }
}

/** Text that JSON has no number for, or whose digits a float64 would round. Strings come first: they may hold both. */
const SPECIAL_TOKEN = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?(?<![\d.])\d{16,}(?![\d.eE])/g;

/** Marks a string that stands for such a number. */
const SPECIAL = '\u0000number:';

function parseJson(text: string): unknown {
  return JSON.parse(
    text.replace(SPECIAL_TOKEN, (token) =>
      token.startsWith('"') ? token : JSON.stringify(SPECIAL + token),
    ),
  );
}

function parseYaml(text: string): unknown {
  return parse(text, { maxAliasCount: MAX_ALIASES, logLevel: 'error', intAsBigInt: true });
}

function numberOf(digits: string): number | bigint {
  return /^-?\d+$/.test(digits) ? exact(BigInt(digits)) : Number(digits);
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function asMetadata(value: unknown, depth: number): Metadata {
  if (depth > MAX_DEPTH) throw new RangeError(`nested more than ${MAX_DEPTH} deep`);
  if (typeof value === 'string') {
    return value.startsWith(SPECIAL) ? numberOf(value.slice(SPECIAL.length)) : value;
  }
  if (typeof value === 'bigint') return exact(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => asMetadata(item, depth + 1));
  if (typeof value !== 'object' || value === null) return null;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, inner]) => [String(key), asMetadata(inner, depth + 1)]),
  );
}
