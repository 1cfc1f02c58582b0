import { BITS } from '#domain/dtype.ts';
import { CheckpointError, type Problem } from '#domain/problem.ts';
import { PickleStream, type PickleStreamOptions } from '#encodings/pickle/stream.ts';
import { Call, Global, PersistentId, type PickleValue } from '#encodings/pickle/values.ts';
import { storageDtype } from '#formats/pytorch/dtypes.ts';
import { isList } from '#formats/pytorch/inert.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** What goes with reading any of the pickles. */
export type Context = Pick<PickleStreamOptions, 'observer' | 'signal'>;

/** A storage in the archive, or a part of one. */
interface StoredStorage {
  readonly key: string;
  readonly type: Global;
  /** Offset of its first element among the `storages`. */
  readonly offset: number;
  readonly bytes: number;
  readonly elements: number;
  /** Key, offset and elements, where it is a part of the storage that has the other key. */
  readonly window?: readonly [string, number, number];
}

export interface Tables {
  readonly storages: ReadonlyMap<string, StoredStorage>;
  /** As a pickle would have them. */
  readonly tensors: ReadonlyMap<string, PickleValue>;
}

/** More are none that a model of that time had. */
const MAX_ROWS = 1_000_000;
const MAX_AXES = 64;

/** `count, (key, location, class · elements i64 · bytes)…, [(key, key of the whole, offset, elements)…]` */
export async function readStorages(
  source: ByteSource,
  { observer, signal }: Context,
): Promise<ReadonlyMap<string, StoredStorage>> {
  const stream = new PickleStream(source);
  const next = async () => (await stream.next({ observer, signal })).value;
  const found = new Map<string, StoredStorage>();
  const count = countOf(await next(), source);
  for (let row = 0; row < count; row++) {
    const [key, , type] = listOf(await next(), source);
    const dtype = type instanceof Global ? storageDtype(type.path) : undefined;
    if (!(type instanceof Global) || dtype === undefined) {
      return fail(source, 'the type of a storage is none that torch has');
    }
    const header = await stream.take(8, signal);
    const elements = Number(new DataView(header.buffer).getBigInt64(0, true));
    const bytes = elements * (dtype === 'untyped' ? 1 : BITS[dtype] / 8);
    if (!(elements >= 0 && Number.isSafeInteger(bytes))) {
      return fail(source, `a storage is said to have ${elements} elements`);
    }
    const name = keyOf(key ?? null, source);
    found.set(name, { key: name, type, offset: stream.at, bytes, elements });
    stream.skip(bytes);
  }
  addViews(found, await next(), source);
  return found;
}

function addViews(found: Map<string, StoredStorage>, value: PickleValue, source: ByteSource): void {
  for (const view of listOf(value, source)) {
    const [target, root, offset, elements] = listOf(view, source);
    const whole = found.get(keyOf(root ?? null, source));
    if (!whole || typeof offset !== 'number' || typeof elements !== 'number') {
      fail(source, 'a part of a storage has no whole');
    }
    const key = keyOf(target ?? null, source);
    found.set(key, { ...whole, window: [key, offset, elements] });
  }
}

/** `count, (key, storage, class · axes i32 · 0 i32 · sizes i64… · strides i64… · offset i64)…` */
export async function readTensors(
  source: ByteSource,
  storages: ReadonlyMap<string, StoredStorage>,
  { observer, signal }: Context,
): Promise<ReadonlyMap<string, PickleValue>> {
  const stream = new PickleStream(source);
  const next = async () => (await stream.next({ observer, signal })).value;
  const found = new Map<string, PickleValue>();
  const rebuild = new Global('torch._utils', '_rebuild_tensor');
  const count = countOf(await next(), source);
  for (let row = 0; row < count; row++) {
    const [key, storageKey] = listOf(await next(), source);
    const storage = storages.get(keyOf(storageKey ?? null, source));
    const header = await stream.take(8, signal);
    const axes = new DataView(header.buffer).getInt32(0, true);
    if (!(axes >= 0 && axes <= MAX_AXES)) fail(source, `a tensor is said to have ${axes} axes`);
    const fields = await stream.take(8 * (2 * axes + 1), signal);
    const view = new DataView(fields.buffer);
    const numbers = Array.from({ length: 2 * axes + 1 }, (_, index) =>
      Number(view.getBigInt64(8 * index, true)),
    );
    const [sizes, strides] = [numbers.slice(0, axes), numbers.slice(axes, 2 * axes)];
    const args = [storage ? idOf(storage) : null, numbers[2 * axes] ?? 0, sizes, strides];
    found.set(keyOf(key ?? null, source), new Call('reduce', rebuild, args));
  }
  return found;
}

/** As later versions name a storage in their pickles. */
function idOf({ key, type, elements, window }: StoredStorage): PersistentId {
  return new PersistentId(['storage', type, key, 'cpu', elements, window ?? null]);
}

function countOf(value: PickleValue, source: ByteSource): number {
  if (typeof value === 'number' && value >= 0 && value <= MAX_ROWS) return value;
  return fail(source, 'a count is no count');
}

function listOf(value: PickleValue, source: ByteSource): readonly PickleValue[] {
  return isList(value) ? value : fail(source, 'a row of a table is no tuple');
}

/** An address of the process that wrote it, as a number or as text. */
function keyOf(value: PickleValue, source: ByteSource): string {
  const isKey = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
  return isKey ? String(value) : fail(source, 'a key is neither text nor number');
}

function fail({ path }: ByteSource, what: string): never {
  const problem: Problem = { kind: 'malformed', what };
  throw new CheckpointError(problem, { path });
}
