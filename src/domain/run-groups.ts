import type { Metadata } from './tensor.ts';

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
  /** Stays the same when runs are added: made of the values below. */
  readonly id: string;
  /** What they have in common and other groups have not; empty when nothing is known of them. */
  readonly values: readonly { readonly key: string; readonly value: Metadata | undefined }[];
  /** In the order in which they were given. */
  readonly runs: readonly string[];
}

/** A key that says with which random numbers a run began: `seed`, `random_state`, `trainer.seed`. */
export function isSeedKey(key: string): boolean {
  return /(?:^|[._-])(?:seed|random_?state|rng)$/i.test(key);
}

/** Puts runs together, in the order of their first ones. */
export function groupRuns(runs: readonly ConfiguredRun[], by: GroupBy): RunGroup[] {
  const keys = by.kind === 'key' ? [by.key] : differingKeys(runs).filter((key) => !isSeedKey(key));
  const groups = new Map<string, { values: RunGroup['values']; runs: string[] }>();
  for (const { run, configuration } of runs) {
    const values = keys.map((key) => ({ key, value: configuration[key] }));
    const id = values.map(({ key, value }) => `${key}=${textOf(value)}`).join(' ');
    const group = groups.get(id);
    if (group) group.runs.push(run);
    else groups.set(id, { values, runs: [run] });
  }
  return [...groups].map(([id, group]) => ({ id, ...group }));
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
