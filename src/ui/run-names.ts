import type { RunDetails } from '#domain/run-details.ts';
import { visibleText } from './visible-text.ts';

/** The end of each path that no other ends with: `seed0` rather than `digits/mlp/seed0`. */
export function shortNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const uses = new Map<string, number>();
  for (const path of paths) {
    for (const end of ends(path)) uses.set(end, (uses.get(end) ?? 0) + 1);
  }
  return new Map(
    paths.map((path) => [path, ends(path).find((end) => uses.get(end) === 1) ?? path]),
  );
}

/** `c`, `b/c`, `a/b/c` */
function ends(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, i) => parts.slice(parts.length - 1 - i).join('/'));
}

export interface NamedRuns {
  /** `Run.path` of all runs in the directory. */
  readonly paths: readonly string[];
  /** For a run that is the directory itself. */
  readonly rootName: string;
  readonly details: readonly RunDetails[];
}

/**
 * What runs are called in pictures: as their tracker calls them where it does, else by the end of their path.
 * Two that have one name are told apart by their paths behind it.
 */
export function runNames({ paths, rootName, details }: NamedRuns): ReadonlyMap<string, string> {
  const short = shortNames(paths);
  const given = new Map(details.map(({ run, facts }) => [run, facts.name]));
  const uses = new Map<string, number>();
  for (const name of given.values()) {
    if (name) uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return new Map(
    paths.map((path) => {
      const end = path === '' ? rootName : (short.get(path) ?? path);
      const name = given.get(path);
      if (!name) return [path, visibleText(end)];
      return [path, visibleText(uses.get(name) === 1 ? name : `${name} (${end})`)];
    }),
  );
}
