import type { RunMark } from '#ui/run-marks.ts';
import type { Line } from '#workers/api.ts';
import type { Column } from './extent.ts';
import { type PointFinder, pointFinder } from './nearest.ts';

/** A run's curve, ready to be drawn and asked for its values. */
export interface DrawnLine {
  readonly run: string;
  readonly name: string;
  readonly mark: RunMark;
  readonly line: Line;
  readonly raw: Column;
  /** `null`: not smoothed. */
  readonly smooth: Column | null;
  /** What a restart rewrote, its parts apart by `NaN`; `null`: nothing. */
  readonly ghost: Column | null;
  /** Whether any value is `NaN` or infinite; not given: not known. */
  readonly isOdd?: boolean;
  readonly finder: PointFinder;
  readonly smoothFinder: PointFinder | null;
}

export interface Naming {
  readonly names: ReadonlyMap<string, string>;
  readonly marks: ReadonlyMap<string, RunMark>;
}

export function drawnLines(lines: readonly Line[], { names, marks }: Naming): DrawnLine[] {
  return lines.flatMap((line) => {
    const mark = marks.get(line.run);
    if (!mark) return [];
    const isSmooth = line.smoothX.length > 0;
    return [
      {
        run: line.run,
        name: names.get(line.run) ?? line.run,
        mark,
        line,
        raw: { x: line.x, y: line.y },
        smooth: isSmooth ? { x: line.smoothX, y: line.smoothY } : null,
        ghost: line.ghostX.length > 0 ? { x: line.ghostX, y: line.ghostY } : null,
        isOdd: !line.y.every(Number.isFinite),
        finder: pointFinder(line.x),
        smoothFinder: isSmooth ? pointFinder(line.smoothX) : null,
      },
    ];
  });
}

/** What a run says at one place of the x axis: its nearest real point. */
export interface Reading {
  readonly line: DrawnLine;
  readonly x: number;
  readonly step: number;
  readonly value: number;
  readonly smoothed: number | null;
}

/** @param x a place on the axis; `null`: the end of each line */
export function readingsAt(lines: readonly DrawnLine[], x: number | null): Reading[] {
  return lines.flatMap((line) => {
    const { raw, smooth, finder, smoothFinder } = line;
    const at = finder.nearest(x ?? Number.POSITIVE_INFINITY);
    const place = raw.x[at];
    if (place === undefined) return [];
    const smoothAt = smoothFinder?.nearest(place) ?? -1;
    return [
      {
        line,
        x: place,
        step: line.line.steps[at] ?? Number.NaN,
        value: raw.y[at] ?? Number.NaN,
        smoothed: smooth?.y[smoothAt] ?? null,
      },
    ];
  });
}

/** Best first; what is not finite comes last. */
export function sortReadings(readings: readonly Reading[], isLowerBetter: boolean): Reading[] {
  const sign = isLowerBetter ? 1 : -1;
  const key = ({ value, smoothed }: Reading) => smoothed ?? value;
  return [...readings].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      return Number(!Number.isFinite(x)) - Number(!Number.isFinite(y));
    }
    return sign * (x - y);
  });
}

/** More points than these take more than a frame to paint. */
const HEAVY = 12_000;

/** Whether lines are too many to be made anew on every frame. */
export function areHeavy(lines: readonly Pick<DrawnLine, 'raw' | 'smooth'>[]): boolean {
  return (
    lines.reduce((sum, { raw, smooth }) => sum + raw.x.length + (smooth?.x.length ?? 0), 0) > HEAVY
  );
}
