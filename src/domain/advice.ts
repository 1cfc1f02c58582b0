import type { PointerClaim } from './run.ts';
import type { Judgement } from './verdict.ts';

/** A checkpoint that may be gone on with, and why. */
export interface Suggestion {
  /** `smoothed`: the best by the metric without its noise. `before`: the last before the run diverged. */
  readonly kind: 'latest' | 'best' | 'smoothed' | 'before';
  readonly run: string;
  readonly checkpoint: string;
  readonly step: number | null;
  readonly epoch: number | null;
  /** For `best` and `smoothed`: the metric and its value at the checkpoint. */
  readonly metric: { readonly tag: string; readonly value: number; readonly lower: boolean } | null;
  /** Newer or better ones that were passed over, with their verdicts. */
  readonly passedOver: readonly { readonly checkpoint: string; readonly judgement: Judgement }[];
  /** The step at which the run diverged, where this one was saved after that; for `before`, always. */
  readonly diverged?: number;
  /** What the framework itself would take, where it says so. */
  readonly claims: readonly (PointerClaim & { readonly agrees: boolean })[];
  /** How many checkpoints it was chosen from. */
  readonly of: number;
}
