import type { Defect } from './problem.ts';

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
}

/** What a chart's x axis counts. `relative` and `wall` are seconds, `wall` since 1970. */
export type XAxis = 'step' | 'epoch' | 'relative' | 'wall';

/** A smoothing of raw values, `amount` from 0 (none) to below 1. */
export interface Smoothing {
  readonly kind: 'none' | 'ema' | 'mean';
  readonly amount: number;
}
