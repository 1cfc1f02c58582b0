import { median } from '#domain/median.ts';

/** More points than this tell no more of the course of a metric. */
const MAX_POINTS = 1000;

/** The course of a metric in at most a thousand points. */
export interface Course {
  readonly steps: Float64Array;
  readonly values: Float64Array;
  /** Points that one stands for. */
  readonly each: number;
}

/** Each value of many becomes the median of its part, at the step of the part's last; few are as they are. */
export function courseOf({ steps, values }: Pick<Course, 'steps' | 'values'>): Course {
  const count = values.length;
  if (count <= MAX_POINTS) return { steps, values, each: 1 };
  const end = (part: number) => Math.floor((part * count) / MAX_POINTS);
  const parts = Array.from({ length: MAX_POINTS }, (_, part) => part);
  return {
    steps: Float64Array.from(parts, (part) => steps[end(part + 1) - 1] as number),
    values: Float64Array.from(parts, (part) => median(values.subarray(end(part), end(part + 1)))),
    each: count / MAX_POINTS,
  };
}
