import type { CheckpointDetails, DescribedTensor } from '#domain/summary.ts';
import type { Metadata } from '#domain/tensor.ts';
import type { Keys } from './python-literal.ts';

/** A dictionary in a PyTorch checkpoint that some object loads with `load_state_dict`. */
export interface StatePart {
  readonly kind: 'model' | 'optimizer' | 'scheduler' | 'scaler';
  /** `[]`: the file is that dictionary. */
  readonly keys: Keys;
  /** Model: the names of its parameters and buffers. */
  readonly names: readonly string[];
}

type Fields = { readonly [key: string]: Metadata };

/** Deeper than any trainer nests the states it saves. */
const MAX_DEPTH = 4;

/** The states that a PyTorch checkpoint holds: models first, then optimizers, schedulers, scalers. */
export function stateParts({ tensors, metadata }: CheckpointDetails): readonly StatePart[] {
  const others = findStates(metadata, []);
  const optimizers = others.some(({ kind }) => kind === 'optimizer')
    ? []
    : optimizersByTensors(tensors, metadata);
  const order = ['optimizer', 'scheduler', 'scaler'] as const;
  const sorted = order.flatMap((kind) => others.filter((part) => part.kind === kind));
  return [...modelParts(tensors, metadata), ...optimizers, ...sorted];
}

/** Dictionaries that are known by their keys, wherever they lie. */
function findStates(value: Metadata, keys: Keys): readonly StatePart[] {
  if (keys.length > MAX_DEPTH || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item: Metadata, index) => findStates(item, [...keys, index]));
  }
  const fields = value as Fields;
  const kind = stateKind(fields, keys);
  if (kind) return [{ kind, keys, names: [] }];
  return Object.entries(fields).flatMap(([key, field]) => findStates(field, [...keys, key]));
}

/**
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.Optimizer.state_dict.html
 * @see https://docs.pytorch.org/docs/stable/amp.html#torch.amp.GradScaler.state_dict
 */
function stateKind(fields: Fields, keys: Keys): StatePart['kind'] | null {
  if (keys.length === 0 || '$object' in fields || '$tensor' in fields) return null;
  if (Array.isArray(fields['param_groups'])) return 'optimizer';
  if ('growth_factor' in fields && 'backoff_factor' in fields) return 'scaler';
  if ('last_epoch' in fields && ('_step_count' in fields || '_last_lr' in fields)) {
    return 'scheduler';
  }
  return null;
}

/** Where the metadata does not show parameter groups, the tensors of the optimizer show its key. */
function optimizersByTensors(
  tensors: readonly DescribedTensor[],
  metadata: Fields,
): readonly StatePart[] {
  const paths = tensors
    .filter(({ role }) => role === 'optimizer')
    .map(({ path = [] }) => path.slice(0, path.indexOf('state')))
    .filter((path) => path.length > 0);
  const found = new Map(paths.map((path) => [JSON.stringify(path), path]));
  return [...found.values()].map((path) => ({
    kind: 'optimizer',
    keys: typedKeys(path, metadata),
    names: [],
  }));
}

/** A state dict is what the last key of a weight is in: `['model_state_dict', 'fc.weight']`. */
function modelParts(tensors: readonly DescribedTensor[], metadata: Fields): readonly StatePart[] {
  const weights = tensors.filter(({ role }) => role === 'weight' || role === 'buffer');
  const chosen = weights.some(({ role }) => role === 'weight')
    ? weights
    : tensors.filter(({ role }) => role === 'ema');
  const groups = new Map<string, { path: readonly string[]; names: string[] }>();
  for (const { path, name } of chosen) {
    const full = path ?? [name];
    const container = full.slice(0, -1);
    const key = JSON.stringify(container);
    const group = groups.get(key) ?? { path: container, names: [] };
    group.names.push(full.at(-1) ?? name);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ path, names }) => ({
    kind: 'model',
    keys: typedKeys(path, metadata),
    names,
  }));
}

/** A key is a number where the metadata has a list in its place. */
function typedKeys(path: readonly string[], metadata: Fields): Keys {
  let at: Metadata | undefined = metadata;
  return path.map((key) => {
    const isList = Array.isArray(at);
    at = child(at, key);
    return isList ? Number(key) : key;
  });
}

function child(value: Metadata | undefined, key: string): Metadata | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return (value as readonly Metadata[])[Number(key)];
  return Object.hasOwn(value, key) ? (value as Fields)[key] : undefined;
}

/** The keys that a dotted name stands for, where keys can hold a dot themselves. */
export function resolveKeys(name: string, metadata: Fields): Keys | null {
  if (Object.hasOwn(metadata, name)) return [name];
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    const inner = child(metadata, name.slice(0, dot));
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) continue;
    const rest = resolveKeys(name.slice(dot + 1), inner as Fields);
    if (rest) return [name.slice(0, dot), ...rest];
  }
  return null;
}

const WRAPPERS = ['module.', '_orig_mod.'] as const;

/** What DataParallel, DDP and `torch.compile` put before every name, in order. */
export function wrapperPrefixes(names: readonly string[]): readonly string[] {
  const found: string[] = [];
  let rest = names;
  for (;;) {
    const wrapper = WRAPPERS.find((prefix) => rest.every((name) => name.startsWith(prefix)));
    if (!wrapper || rest.length === 0) return found;
    found.push(wrapper);
    rest = rest.map((name) => name.slice(wrapper.length));
  }
}

/** Whether a part of the model was compiled on its own: `encoder._orig_mod.weight`. */
export function hasInnerWrapper(names: readonly string[]): boolean {
  const outer = wrapperPrefixes(names).join('').length;
  return names.some((name) => name.includes('_orig_mod.', outer));
}
