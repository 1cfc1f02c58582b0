/** A plot never has more. */
const MAX_TICKS = 30;

/** Round numbers in `[from, to]`, about `count` of them. */
export function roundTicks([from, to]: readonly [number, number], count: number): number[] {
  const rough = (to - from) / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 5, 10].map((part) => part * power).find((one) => one >= rough * 0.99) ?? rough;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.min(Math.floor(to / step + 1e-9), first + MAX_TICKS);
  // Written and read again: 3 × 0.1 would be 0.30000000000000004.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** The range of finite numbers, a little wider; never empty. */
export function roomyDomain(values: Iterable<number>, room = 0.05): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  const span = high - low || Math.abs(high) || 1;
  return [low - span * room, high + span * room];
}
