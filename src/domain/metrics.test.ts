import { describe, expect, it } from 'vitest';
import {
  accuracyOf,
  activate,
  largestDifference,
  lossOf,
  NOTHING_SEEN,
  type Outputs,
  plus,
  tally,
} from './metrics.ts';

const logits = (classes: number, ...values: number[]): Outputs => ({
  values: Float32Array.from(values),
  classes,
  means: 'logits',
});
const labels = (...classes: number[]) => Int32Array.from(classes);

describe('accuracy', () => {
  it.each<[string, Outputs, number[], number | null]>([
    ['counts the largest logit', logits(3, 0, 2, 1, 5, 4, 3), [1, 1], 0.5],
    ['takes the first of equal logits', logits(3, 7, 7, 7, 0, 7, 7), [0, 1], 1],
    ['counts a row with NaN as wrong', logits(2, 3, Number.NaN, 3, 0), [0, 0], 0.5],
    ['counts a row with ∞ as wrong', logits(2, Number.POSITIVE_INFINITY, 0, 3, 0), [0, 0], 0.5],
    ['is absent when no row is finite', logits(2, Number.NaN, 0, Number.NaN, 1), [0, 1], null],
    ['of one column: class 1 above 0', logits(1, 0.5, -0.5, 0, 2), [1, 0, 0, 0], 0.75],
  ])('%s', (_, outputs, classes, accuracy) => {
    expect(accuracyOf(tally(outputs, labels(...classes)))).toBe(accuracy);
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
    expect(lossOf(tally(outputs, labels(...classes)))).toBeCloseTo(loss, 6);
  });

  it('is infinite where the label has probability 0', () => {
    const outputs: Outputs = { values: Float32Array.of(0, 1), classes: 2, means: 'probabilities' };
    expect(tally(outputs, labels(0))).toMatchObject({
      loss: Number.POSITIVE_INFINITY,
      nonfinite: 0,
    });
  });

  it('is not averaged over what is left when an output is NaN', () => {
    const sum = plus(tally(logits(2, 1, 0), labels(0)), tally(logits(2, Number.NaN, 0), labels(0)));
    expect(lossOf(sum)).toBeNaN();
    expect(sum).toMatchObject({ seen: 2, correct: 1, nonfinite: 1 });
    expect(accuracyOf(sum)).toBe(0.5);
  });

  it('adds up over batches', () => {
    const whole = tally(logits(2, 1, 0, 0, 3), labels(0, 0));
    const parts = plus(tally(logits(2, 1, 0), labels(0)), tally(logits(2, 0, 3), labels(0)));
    expect(parts).toEqual(whole);
    expect(plus(NOTHING_SEEN, whole)).toEqual(whole);
  });

  it('is absent before anything was seen', () => {
    expect(lossOf(NOTHING_SEEN)).toBeNull();
    expect(accuracyOf(NOTHING_SEEN)).toBeNull();
  });
});

it('brings logits to what the graph gives out', () => {
  const row = Float32Array.of(0, Math.log(3));
  expect(activate(row, 2, 'probabilities')[1]).toBeCloseTo(0.75, 7);
  expect(activate(row, 2, 'log-probabilities')[1]).toBeCloseTo(Math.log(0.75), 7);
  expect(activate(Float32Array.of(0), 1, 'probabilities')).toEqual([0.5]);
  expect(activate(row, 2, 'logits')).toEqual([...row]);
});

it('measures differences relative to what is large', () => {
  expect(largestDifference(Float32Array.of(1, 200), Float32Array.of(0.5, 100))).toBe(1);
  expect(largestDifference(Float32Array.of(Number.NaN), Float32Array.of(Number.NaN))).toBe(0);
  expect(largestDifference(Float32Array.of(1), Float32Array.of(Number.NaN))).toBe(
    Number.POSITIVE_INFINITY,
  );
});
