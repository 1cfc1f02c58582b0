import type { ColumnSpec, Fact } from './column-spec.ts';
import type { Resolve } from './expression.ts';
import type { RunRow } from './rows.ts';

/** Every name that some run has, which an expression can use. */
export interface Names {
  readonly configuration: ReadonlySet<string>;
  readonly metrics: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
}

/** Facts of every run, by their names in expressions; `path` is `name` of the whole path. */
export const FACTS = ['state', 'name', 'path', 'checkpoints', 'bytes', 'duration'] as const;

export function namesOf(rows: readonly RunRow[]): Names {
  const configuration = new Set<string>();
  const metrics = new Set<string>();
  const tags = new Set<string>();
  for (const { details } of rows) {
    for (const key of Object.keys(details.configuration)) configuration.add(key);
    for (const { tag } of details.metrics) metrics.add(tag);
    for (const key of Object.keys(details.facts.tags ?? {})) tags.add(key);
  }
  return { configuration, metrics, tags };
}

/**
 * What names stand for. A bare name is a fact of the run (`state`), else a key of the configuration, else the last
 * value of a metric; `last(lr)` is always the metric. `config.` and `tags.` before a name say where it is from.
 */
export function resolver({ configuration, metrics, tags }: Names): Resolve {
  return (name, taker) => {
    if (taker !== null)
      return metrics.has(name) ? { kind: 'metric', value: taker, tag: name, step: null } : null;
    if (isFact(name)) return { kind: 'fact', fact: name };
    if (configuration.has(name)) return { kind: 'configuration', key: name };
    if (metrics.has(name)) return { kind: 'metric', value: 'last', tag: name, step: null };
    return (
      prefixed(name, 'config.', configuration, 'configuration') ??
      prefixed(name, 'tags.', tags, 'tag')
    );
  };
}

function isFact(name: string): name is Fact {
  return FACTS.some((fact) => fact === name);
}

function prefixed(
  name: string,
  prefix: string,
  known: ReadonlySet<string>,
  kind: 'configuration' | 'tag',
): ColumnSpec | null {
  const key = name.startsWith(prefix) ? name.slice(prefix.length) : null;
  return key !== null && known.has(key) ? { kind, key } : null;
}

/** Names as they are written in an expression; in back quotes where they would be read as several. */
export function spellings({ configuration, metrics, tags }: Names): string[] {
  const isShadowed = (key: string) => isFact(key);
  return [
    ...[...configuration].map((key) => quoted(isShadowed(key) ? `config.${key}` : key)),
    ...[...metrics].flatMap((tag) => [
      ...(configuration.has(tag) || isShadowed(tag) ? [] : [quoted(tag)]),
      ...['best', 'last', 'min', 'max'].map((taker) => `${taker}(${quoted(tag)})`),
    ]),
    ...[...tags].map((key) => quoted(`tags.${key}`)),
    ...FACTS,
  ];
}

const PLAIN = /^[\p{L}_][\p{L}\p{N}_./:@%#$-]*$/u;
const RESERVED = /^(?:and|or|not|in|contains|matches|true|false|null|none|nan|inf|infinity)$/i;

function quoted(name: string): string {
  if (PLAIN.test(name) && !RESERVED.test(name)) return name;
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
}
