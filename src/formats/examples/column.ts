import type { DatasetColumn, ImagePreparation } from '#domain/dataset.ts';
import type { Defect } from '#domain/problem.ts';

/** Examples `[from, to)`. */
export interface Rows {
  readonly from: number;
  readonly to: number;
  readonly signal?: AbortSignal | undefined;
  /** For images that vary in size: others are prepared by whoever asked. */
  readonly image?: ImagePreparation | undefined;
}

/** Numbers of some examples, row-major. */
export type Numbers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** A column whose values are fetched when they are asked for. */
export interface ExampleColumn {
  readonly column: DatasetColumn;
  /**
   * `[n, ...shape]`, of images that vary the shape they have when prepared; NaN where there is no number. `exact`: as float64 where float32 would round them.
   * Absent in columns of words.
   */
  numbers?(rows: Rows, exact: boolean): Promise<Numbers>;
  /** One per example, `null` where there is none. */
  words?(rows: Rows): Promise<readonly (string | null)[]>;
  /** What stands where `numbers` gave NaN for an example: `"x" is no finite number`. */
  explain?(row: number): string | undefined;
}

/** What a data set is made of. */
export interface Examples {
  readonly path: string;
  readonly count: number;
  readonly columns: readonly ExampleColumn[];
  /** The column that the others are to tell, where its name does not say so. */
  readonly answer?: string | undefined;
  /** Columns of single numbers are read together as one input. */
  readonly tabular?: boolean | undefined;
  readonly defects?: readonly Defect[] | undefined;
  readonly signal?: AbortSignal | undefined;
}
