import type { Dtype } from './dtype.ts';

/** A named array of a data set: the first axis counts examples. */
export interface DatasetColumn {
  readonly name: string;
  readonly dtype: Dtype;
  /** Of one example; `[]` for a number. */
  readonly shape: readonly number[];
  /** Classes in the order of their indices, where the column held words. */
  readonly classes?: readonly string[];
}

/** Examples in named columns, read in batches. */
export interface Dataset {
  readonly count: number;
  readonly columns: readonly DatasetColumn[];
  /** Column-like names joined into one input, as the cells of a CSV: all but the label by default. */
  readonly tabular: boolean;
  /** The column that is most likely the label; `null` when none looks like one. */
  readonly label: string | null;
  /**
   * Examples `[from, to)` of some columns; tabular columns are read together as one `[n, columns]`.
   * Throws `malformed` with the row of a cell that is no number.
   */
  read(request: BatchRequest): Promise<DatasetBatch>;
}

export interface BatchRequest {
  readonly inputs: readonly string[];
  /** `null`: no labels. */
  readonly label: string | null;
  readonly from: number;
  readonly to: number;
  readonly signal?: AbortSignal | undefined;
}

export interface DatasetBatch {
  /** `[n, ...shape]`, row-major, one per input; integers as float64-exact numbers. */
  readonly inputs: readonly {
    readonly shape: readonly number[];
    readonly values: Float32Array<ArrayBuffer>;
  }[];
  /** Class indices. */
  readonly labels: Int32Array<ArrayBuffer> | null;
}

/** How raw numbers become what the network was trained on: `(x / divide − mean) / std`. */
export interface Scaling {
  readonly divide: number;
  /** One number, or one per channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export const UNSCALED: Scaling = { divide: 1, mean: [0], std: [1] };

/** What the screen needs to know of a data set. */
export interface DatasetSummary {
  readonly path: string;
  readonly format: string;
  readonly count: number;
  readonly columns: readonly DatasetColumn[];
  readonly tabular: boolean;
  readonly label: string | null;
}
