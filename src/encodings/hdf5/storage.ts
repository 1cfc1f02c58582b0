import type { Hdf5Type } from './datatype.ts';
import type { Hdf5File } from './file.ts';
import type { Dataspace, Filter, Layout } from './messages.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What a dataset's header says of its elements. */
export interface Parts {
  readonly type: Hdf5Type;
  readonly space: Dataspace;
  readonly layout: Layout;
  readonly filters: readonly Filter[];
  /** The bytes of an element that was never written; `null`: zeros. */
  readonly fill: Bytes | null;
}

/** Memory that is given out whatever the file holds; above it, 4 times as much as there is in the file. */
export const FLOOR = 64 * 2 ** 20;

/** Throws `too-large` where a read would take far more memory than the file has bytes. */
export function allow(file: Hdf5File, bytes: number, at?: number): void {
  const limit = FLOOR + 4 * file.size;
  if (bytes > limit)
    file.fail({ kind: 'too-large', what: 'what is read at once', size: bytes, limit }, at);
}

/** Bytes of as many elements; infinite rather than wrong. */
export function bytesOf(shape: readonly number[], elementSize: number): number {
  return shape.includes(0) ? 0 : shape.reduce((all, n) => all * n, elementSize);
}

/** Bytes of elements that were never written. */
export function filled(size: number, fill: Bytes | null): Bytes {
  const bytes = new Uint8Array(size);
  if (fill?.some((byte) => byte !== 0))
    for (let at = 0; at + fill.length <= size; at += fill.length) bytes.set(fill, at);
  return bytes;
}
