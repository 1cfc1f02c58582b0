import type { Dtype } from './dtype.ts';
import type { Defect } from './problem.ts';

/** A named array of a data set: the first axis counts examples. */
export interface DatasetColumn {
  readonly name: string;
  readonly dtype: Dtype;
  /** Of one example; `[]` for a number. */
  readonly shape: readonly number[];
  /** Classes in the order of their indices, where the column held words. */
  readonly classes?: readonly string[];
  /**
   * What its numbers are, where the data set says: pixels `[height, width, channels]`; token ids, filled up
   * to the longest; words that are no class, which only a slice can be made of. Absent: just numbers.
   */
  readonly kind?: 'image' | 'tokens' | 'text';
  /** Images of other sizes than `shape` are among them: they need an `ImagePreparation` with a size. */
  readonly varies?: boolean;
}

/** What is done to every image before it is scaled, in this order. */
export interface ImagePreparation {
  /** Pixels: both sides, or the shorter one alone, the other in proportion; `null`: as it is. */
  readonly resize: readonly [height: number, width: number] | number | null;
  /** `antialias`: a longer window where it becomes smaller, as PIL and torchvision have it; TensorFlow has not. */
  readonly interpolation: 'nearest' | 'bilinear' | 'bilinear-antialias' | 'bicubic-antialias';
  /** From the middle, zeros around where it is smaller; `null`: none. */
  readonly crop: readonly [height: number, width: number] | null;
  /** Grey from three by ITU-R 601, as PIL has it; three from grey by repeating. Alpha is dropped. `null`: as they are. */
  readonly channels: 1 | 3 | null;
  readonly order: 'rgb' | 'bgr';
}

export const UNPREPARED: ImagePreparation = {
  resize: null,
  interpolation: 'bilinear-antialias',
  crop: null,
  channels: null,
  order: 'rgb',
};

/** Examples in named columns, read in batches. */
export interface Dataset {
  readonly count: number;
  readonly columns: readonly DatasetColumn[];
  /** Column-like names joined into one input, as the cells of a CSV: all but the label by default. */
  readonly tabular: boolean;
  /** The column that is most likely the label; `null` when none looks like one. */
  readonly label: string | null;
  /** Columns that are most likely its targets where they are no classes: `label_0 … label_3`. */
  readonly targets?: readonly string[];
  /** Tokens of an example, where examples are cut out of one long text. */
  readonly window?: number;
  /** The same cut into windows of another length: there are more or fewer of them. */
  withWindow?(tokens: number): Promise<Dataset>;
  /** Examples that cannot be read, as far as opening it shows: reading one of them throws the same. */
  readonly defects?: readonly Defect[];
  /**
   * Examples `[from, to)` of some columns; tabular columns are read together as one `[n, columns]`.
   * Throws `data` with the row of a cell that is no number.
   */
  read(request: BatchRequest): Promise<DatasetBatch>;
}

export interface BatchRequest {
  readonly inputs: readonly string[];
  /** `null`: no labels. */
  readonly label: string | null;
  readonly from: number;
  readonly to: number;
  /** Columns read together as numbers that are no classes: of a regression, several labels, tokens to come. */
  readonly targets?: readonly string[] | undefined;
  /** Columns whose values are given as they are, to tell groups of examples by. */
  readonly slices?: readonly string[] | undefined;
  /** Tokens of an example, where they are cut out of one long text; as the data set says by default. */
  readonly window?: number | undefined;
  /** For columns of images; those that `varies` throw `unfit` without a size. */
  readonly image?: ImagePreparation | undefined;
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
  /** `[n, ...]`, of one column in its own shape, of several numbers side by side. */
  readonly targets?:
    | { readonly shape: readonly number[]; readonly values: Float64Array<ArrayBuffer> }
    | undefined;
  /** One list per slice, in the order asked for. */
  readonly slices?: readonly (readonly (string | number | null)[])[] | undefined;
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
  /** Columns that are most likely its targets where they are no classes: `label_0 … label_3`. */
  readonly targets?: readonly string[];
  /** Examples that cannot be read, as far as opening it shows. */
  readonly defects?: readonly Defect[];
  /** Tokens of an example, where that can be chosen: `count` and shapes are for this. */
  readonly window?: number;
}
