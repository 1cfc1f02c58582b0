import type { Scaling } from './dataset.ts';

/** Whether a scaling changes nothing. */
export function isUnscaled({ divide, mean, std }: Scaling): boolean {
  return divide === 1 && mean.every((value) => value === 0) && std.every((value) => value === 1);
}

/**
 * Brings raw numbers to what the network was trained on, in place: `(x / divide − mean) / std`, each
 * step rounded to float32 as the frameworks round it.
 *
 * @param values `[n, ...shape]`, row-major
 * @param shape of all of `values`, the first axis counting examples
 * @throws RangeError when the scaling does not fit: see `findScalingProblem`
 */
export function scale(
  values: Float32Array<ArrayBuffer>,
  shape: readonly number[],
  scaling: Scaling,
): void {
  if (isUnscaled(scaling)) return;
  const problem = findScalingProblem(shape, scaling);
  if (problem !== undefined) throw new RangeError(problem);
  const channels = Math.max(scaling.mean.length, scaling.std.length);
  const axis = channelAxis(shape, channels);
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const divide = Math.fround(scaling.divide);
  const mean = perChannel(scaling.mean, channels);
  const std = perChannel(scaling.std, channels);
  for (let i = 0, channel = 0, left = inner; i < values.length; i++) {
    const divided = Math.fround((values[i] ?? 0) / divide);
    values[i] = Math.fround(divided - (mean[channel] ?? 0)) / (std[channel] ?? 1);
    if (--left > 0) continue;
    left = inner;
    channel = channel + 1 === channels ? 0 : channel + 1;
  }
}

/** Why a scaling cannot be applied to inputs of a shape, in words; `undefined` when it can. */
export function findScalingProblem(
  shape: readonly number[],
  { divide, mean, std }: Scaling,
): string | undefined {
  if (!Number.isFinite(divide) || divide === 0) return `it divides by ${divide}`;
  if ([...mean, ...std].some((value) => !Number.isFinite(value))) {
    return 'a mean or standard deviation is no number';
  }
  if (std.includes(0)) return 'a standard deviation is 0';
  const channels = Math.max(mean.length, std.length);
  const fits = [mean, std].every(({ length }) => length === 1 || length === channels);
  if (!fits) return `${mean.length} means and ${std.length} standard deviations`;
  if (channels > 1 && channelAxis(shape, channels) < 0) {
    return `${channels} channels, but no axis of [${shape.join(', ')}] has that length`;
  }
  return undefined;
}

/**
 * The axis that counts channels: the first after the examples that has their number, as `NCHW` and
 * tables have it, else the last, as `NHWC` has it. −1 when none fits.
 */
function channelAxis(shape: readonly number[], channels: number): number {
  if (channels === 1) return shape.length - 1;
  if (shape[1] === channels) return 1;
  return shape.at(-1) === channels ? shape.length - 1 : -1;
}

function perChannel(values: readonly number[], channels: number): Float32Array {
  return Float32Array.from({ length: channels }, (_, i) => values[i] ?? values[0] ?? 0);
}
