import type { Backend } from '#domain/evaluation.ts';
import { type LayerEdit, parseLayerEdits } from './proposal-edits.ts';

/** What is to be evaluated and how, as the URL says it. */
export interface EvaluateView {
  /** By `CheckpointRef.path`. */
  readonly checkpoints: readonly string[];
  /** Path of a graph file; `null`: the one that is found by itself. */
  readonly graph: string | null;
  /** The graph is the one proposed from the state dict, whatever files there are. */
  readonly proposed: boolean;
  /** The layers of the proposal as corrected; `null`: as proposed. */
  readonly layers: readonly LayerEdit[] | null;
  /** Path of the data set; `null`: the nearest. */
  readonly data: string | null;
  /** Columns in the order of the graph's inputs; `null`: those that fit. */
  readonly inputs: readonly string[] | null;
  /** `null`: the column that looks like it. */
  readonly label: string | null;
  /** Which class of the network each word of the label column stands for; `null`: their order. */
  readonly classes: readonly number[] | null;
  /** Input scaling, as it was typed; `null`: as last used with this data set. */
  readonly divide: number | null;
  readonly mean: string | null;
  readonly std: string | null;
  readonly batch: number;
  /** `null`: the best that works here. */
  readonly backend: Backend | null;
  /** Part of the paths in the list of checkpoints. */
  readonly find: string;
  /** Of the results, as `formatSort` writes it. */
  readonly sort: string | null;
}

/** Enough to keep a GPU busy, and small beside the limits of any. */
export const USUAL_BATCH = 128;
export const LARGEST_BATCH = 65_536;

const BACKENDS: readonly Backend[] = ['webgpu', 'wasm', 'cpu'];

export function parseEvaluateView(search: Readonly<Record<string, unknown>>): EvaluateView {
  const { checkpoints, graph, proposed, layers, data, inputs, label, classes } = search;
  const { divide, mean, std, batch, backend, find, sort } = search;
  return {
    checkpoints: texts(checkpoints) ?? [],
    graph: text(graph),
    proposed: proposed === true,
    layers: parseLayerEdits(layers),
    data: text(data),
    inputs: texts(inputs),
    label: text(label),
    classes: indices(classes),
    divide: typeof divide === 'number' ? divide : null,
    mean: text(mean),
    std: text(std),
    batch: isBatch(batch) ? batch : USUAL_BATCH,
    backend: BACKENDS.find((one) => one === backend) ?? null,
    find: text(find) ?? '',
    sort: text(sort),
  };
}

function isBatch(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= LARGEST_BATCH;
}

function indices(value: unknown): readonly number[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.every((index) => Number.isInteger(index) && index >= 0) ? value : null;
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
