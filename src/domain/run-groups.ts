import { isNameKey, isSeedKey, type LeftOutReason, leftOutKeys } from './run-groups-keys.ts';
import { namePatterns } from './run-groups-names.ts';
import type { Metadata } from './tensor.ts';

export { isSeedKey };

/** How runs are put together: by one key of their configurations, or by all of them but the seed. */
export type GroupBy = { readonly kind: 'key'; readonly key: string } | { readonly kind: 'no-seed' };

/** Flat: nested keys joined by `.`. */
export interface ConfiguredRun {
  /** `Run.path` */
  readonly run: string;
  readonly configuration: { readonly [key: string]: Metadata };
}

/** Runs that are alike. */
export interface RunGroup {
  /** Stays the same when runs are added: made of the values that they have in common. */
  readonly id: string;
  /** What they have in common and other groups have not; empty when nothing is known of them. */
  readonly values: readonly GroupValue[];
  /** `lr=1e-3, width=32`; by name: `small_seed*`. Empty when all runs are in this group. */
  readonly label: string;
  /** They have no configuration: their names are alike. */
  readonly isByName: boolean;
  /** In the order in which they were given. */
  readonly runs: readonly string[];
}

export interface GroupValue {
  readonly key: string;
  /** `undefined`: these runs have no such key. */
  readonly value: Metadata | undefined;
}

export interface Grouping {
  /** In the order of their first runs. */
  readonly groups: readonly RunGroup[];
  /** Keys that differ and were not looked at, in order of their names. */
  readonly leftOut: readonly LeftOutKey[];
}

export interface LeftOutKey {
  readonly key: string;
  readonly why: LeftOutReason;
}

/** Puts runs together, and says what was not looked at for it. */
export function grouping(runs: readonly ConfiguredRun[], by: GroupBy): Grouping {
  return by.kind === 'key' ? { groups: byKey(runs, by.key), leftOut: [] } : withoutSeed(runs);
}

/** Puts runs together, in the order of their first ones. */
export function groupRuns(runs: readonly ConfiguredRun[], by: GroupBy): readonly RunGroup[] {
  return grouping(runs, by).groups;
}

function byKey(runs: readonly ConfiguredRun[], key: string): RunGroup[] {
  const gathered = gather(runs, ({ configuration }) => pairText(key, configuration[key]));
  return gathered.map(({ text, members, first }) => {
    const value = first.configuration[key];
    const label = gathered.length > 1 ? `${shortKey(key, [key])}=${shortValue(value)}` : '';
    return { id: hash(text), values: [{ key, value }], label, isByName: false, runs: members };
  });
}

