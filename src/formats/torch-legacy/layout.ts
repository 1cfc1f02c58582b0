import { BITS } from '#domain/dtype.ts';
import type { Problem } from '#domain/problem.ts';
import { Global, type PickleValue } from '#encodings/pickle/values.ts';
import { storageDtype } from '#formats/pytorch/dtypes.ts';
import type { Storages } from '#formats/pytorch/storages.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** What a pickle says of a storage. */
export interface Size {
  readonly elements: number;
  readonly bytes: number;
}

/** Of the storages that a pickle names, by key. */
export type Sizes = ReadonlyMap<string, Size>;

interface Slot extends Size {
  /** Offset of its count. */
  readonly at: number;
}

interface Layout {
  readonly keys: readonly string[];
  readonly sizes: Sizes;
  /** Offset of the first count. */
  readonly start: number;
  readonly signal: AbortSignal | undefined;
}

/** `i64` before the elements of a storage. */
const COUNT_SIZE = 8;
/** Counts not further apart are read together. */
const MAX_GAP = 2 ** 14;
/** The longest read of counts. */
const MAX_SPAN = 2 ** 20;
/** Reads on their way at a time. */
const IN_FLIGHT = 8;

/** Where a file has none that can be found. */
export const NO_STORAGES: Storages = {
  bigEndian: false,
  size: () => undefined,
  nameOf: (key) => `storage ${key}`,
  read: async () => new Uint8Array(),
};

/** Of the storage that a persistent id names; `undefined` when it names none. */
export function sizeOf(id: readonly PickleValue[]): Size | undefined {
  const [kind, type, , , elements] = id;
  const dtype = type instanceof Global ? storageDtype(type.path) : undefined;
  if (kind !== 'storage' || dtype === undefined || typeof elements !== 'number') return undefined;
  const bytes = dtype === 'untyped' ? elements : (elements * BITS[dtype]) / 8;
  return Number.isSafeInteger(bytes) && bytes >= 0 ? { elements, bytes } : undefined;
}

/** Finds the storages by adding up their sizes, and compares the counts that stand before them. */
export async function layOut(
  source: ByteSource,
  layout: Layout,
): Promise<{ readonly storages: Storages; readonly problems: readonly Problem[] }> {
  const { slots, end, problems } = findSlots(layout);
  const wrong = await compareCounts(source, slots, layout.signal);
  if (problems.length === 0 && end < source.size && !(await isPickle(source, end, layout.signal))) {
    const what = `${source.size - end} bytes follow the last storage`;
    problems.push({ kind: 'malformed', what });
  }
  const storages: Storages = {
    bigEndian: false,
    nameOf: (key) => `storage ${key}`,
    size(key) {
      const slot = slots.get(key);
      return slot && Math.max(0, Math.min(slot.bytes, source.size - slot.at - COUNT_SIZE));
    },
    refuse: (key) => wrong.get(key),
    async read(key, from, to, signal) {
      const start = (slots.get(key)?.at ?? 0) + COUNT_SIZE;
      return source.read(start + from, start + to, signal);
    },
  };
  return { storages, problems };
}

function findSlots({ keys, sizes, start }: Layout) {
  const slots = new Map<string, Slot>();
  const problems: Problem[] = [];
  let at = start;
  for (const key of keys) {
    const size = sizes.get(key);
    if (size === undefined || slots.has(key)) {
      const what =
        size === undefined
          ? `no tensor has storage ${key}, so that its size is not known`
          : `storage ${key} is there twice`;
      problems.push({ kind: 'malformed', what });
      break;
    }
    slots.set(key, { ...size, at });
    at += COUNT_SIZE + size.bytes;
  }
  return { slots, end: at, problems };
}

/** Storages whose count is another than the pickle says: what stands there is not theirs. */
async function compareCounts(
  source: ByteSource,
  slots: ReadonlyMap<string, Slot>,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Problem>> {
  const there = [...slots].filter(([, { at }]) => at + COUNT_SIZE <= source.size);
  const groups = neighbours(there);
  const wrong = new Map<string, Problem>();
  const compare = async (group: readonly [string, Slot][]): Promise<void> => {
    const [first, last] = [group[0]?.[1].at ?? 0, group.at(-1)?.[1].at ?? 0];
    const bytes = await source.read(first, last + COUNT_SIZE, signal);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const [key, { at, elements }] of group) {
      const count = Number(view.getBigInt64(at - first, true));
      if (count === elements) continue;
      const what = `storage ${key} says that it has ${count} elements, its tensors ${elements}`;
      wrong.set(key, { kind: 'malformed', what });
    }
  };
  for (let next = 0; next < groups.length; next += IN_FLIGHT) {
    await Promise.all(groups.slice(next, next + IN_FLIGHT).map(compare));
  }
  return wrong;
}

/** Storages whose counts are read at once. */
function neighbours(slots: readonly [string, Slot][]): [string, Slot][][] {
  const groups: [string, Slot][][] = [];
  for (const entry of slots) {
    const group = groups.at(-1);
    const [first, last] = [group?.[0]?.[1].at, group?.at(-1)?.[1].at];
    const { at } = entry[1];
    const isNear = last !== undefined && at - last <= MAX_GAP && at - (first ?? at) <= MAX_SPAN;
    if (group && isNear) group.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

/** Several objects can be saved into one file, one after another; torch reads the first. */
async function isPickle(
  source: ByteSource,
  at: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (source.size - at < 4) return false;
  const [mark, protocol = 0, code] = await source.read(at, at + 3, signal);
  return mark === 0x80 && protocol >= 2 && protocol <= 5 && (code === 0x8a || code === 0x95);
}
