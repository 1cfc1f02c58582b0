import type { Dtype } from './dtype.ts';
import type { Defect } from './problem.ts';

/** What a header says of one tensor, before any of its bytes are read. */
export interface TensorInfo {
  /** The key in the checkpoint, nested keys joined by `.`; unique in its file. */
  readonly name: string;
  /** The variable's own name where the key is not it, as in TensorFlow's object graph. */
  readonly label?: string;
  /** The keys that lead to it, where they can hold a `.` themselves. */
  readonly path?: readonly string[];
  readonly dtype: Dtype;
  /** Row-major (C order); `[]` is a scalar. */
  readonly shape: readonly number[];
  /** Bytes of its elements, as `read` gives them. */
  readonly bytes: number;
  /** How it lies in the file where `read` decodes it: a block type such as `q8_0`, and bytes. */
  readonly stored?: { readonly type: string; readonly bytes: number };
  /** The storage it is a view of: tensors with the same `id` share memory. */
  readonly storage?: StorageView;
  /** `meta`: described but not stored. `quantized`, `sparse`: `read` gives the stored integers or values. */
  readonly kind?: 'meta' | 'quantized' | 'sparse' | 'object';
}

export interface StorageView {
  readonly id: string;
  /** Elements from the start of the storage. */
  readonly offset: number;
  /** Elements between neighbours, per axis. */
  readonly stride: readonly number[];
}

/**
 * Whatever a file says besides tensors, as plain data that survives `postMessage`.
 * An object that would need code is a record `{ $object: 'module.Class', ... }`, never the object;
 * a tensor in its place is `{ $tensor: name }`; bytes are `{ $bytes: length }`.
 */
export type Metadata =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Metadata[]
  | { readonly [key: string]: Metadata };

/** Which elements `read` gives, counted row-major: `[from, to)`. All of them by default. */
export interface ReadOptions {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A checkpoint whose header has been read; tensors are fetched one at a time. */
export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: { readonly [key: string]: Metadata };
  /** What the headers alone show to be wrong: shards missing, storages too short. */
  readonly defects: readonly Defect[];
  /** Bytes of all files it is made of. */
  readonly size: number;
  /** Paths of all files it is made of, from the opened directory. */
  readonly files: readonly string[];
  /** `module.name` of every global that a pickle would import; empty where there is no pickle. */
  readonly globals: readonly string[];
  /** What `torch.load(weights_only=True)` makes of it; absent where there is no pickle of torch. */
  readonly weightsOnly?: WeightsOnly;
  /** Library and version that wrote it, where the file says: `torch 2.13`. */
  readonly writer?: string;
  /** Names of the objects under the root, where the file keeps an object graph as TensorFlow does. */
  readonly objects?: readonly string[];
  /**
   * The elements of one tensor: dense, row-major, little-endian, in its own dtype. Those of `string` and
   * `variant` tensors come as `readStrings` in `domain/strings.ts` takes them apart. Throws `RangeError` for a
   * name it does not have.
   */
  read(name: string, options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Compares every stored checksum with the bytes; absent where the format has none. */
  verify?(options: VerifyOptions): Promise<Verification>;
}

/**
 * Whether `torch.load(weights_only=True)` takes a file: unasked when both are empty, never when there is an
 * obstacle.
 */
export interface WeightsOnly {
  /** `module.name` of the globals to be given to `torch.serialization.add_safe_globals` first. */
  readonly needs: readonly string[];
  readonly obstacles: readonly WeightsOnlyObstacle[];
}

/** What it refuses whatever was allowed. */
export type WeightsOnlyObstacle = Readonly<
  /** An opcode that it does not have, by its name in `pickletools`: that of protocols 3 to 5, mostly. */
  | { kind: 'opcode'; name: string }
  /** A module from which nothing may be taken, as `os`. */
  | { kind: 'module'; name: string }
  /** An object of a class, by `module.name`, that is filled though it is no plain list or dictionary. */
  | { kind: 'fill'; name: string }
  /** Something outside of the pickle that is no storage. */
  | { kind: 'reference' }
  /** A call of what another call gives. */
  | { kind: 'call' }
  | { kind: 'container'; name: 'TorchScript' | 'tar' | 'pickle' }
>;

export interface VerifyOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with bytes checked so far. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

export interface Verification {
  /** Those that `Checkpoint.defects` does not have already. */
  readonly defects: readonly Defect[];
  /** `false` when the writer left the checksums out, so that nothing could be compared. */
  readonly checked: boolean;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
