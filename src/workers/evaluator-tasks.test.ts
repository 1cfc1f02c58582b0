import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UNSCALED } from '#domain/dataset.ts';
import type { Backend, EvaluationPlan, EvaluationProgress } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import type { ScoreName, Task } from '#domain/scores.ts';
import { diskDirectory } from '#io/testing.ts';
import { node, numbers } from '#models/cases/reference.ts';
import { graphOf } from '#models/testing.ts';
import type { Reader } from './api.ts';
import { createEvaluator } from './evaluator-api.ts';
import { createReader } from './reader-api.ts';
import { type HeldTensor, memoryReader } from './testing.ts';

interface Case {
  readonly file: string;
  readonly task: Task;
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
  readonly tokens?: number;
  readonly weights: Readonly<Record<string, HeldTensor>>;
  readonly scores: Readonly<Partial<Record<ScoreName, number>>>;
}

const CASES: readonly Case[] = JSON.parse(
  readFileSync('src/workers/fixtures/targets/scores.json', 'utf8'),
);
const caseOf = (task: Task): Case => {
  const found = CASES.find((one) => one.task === task);
  if (!found) throw new Error(`no case of ${task}`);
  return found;
};

function graphFor({ task, weights }: Case): Graph {
  const shapes = Object.fromEntries(
    Object.entries(weights).map(([name, { shape }]) => [name, numbers(shape, [])]),
  );
  if (task !== 'next-token') {
    return graphOf({
      nodes: [node('linear', { weight: 'OI' }, ['x', 'w', 'b'], 'z')],
      inputs: { x: numbers([1, weights['w']?.shape[1] ?? 0], []) },
      weights: shapes,
    });
  }
  return graphOf({
    nodes: [
      node('embedding', {}, ['input_ids', 't'], 'e'),
      node('linear', { weight: 'OI' }, ['e', 'w', null], 'z'),
    ],
    inputs: { input_ids: numbers([1, 16], []) },
    integers: ['input_ids'],
    weights: shapes,
  });
}

/** The data are read from their files; the network is held in memory. */
async function readerFor(one: Case, graph = graphFor(one)): Promise<Reader> {
  const files = createReader({ openGrant: () => diskDirectory('src/workers/fixtures/targets') });
  await files.open({ kind: 'http', name: 'targets', url: '' });
  const held = memoryReader({ graph, checkpoints: { a: one.weights }, columns: [], count: 0 });
  const { checkpoint, tensor } = held;
  return { ...files, graph: held.graph, checkpoint, tensor, versions: held.versions };
}

const planFor = ({ file, task, inputs, targets }: Case, backend: Backend): EvaluationPlan => ({
  graph: { kind: 'file', path: 'model.pt2' },
  checkpoints: ['a'],
  task,
  dataset: file,
  inputs,
  label: '',
  targets,
  scaling: UNSCALED,
  batchSize: 7,
  backend,
});

describe.each<Backend>(['cpu', 'wasm'])(
  'scores of files on %s are those of scikit-learn',
  (backend) => {
    it.each(CASES)('$task', async (one) => {
      const evaluator = createEvaluator({ reader: await readerFor(one) });
      const [evaluation] = await evaluator.evaluate(planFor(one, backend));
      expect(evaluation).toMatchObject({ state: 'done', nonfinite: 0, defect: null });
      expect(evaluation?.parity?.difference).toBeLessThan(1e-5);
      expect(evaluation?.scores?.units).toBe(one.tokens ?? evaluation?.total);
      for (const [name, value] of Object.entries(one.scores)) {
        const found = evaluation?.scores?.metrics[name as ScoreName];
        const apart = Math.abs((found?.value ?? Number.NaN) - value) / Math.max(1, Math.abs(value));
        expect(apart, name).toBeLessThan(1e-5);
        expect(found?.low ?? Number.NaN, name).toBeLessThanOrEqual(value);
        expect(found?.high ?? Number.NaN, name).toBeGreaterThanOrEqual(value);
      }
      const predictions = await evaluator.predictions({ key: evaluation?.key ?? '' });
      expect(predictions?.examples).toHaveLength(evaluation?.total ?? 0);
    });
  },
);

