import { describe, expect, it } from 'vitest';
import { processClock } from './process-clock.ts';

const at = (...times: number[]) => Float64Array.from(times);
const DAY = 86_400;
const START = 1.7e9;

/** A point every ten seconds. */
const stretch = (from: number, count: number) =>
  Float64Array.from({ length: count }, (_, i) => from + 10 * i);

describe('the process time of a run', () => {
  it('counts a pause as one usual interval', () => {
    const clock = processClock([at(...stretch(START, 10), ...stretch(START + DAY, 10))]);
    expect(clock?.(START + 90)).toBe(90);
    expect(clock?.(START + DAY)).toBe(100);
    expect(clock?.(START + DAY + 30)).toBe(130);
  });

  it('is the same for all metrics: one that is logged seldom has no pauses', () => {
    const clock = processClock([stretch(START, 200), at(START + 500, START + 1990)]);
    expect(clock?.(START + 1990)).toBe(1990);
  });

  it('has no pause where points come seldom throughout', () => {
    const hourly = Float64Array.from({ length: 9 }, (_, i) => START + 3600 * i);
    expect(processClock([hourly])?.(START + 3600 * 8)).toBe(3600 * 8);
  });

  it('has none of less than a minute', () => {
    const clock = processClock([at(START, START + 0.1, START + 0.2, START + 50)]);
    expect(clock?.(START + 50)).toBe(50);
  });

  it('takes times since the start of a run as they are, unless they were set back', () => {
    expect(processClock([at(5, 10, 15)])?.(15)).toBe(10);
    expect(processClock([at(5, 10, 15, 2, 4)])).toBeNull();
  });

  it('is not known where no log says when', () => {
    expect(processClock([at(), at(Number.NaN)])).toBeNull();
  });
});
