import { expect, it } from 'vitest';
import { UNSCALED } from './dataset.ts';
import type { Evaluation, EvaluationPlan } from './evaluation.ts';
import { bestKept, keptScores } from './kept-scores.ts';

function kept(
  checkpoint: string,
  accuracy: number,
  change: Partial<EvaluationPlan> = {},
): Evaluation {
  const plan: EvaluationPlan = {
    graph: { kind: 'file', path: 'g' },
    checkpoints: [checkpoint],
    dataset: 'test.npz',
    inputs: ['x'],
    label: 'y',
    scaling: UNSCALED,
    batchSize: 1,
    backend: null,
    ...change,
  };
  return {
    checkpoint,
    state: 'done',
    seen: 1,
    total: 1,
    accuracy,
    loss: 0,
    nonfinite: 0,
    backend: 'wasm',
    parity: null,
    binding: null,
    defect: null,
    firstOutputs: [],
    scores: {
      task: 'multi-class',
      examples: 1,
      units: 1,
      nonfinite: 0,
      metrics: { accuracy: { value: accuracy, low: null, high: null } },
      classes: [],
      outputs: [],
      confusion: null,
      reliability: [],
      slices: [],
      bootstrap: { resamples: 0, seed: 0 },
      leftOut: [],
    },
    provenance: {
      graph: null,
      checkpoints: [],
      dataset: { path: plan.dataset, version: '' },
      plan,
      batch: 1,
      backend: 'wasm',
      device: '',
      cairn: '',
      date: 0,
    },
  };
}

it('scores that were computed in the same way stand in one column, the newest of each checkpoint', () => {
  const [first, second, ...more] = keptScores([
    kept('a', 0.9),
    kept('b', 0.5),
    kept('a', 0.1),
    kept('c', 0.7, { dataset: 'val.npz' }),
  ]);
  expect([...(first?.values ?? [])]).toEqual([
    ['a', 0.9],
    ['b', 0.5],
  ]);
  expect(second).toMatchObject({ dataset: 'val.npz', score: 'accuracy' });
  expect(more).toEqual([]);
});

it('another scaling is another score', () => {
  const scaling = { divide: 255, mean: [0], std: [1] };
  const [only] = keptScores([kept('a', 0.9), kept('b', 0.1, { scaling })]);
  expect([...(only?.values.keys() ?? [])]).toEqual(['a']);
});

it('what was cancelled is no score', () => {
  expect(keptScores([{ ...kept('a', 0.9), state: 'cancelled' }])).toEqual([]);
});

it('the best of a run is the best of its checkpoints', () => {
  const [score] = keptScores([kept('a', 0.9), kept('b', 0.5)]);
  expect(score && bestKept(score, ['a', 'b', 'c'])).toBe(0.9);
  expect(score && bestKept(score, ['c'])).toBeNull();
});
