import { describe, expect, it } from 'vitest';
import { UNSCALED } from '#domain/dataset.ts';
import type { EvaluationPlan, EvaluationProgress } from '#domain/evaluation.ts';
import { type Device, startBackend } from '#models/backend.ts';
import { node, numbers } from '#models/cases/reference.ts';
import { graphOf } from '#models/testing.ts';
import type { DataFit } from './evaluator-data.ts';
import { planBatches } from './evaluator-plan.ts';
import { createReport } from './evaluator-report.ts';

const GRAPH = graphOf({
  nodes: [
    node('linear', { weight: 'OI' }, ['x', 'w', null], 'h'),
    node('linear', { weight: 'OI' }, ['h', 'v', null], 'z'),
  ],
  inputs: { x: numbers([1, 10], []) },
  weights: { w: numbers([100, 10], []), v: numbers([2, 100], []) },
});

const FIT: DataFit = {
  count: 1000,
  notes: [],
  columns: ['x'],
  inputs: [{ name: 'x', dtype: 'float32', from: [10], to: [10], way: 'same' }],
};

async function planOn(array: number, batchSize: number, graph = GRAPH) {
  const device: Device = { ...(await startBackend('cpu')), limits: { array, total: null } };
  const reports: EvaluationProgress[] = [];
  const report = createReport([], (progress) => reports.push(progress));
  const wanted = { batchSize, scaling: UNSCALED } as EvaluationPlan;
  const { batch } = planBatches({ graph, fit: FIT, wanted, task: 'regression', report }, device);
  report.emit(true);
  return { batch, notes: reports.at(-1)?.notes };
}

describe('the batch', () => {
  it('is the one asked for where the device holds it', async () => {
    expect(await planOn(25_600, 64)).toEqual({ batch: 64, notes: [] });
  });

  it('is never larger than the data set', async () => {
    expect((await planOn(1e9, 4096)).batch).toBe(1000);
  });

  it('is halved until every value fits, and that is said', async () => {
    expect(await planOn(10_000, 64)).toEqual({
      batch: 16,
      notes: [
        {
          code: 'batch-reduced',
          from: 64,
          to: 16,
          value: 'linear "h"',
          bytes: 25_600,
          limit: 10_000,
        },
      ],
    });
  });

  it('is the one that the graph was exported for', async () => {
    expect(await planOn(1e9, 64, { ...GRAPH, batch: 3 })).toEqual({
      batch: 3,
      notes: [{ code: 'batch-fixed', size: 3 }],
    });
  });

  it.each<[string, number, typeof GRAPH, RegExp]>([
    [
      'a weight is too large for the device',
      3999,
      GRAPH,
      /w takes 4000 bytes; JavaScript holds at most 3999/,
    ],
    ['a batch that cannot change is', 4999, { ...GRAPH, batch: 13 }, /linear "h" takes 5200 bytes/],
  ])('does not help when %s', async (_, array, graph, what) => {
    await expect(planOn(array, 64, graph)).rejects.toMatchObject({
      problem: { kind: 'device', what: expect.stringMatching(what) },
    });
  });
});
