import type { Metadata } from '#domain/tensor.ts';
import { isRecord } from './numbers-in.ts';

/** Deeper values are shown as JSON. */
const MAX_DEPTH = 6;

/** A configuration has hundreds of keys at most. */
const MAX_KEYS = 5000;

export type Configuration = { readonly [key: string]: Metadata };

/** Nested keys joined by `.`; lists stay lists. Keys that come first win. */
export function flatten(...configurations: readonly Metadata[]): Configuration {
  const flat = new Map<string, Metadata>();
  for (const configuration of configurations) collect(configuration, '', 0, flat);
  return Object.fromEntries(flat);
}

function collect(
  value: Metadata,
  prefix: string,
  depth: number,
  flat: Map<string, Metadata>,
): void {
  if (!isRecord(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    if (flat.size >= MAX_KEYS) return;
    const key = prefix + name;
    if (isRecord(inner) && depth < MAX_DEPTH) collect(inner, `${key}.`, depth + 1, flat);
    else if (!flat.has(key)) flat.set(key, inner);
  }
}

/** Keys under which checkpoints keep what the training was started with. */
const HYPER_PARAMETERS = [
  'hyper_parameters',
  'hparams',
  'hyperparameters',
  'config',
  'cfg',
  'args',
  'params',
  'opt',
];

/** The hyper-parameters in a checkpoint's own metadata; an object's fields count as keys. */
export function hyperParametersIn(metadata: Configuration): Configuration {
  const found = HYPER_PARAMETERS.map((key) => metadata[key]).filter(isRecord);
  return flatten(...found.map(withoutClass));
}

function withoutClass(record: Configuration): Configuration {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== '$object'));
}
