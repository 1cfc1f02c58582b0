import { CheckpointError, type Defect } from '#domain/problem.ts';
import { readMessage } from '#encodings/protobuf.ts';
import {
  type BlockHandle,
  compareKeys,
  openTable,
  readBlock,
  type TableEntry,
} from '#encodings/sstable.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { Cursor } from '#io/cursor.ts';
import { beginsLikeSlices } from './begins-like-slices.ts';
import { type SliceMeta, tableMeta } from './slices-proto.ts';

/** One file of a V1 checkpoint, its tensors left where they are. */
export interface SliceTable {
  readonly source: ByteSource;
  /** The tensors, or slices of some, that are in it. */
  readonly tensors: readonly SliceMeta[];
  /** The value under a key. Throws `corrupt` where the checksum of its block is wrong, `malformed` without it. */
  find(key: Uint8Array, signal?: AbortSignal): Promise<Cursor>;
  /** Bytes that have to be read for it. */
  cost(key: Uint8Array): number;
  /** Compares the checksum of every block. */
  verify(
    signal?: AbortSignal,
  ): AsyncGenerator<{ readonly bytes: number; readonly defect?: Defect }>;
}

/** A tensor lies in a block as a whole; TensorFlow's own limit, of a message. */
const MAX_BLOCK = 2 ** 31 - 1;

/** Reads the index of the table and its first block, which says what there is. */
export async function openSlices(source: ByteSource, signal?: AbortSignal): Promise<SliceTable> {
  const handles = await openHandles(source, signal);
  const [first] = handles;
  const { path } = source;
  if (!first)
    throw new CheckpointError({ kind: 'malformed', what: 'the table is empty' }, { path });
  const [head] = await readBlock(source, first, signal);
  if (head?.key.length !== 0) {
    const what = 'it does not begin with what a V1 checkpoint says of its tensors';
    throw new CheckpointError({ kind: 'malformed', what }, { path });
  }
  let kept:
    | { readonly handle: BlockHandle; readonly entries: WeakRef<readonly TableEntry[]> }
    | undefined;

  /** Small tensors share a block: the last one is kept while memory allows. */
  async function entriesOf(handle: BlockHandle, signal?: AbortSignal) {
    const known = kept?.handle === handle ? kept.entries.deref() : undefined;
    const entries = known ?? (await readBlock(source, handle, signal, MAX_BLOCK));
    kept = { handle, entries: new WeakRef(entries) };
    return entries;
  }

  const handleOf = (key: Uint8Array) => firstFrom(handles, key);
  return {
    source,
    tensors: tensorsIn(head, path),
    cost: (key) => handleOf(key)?.size ?? 0,
    async find(key, signal) {
      const handle = handleOf(key);
      const entries = handle ? await entriesOf(handle, signal) : [];
      const entry = entries.find((one) => compareKeys(one.key, key) === 0);
      if (entry) return new Cursor(entry.value, path, handle?.offset);
      const what = 'one of its slices is not in the file';
      throw new CheckpointError({ kind: 'malformed', what }, { path });
    },
    async *verify(signal) {
      for (const handle of handles) {
        signal?.throwIfAborted();
        yield { bytes: handle.size, ...(await defectIn(source, handle, signal)) };
      }
    },
  };
}

/** The first block whose keys go as far as this one: it is there or nowhere. */
function firstFrom(handles: readonly BlockHandle[], key: Uint8Array): BlockHandle | undefined {
  let low = 0;
  for (let high = handles.length; low < high; ) {
    const middle = Math.floor((low + high) / 2);
    const until = handles[middle]?.until;
    if (until && compareKeys(until, key) >= 0) high = middle;
    else low = middle + 1;
  }
  return handles[low];
}

/** A file that was cut short ends with no footer, but still begins as one that has one. */
async function openHandles(source: ByteSource, signal?: AbortSignal) {
  try {
    return await openTable(source, signal);
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.problem.kind !== 'malformed') throw error;
    const { path, size } = source;
    const head = await source.read(0, Math.min(64, size), signal);
    if (!beginsLikeSlices(head)) throw error;
    throw new CheckpointError(
      { kind: 'truncated', needed: size + 1, size },
      { path },
      { cause: error },
    );
  }
}

function tensorsIn({ value }: TableEntry, path: string): readonly SliceMeta[] {
  try {
    return readMessage(tableMeta, new Cursor(value, path)).meta?.tensors ?? [];
  } catch (cause) {
    if (!(cause instanceof CheckpointError)) throw cause;
    const what = 'what it says of its tensors is no message';
    throw new CheckpointError({ kind: 'malformed', what }, { path }, { cause });
  }
}

async function defectIn(source: ByteSource, handle: BlockHandle, signal?: AbortSignal) {
  try {
    await readBlock(source, handle, signal, MAX_BLOCK);
    return {};
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.problem.kind === 'changed') throw error;
    return { defect: { problem: error.problem, place: error.place } };
  }
}
