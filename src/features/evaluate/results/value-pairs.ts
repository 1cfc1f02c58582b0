import type { Predictions } from '#domain/scores.ts';

/** True and predicted values of one output. */
export interface ValuePairs {
  readonly truth: Float64Array;
  readonly predicted: Float64Array;
  /** Finite pairs before thinning. */
  readonly all: number;
  /** Of predicted − true, over all of them. */
  readonly mean: number;
  readonly std: number;
}

/** More dots would only cover each other. */
const DRAWN = 2000;

/** @param output which of the values of an example */
export function pairsOf({ values, examples }: Predictions, output: number): ValuePairs {
  const { width, targets, outputs } = values;
  const places: number[] = [];
  let sum = 0;
  for (let i = 0; i < examples.length; i++) {
    const at = i * width + output;
    const residual = (outputs[at] ?? Number.NaN) - (targets[at] ?? Number.NaN);
    if (!Number.isFinite(residual)) continue;
    places.push(at);
    sum += residual;
  }
  const mean = sum / places.length;
  let squares = 0;
  for (const at of places) squares += ((outputs[at] ?? 0) - (targets[at] ?? 0) - mean) ** 2;
  const every = Math.max(1, Math.ceil(places.length / DRAWN));
  const drawn = places.filter((_, i) => i % every === 0);
  return {
    truth: Float64Array.from(drawn, (at) => targets[at] ?? 0),
    predicted: Float64Array.from(drawn, (at) => outputs[at] ?? 0),
    all: places.length,
    mean,
    std: Math.sqrt(squares / places.length),
  };
}
