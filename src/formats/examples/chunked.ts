import type { DatasetColumn } from '#domain/dataset.ts';
import type { Dtype } from '#domain/dtype.ts';

/** Values of one column in the rows of one chunk. */
export type Cells = NumberCells | TextCells | ByteCells;

export interface NumberCells {
  readonly kind: 'numbers';
  /** NaN where there is none. */
  readonly values: ArrayLike<number>;
  /** Where each row begins among the values, and the end of the last; `null`: each has as many. */
  readonly offsets: ArrayLike<number> | null;
  /** Sizes of the axes behind the first, `null` where they are not the same everywhere. */
  readonly inner: readonly number[] | null;
  /** Rows without a value: 1. */
  readonly missing: Uint8Array | null;
}

export interface TextCells {
  readonly kind: 'texts';
  readonly values: readonly (string | null)[];
}

export interface ByteCells {
  readonly kind: 'bytes';
  readonly values: readonly (Uint8Array<ArrayBuffer> | null)[];
}

/** A column of a file that is read chunk by chunk: row groups, or record batches. */
export interface ChunkedColumn {
  readonly name: string;
  readonly kind: Cells['kind'];
  readonly dtype: Dtype;
  /** `null`: lists, whose lengths only the chunks tell. */
  readonly shape: readonly number[] | null;
  /** Names of numbers, in their order. */
  readonly classes?: readonly string[] | undefined;
  /** What its numbers are, where the file says so. */
  readonly means?: DatasetColumn['kind'] | undefined;
  load(chunk: number, signal?: AbortSignal): Promise<Cells>;
}

export interface ChunkedTable {
  readonly path: string;
  /** Rows of each chunk. */
  readonly counts: readonly number[];
  readonly columns: readonly ChunkedColumn[];
}

/** What the cells of a chunk take in memory, about. */
export function weightOf(cells: Cells): number {
  if (cells.kind === 'numbers') return 8 * cells.values.length;
  return cells.values.reduce((sum, value) => sum + 16 + (value?.length ?? 0), 0);
}
