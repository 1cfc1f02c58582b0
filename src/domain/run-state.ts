/** Where a training stands, from its files alone. */
export interface RunState {
  /**
   * `running`: its logs are still growing. `stalled`: it says it runs, and its logs have stopped. `failed`: its
   * tracker says so. `diverged`: a loss ends in NaN or infinity, or has exploded. `empty`: nothing was logged.
   */
  readonly kind: 'running' | 'finished' | 'failed' | 'diverged' | 'stalled' | 'empty';
  /** Where a loss began to diverge; `null` for other states. */
  readonly step: number | null;
  /** What was measured to say so. */
  readonly reason: StateReason;
  /** Quiet notices beside the state. */
  readonly remarks: readonly RunRemark[];
}

/** The rule by which a state was told, with its numbers: the screen says it in words. */
export type StateReason =
  /** The tracker wrote it down. `file`: where. */
  | { readonly by: 'tracker'; readonly status: string; readonly file: string | null }
  /** Seconds since the log last changed, and between its points as a rule. */
  | { readonly by: 'clock'; readonly silent: number; readonly interval: number }
  | { readonly by: 'nonfinite'; readonly tag: string; readonly value: number }
  /** The loss is `times` its best, and has stayed above. */
  | {
      readonly by: 'explosion';
      readonly tag: string;
      readonly times: number;
      readonly best: number;
    }
  | { readonly by: 'nothing' };

export type RunRemark =
  /** The best value has moved by less than `change` (relative) since `since`. */
  | {
      readonly kind: 'plateau';
      readonly tag: string;
      readonly since: number;
      readonly points: number;
      readonly change: number;
    }
  /** A validation loss has risen from its best, at `since`, while training went on getting better. */
  | {
      readonly kind: 'overfitting';
      readonly tag: string;
      readonly since: number;
      readonly best: number;
      readonly now: number;
    }
  /** A restart went back to `at`: steps up to `until` were rewritten. */
  | { readonly kind: 'restarted'; readonly at: number; readonly until: number };
