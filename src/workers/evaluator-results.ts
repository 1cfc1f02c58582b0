import type {
  Backend,
  Evaluation,
  EvaluationPlan,
  FileVersion,
  Provenance,
} from '#domain/evaluation.ts';
import { thin } from '#domain/metrics/predictions.ts';
import type { Predictions } from '#domain/scores.ts';
import type { ResultStore } from '#io/result-store.ts';
import type { Device } from '#models/backend.ts';
import type { Reader } from './api.ts';
import { digestOf } from './reader-files.ts';
import { createLru } from './reader-lru.ts';
import { CAIRN_VERSION } from './version.ts';

/** Bytes of predictions that are at hand without asking the browser's database. */
const AT_HAND = 400_000_000;

/** Examples, or tokens, whose predictions are kept from one visit to the next: some 15 MB. */
const MAX_KEPT_ACROSS = 150_000;

export type Results = ReturnType<typeof createResults>;

/** Finished evaluations: their predictions at hand, and all of them kept where a directory is named. */
export function createResults(store: ResultStore) {
  const atHand = createLru<Predictions>(AT_HAND, weightOf);
  return {
    store,
    find: async (directory: string | undefined, key: string): Promise<Evaluation | null> =>
      directory === undefined ? null : store.get(directory, key).catch(() => null),
    /** What the caller gets is its own: what is sent away is gone here. */
    async predictions(key: string): Promise<Predictions | null> {
      const held = atHand.get(key);
      return held ? structuredClone(held) : store.predictions(key).catch(() => null);
    },
    async forget(keys: readonly string[]): Promise<void> {
      for (const key of keys) atHand.delete(key);
      await store.forget(keys);
    },
    /** Resolves with why it could not be kept, `null` where it was. */
    async keep(
      directory: string | undefined,
      evaluation: Evaluation,
      predictions: Predictions,
    ): Promise<string | null> {
      const { key } = evaluation;
      if (key === undefined) return null;
      const thinned = thin(predictions);
      atHand.set(key, thinned);
      if (directory === undefined || evaluation.state !== 'done') return null;
      const isSmall =
        thinned.examples.length * Math.max(1, thinned.values.width) +
          thinned.tokens.targets.length <=
        MAX_KEPT_ACROSS;
      try {
        await store.put({ key, directory, evaluation }, isSmall ? thinned : null);
        return null;
      } catch (error) {
        return String(error);
      }
    },
  };
}

function weightOf({ examples, top, values, tokens, slices }: Predictions): number {
  const perExample = 40 + 12 * top.k + 16 * values.width + 4 * slices.length;
  return examples.length * perExample + tokens.targets.length * 20;
}

/** The versions of all files that evaluations depend on. */
export interface Versions {
  readonly graph: FileVersion | null;
  readonly dataset: FileVersion;
  /** Of those that `checkpoint` is or is made of. */
  of(checkpoint: string): readonly FileVersion[];
}

export async function readVersions(
  reader: Reader,
  plan: EvaluationPlan,
  {
    base,
    signal,
  }: { readonly base?: string | undefined; readonly signal: AbortSignal | undefined },
): Promise<Versions> {
  const { graph, dataset, checkpoints, virtual = {} } = plan;
  const below = base === undefined ? [] : [base];
  const partsOf = (checkpoint: string) => [...(virtual[checkpoint]?.of ?? [checkpoint]), ...below];
  const graphPath = graph.kind === 'file' ? graph.path : null;
  const paths = [
    ...new Set([
      dataset,
      ...(graphPath === null ? [] : [graphPath]),
      ...checkpoints.flatMap(partsOf),
    ]),
  ];
  const versions = await reader.versions({ paths }, { signal });
  const known = new Map(paths.map((path, i) => [path, versions[i] ?? '']));
  const versionOf = (path: string): FileVersion => ({ path, version: known.get(path) ?? '' });
  return {
    graph: graphPath === null ? null : versionOf(graphPath),
    dataset: versionOf(dataset),
    of: (checkpoint) => partsOf(checkpoint).map(versionOf),
  };
}

/** The same for the same numbers: of all that they depend on but the size of a batch. */
export function keyOf(
  plan: EvaluationPlan,
  checkpoint: string,
  { versions, backend }: { readonly versions: Versions; readonly backend: Backend },
): string {
  const { graph, dataset } = versions;
  const { batchSize: _, fresh: __, checkpoints: ___, ...own } = planOf(plan, checkpoint);
  const all = [own, graph, dataset, versions.of(checkpoint), backend, CAIRN_VERSION];
  return digestOf(JSON.stringify(all, inOrder));
}

/** The plan with this checkpoint alone. */
function planOf(plan: EvaluationPlan, checkpoint: string): EvaluationPlan {
  const { virtual, prefixes, ...rest } = plan;
  const made = virtual?.[checkpoint];
  const prefix = prefixes?.[checkpoint];
  return {
    ...rest,
    checkpoints: [checkpoint],
    ...(made ? { virtual: { [checkpoint]: made } } : {}),
    ...(prefix === undefined ? {} : { prefixes: { [checkpoint]: prefix } }),
  };
}

/** Keys of objects by their names, so that the same plan is always the same text. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function provenanceOf(
  wanted: EvaluationPlan,
  checkpoint: string,
  {
    versions,
    device: { backend, name: device },
    batch,
  }: { readonly versions: Versions; readonly device: Device; readonly batch: number },
): Provenance {
  return {
    graph: versions.graph,
    dataset: versions.dataset,
    checkpoints: versions.of(checkpoint),
    plan: planOf(wanted, checkpoint),
    batch,
    backend,
    device,
    cairn: CAIRN_VERSION,
    date: Date.now(),
  };
}
