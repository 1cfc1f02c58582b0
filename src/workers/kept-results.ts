import type { Evaluation } from '#domain/evaluation.ts';
import { browserResults } from '#io/result-store.ts';
import { reader } from './reader.ts';

/**
 * What was computed in a directory and is kept in the browser, newest first, as far as its files are still
 * those it was computed from. The evaluator need not be loaded for it. Empty where the browser keeps nothing.
 */
export async function keptResults(
  directory: string,
  signal?: AbortSignal,
): Promise<readonly Evaluation[]> {
  const kept = await listed(directory);
  const files = kept.map(({ provenance }) =>
    provenance
      ? [
          ...(provenance.graph ? [provenance.graph] : []),
          ...provenance.checkpoints,
          provenance.dataset,
        ]
      : [],
  );
  const paths = [...new Set(files.flat().map(({ path }) => path))];
  if (paths.length === 0) return [];
  const versions = await reader.versions({ paths }, { signal });
  const present = new Map(paths.map((path, index) => [path, versions[index]]));
  return kept.filter((_, index) =>
    files[index]?.every(({ path, version }) => present.get(path) === version),
  );
}

/** A browser that keeps nothing for us has kept no results. */
async function listed(directory: string): Promise<readonly Evaluation[]> {
  if (!('indexedDB' in globalThis)) return [];
  return browserResults()
    .list(directory)
    .catch(() => []);
}
