import type { TensorStatistics } from './statistics.ts';

/** Of a few values far from the others the scale takes no notice: it ends at this many times their root mean square. */
const SPREAD = 3;

/**
 * Where a diverging scale ends, both ways from 0: at the value furthest from it, or earlier where few are as
 * far. 0 when all are 0, or none is finite.
 */
export function heatLimit({ min, max, mean, std }: TensorStatistics): number {
  if (min === null || max === null) return 0;
  const furthest = Math.max(Math.abs(min), Math.abs(max));
  const meanSquare = (mean ?? 0) ** 2 + (std ?? 0) ** 2;
  const spread = SPREAD * Math.sqrt(meanSquare);
  return spread > 0 && Number.isFinite(spread) ? Math.min(furthest, spread) : furthest;
}

/** A value on the scale, from −1 to 1; 0 is 0, and so is what is not finite: it has signs of its own. */
export function heatOf(value: number, limit: number): number {
  if (!Number.isFinite(value) || limit <= 0) return 0;
  return Math.max(-1, Math.min(1, value / limit));
}
