import type { Defect } from './problem.ts';
import type { Metadata } from './tensor.ts';

/** One metric over training, as parallel columns in the order in which they were logged. */
export interface Series {
  /** As the trainer named it, e.g. `train/loss`. */
  readonly tag: string;
  /** Optimizer steps; where the log counts only epochs, those. */
  readonly steps: Float64Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
  /** Epochs; empty when the log does not say. */
  readonly epochs: Float64Array<ArrayBuffer>;
  /**
   * Seconds since 1970, or since the start where the log has no more (then below 10⁸); empty when it
   * does not say.
   */
  readonly times: Float64Array<ArrayBuffer>;
}

/** New points of a log, and the byte to go on from when it has grown. */
export interface HistoryChunk {
  readonly series: readonly Series[];
  readonly end: number;
  /**
   * Records that were lost, each with its place. One at or after `end` is provisional: reading on from
   * `end` meets it again, or finds it healed.
   */
  readonly defects: readonly Defect[];
  /** What `steps` counts. */
  readonly unit: 'step' | 'epoch';
  /**
   * The trainer said that it goes on from this step: points of this step and later that were logged
   * before this chunk are superseded. Kept all the same.
   */
  readonly restart?: number | undefined;
  /** The file that its points come from, where that is not the one that is read. */
  readonly source?: string | undefined;
  /** What the log says of its run beside its points; later chunks add to earlier ones. */
  readonly facts?: RunFacts | undefined;
  /** What was logged in this chunk that is no number; counts add up. */
  readonly media?: readonly LoggedMedia[] | undefined;
  readonly texts?: readonly LoggedText[] | undefined;
}

/** What a tracker wrote down of a run. Absent: it does not say. */
export interface RunFacts {
  /** Given by the person or by the tracker. */
  readonly name?: string | undefined;
  readonly status?: 'running' | 'finished' | 'failed' | 'killed' | undefined;
  /** Seconds since 1970. */
  readonly started?: number | undefined;
  readonly ended?: number | undefined;
  /** Hyper-parameters; nested keys are flattened by who shows them. */
  readonly configuration?: { readonly [key: string]: Metadata } | undefined;
  /** Last or best values that a tracker keeps of metrics which were not logged over the steps. */
  readonly summary?: { readonly [tag: string]: number } | undefined;
  readonly tags?: { readonly [key: string]: string } | undefined;
  /** The person deleted it in the tracker; its files are still there. */
  readonly isDeleted?: boolean | undefined;
}

/** What was logged under one tag that is no number: listed, not shown. */
export interface LoggedMedia {
  readonly tag: string;
  readonly kind: 'histogram' | 'image' | 'audio' | 'text' | 'other';
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

export interface LoggedText {
  readonly tag: string;
  readonly step: number;
  readonly text: string;
}

/**
 * What a chart's x axis counts. The last three are seconds: since the first point, since 1970, and since the
 * first point without the time in which the training did not run.
 */
export type XAxis = 'step' | 'epoch' | 'relative' | 'wall' | 'process';

/** How a chart's y axis is divided. `symlog` is linear around 0 and logarithmic away from it. */
export type YScale = 'linear' | 'log' | 'symlog';

/** A smoothing of raw values, `amount` from 0 (none) to below 1. */
export interface Smoothing {
  readonly kind: 'none' | 'ema' | 'mean';
  readonly amount: number;
}
