import { memory } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { UNSCALED } from '#domain/dataset.ts';
import type {
  Backend,
  Evaluation,
  EvaluationPlan,
  EvaluationProgress,
} from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { node, numbers, some } from '#models/cases/reference.ts';
import { graphOf } from '#models/testing.ts';
import { createEvaluator } from './evaluator-api.ts';
import { type Held, memoryReader } from './testing.ts';

/** Two features, three classes: class 0 for large x₀, 1 for large x₁, 2 for neither. */
const GRAPH: Graph = graphOf({
  nodes: [node('linear', { weight: 'OI' }, ['x', 'w', 'b'], 'z')],
  inputs: { x: numbers([1, 2], [0, 0]) },
  weights: { w: numbers([3, 2], []), b: numbers([3], []) },
});

const SOUND = {
  w: { shape: [3, 2], values: [4, 0, 0, 4, 0, 0] },
  b: { shape: [3], values: [0, 0, 2] },
};

const HELD: Held = {
  graph: GRAPH,
  checkpoints: { a: SOUND },
  columns: [
    { name: 'x', dtype: 'float32', shape: [2], values: [1, 0, 0, 1, 0, 0, 1, 0, 0, 1] },
    { name: 'y', dtype: 'int64', shape: [], values: [0, 1, 2, 1, 1] },
  ],
  count: 5,
};

const PLAN: EvaluationPlan = {
  graph: { kind: 'file', path: 'model.pt2' },
  checkpoints: ['a'],
  dataset: 'test.npz',
  inputs: ['x'],
  label: 'y',
  scaling: UNSCALED,
  batchSize: 2,
  backend: 'cpu',
};

const evaluate = (
  held: Held,
  plan: Partial<EvaluationPlan> = {},
  options: { signal?: AbortSignal; onProgress?: (progress: EvaluationProgress) => void } = {},
) => createEvaluator({ reader: memoryReader(held) }).evaluate({ ...PLAN, ...plan }, options);

const withX = (shape: readonly number[], values: readonly number[]): Held => ({
  ...HELD,
  columns: HELD.columns.map((column) =>
    column.name === 'x' ? { ...column, shape, values } : column,
  ),
});

describe.each<Backend>(['cpu', 'wasm'])('on %s', (backend) => {
  it('scores a checkpoint over batches of which the last is not full', async () => {
    const [evaluation] = await evaluate(HELD, { backend });
    const right = Math.log(1 + Math.exp(-4) + Math.exp(-2));
    const wrong = 4 + Math.log(1 + Math.exp(-4) + Math.exp(-2));
    const neither = Math.log(1 + 2 * Math.exp(-2));
    expect(evaluation).toMatchObject({
      state: 'done',
      seen: 5,
      total: 5,
      accuracy: 0.8,
      nonfinite: 0,
      backend,
      defect: null,
      firstOutputs: [
        [4, 0, 2],
        [0, 4, 2],
      ],
    });
    expect(evaluation?.loss).toBeCloseTo((3 * right + wrong + neither) / 5, 6);
    expect(evaluation?.parity).toMatchObject({
      backend: backend === 'cpu' ? 'wasm' : 'cpu',
      examples: 2,
    });
    expect(evaluation?.parity?.difference).toBeLessThan(1e-6);
  });

  it('leaves no tensor behind', async () => {
    await evaluate(HELD, { backend });
    const before = memory().numTensors;
    await evaluate(
      { ...HELD, checkpoints: { a: SOUND, b: SOUND } },
      { backend, checkpoints: ['a', 'b'] },
    );
    expect(memory().numTensors).toBe(before);
  });
});

it('takes words for the classes that a person numbered', async () => {
  const [evaluation] = await evaluate(HELD, { classes: [1, 0, 2] });
  expect(evaluation).toMatchObject({ state: 'done', accuracy: 0.4 });
});

describe('a checkpoint that cannot be computed with', () => {
  it.each<[string, Held['checkpoints'][string], RegExp]>([
    ['lacks a weight', { w: SOUND.w }, /b is not in the checkpoint/],
    [
      'has one of another shape',
      { ...SOUND, b: { shape: [2], values: [0, 0] } },
      /b is \[2\] in the checkpoint, \[3\] in the graph/,
    ],
  ])('%s: it fails with its binding, and the next goes on', async (_, broken, reason) => {
    const held = { ...HELD, checkpoints: { a: broken, b: SOUND } };
    const [first, second] = await evaluate(held, { checkpoints: ['a', 'b'] });
    expect(first).toMatchObject({ state: 'failed', seen: 0, accuracy: null });
    expect(first?.defect?.problem).toEqual({
      kind: 'unfit',
      reasons: [expect.stringMatching(reason)],
    });
    expect(first?.binding?.used).toHaveLength(1);
    expect(second).toMatchObject({ state: 'done', accuracy: 0.8 });
  });
});

