import type { Backend, VirtualCheckpoint } from '#domain/evaluation.ts';
import { SCORE_NAMES, type ScoreName } from '#domain/scores.ts';
import { type DataSettings, parseDataSettings } from './data/settings.ts';
import { type LayerEdit, parseLayerEdits } from './proposal-edits.ts';

/** What is to be evaluated and how, as the URL says it. */
export interface EvaluateView extends DataSettings {
  /** By `CheckpointRef.path`, or a name in `virtual`. */
  readonly checkpoints: readonly string[];
  /** Averages of checkpoints, by the name a person gave them. */
  readonly virtual: Readonly<Record<string, VirtualCheckpoint>>;
  /** Path of a graph file; `null`: the one that is found by itself. */
  readonly graph: string | null;
  /** The graph is the one proposed from the state dict, whatever files there are. */
  readonly proposed: boolean;
  /** The layers of the proposal as corrected; `null`: as proposed. */
  readonly layers: readonly LayerEdit[] | null;
  /** Takes the weights under this prefix; `null`: as they are found. */
  readonly prefix: string | null;
  /** Which of several networks in a file; `null`: the usual one. */
  readonly signature: string | null;
  /** Path of the data set; `null`: the nearest. */
  readonly data: string | null;
  readonly batch: number;
  /** `null`: the best that works here. */
  readonly backend: Backend | null;
  /** Part of the paths in the list of checkpoints. */
  readonly find: string;
  /** Of the results, as `formatSort` writes it. */
  readonly sort: string | null;
  /** Which part of the results is in sight; `null`: the first. */
  readonly part: string | null;
  /** The checkpoint whose results are looked at in detail; `null`: the best. */
  readonly of: string | null;
  /** What `of` is compared with; `null`: the next best. */
  readonly against: string | null;
  /** The score that is drawn over checkpoints; `null`: the main one of the task. */
  readonly score: ScoreName | null;
  /** The logged metric beside it; `null`: the one that fits. */
  readonly logged: string | null;
  /** Which examples are listed: `worst`, `3-5` (label 3 taken for 5), `fixed`; `null`: the worst. */
  readonly list: string | null;
}

/** Enough to keep a GPU busy, and small beside the limits of any. */
export const USUAL_BATCH = 128;
export const LARGEST_BATCH = 65_536;

const BACKENDS: readonly Backend[] = ['webgpu', 'wasm', 'cpu'];

export function parseEvaluateView(search: Readonly<Record<string, unknown>>): EvaluateView {
  const { checkpoints, virtual, graph, proposed, layers, data, batch, backend } = search;
  return {
    ...parseDataSettings(search),
    checkpoints: texts(checkpoints) ?? [],
    virtual: averages(virtual),
    graph: text(graph),
    proposed: proposed === true,
    layers: parseLayerEdits(layers),
    prefix: typeof search['prefix'] === 'string' ? search['prefix'] : null,
    signature: text(search['signature']),
    data: text(data),
    batch: isBatch(batch) ? batch : USUAL_BATCH,
    backend: BACKENDS.find((one) => one === backend) ?? null,
    find: text(search['find']) ?? '',
    sort: text(search['sort']),
    part: text(search['part']),
    of: text(search['of']),
    against: text(search['against']),
    score: SCORE_NAMES.find((name) => name === search['score']) ?? null,
    logged: text(search['logged']),
    list: text(search['list']),
  };
}

function isBatch(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= LARGEST_BATCH;
}

function averages(value: unknown): Readonly<Record<string, VirtualCheckpoint>> {
  if (typeof value !== 'object' || value === null) return {};
  const found = Object.entries(value).flatMap(([name, one]) => {
    const average = averageOf(one);
    return average ? [[name, average] as const] : [];
  });
  return Object.fromEntries(found);
}

function averageOf(value: unknown): VirtualCheckpoint | null {
  const { kind, of, decay } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const paths = texts(of);
  if (!paths || paths.length === 0) return null;
  if (kind === 'mean') return { kind, of: paths };
  const isDecay = typeof decay === 'number' && decay >= 0 && decay <= 1;
  return kind === 'ema' && isDecay ? { kind, of: paths, decay } : null;
}

/** The router reads a number where digits were written. */
function text(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function texts(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return null;
  return value.filter((item) => typeof item === 'string');
}
