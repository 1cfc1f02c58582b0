import { isUsable, type Judgement, type Verdict } from '#domain/verdict.ts';
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
  const placed = lines.flatMap((line) => {
    const marks = line.line.marks.filter(({ x }) => x >= from && x <= to);
    return marks.map(({ checkpoint, step, epoch, x, y }): PlacedMark => {
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
    });
  });
  return placed.sort((a, b) => a.left - b.left);
}

/** Marks up to this many are all drawn, though some may lie on each other. */
const MANY = 300;

/** Pixels: marks of one run that are closer lie on each other. */
const APART = 6;

/**
 * The marks that can be told apart, from left to right; all of them while they are not many. Of several in
 * one place the first stays, and the first of those that are not to be relied on.
 */
export function spacedMarks(marks: readonly PlacedMark[]): readonly PlacedMark[] {
  if (marks.length <= MANY) return marks;
  const last = new Map<string, number>();
  return marks.filter(({ line, verdict, left }) => {
    const key = `${isUsable({ verdict, defects: [], verifiable: false })} ${line.run}`;
    if (left - (last.get(key) ?? Number.NEGATIVE_INFINITY) < APART) return false;
    last.set(key, left);
    return true;
  });
}
