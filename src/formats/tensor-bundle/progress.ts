import { BITS, type Dtype } from '#domain/dtype.ts';
import type { TensorInfo } from '#domain/tensor.ts';
import { widen } from '#domain/widen.ts';

/** Where TensorFlow 2 keeps a variable's value, after the path to it. */
const VALUE = '/.ATTRIBUTES/VARIABLE_VALUE';
/** How many numbers are looked at: each may be a piece of a read. */
const MAX_NUMBERS = 32;

/** Names of how far a training is, the most telling first, and what they are called here. */
const TELLING: ReadonlyMap<string, string> = new Map([
  ['global_step', 'global_step'],
  ['step', 'step'],
  ['epoch', 'epoch'],
  ['save_counter', 'save_counter'],
  ['iterations', 'optimizer_iterations'],
  ['iter', 'optimizer_iterations'],
  ['learning_rate', 'learning_rate'],
]);

export interface Telling {
  /** Its key in the metadata. */
  readonly key: string;
  readonly info: TensorInfo;
}

/**
 * The single numbers that say how far a training is, and those that were saved beside the model by a name of
 * their own (`tf.train.Checkpoint(best_loss=…)`), the most telling first.
 */
export function findTelling(infos: readonly TensorInfo[]): readonly Telling[] {
  const found = infos
    .map(rate)
    .filter((rated) => rated !== undefined)
    .sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1));
  const keys = new Map<string, number>();
  for (const { key } of found) keys.set(key, (keys.get(key) ?? 0) + 1);
  return found
    .slice(0, MAX_NUMBERS)
    .map(({ key, path, info }) => ({ key: keys.get(key) === 1 ? key : path, info }));
}

interface Rated extends Telling {
  readonly path: string;
  readonly rank: number;
}

function rate(info: TensorInfo): Rated | undefined {
  const single = info.shape.length === 0 && BITS[info.dtype] > 0 && BITS[info.dtype] <= 64;
  const path = pathOf(info.name);
  if (!single || !path) return undefined;
  const last = path.slice(path.lastIndexOf('/') + 1).replace(/^_+/, '');
  const rank = [...TELLING.keys()].indexOf(last);
  if (info.name.endsWith(VALUE) && !path.includes('/')) {
    return { key: path, info, path, rank: rank < 0 ? TELLING.size : rank };
  }
  return rank < 0 ? undefined : { key: TELLING.get(last) ?? path, info, path, rank };
}

/** `undefined` for what is no variable's value: slots, tables, states of iterators. */
function pathOf(name: string): string | undefined {
  const path = name.endsWith(VALUE) ? name.slice(0, -VALUE.length) : name;
  return path.includes('.ATTRIBUTES/') || path.includes('.OPTIMIZER_SLOT/') ? undefined : path;
}

/** Those that float32 cannot hold; `widen` has all others. */
const WIDE: ReadonlyMap<Dtype, (view: DataView) => number | bigint> = new Map([
  ['float64', (view: DataView) => view.getFloat64(0, true)],
  ['int32', (view: DataView) => view.getInt32(0, true)],
  ['uint32', (view: DataView) => view.getUint32(0, true)],
  ['int64', (view: DataView) => exact(view.getBigInt64(0, true))],
  ['uint64', (view: DataView) => exact(view.getBigUint64(0, true))],
]);

/** A number from its bytes, little-endian; `undefined` for a dtype that is no plain number. */
export function numberOf(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: Dtype,
): number | bigint | undefined {
  const read = WIDE.get(dtype);
  if (!read) return widen(bytes, dtype)?.[0];
  return read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
