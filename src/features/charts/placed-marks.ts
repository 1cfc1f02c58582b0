import type { Judgement, Verdict } from '#domain/verdict.ts';
import type { DrawnLine } from './drawn-lines.ts';
import { EDGES, type Geometry } from './plot-geometry.ts';
import { toPixel } from './scale.ts';

/** A checkpoint and where it stands in the plot. */
export interface PlacedMark {
  /** `CheckpointRef.path` */
  readonly path: string;
  /** The last part of it. */
  readonly name: string;
  readonly line: DrawnLine;
  readonly verdict: Verdict;
  readonly step: number | null;
  readonly epoch: number | null;
  readonly value: number | null;
  /** Pixels. */
  readonly left: number;
  readonly top: number;
}

/** The checkpoints in sight, from left to right; one without a value stands at the foot of the plot. */
export function placedMarks(
  lines: readonly DrawnLine[],
  { height, scales }: Geometry,
  judgements: ReadonlyMap<string, Judgement>,
): PlacedMark[] {
  const [from, to] = scales.x.domain;
  const foot = height - EDGES.bottom;
  const placed = lines.flatMap((line) =>
    line.line.marks
      .filter(({ x }) => x >= from && x <= to)
      .map(({ checkpoint, step, epoch, x, y }): PlacedMark => {
        const top = y === null ? foot : toPixel(scales.y, y);
        return {
          path: checkpoint,
          name: checkpoint.slice(checkpoint.lastIndexOf('/') + 1),
          line,
          verdict: judgements.get(checkpoint)?.verdict ?? 'unverified',
          step,
          epoch,
          value: y,
          left: toPixel(scales.x, x),
          top: Number.isFinite(top) ? Math.min(foot, Math.max(EDGES.top, top)) : foot,
        };
      }),
  );
  return placed.sort((a, b) => a.left - b.left);
}
