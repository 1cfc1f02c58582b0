import type { Metadata, TensorInfo } from '#domain/tensor.ts';
import { baseOf } from '#io/path.ts';
import { isRecord } from './numbers-in.ts';
import { isMetricKey, METRICS } from './step-of.ts';

/** A metric that a checkpoint holds as a tensor of one number. */
export interface ScalarMetric {
  readonly tag: string;
  /** By its name in the checkpoint. */
  readonly tensor: string;
}

/** More than these are a table, not metadata. */
const MAX_SCALARS = 20;

/** Deeper scalars are the inside of something: buffers of a model, optimizer states. */
const MAX_DEPTH = 2;

/**
 * Metrics among the tensors: `{'loss': loss}` is often saved with a tensor for the number, and Lightning keeps
 * the score of what it monitors with its ModelCheckpoint.
 *
 * @param path of the checkpoint: Lightning keeps the scores of several by their paths
 * @see https://github.com/Lightning-AI/pytorch-lightning/blob/master/src/lightning/pytorch/callbacks/model_checkpoint.py `state_dict`
 */
export function scalarMetrics(
  path: string,
  tensors: Iterable<TensorInfo>,
  metadata: { readonly [key: string]: Metadata },
): readonly ScalarMetric[] {
  const found = new Map<string, string>();
  const scores = new Map<string, string>();
  for (const { name, path: keys = name.split('.'), shape, kind } of tensors) {
    if (kind || shape.some((size) => size !== 1)) continue;
    if (keys[0] === 'callbacks') {
      const monitor = monitorOf(keys, path, metadata);
      // The score of this save, and else the one kept under its name.
      if (monitor && (keys[2] === 'current_score' || !scores.has(monitor)))
        scores.set(monitor, name);
    } else if (keys.length <= MAX_DEPTH && isMetricKey(keys.join('.')) && found.size < MAX_SCALARS)
      found.set(keys.join('.').replace(METRICS, ''), name);
  }
  return [...new Map([...found, ...scores])].map(([tag, tensor]) => ({ tag, tensor }));
}

/** What a score in the state of a ModelCheckpoint is of; `null` when it is not of this checkpoint. */
function monitorOf(
  [, callback = '', key = '', file = '']: readonly string[],
  path: string,
  metadata: { readonly [key: string]: Metadata },
): string | null {
  if (!callback.startsWith('ModelCheckpoint')) return null;
  const isOwn = key === 'best_k_models' && baseOf(file.replaceAll('\\', '/')) === baseOf(path);
  if (key !== 'current_score' && !isOwn) return null;
  const callbacks = metadata['callbacks'];
  const state = isRecord(callbacks) ? callbacks[callback] : undefined;
  const monitor = isRecord(state) ? state['monitor'] : undefined;
  return typeof monitor === 'string' ? monitor : null;
}
