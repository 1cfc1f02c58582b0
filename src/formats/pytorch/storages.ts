import { BITS } from '#domain/dtype.ts';
import type { Problem } from '#domain/problem.ts';
import type { Found } from './contents.ts';
import { packing } from './dtypes.ts';
import type { DenseTensor, Storage } from './rebuild.ts';
import { viewEnd } from './view.ts';

/** Bytes of the storages, wherever a file keeps them. */
export interface Storages {
  /** Whether numbers stand with their highest byte first. */
  readonly bigEndian: boolean;
  /** Bytes that are there for a storage; `undefined` when it is missing. */
  size(key: string): number | undefined;
  /** What a missing one is called, for a message. */
  nameOf(key: string): string;
  /** A reason not to read one that is there. */
  refuse?(key: string): Problem | undefined;
  read(key: string, from: number, to: number, signal?: AbortSignal): Promise<Bytes>;
}

type Bytes = Uint8Array<ArrayBuffer>;

export interface TensorProblem {
  readonly problem: Problem;
  readonly tensor: string;
}

/**
 * What is wrong between tensors and storages: a storage that is missing, shorter or longer than the pickle says, a
 * view that leaves its storage. Once for each storage, with the first tensor in it.
 */
export function checkStorages(
  tensors: ReadonlyMap<string, Found>,
  storages: Storages,
): TensorProblem[] {
  const problems: TensorProblem[] = [];
  const checked = new Set<string>();
  for (const [name, { tensor }] of tensors) {
    if (tensor.kind !== 'dense') continue;
    const { storage } = tensor;
    const known = checked.has(identify(storage));
    checked.add(identify(storage));
    const problem =
      (known ? undefined : checkStorage(storage, storages)) ?? checkView(name, tensor);
    if (problem) problems.push({ problem, tensor: name });
  }
  return problems;
}

/** The same key with another size is checked again: one of the two is wrong. */
function identify({ key, dtype, count }: Storage): string {
  return `${count} ${dtype} ${key}`;
}

function checkStorage(storage: Storage, storages: Storages): Problem | undefined {
  const { key } = storage;
  const needed = storageBytes(storage);
  const size = storages.size(key);
  if (size === undefined) {
    return needed === 0 ? undefined : { kind: 'missing', path: storages.nameOf(key) };
  }
  if (size < needed) return { kind: 'truncated', needed, size };
  if (size > needed) {
    const what = `${storages.nameOf(key)} holds ${size} bytes, though its tensors have ${needed}`;
    return { kind: 'malformed', what };
  }
  return storages.refuse?.(key);
}

function checkView(name: string, tensor: DenseTensor): Problem | undefined {
  const { storage, dtype } = tensor;
  const { window } = storage;
  const there = storageBytes(window ? { ...storage, count: window.to } : storage);
  const needed = Math.ceil((viewEnd(tensor) * BITS[dtype]) / 8 / packing(dtype));
  if (needed <= Math.min(there, storageBytes(storage))) return undefined;
  const what = `${name} goes on to byte ${needed} of a storage of ${there}`;
  return { kind: 'malformed', what };
}

/** Bytes that the pickle says a storage has. */
function storageBytes({ dtype, count }: Storage): number {
  return dtype === 'untyped' ? count : (count * BITS[dtype]) / 8;
}
