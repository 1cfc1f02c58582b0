/** How an example of this shape is best shown. */
export type Look =
  | {
      readonly kind: 'image';
      readonly height: number;
      readonly width: number;
      readonly channels: 1 | 3;
      readonly isFirst: boolean;
    }
  | { readonly kind: 'row' };

/** Smaller is a row of numbers, not a picture. */
const LEAST_SIDE = 4;

/** @param shape of one example */
export function lookOf(shape: readonly number[]): Look {
  const [a = 0, b = 0, c] = shape;
  if (shape.length === 2 && isPicture(a, b))
    return { kind: 'image', height: a, width: b, channels: 1, isFirst: false };
  if (shape.length !== 3 || c === undefined) return { kind: 'row' };
  if ((c === 1 || c === 3) && isPicture(a, b))
    return { kind: 'image', height: a, width: b, channels: c, isFirst: false };
  if ((a === 1 || a === 3) && isPicture(b, c))
    return { kind: 'image', height: b, width: c, channels: a, isFirst: true };
  return { kind: 'row' };
}

/** A table of two long axes is drawn as well: it shows its pattern. */
function isPicture(height: number, width: number): boolean {
  return (
    Math.min(height, width) >= LEAST_SIDE && Math.max(height, width) <= 64 * Math.min(height, width)
  );
}

/** RGBA, from values that are spread over `[low, high]`. */
export function pixelsOf(
  values: ArrayLike<number>,
  { height, width, channels, isFirst }: Extract<Look, { kind: 'image' }>,
  [low, high]: readonly [number, number],
): Uint8ClampedArray<ArrayBuffer> {
  const area = height * width;
  const pixels = new Uint8ClampedArray(area * 4);
  const span = high > low ? high - low : 1;
  for (let at = 0; at < area; at++) {
    for (let channel = 0; channel < 3; channel++) {
      const from = channels === 1 ? 0 : channel;
      const index = isFirst ? from * area + at : at * channels + from;
      pixels[at * 4 + channel] = (((values[index] ?? 0) - low) / span) * 255;
    }
    pixels[at * 4 + 3] = 255;
  }
  return pixels;
}

/** Of finite values: their range, mean and standard deviation. */
export interface Spread {
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  readonly std: number;
  readonly nonfinite: number;
}

export function spreadOf(values: ArrayLike<number>): Spread {
  let [low, high, sum, squares, count] = [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    0,
    0,
  ];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    count++;
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
  }
  const mean = sum / count;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isFinite(value)) squares += (value - mean) ** 2;
  }
  return { low, high, mean, std: Math.sqrt(squares / count), nonfinite: values.length - count };
}

/** Networks are trained on numbers around 1; these say that a scaling was forgotten. */
export function looksUnscaled({ low, high }: Spread): boolean {
  return Math.max(Math.abs(low), Math.abs(high)) > 20;
}
