/** Round numbers from `from` to `to`, about `count` of them: multiples of 1, 2 or 5 times a power of ten. */
export function linearTicks(from: number, to: number, count: number): number[] {
  const rough = to / count - from / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const part = rough / power;
  const factor = part > 5 ? 10 : part > 2 ? 5 : part > 1 ? 2 : 1;
  const step = factor * power;
  if (!(step > 0 && Number.isFinite(step))) return [];
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  // Written and read again, or 3 × 0.1 would be 0.30000000000000004. −0 is no other number than 0.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step || 0).toPrecision(12)),
  );
}

/** Powers of ten from `from` to `to`, both above 0; over less than a decade, round numbers. */
export function logTicks(from: number, to: number, count: number): number[] {
  const [low, high] = [Math.log10(from), Math.log10(to)];
  if (high - low < 1) return linearTicks(from, to, count).filter((tick) => tick > 0);
  const factors = high - low < Math.min(3, count / 3) ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil((high - low) / count));
  const ticks: number[] = [];
  for (let power = Math.ceil(low / stride - 1) * stride; power <= high; power += stride) {
    for (const factor of factors) {
      const tick = Number(`${factor}e${power}`);
      if (tick >= from * (1 - 1e-12) && tick <= to * (1 + 1e-12)) ticks.push(tick);
    }
  }
  return ticks;
}
