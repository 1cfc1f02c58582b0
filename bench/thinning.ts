import { performance } from 'node:perf_hooks';
import { thin } from '#domain/thin.ts';

const POINTS = 10_000_000;
const COLUMNS = 1000;
const RUNS = 7;

/** How fast a long curve is thinned to the pixels it is drawn on, beside adding its values up. */
export async function run(): Promise<void> {
  const x = Float64Array.from({ length: POINTS }, (_, i) => i);
  const y = noisyDecay(POINTS);
  const range = [0, POINTS - 1] as const;
  let kept = 0;
  const thinning = median(() => {
    kept = thin(x, y, { range, width: COLUMNS }).index.length;
  });
  const zoomed = median(() => {
    thin(x, y, { range: [POINTS / 2, POINTS / 2 + 5000], width: COLUMNS });
  });
  const floor = median(() => sum(y));
  const rate = (seconds: number) => `${(POINTS / seconds / 1e6).toFixed(0)} M points/s`;
  console.log(
    `thinning, 10 M points to ${COLUMNS} columns: ${rate(thinning)}, ${kept} points kept`,
  );
  console.log(`thinning, zoomed on 5000 of them: ${rate(zoomed)}`);
  console.log(`thinning, adding the values up: ${rate(floor)}`);
}

function noisyDecay(length: number): Float64Array {
  let state = 1;
  return Float64Array.from({ length }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return 2 * Math.exp((-3 * i) / length) + (state / 2 ** 32) * 0.3;
  });
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}

/** Seconds, of the middle run. */
function median(work: () => unknown): number {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    work();
    return (performance.now() - start) / 1000;
  });
  return times.sort((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
}
