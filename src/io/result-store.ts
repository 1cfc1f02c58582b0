import { createStore, del, entries, get, getMany, keys, set, type UseStore } from 'idb-keyval';
import type { Evaluation } from '#domain/evaluation.ts';
import type { Predictions } from '#domain/scores.ts';

/** Evaluations and their predictions, kept from one visit to the next under the directory they are of. */
export interface ResultStore {
  get(directory: string, key: string): Promise<Evaluation | null>;
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
const KEPT_RESULTS = 1000;

/** Predictions weigh megabytes: only those of the newest are kept. */
const KEPT_PREDICTIONS = 50;

/** The part of a database that results need. */
interface KeyedStore<T> {
  get(key: string): Promise<T | undefined>;
  getMany(keys: readonly string[]): Promise<readonly (T | undefined)[]>;
  set(key: string, value: T): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<readonly string[]>;
  entries(): Promise<readonly (readonly [string, T])[]>;
}

/** Keeps results in the browser's own database. Methods reject where the browser keeps nothing for us. */
export function browserResults(): ResultStore {
  return createResultStore(
    keyed<KeptResult>('cairn-results', 'evaluations'),
    keyed<Predictions>('cairn-predictions', 'predictions'),
  );
}

/** Keeps results until the page is closed. */
export function passingResults(): ResultStore {
  return createResultStore(mapped<KeptResult>(), mapped<Predictions>());
}

const idOf = (directory: string, key: string) => `${directory}\n${key}`;
const keyOf = (id: string) => id.slice(id.lastIndexOf('\n') + 1);

function createResultStore(
  results: KeyedStore<KeptResult>,
  predictions: KeyedStore<Predictions>,
): ResultStore {
  return {
    get: async (directory, key) => (await results.get(idOf(directory, key)))?.evaluation ?? null,
    async list(directory) {
      const ids = (await results.keys()).filter((id) => id === idOf(directory, keyOf(id)));
      const kept = await results.getMany(ids);
      return kept
        .flatMap((one) => (one ? [one.evaluation] : []))
        .sort((a, b) => dateOf(b) - dateOf(a));
    },
    async put(result, made) {
      const { key, directory } = result;
      await results.set(idOf(directory, key), result);
      if (made) await predictions.set(key, made);
      await prune(results, predictions);
    },
    predictions: async (key) => (await predictions.get(key)) ?? null,
    async forget(unwanted) {
      const ids = (await results.keys()).filter((id) => unwanted.includes(keyOf(id)));
      for (const id of ids) await results.delete(id);
      for (const key of unwanted) await predictions.delete(key);
    },
  };
}

/** Takes away the oldest of both. All of them are looked at only where there are too many. */
async function prune(
  results: KeyedStore<KeptResult>,
  predictions: KeyedStore<Predictions>,
): Promise<void> {
  const held = await predictions.keys();
  const isFull = (await results.keys()).length > KEPT_RESULTS;
  if (!isFull && held.length <= KEPT_PREDICTIONS) return;
  const newest = (await results.entries()).toSorted(
    ([, a], [, b]) => dateOf(b.evaluation) - dateOf(a.evaluation),
  );
  for (const [id] of newest.slice(KEPT_RESULTS)) await results.delete(id);
  const known = new Set(held);
  const wanted = newest.map(([id]) => keyOf(id)).filter((key) => known.has(key));
  const kept = new Set(wanted.slice(0, KEPT_PREDICTIONS));
  for (const key of held) if (!kept.has(key)) await predictions.delete(key);
}

const dateOf = ({ provenance }: Evaluation) => provenance?.date ?? 0;

function keyed<T>(database: string, name: string): KeyedStore<T> {
  let store: UseStore | undefined;
  const opened = (): UseStore => {
    store ??= createStore(database, name);
    return store;
  };
  return {
    get: async (key) => get<T>(key, opened()),
    getMany: async (wanted) => getMany<T>([...wanted], opened()),
    set: async (key, value) => set(key, value, opened()),
    delete: async (key) => del(key, opened()),
    keys: async () => keys<string>(opened()),
    entries: async () => entries<string, T>(opened()),
  };
}

/** Values are copied on their way in and out, as a database copies them. */
function mapped<T>(): KeyedStore<T> {
  const values = new Map<string, T>();
  return {
    get: async (key) => structuredClone(values.get(key)),
    getMany: async (wanted) => structuredClone(wanted.map((key) => values.get(key))),
    set: async (key, value) => void values.set(key, structuredClone(value)),
    delete: async (key) => void values.delete(key),
    keys: async () => [...values.keys()],
    entries: async () => structuredClone([...values]),
  };
}