function withoutSeed(runs: readonly ConfiguredRun[]): Grouping {
  const configured = runs.filter(({ configuration }) => Object.keys(configuration).length > 0);
  const columns = columnsOf(configured, differingKeys(configured));
  const reasons = leftOutKeys(
    columns,
    configured.map(({ run }) => run),
  );
  const isKept = (key: string) =>
    !reasons.has(key) && !isSeedKey(key) && (columns.has(key) || !isNameKey(key));
  const patterns = namePatterns(runs.map(({ run }) => run));
  const gathered = gather(runs, ({ configuration }, i) => {
    const kept = Object.keys(configuration).filter(isKept).sort();
    if (kept.length === 0) return BY_NAME + (patterns[i] ?? '');
    return kept.map((key) => pairText(key, configuration[key])).join('\n');
  });
  const known = gathered.flatMap(({ text, first }) => (text.startsWith(BY_NAME) ? [] : [first]));
  const keys = differingKeys(known).filter(isKept);
  const values = new Map(
    known.map((one) => [one, keys.map((key) => ({ key, value: one.configuration[key] }))] as const),
  );
  const texts = labelsOf([...values.values()]);
  const labels = new Map(known.map((one, i) => [one, texts[i] ?? '']));
  const groups = gathered.map(({ text, members, first }): RunGroup => {
    const isByName = text.startsWith(BY_NAME);
    return {
      id: hash(text),
      values: values.get(first) ?? [],
      label: labels.get(first) ?? text.slice(BY_NAME.length),
      isByName,
      runs: members,
    };
  });
  const leftOut = [...reasons].map(([key, why]) => ({ key, why }));
  return { groups, leftOut: leftOut.sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

/** Before the names of runs of which no configuration is known; before no key of one. */
const BY_NAME = '\n';

interface Gathered {
  readonly text: string;
  readonly first: ConfiguredRun;
  readonly members: string[];
}

function gather(
  runs: readonly ConfiguredRun[],
  textOfRun: (run: ConfiguredRun, index: number) => string,
): Gathered[] {
  const found = new Map<string, Gathered>();
  for (const [i, one] of runs.entries()) {
    const text = textOfRun(one, i);
    const group = found.get(text);
    if (group) group.members.push(one.run);
    else found.set(text, { text, first: one, members: [one.run] });
  }
  return [...found.values()];
}

function columnsOf(runs: readonly ConfiguredRun[], keys: readonly string[]) {
  return new Map(
    keys.map((key) => [key, runs.map(({ configuration }) => configuration[key])] as const),
  );
}

/** Keys that have not the same value in all of the runs, in order of their names. */
export function differingKeys(runs: readonly ConfiguredRun[]): string[] {
  const keys = new Set(runs.flatMap(({ configuration }) => Object.keys(configuration)));
  return [...keys]
    .filter((key) => new Set(runs.map((one) => textOf(one.configuration[key]))).size > 1)
    .sort();
}

/** A value as text: the same text for the same value only. `undefined`: there is none. */
export function textOf(value: Metadata | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' || typeof inner === 'number' ? String(inner) : inner,
  );
}

function pairText(key: string, value: Metadata | undefined): string {
  return `${key}=${textOf(value)}`;
}

/** What stands for a key that the runs of a group do not have. */
const MISSING = '—';

/**
 * `width=32, lr=1e-3`: of nested keys as much as tells them apart. First what tells a group from those with the
 * same keys; a key that is missing is named only where the rest would be the same as another group's.
 */
function labelsOf(groups: readonly (readonly GroupValue[])[]): string[] {
  const keys = groups[0]?.map(({ key }) => key) ?? [];
  const isKnown = ({ value }: GroupValue) => value !== undefined;
  const pairs = groups.map(
    (values) => new Set(values.filter(isKnown).map(({ key, value }) => pairText(key, value))),
  );
  const kindOf = (values: readonly GroupValue[]) => values.map(isKnown).join();
  const kinds = new Map<string, (readonly GroupValue[])[]>();
  for (const values of groups) {
    const known = kinds.get(kindOf(values));
    if (known) known.push(values);
    else kinds.set(kindOf(values), [values]);
  }
  return groups.map((values, i) => {
    const own = [...(pairs[i] ?? [])];
    const fuller = groups.filter((_, j) => j !== i && own.every((pair) => pairs[j]?.has(pair)));
    const isNamed = (k: number) => fuller.some((other) => other[k]?.value !== undefined);
    const alike = kinds.get(kindOf(values)) ?? [];
    const isOwn = ({ value }: GroupValue, k: number) =>
      alike.some((other) => textOf(other[k]?.value) !== textOf(value));
    const shown = values.map((one, k) => ({
      ...one,
      isOwn: isOwn(one, k),
      isShown: isKnown(one) || isNamed(k),
    }));
    return shown
      .filter(({ isShown }) => isShown)
      .toSorted((a, b) => Number(b.isOwn) - Number(a.isOwn))
      .map(({ key, value }) => `${shortKey(key, keys)}=${shortValue(value)}`)
      .join(', ');
  });
}

function shortKey(key: string, all: readonly string[]): string {
  const parts = key.split('.');
  for (let count = 1; count < parts.length; count++) {
    const end = parts.slice(-count).join('.');
    if (all.every((other) => other === key || !`.${other}`.endsWith(`.${end}`))) return end;
  }
  return key;
}

/** A value as short as it can be written: `1e-3` for 0.001, `adamw` without quotes, `—` for none. */
export function shortValue(value: Metadata | undefined): string {
  if (value === undefined) return MISSING;
  if (typeof value === 'string') return value === '' ? '""' : value;
  return typeof value === 'number' ? shortNumber(value) : textOf(value).replaceAll('"', '');
}

function shortNumber(value: number): string {
  const plain = String(value);
  if (!Number.isFinite(value) || value === 0) return plain;
  const exponent = value.toExponential().replace('e+', 'e');
  const isWhole = Number.isInteger(value) && Math.abs(value) < 1e5;
  return exponent.length < plain.length && !isWhole ? exponent : plain;
}

/** 53 bits of two FNV-1a, in letters: short enough for a key, too many for two groups to share one. */
function hash(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x9dc5811c;
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(i), 0x0100019d);
  }
  return ((low >>> 0) * 2 ** 21 + (high >>> 11)).toString(36);
}
