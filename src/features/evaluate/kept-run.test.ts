import { describe, expect, it } from 'vitest';
import { UNSCALED } from '#domain/dataset.ts';
import type { Evaluation, EvaluationPlan } from '#domain/evaluation.ts';
import { restoredRun, staleKeys } from './kept-run.ts';

const plan: EvaluationPlan = {
  directory: 'd',
  graph: { kind: 'file', path: 'model.pt2' },
  checkpoints: ['a.pth', 'b.pth'],
  task: 'multi-class',
  dataset: 'test.npz',
  inputs: ['x'],
  label: 'y',
  scaling: UNSCALED,
  batchSize: 32,
  backend: null,
};

function kept(checkpoint: string, change: Partial<EvaluationPlan> = {}): Evaluation {
  return {
    checkpoint,
    key: checkpoint,
    state: 'done',
    seen: 1,
    total: 1,
    accuracy: 1,
    loss: 0,
    nonfinite: 0,
    backend: 'wasm',
    parity: null,
    binding: null,
    defect: null,
    firstOutputs: [],
    provenance: {
      graph: { path: 'model.pt2', version: 'g' },
      checkpoints: [{ path: checkpoint, version: 'c' }],
      dataset: { path: 'test.npz', version: 't' },
      plan: { ...plan, checkpoints: [checkpoint], ...change },
      batch: 32,
      backend: 'wasm',
      device: 'WebAssembly',
      cairn: '0',
      date: 0,
    },
  };
}

const shown = (wanted: EvaluationPlan | null, all: readonly Evaluation[]) =>
  restoredRun('d', wanted, all)?.evaluations.map(({ checkpoint }) => checkpoint);

describe('results that were kept', () => {
  it.each([
    [
      'of this plan are shown in its order',
      plan,
      [kept('b.pth'), kept('a.pth')],
      ['a.pth', 'b.pth'],
    ],
    ['of a part of it are shown', plan, [kept('b.pth')], ['b.pth']],
    [
      'of another scaling are not its own',
      plan,
      [kept('a.pth', { scaling: { divide: 255, mean: [0], std: [1] } }), kept('b.pth')],
      ['b.pth'],
    ],
    [
      'of the last plan are shown where none is chosen',
      null,
      [kept('b.pth'), kept('c.pth')],
      ['b.pth', 'c.pth'],
    ],
    [
      'of the last plan are not mixed with others',
      null,
      [kept('b.pth', { batchSize: 8 }), kept('c.pth')],
      ['b.pth'],
    ],
    ['are none', plan, [], undefined],
  ] as const)('%s', (_, wanted, all, checkpoints) => {
    expect(shown(wanted, all)).toEqual(checkpoints);
  });

  it('say that they are, and of which plan', () => {
    const run = restoredRun('d', plan, [kept('a.pth')]);
    expect(run?.plan).toBe(plan);
    expect(run?.evaluations[0]?.isKept).toBe(true);
  });

  it.each([
    ['its checkpoint', { 'a.pth': 'other', 'test.npz': 't', 'model.pt2': 'g' }, ['a.pth']],
    ['its data set', { 'a.pth': 'c', 'test.npz': '', 'model.pt2': 'g' }, ['a.pth']],
    ['nothing', { 'a.pth': 'c', 'test.npz': 't', 'model.pt2': 'g' }, []],
  ])('are stale when %s has changed', (_, present, keys) => {
    expect([...staleKeys([kept('a.pth')], present)]).toEqual(keys);
  });
});
