import type { VirtualCheckpoint } from './evaluation.ts';
import { CheckpointError } from './problem.ts';
import type { DescribedTensor } from './summary.ts';

/**
 * How much of each checkpoint is in the average; together 1.
 * @throws `unfit` when there are none, or a decay is not from 0 to 1
 */
export function averagingWeights(virtual: VirtualCheckpoint): readonly number[] {
  const { of } = virtual;
  if (of.length === 0) throw unfit('there are no checkpoints to average');
  if (virtual.kind === 'mean') return of.map(() => 1 / of.length);
  const { decay } = virtual;
  if (!(decay >= 0 && decay <= 1)) throw unfit(`the decay ${decay} is not from 0 to 1`);
  return of.map((_, i) => {
    const later = decay ** (of.length - 1 - i);
    return i === 0 ? later : (1 - decay) * later;
  });
}

function unfit(reason: string): CheckpointError {
  return new CheckpointError({ kind: 'unfit', reasons: [reason] }, { path: '' });
}

/** Whether a tensor is averaged: floats that are weights or their EMA. All others are those of the last. */
export function isAveraged({ dtype, role, kind }: DescribedTensor): boolean {
  return (role === 'weight' || role === 'ema') && kind === undefined && /^b?float/.test(dtype);
}
