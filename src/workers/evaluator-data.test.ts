import { expect, it } from 'vitest';
import { UNSCALED } from '#domain/dataset.ts';
import type { EvaluationPlan } from '#domain/evaluation.ts';
import { arrange, fitShape } from './evaluator-data.ts';

it.each<[readonly number[], readonly (number | null)[], ReturnType<typeof fitShape>]>([
  [[1, 8, 8], [1, 8, 8], { way: 'same', to: [1, 8, 8] }],
  [[12, 4], [null, 4], { way: 'same', to: [12, 4] }],
  [[64], [1, 8, 8], { way: 'reshape', to: [1, 8, 8] }],
  [[8, 8], [8, 8, 1], { way: 'reshape', to: [8, 8, 1] }],
  [[1, 8, 8], [8, 8, 1], { way: 'reshape', to: [8, 8, 1] }],
  [[3, 8, 8], [192], { way: 'reshape', to: [192] }],
  [[32, 16, 3], [3, 32, 16], { way: 'channels-first', to: [3, 32, 16] }],
  [[32, 16, 3], [3, null, null], { way: 'channels-first', to: [3, 32, 16] }],
  [[3, 32, 16], [32, 16, 3], { way: 'channels-last', to: [32, 16, 3] }],
  [[], [1], { way: 'reshape', to: [1] }],
  [[64], [65], null],
  [[16, 4], [8, 8], null],
  [[4, 12], [12, 4], null],
  [[32, 16, 3], [3, 16, 32], null],
  [[64], [null, 8, 8], null],
])('%j goes into %j', (from, wanted, fitted) => {
  expect(fitShape(from, wanted)).toEqual(fitted);
});

const plan = (scaling: EvaluationPlan['scaling']) => ({ scaling }) as EvaluationPlan;
const input = { name: 'x', dtype: 'float32' } as const;

it('moves channels to the front and back', () => {
  // One 1 × 2 image of three channels.
  const first = arrange(
    { ...input, from: [1, 2, 3], to: [3, 1, 2], way: 'channels-first' },
    Float32Array.of(1, 2, 3, 4, 5, 6),
    plan(UNSCALED),
  );
  expect([...first]).toEqual([1, 4, 2, 5, 3, 6]);
  const back = arrange(
    { ...input, from: [3, 1, 2], to: [1, 2, 3], way: 'channels-last' },
    first,
    plan(UNSCALED),
  );
  expect([...back]).toEqual([1, 2, 3, 4, 5, 6]);
});

it('scales per channel where the data set has channels', () => {
  const scaled = arrange(
    { ...input, from: [1, 2, 3], to: [3, 1, 2], way: 'channels-first' },
    Float32Array.of(1, 2, 3, 4, 5, 6),
    plan({ divide: 1, mean: [1, 2, 3], std: [1] }),
  );
  expect([...scaled]).toEqual([0, 3, 0, 3, 0, 3]);
});

it('scales flat images per channel in the shape of the graph', () => {
  const scaled = arrange(
    { ...input, from: [6], to: [3, 1, 2], way: 'reshape' },
    Float32Array.of(1, 2, 3, 4, 5, 6),
    plan({ divide: 1, mean: [1, 3, 5], std: [1] }),
  );
  expect([...scaled]).toEqual([0, 1, 0, 1, 0, 1]);
});
