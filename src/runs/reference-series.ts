import type { RunSeries } from './run-series.ts';

/** The series that went furthest, and of those the one with most points. */
export function longest(series: readonly RunSeries[]): RunSeries | undefined {
  return [...series].sort((a, b) => lastStep(b) - lastStep(a) || count(b) - count(a))[0];
}

const lastStep = ({ current }: RunSeries): number => current.steps.at(-1) ?? 0;
const count = ({ current }: RunSeries): number => current.steps.length;

/** The last step of `reference` before each point of `series`; `null` where times do not tell. */
export function stepsByTime(series: RunSeries, reference: RunSeries): number[] | null {
  const { times } = series.current;
  const clock = reference.current;
  if (times.length === 0 || clock.times.length < 2) return null;
  const first = clock.times[0] ?? 0;
  const last = clock.times.at(-1) ?? 0;
  if (!(last > first)) return null;
  let at = 0;
  const steps = Array.from(times, (time) => {
    while (at < clock.times.length && (clock.times[at] ?? 0) <= time) at++;
    return clock.steps[at - 1] ?? 0;
  });
  const distinct = new Set(steps).size === steps.length;
  return distinct && steps.every((step) => step > 0) ? steps : null;
}
