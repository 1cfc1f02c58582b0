import { describe, expect, it } from 'vitest';
import type { GraphOutput } from '#domain/graph.ts';
import { createCollector } from './collect.ts';

interface Outputs {
  readonly values: Float32Array;
  readonly classes: number;
  readonly means: GraphOutput['means'];
}

/** Scores of some examples given in one batch or several. */
function run(...batches: readonly (readonly [Outputs, readonly number[]])[]) {
  const [[{ classes, means }] = [{ classes: 2, means: 'logits' as const }]] = batches;
  const collector = createCollector({
    task: 'multi-class',
    examples: 10,
    width: classes,
    places: 1,
    means,
    positive: 1,
  });
  for (const [{ values }, labels] of batches) collector.add(values, Int32Array.from(labels));
  return collector.running();
}

const logits = (classes: number, ...values: number[]): Outputs => ({
  values: Float32Array.from(values),
  classes,
  means: 'logits',
});

describe('accuracy', () => {
  it.each<[string, Outputs, number[], number | null]>([
    ['counts the largest logit', logits(3, 0, 2, 1, 5, 4, 3), [1, 1], 0.5],
    ['takes the first of equal logits', logits(3, 7, 7, 7, 0, 7, 7), [0, 1], 1],
    ['counts a row with NaN as wrong', logits(2, 3, Number.NaN, 3, 0), [0, 0], 0.5],
    ['counts a row with ∞ as wrong', logits(2, Number.POSITIVE_INFINITY, 0, 3, 0), [0, 0], 0.5],
    ['is absent when no row is finite', logits(2, Number.NaN, 0, Number.NaN, 1), [0, 1], null],
    ['of one column: class 1 above 0', logits(1, 0.5, -0.5, 0, 2), [1, 0, 0, 0], 0.75],
  ])('%s', (_, outputs, classes, accuracy) => {
    expect(run([outputs, classes]).accuracy).toBe(accuracy);
  });
});

describe('cross-entropy', () => {
  it.each<[string, Outputs, number[], number]>([
    ['of equal logits is ln(classes)', logits(4, 1, 1, 1, 1), [2], Math.log(4)],
    [
      'of logits: log-sum-exp less the label',
      logits(2, 0, Math.fround(1)),
      [0],
      Math.log1p(Math.E),
    ],
    ['does not overflow', logits(2, 1000, 0), [1], 1000],
    [
      'of probabilities is −ln p',
      { values: Float32Array.of(0.25, 0.75), classes: 2, means: 'probabilities' },
      [0],
      Math.log(4),
    ],
    [
      'of log-probabilities is less them',
      {
        values: Float32Array.of(Math.log(0.25), Math.log(0.75)),
        classes: 2,
        means: 'log-probabilities',
      },
      [0],
      Math.log(4),
    ],
    ['of one logit is that of the sigmoid', logits(1, 2), [0], Math.log1p(Math.exp(2))],
    [
      'of one probability',
      { values: Float32Array.of(0.75), classes: 1, means: 'probabilities' },
      [0],
      Math.log(4),
    ],
  ])('%s', (_, outputs, classes, loss) => {
    expect(run([outputs, classes]).loss).toBeCloseTo(loss, 6);
  });

  it('is infinite where the label has probability 0', () => {
    const outputs: Outputs = { values: Float32Array.of(0, 1), classes: 2, means: 'probabilities' };
    expect(run([outputs, [0]])).toMatchObject({
      loss: Number.POSITIVE_INFINITY,
      nonfinite: 0,
    });
  });

  it('is not averaged over what is left when an output is NaN', () => {
    const both = run([logits(2, 1, 0), [0]], [logits(2, Number.NaN, 0), [0]]);
    expect(both).toEqual({ seen: 2, accuracy: 0.5, loss: Number.NaN, nonfinite: 1 });
  });

  it('adds up over batches', () => {
    const whole = run([logits(2, 1, 0, 0, 3), [0, 0]]);
    expect(run([logits(2, 1, 0), [0]], [logits(2, 0, 3), [0]])).toEqual(whole);
  });

  it('is absent before anything was seen', () => {
    expect(run()).toMatchObject({ accuracy: null, loss: null });
  });
});