describe('NaN is never averaged away', () => {
  const nan = Number.NaN;

  it('in all weights: no accuracy, and a loss of NaN', async () => {
    const held = {
      ...HELD,
      checkpoints: { a: { ...SOUND, b: { shape: [3], values: [nan, nan, nan] } } },
    };
    const [evaluation] = await evaluate(held);
    expect(evaluation).toMatchObject({ state: 'done', accuracy: null, loss: nan, nonfinite: 5 });
  });

  it('in one example: it counts as wrong', async () => {
    const [evaluation] = await evaluate(withX([2], [nan, 0, 0, 1, 0, 0, 1, 0, 0, 1]));
    expect(evaluation).toMatchObject({ accuracy: 0.6, loss: nan, nonfinite: 1 });
  });
});

describe('nothing is computed when', () => {
  const computed = async (held: Held, plan: Partial<EvaluationPlan> = {}) => {
    let batches = 0;
    const outcome = await evaluate({ ...held, onBatch: () => batches++ }, plan).catch(
      (error: unknown) => error,
    );
    expect(batches).toBe(0);
    return outcome;
  };
  const labelled = (values: readonly number[]): Held => ({
    ...HELD,
    columns: HELD.columns.map((column) => (column.name === 'y' ? { ...column, values } : column)),
  });

  it.each<[string, Held, Partial<EvaluationPlan>, object]>([
    [
      'a label is none of the classes',
      labelled([0, 1, 2, 3, 1]),
      {},
      {
        kind: 'unfit',
        reasons: ['row 3 (counted from 0): label 3 is not one of the classes 0 … 2'],
      },
    ],
    [
      'a label is negative',
      labelled([0, -1, 2, 1, 1]),
      {},
      {
        kind: 'unfit',
        reasons: ['row 1 (counted from 0): label -1 is not one of the classes 0 … 2'],
      },
    ],
    [
      'the data set has no such columns',
      HELD,
      { inputs: ['image'], label: 'target' },
      {
        kind: 'unfit',
        reasons: ['the data set has no column image', 'the data set has no column target'],
      },
    ],
    [
      'an example has another number of features',
      withX([3], []),
      {},
      { kind: 'unfit', reasons: ['x holds [3] per example, the graph takes [2]'] },
    ],
    [
      'the data set is empty',
      { ...HELD, count: 0 },
      {},
      { kind: 'unfit', reasons: ['the data set holds no examples'] },
    ],
    [
      'the scaling cannot be applied',
      HELD,
      { scaling: { divide: 1, mean: [0, 0, 0], std: [1] } },
      { kind: 'unfit', reasons: ['scaling: 3 channels, but no axis of [1, 2] has that length'] },
    ],
  ])('%s', async (_, held, plan, problem) => {
    expect(await computed(held, plan)).toMatchObject({ problem });
  });
});

describe('token ids', () => {
  const embedding: Held = {
    graph: graphOf({
      nodes: [
        node('embedding', {}, ['ids', 't'], 'e'),
        node('reduce', { name: 'mean', axes: [1], keep: false }, ['e'], 'z'),
      ],
      inputs: { ids: numbers([1, 2], []) },
      integers: ['ids'],
      weights: { t: numbers([4, 3], []) },
    }),
    checkpoints: { a: { t: { shape: [4, 3], values: [...some([4, 3]).values] } } },
    columns: [
      { name: 'ids', dtype: 'int64', shape: [2], values: [0, 1, 2, 3, 3, 3] },
      { name: 'y', dtype: 'int64', shape: [], values: [0, 1, 2] },
    ],
    count: 3,
  };
  const withIds = (values: readonly number[]): Held => ({
    ...embedding,
    columns: embedding.columns.map((column) =>
      column.name === 'ids' ? { ...column, values } : column,
    ),
  });

  it('are looked up, unscaled', async () => {
    const scaling = { divide: 2, mean: [1], std: [1] };
    const [evaluation] = await evaluate(embedding, { inputs: ['ids'], scaling });
    expect(evaluation).toMatchObject({ state: 'done', nonfinite: 0 });
  });

  it.each<[string, readonly number[], number, string]>([
    ['beyond the table', [0, 1, 2, 4, 3, 3], 1, 'ids is 4, which is not one of 0 … 3'],
    ['below 0', [0, -1, 2, 3, 3, 3], 0, 'ids is -1, which is not one of 0 … 3'],
    ['that are fractions', [0, 1, 2, 3, 0.5, 3], 2, 'ids is 0.5, which is not one of 0 … 3'],
  ])('%s fail the evaluation', async (_, ids, row, what) => {
    const outcome = await evaluate(withIds(ids), { inputs: ['ids'] }).catch((e: unknown) => e);
    const found = Array.isArray(outcome) ? (outcome[0] as Evaluation).defect : outcome;
    expect(found).toMatchObject({ problem: { kind: 'data', what, row } });
  });
});

