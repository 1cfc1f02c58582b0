import type { NumberFormats } from '#ui/format-number.ts';

/** How a number stands to that of the baseline. */
export interface Delta {
  readonly difference: number;
  /** Of the size of the baseline; `null` where that is zero. */
  readonly relative: number | null;
  readonly verdict: 'better' | 'worse' | null;
}

/** `null` where either is none, or not finite. */
export function deltaOf(
  value: number | string | null,
  base: number | string | null,
  better: 'lower' | 'higher' | null,
): Delta | null {
  if (typeof value !== 'number' || typeof base !== 'number') return null;
  if (!Number.isFinite(value) || !Number.isFinite(base)) return null;
  const difference = value - base;
  const isGood = better === 'higher' ? difference > 0 : difference < 0;
  return {
    difference,
    relative: base === 0 ? null : difference / Math.abs(base),
    verdict: better === null || difference === 0 ? null : isGood ? 'better' : 'worse',
  };
}

/** `+0.012 (+1.3 %)` */
export function deltaWords(
  { difference, relative }: Delta,
  format: (value: number) => string,
): string {
  const words = signed(difference, format);
  return relative === null || difference === 0 ? words : `${words} (${signed(relative, percent)})`;
}

function signed(value: number, format: (value: number) => string): string {
  if (value === 0) return '±0';
  return `${value > 0 ? '+' : '−'}${format(Math.abs(value))}`;
}

/** To a tenth, as the last digits of a part of a part say nothing. */
function percent(part: number): string {
  const value = part * 100;
  if (value >= 1000) return `${Number(value.toPrecision(2)).toExponential().replace('e+', 'e')} %`;
  return `${value < 0.1 ? Number(value.toPrecision(1)) : Number(value.toFixed(1))} %`;
}

/** A value of a configuration as people wrote it: `1024` and `20241108` have no separators. */
export function plainNumber(value: number, { metric }: NumberFormats): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : metric(value);
}
