import type { ProposedLayer } from './proposal.ts';
import { roleOf } from './role.ts';
import type { TensorInfo } from './tensor.ts';

/** A module of a state dict: the tensors whose keys differ in their last part only. */
export interface Module {
  /** `fc1`, `net.0`; `''` where the keys have one part. */
  readonly name: string;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/** A layer with parameters, as its names and shapes show it. */
export interface Found {
  readonly name: string;
  readonly kind: 'linear' | 'conv' | 'batch_norm' | 'layer_norm';
  readonly shapes: ProposedLayer['shapes'];
}

/** Keys of state dicts, most likely first; `''` is the top of the file. */
const USUAL_KEYS = [
  'model_state_dict',
  'state_dict',
  'model_state',
  'model',
  'net',
  'network',
  'weights',
  'params',
  'module',
  '',
];

/** Names of what is connected in more ways than one after the other. */
const NOT_A_CHAIN =
  /(?:^|[._])(?:attn|attention|self_attn|transformer|downsample|shortcut|short|skip|residual|resblock|lstm|gru|rnn|inception|dense_?block\w*|fire\d*|se)(?:[._]|$)|^(?:.*\.)?layer\d+\.\d+\.|(?:^|\.)(?:blocks?|encoder|decoder|layers)\.\d+\.\w*[a-z]\w*(?:\.|$)/i;

const EMBEDDING = /(?:^|[._])(?:emb\w*|wte|wpe|tok\w*|pos\w*|word_\w+)$/i;

export interface StateDict {
  readonly key: string;
  /** Other keys that hold weights. */
  readonly others: readonly string[];
  readonly modules: readonly Module[];
}

/** The state dict in a checkpoint: under a usual key, else the only one there is. Otherwise the reason. */
export function findStateDict(tensors: Iterable<TensorInfo>): StateDict | string {
  const dicts = dictsOf(tensors);
  if (dicts.size === 0) return 'it holds no weights';
  const usual = USUAL_KEYS.find((key) => dicts.has(key));
  const key = usual ?? (dicts.size === 1 ? dicts.keys().next().value : undefined);
  if (key === undefined) return `it holds several state dicts: ${[...dicts.keys()].join(', ')}`;
  const others = [...dicts.keys()].filter((other) => other !== key);
  return { key, others, modules: modulesOf(dicts.get(key) ?? []) };
}

type Entry = readonly [string, TensorInfo];

/** Weights by the key that leads to them; running averages only where there is nothing else. */
function dictsOf(tensors: Iterable<TensorInfo>): ReadonlyMap<string, Entry[]> {
  const dicts = new Map<string, Entry[]>();
  const averages = new Map<string, Entry[]>();
  for (const info of tensors) {
    const role = roleOf(info);
    if (role === 'optimizer' || role === 'other') continue;
    const into = role === 'ema' ? averages : dicts;
    const path = info.path ?? [info.name];
    const key = path.slice(0, -1).join('.');
    const entry: Entry = [path.at(-1) ?? info.name, info];
    const entries = into.get(key);
    if (entries) entries.push(entry);
    else into.set(key, [entry]);
  }
  return dicts.size > 0 ? dicts : averages;
}

function modulesOf(entries: readonly Entry[]): Module[] {
  const modules = new Map<string, Map<string, readonly number[]>>();
  for (const [key, { shape }] of entries) {
    const dot = key.lastIndexOf('.');
    const [name, own] = [key.slice(0, Math.max(0, dot)), key.slice(dot + 1)];
    if (own === 'num_batches_tracked') continue;
    const shapes = modules.get(name) ?? new Map<string, readonly number[]>();
    modules.set(name, shapes.set(own, shape));
  }
  return [...modules].map(([name, shapes]) => ({ name, shapes }));
}

/** What a module is; otherwise the reason why it cannot stand in a chain of layers. */
export function classify({ name, shapes }: Module): Found | string {
  const title = name === '' ? 'the state dict' : name;
  if (NOT_A_CHAIN.test(name)) return `${title}: its names do not tell how it is connected`;
  const strange = [...shapes.keys()].filter((key) => !PARAMETERS.includes(key));
  if (strange.length > 0) {
    return `${title} has a parameter called ${strange.join(', ')}, as no layer of a chain has`;
  }
  const ordered = PARAMETERS.flatMap((key) => {
    const shape = shapes.get(key);
    return shape ? [shape] : [];
  });
  const kind = kindOf(name, shapes);
  return kind === null
    ? `${title} is no known layer: ${[...shapes].map(([key, shape]) => `${key} [${shape.join(', ')}]`).join(', ')}`
    : { name, kind, shapes: ordered };
}

/** In the order in which `ProposedLayer.shapes` has them. */
const PARAMETERS = ['weight', 'bias', 'running_mean', 'running_var'];

function kindOf(name: string, shapes: Module['shapes']): Found['kind'] | null {
  const weight = shapes.get('weight');
  const bias = shapes.get('bias');
  if (shapes.has('running_mean') || shapes.has('running_var')) {
    return isBatchNorm(shapes) ? 'batch_norm' : null;
  }
  if (!weight || (bias && !isVector(bias, weight[0]))) return null;
  if (weight.length === 2) return EMBEDDING.test(name) ? null : 'linear';
  if (weight.length === 1) return bias ? 'layer_norm' : null;
  return weight.length === 3 || weight.length === 4 ? 'conv' : null;
}

/** Two statistics per feature, and a weight and a bias for all or none. */
function isBatchNorm(shapes: Module['shapes']): boolean {
  const features = shapes.get('running_mean')?.[0];
  const isComplete = shapes.size === 2 || shapes.size === 4;
  return isComplete && [...shapes.values()].every((shape) => isVector(shape, features));
}

function isVector(shape: readonly number[], length: number | undefined): boolean {
  return shape.length === 1 && shape[0] === length;
}
