/** Where the axes of parallel coordinates lie, in pixels. */
export interface ParallelArea {
  /** Of the whole, which scrolls where it does not fit. */
  readonly width: number;
  readonly height: number;
  /** Of each axis, from the left. */
  readonly x: readonly number[];
  readonly top: number;
  readonly bottom: number;
  /** Where runs without a place stand, below the foot. */
  readonly none: number;
}

const LEAST_GAP = 110;
/** From the first and the last axis to the edges: half of what their heads take. */
const SIDE = 56;
const TOP = 62;
const LENGTH = 320;
const NONE_BELOW = 26;
const BELOW = 20;

export function parallelArea(outer: number, axes: number): ParallelArea {
  const least = SIDE * 2 + LEAST_GAP * Math.max(0, axes - 1);
  const width = Math.max(outer, least);
  const gap = axes > 1 ? (width - SIDE * 2) / (axes - 1) : 0;
  const bottom = TOP + LENGTH;
  return {
    width,
    height: bottom + NONE_BELOW + BELOW,
    x: Array.from({ length: axes }, (_, i) => (axes > 1 ? SIDE + i * gap : width / 2)),
    top: TOP,
    bottom,
    none: bottom + NONE_BELOW,
  };
}

/** @param height from 0 at the foot to 1; `NaN`: without a place */
export function yOf({ top, bottom, none }: ParallelArea, height: number): number {
  return Number.isNaN(height) ? none : bottom - height * (bottom - top);
}

export function heightAt({ top, bottom }: ParallelArea, y: number): number {
  return Math.min(1, Math.max(0, (bottom - y) / (bottom - top)));
}

/** The place in the order of axes that lies nearest. */
export function nearestAxis({ x }: ParallelArea, at: number): number {
  return x.reduce(
    (best, left, i) => (Math.abs(left - at) < Math.abs((x[best] ?? 0) - at) ? i : best),
    0,
  );
}
