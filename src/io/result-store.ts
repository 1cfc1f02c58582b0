import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval';
import type { Evaluation } from '#domain/evaluation.ts';
import type { Predictions } from '#domain/scores.ts';

/** Evaluations and their predictions, kept from one visit to the next. */
export interface ResultStore {
  get(key: string): Promise<Evaluation | null>;
  /** Newest first. */
  list(directory: string): Promise<readonly Evaluation[]>;
  put(result: KeptResult, predictions: Predictions | null): Promise<void>;
  predictions(key: string): Promise<Predictions | null>;
  forget(keys: readonly string[]): Promise<void>;
}

export interface KeptResult {
  /** Of everything that it depends on. */
  readonly key: string;
  readonly directory: string;
  readonly evaluation: Evaluation;
}

/** More than these are not kept; the oldest go. Scores take some kilobytes each. */
const KEPT_RESULTS = 2000;

/** Predictions weigh megabytes: only those of the newest are kept. */
const KEPT_PREDICTIONS = 100;

/** The part of a database that results need. */
export interface KeyedStore<T> {
  get(key: string): Promise<T | undefined>;
  set(key: string, value: T): Promise<void>;
  delete(key: string): Promise<void>;
  entries(): Promise<readonly (readonly [string, T])[]>;
}

/** Keeps results in the browser's own database. Methods reject where the browser keeps nothing for us. */
export function browserResults(): ResultStore {
  return createResultStore(
    keyed<KeptResult>('cairn-results', 'evaluations'),
    keyed<DatedPredictions>('cairn-predictions', 'predictions'),
  );
}

/** Keeps results until the page is closed. */
export function passingResults(): ResultStore {
  return createResultStore(mapped<KeptResult>(), mapped<DatedPredictions>());
}

interface DatedPredictions {
  readonly date: number;
  readonly predictions: Predictions;
}

function createResultStore(
  results: KeyedStore<KeptResult>,
  predictions: KeyedStore<DatedPredictions>,
): ResultStore {
  return {
    get: async (key) => (await results.get(key))?.evaluation ?? null,
    async list(directory) {
      const all = (await results.entries()).map(([, kept]) => kept);
      return all
        .filter((kept) => kept.directory === directory)
        .map(({ evaluation }) => evaluation)
        .sort((a, b) => dateOf(b) - dateOf(a));
    },
    async put(result, made) {
      const { key } = result;
      const date = dateOf(result.evaluation);
      await results.set(key, result);
      if (made) await predictions.set(key, { date, predictions: made });
      const kept = (await results.entries()).map(
        ([id, one]) => [id, dateOf(one.evaluation)] as const,
      );
      for (const id of oldest(kept, KEPT_RESULTS)) await results.delete(id);
      const dated = (await predictions.entries()).map(([id, one]) => [id, one.date] as const);
      for (const id of oldest(dated, KEPT_PREDICTIONS)) await predictions.delete(id);
    },
    predictions: async (key) => (await predictions.get(key))?.predictions ?? null,
    async forget(keys) {
      for (const key of keys) {
        await results.delete(key);
        await predictions.delete(key);
      }
    },
  };
}

const dateOf = ({ provenance }: Evaluation) => provenance?.date ?? 0;

function oldest(dated: readonly (readonly [string, number])[], limit: number): string[] {
  return dated
    .toSorted(([, a], [, b]) => b - a)
    .slice(limit)
    .map(([id]) => id);
}

function keyed<T>(database: string, name: string): KeyedStore<T> {
  let store: UseStore | undefined;
  const opened = (): UseStore => {
    store ??= createStore(database, name);
    return store;
  };
  return {
    get: async (key) => get<T>(key, opened()),
    set: async (key, value) => set(key, value, opened()),
    delete: async (key) => del(key, opened()),
    entries: async () => entries<string, T>(opened()),
  };
}

/** Values are copied on their way in and out, as a database copies them. */
function mapped<T>(): KeyedStore<T> {
  const values = new Map<string, T>();
  return {
    get: async (key) => structuredClone(values.get(key)),
    set: async (key, value) => void values.set(key, structuredClone(value)),
    delete: async (key) => void values.delete(key),
    entries: async () => structuredClone([...values]),
  };
}