describe('next tokens', () => {
  const one = caseOf('next-token');
  const run = async (plan: Partial<EvaluationPlan>) => {
    const reports: EvaluationProgress[] = [];
    const evaluator = createEvaluator({ reader: await readerFor(one) });
    const [evaluation] = await evaluator.evaluate(
      { ...planFor(one, 'cpu'), ...plan },
      { onProgress: (progress) => reports.push(progress) },
    );
    return { evaluation, notes: reports.at(-1)?.notes };
  };

  it('are those behind each place, where labels repeat the input ids, and that is said', async () => {
    const { evaluation, notes } = await run({});
    expect(notes).toEqual([
      { code: 'shifted', column: 'labels' },
      { code: 'ignored', places: 480 - (evaluation?.scores?.units ?? 0), of: 480 },
    ]);
  });

  it('come from the input ids themselves where no column has them; a mask leaves padding out', async () => {
    const labelled = await run({});
    const own = await run({ targets: [], mask: 'attention_mask' });
    expect(own.evaluation?.scores?.metrics).toEqual(labelled.evaluation?.scores?.metrics);
  });

  it('are those at each place where a person says so', async () => {
    const { evaluation } = await run({ shift: false });
    expect(evaluation?.scores?.units).toBe(276);
  });

  it('beyond the vocabulary are refused with their row', async () => {
    const { t = { shape: [], values: [] }, w = t } = one.weights;
    const weights = { t, w: { shape: [40, 6], values: w.values.slice(0, 240) } };
    const evaluator = createEvaluator({ reader: await readerFor({ ...one, weights }) });
    await expect(evaluator.evaluate(planFor(one, 'cpu'))).rejects.toMatchObject({
      problem: {
        kind: 'unfit',
        reasons: [
          'row 0 (counted from 0): the target of place 3 is 40, which is not one of 0 … 39',
        ],
      },
    });
  });
});

it('an input without a column is filled, and that is said', async () => {
  const one = caseOf('regression');
  const graph = graphFor(one);
  const masked: Graph = {
    ...graph,
    inputs: [...graph.inputs, { name: 'mask', dtype: 'float32', shape: [null, 1], fallback: 1 }],
    nodes: [...graph.nodes, node('binary', { name: 'mul' }, ['z', 'mask'], 'masked')],
    outputs: [{ name: 'masked', means: 'values' }],
  };
  const reports: EvaluationProgress[] = [];
  const evaluator = createEvaluator({ reader: await readerFor(one, masked) });
  const [evaluation] = await evaluator.evaluate(planFor(one, 'wasm'), {
    onProgress: (progress) => reports.push(progress),
  });
  expect(evaluation?.scores?.metrics.mae?.value).toBeCloseTo(one.scores.mae ?? 0, 3);
  expect(reports.at(-1)?.notes).toEqual([{ code: 'input-filled', input: 'mask', by: '1' }]);
});

it.each<[string, Task, Partial<EvaluationPlan>, RegExp]>([
  ['as many targets as outputs', 'regression', { targets: ['y', 'x'] }, /y, x hold 11 numbers/],
  ['a target', 'regression', { targets: [] }, /no column is chosen as target/],
  ['targets that are 0 or 1', 'regression', { task: 'multi-label' }, /row 0 .*59.*not 0 or 1/],
  ['targets that are there', 'multi-label', { targets: ['z'] }, /no column z/],
  ['slices that are there', 'multi-label', { slices: ['camera'] }, /no column camera/],
  ['a row at each place', 'regression', { task: 'next-token' }, /a row of the vocabulary/],
])('nothing is computed without %s', async (_, task, plan, reason) => {
  const one = caseOf(task);
  const evaluator = createEvaluator({ reader: await readerFor(one) });
  await expect(evaluator.evaluate({ ...planFor(one, 'cpu'), ...plan })).rejects.toThrow(reason);
});
