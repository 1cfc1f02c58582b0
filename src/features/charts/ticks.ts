/** Round numbers in `[from, to]`, about `count` of them. */
export function linearTicks(from: number, to: number, count: number): number[] {
  const step = niceStep((to - from) / Math.max(1, count));
  return multiples(from, to, step);
}

/** Like `linearTicks`, for what comes in whole numbers: steps, epochs. */
export function wholeTicks(from: number, to: number, count: number): number[] {
  const step = Math.max(1, niceStep((to - from) / Math.max(1, count)));
  return multiples(from, to, step);
}

/** The nearest to `step`, by its ratio, of 1, 2 and 5 times a power of ten. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const part = step / power;
  if (part >= Math.sqrt(50)) return 10 * power;
  if (part >= Math.sqrt(10)) return 5 * power;
  return part >= Math.SQRT2 ? 2 * power : power;
}

/** A chart never has more; a step too small for the numbers it divides would go on for ever. */
const MAX_TICKS = 50;

function multiples(from: number, to: number, step: number): number[] {
  if (!(step > 0) || !Number.isFinite(step)) return [];
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  const length = Math.max(0, Math.min(MAX_TICKS, last - first + 1));
  // A step of 0.1 is multiplied by tenfold numbers first, or 0.3 would read 0.30000000000000004.
  const inverse = step < 1 ? Math.round(1 / step) : 0;
  return Array.from({ length }, (_, i) =>
    inverse > 0 ? (first + i) / inverse : (first + i) * step,
  );
}

/** Powers of ten, and where few of them are in sight, 2 and 5 times those; at last round numbers. */
export function logTicks(from: number, to: number, count: number): number[] {
  const [low, high] = [Math.log10(from), Math.log10(to)];
  const decades = high - low;
  if (decades < 0.7) return linearTicks(from, to, count).filter((tick) => tick > 0);
  const factors = decades < 2 ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / count));
  const ticks: number[] = [];
  for (let power = Math.floor(low / stride) * stride; power <= high; power += stride) {
    for (const factor of factors) {
      const tick = Number(`${factor}e${power}`);
      if (tick >= from && tick <= to) ticks.push(tick);
    }
  }
  return ticks;
}

/**
 * Zero, and powers of ten on both sides of it from the threshold on; round numbers where only the linear part, or
 * only one decade, is in sight.
 *
 * @param threshold a power of ten
 */
export function symlogTicks(
  [from, to]: readonly [number, number],
  count: number,
  threshold: number,
): number[] {
  if (from >= threshold) return logTicks(from, to, count);
  if (to <= -threshold) return mirrored(logTicks(-to, -from, count));
  if (from >= -threshold && to <= threshold) return linearTicks(from, to, count);
  const first = Math.round(Math.log10(threshold));
  const decades = (end: number) =>
    Math.max(0, Math.floor(Math.log10(Math.abs(end)) - first + 1e-9));
  const [below, above] = [from < 0 ? decades(from) : 0, to > 0 ? decades(to) : 0];
  const stride = Math.max(1, Math.ceil((below + above + 2) / Math.max(2, count)));
  const powers = Array.from({ length: Math.max(below, above) + 1 }, (_, i) => i)
    .filter((i) => i % stride === 0)
    .map((i) => Number(`1e${first + i}`));
  return [...mirrored(powers), 0, ...powers].filter((tick) => tick >= from && tick <= to);
}

function mirrored(ticks: readonly number[]): number[] {
  return ticks.map((tick) => -tick).reverse();
}

const SECONDS = [1, 2, 5, 10, 15, 30] as const;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

const TIME_STEPS = [
  ...SECONDS,
  ...SECONDS.map((seconds) => seconds * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28].map((days) => days * DAY),
];

/**
 * Seconds at which a clock shows round numbers, about `count` of them.
 *
 * @param offset seconds that the clock is ahead: of local time for dates, 0 for durations
 */
export function timeTicks([from, to]: readonly [number, number], count: number, offset: number) {
  const least = (to - from) / Math.max(1, count);
  if (least < 1) return linearTicks(from, to, count);
  const step = TIME_STEPS.find((step) => step >= least) ?? niceStep(least / DAY) * DAY;
  return multiples(from + offset, to + offset, step).map((tick) => tick - offset);
}

/** Digits of a mantissa, after its point, that tell ticks apart. */
export function mantissaDigits(ticks: readonly number[]): number {
  const size = Math.max(...ticks.map(Math.abs));
  const gap = Math.min(...ticks.slice(1).map((tick, i) => tick - (ticks[i] as number)));
  if (!(gap > 0 && Number.isFinite(gap))) return 2;
  return Math.min(12, Math.max(2, Math.ceil(Math.log10(size) - Math.log10(gap)) + 1));
}

/** Digits after the point that tell ticks apart; `null`: they need an exponent. */
export function tickDigits(ticks: readonly number[]): number | null {
  const size = Math.max(...ticks.map(Math.abs));
  const gap = Math.min(...ticks.slice(1).map((tick, i) => tick - (ticks[i] as number)));
  if (size >= 1e6 || (size !== 0 && size < 1e-3)) return null;
  if (!(gap > 0) || gap >= 1) return ticks.every(Number.isInteger) ? 0 : 2;
  return Math.min(6, Math.ceil(-Math.log10(gap) - 1e-9));
}
