import type { PointerClaim } from './run.ts';
import type { Judgement } from './verdict.ts';

/** A checkpoint that may be gone on with, and why. */
export interface Suggestion {
  readonly kind: 'latest' | 'best';
  readonly run: string;
  readonly checkpoint: string;
  readonly step: number | null;
  readonly epoch: number | null;
  /** For `best`: the metric and its value at the checkpoint. */
  readonly metric: { readonly tag: string; readonly value: number; readonly lower: boolean } | null;
  /** Newer or better ones that were passed over, with their verdicts. */
  readonly passedOver: readonly { readonly checkpoint: string; readonly judgement: Judgement }[];
  /** The step from which the loss of the run is not finite, where this one was saved after that. */
  readonly diverged?: number;
  /** What the framework itself would take, where it says so. */
  readonly claims: readonly (PointerClaim & { readonly agrees: boolean })[];
  /** How many checkpoints it was chosen from. */
  readonly of: number;
}