describe('cancelling', () => {
  it('keeps what is done', async () => {
    const controller = new AbortController();
    const onBatch = (from: number) => {
      if (from === 2) controller.abort();
    };
    const [evaluation] = await evaluate({ ...HELD, onBatch }, {}, { signal: controller.signal });
    expect(evaluation).toMatchObject({ state: 'cancelled', seen: 2, accuracy: 1 });
  });

  it('before it begins computes nothing', async () => {
    const signal = AbortSignal.abort();
    expect(await evaluate(HELD, {}, { signal })).toMatchObject([{ state: 'cancelled', seen: 0 }]);
  });
});

describe('progress', () => {
  it('begins with what waits and ends with what is done', async () => {
    const reports: EvaluationProgress[] = [];
    await evaluate(HELD, {}, { onProgress: (progress) => reports.push(progress) });
    expect(reports[0]?.evaluations[0]).toMatchObject({ state: 'waiting', accuracy: null });
    expect(reports.at(-1)?.evaluations[0]).toMatchObject({ state: 'done', seen: 5 });
    expect(reports.at(-1)?.left).toBe(0);
    expect(reports.at(-1)?.rate).toBeGreaterThan(0);
  });

  it('says when an example was reshaped', async () => {
    const reports: EvaluationProgress[] = [];
    await evaluate(
      withX([1, 2], [1, 0, 0, 1, 0, 0, 1, 0, 0, 1]),
      {},
      {
        onProgress: (progress) => reports.push(progress),
      },
    );
    expect(reports.at(-1)?.notes).toEqual([
      { code: 'reshaped', column: 'x', from: [1, 2], to: [2] },
    ]);
  });
});

it('reads every batch once for several checkpoints', async () => {
  const read: number[] = [];
  const held = {
    ...HELD,
    checkpoints: { a: SOUND, b: SOUND },
    onBatch: (from: number) => read.push(from),
  };
  const evaluations = await evaluate(held, { checkpoints: ['a', 'b'] });
  expect(read).toEqual([0, 2, 4]);
  expect(evaluations.map(({ accuracy }) => accuracy)).toEqual([0.8, 0.8]);
});

it('fills up the batch that a graph was exported for', async () => {
  const [evaluation] = await evaluate(
    { ...HELD, graph: { ...GRAPH, batch: 3 } },
    { batchSize: 64 },
  );
  expect(evaluation).toMatchObject({ state: 'done', seen: 5, accuracy: 0.8 });
});

it('joins the columns of a table into one input', async () => {
  const column = (name: string, values: readonly number[]) =>
    ({ name, dtype: 'float64', shape: [], values }) as const;
  const held: Held = {
    ...HELD,
    tabular: true,
    columns: [
      column('u', [1, 0, 0, 1, 0]),
      column('v', [0, 1, 0, 0, 1]),
      column('y', [0, 1, 2, 1, 1]),
    ],
  };
  const [evaluation] = await evaluate(held, { inputs: ['u', 'v'] });
  expect(evaluation).toMatchObject({ state: 'done', accuracy: 0.8 });
});

it('says that a backend which was asked for does not start', async () => {
  await expect(evaluate(HELD, { backend: 'webgpu' })).rejects.toMatchObject({
    problem: { kind: 'device' },
  });
});

it('takes the best backend that starts, and says which did not', async () => {
  const reports: EvaluationProgress[] = [];
  const [evaluation] = await evaluate(
    HELD,
    { backend: null },
    {
      onProgress: (progress) => reports.push(progress),
    },
  );
  expect(evaluation?.backend).toBe('wasm');
  expect(reports.at(-1)?.notes).toMatchObject([{ code: 'backend-failed', backend: 'webgpu' }]);
});

it('evaluations wait for each other', async () => {
  const evaluator = createEvaluator({ reader: memoryReader(HELD) });
  const [a, b, backends] = await Promise.all([
    evaluator.evaluate({ ...PLAN, backend: 'cpu' }),
    evaluator.evaluate({ ...PLAN, backend: 'wasm' }),
    evaluator.backends(null),
  ]);
  expect(a).toMatchObject([{ backend: 'cpu', accuracy: 0.8 }]);
  expect(b).toMatchObject([{ backend: 'wasm', accuracy: 0.8 }]);
  expect(backends.map(({ backend }) => backend)).toEqual(['wasm', 'cpu']);
});
