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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(quoteSpecials(text));
  }
}

/** Bare `NaN` outside strings becomes a string, which is put back below. */
function quoteSpecials(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) =>
    token.startsWith('"') ? token : JSON.stringify(`${SPECIAL}${token}`),
  );
}

const SPECIAL = '\u0000float:';

function parseYaml(text: string): unknown {
  return parse(text, { maxAliasCount: MAX_ALIASES, logLevel: 'silent', schema: 'core' });
}

function asMetadata(value: unknown, depth: number): Metadata {
  if (depth > MAX_DEPTH) throw new RangeError(`nested more than ${MAX_DEPTH} deep`);
  if (typeof value === 'string') {
    return value.startsWith(SPECIAL) ? Number(value.slice(SPECIAL.length)) : value;
  }
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => asMetadata(item, depth + 1));
  if (typeof value !== 'object' || value === null) return null;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, inner]) => [String(key), asMetadata(inner, depth + 1)]),
  );
}
