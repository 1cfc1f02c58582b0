import { memory } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { UNSCALED } from '#domain/dataset.ts';
import type { Backend, EvaluationPlan, EvaluationProgress } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { compare, pair } from '#domain/metrics/compare.ts';
import { passingResults } from '#io/result-store.ts';
import { startBackend } from '#models/backend.ts';
import { node, numbers } from '#models/cases/reference.ts';
import { graphOf } from '#models/testing.ts';
import type { Reader } from './api.ts';
import { createEvaluator } from './evaluator-api.ts';
import { type Held, memoryReader } from './testing.ts';

/** Two features, three classes: class 0 for large x₀, 1 for large x₁, 2 for neither. */
const GRAPH: Graph = graphOf({
  nodes: [node('linear', { weight: 'OI' }, ['x', 'w', 'b'], 'z')],
  inputs: { x: numbers([1, 2], [0, 0]) },
  weights: { w: numbers([3, 2], []), b: numbers([3], []) },
});

const weights = (b: readonly number[], w = [4, 0, 0, 4, 0, 0]) => ({
  w: { shape: [3, 2], values: w },
  b: { shape: [3], values: b },
});

const HELD: Held = {
  graph: GRAPH,
  checkpoints: { a: weights([0, 0, 2]), b: weights([0, 3, 0]), c: weights([3, 0, 1]) },
  columns: [
    { name: 'x', dtype: 'float32', shape: [2], values: [1, 0, 0, 1, 0, 0, 1, 0, 0, 1] },
    { name: 'y', dtype: 'int64', shape: [], values: [0, 1, 2, 1, 1] },
    { name: 'camera', dtype: 'int64', shape: [], values: [7, 7, 8, 8, 8] },
  ],
  count: 5,
};

const PLAN: EvaluationPlan = {
  directory: 'runs',
  graph: { kind: 'file', path: 'model.pt2' },
  checkpoints: ['a'],
  dataset: 'test.npz',
  inputs: ['x'],
  label: 'y',
  scaling: UNSCALED,
  batchSize: 2,
  backend: 'cpu',
};

/** An evaluator whose batches are counted, over a store that outlives it. */
function open(results = passingResults(), held: Held = HELD, changed: Partial<Reader> = {}) {
  const batches: number[] = [];
  const counted = { ...held, onBatch: (from: number) => void batches.push(from) };
  const reader = { ...memoryReader(counted), ...changed };
  return { batches, results, evaluator: createEvaluator({ reader, results }) };
}

describe('what was computed before', () => {
  it('is not computed again after a reload, predictions included', async () => {
    const { evaluator, results } = open();
    const [first] = await evaluator.evaluate(PLAN);
    const again = open(results);
    const [second] = await again.evaluator.evaluate(PLAN);
    expect(again.batches).toEqual([]);
    expect(second).toEqual({ ...first, isKept: true });
    const key = second?.key ?? '';
    expect(await again.evaluator.predictions({ key })).toEqual(
      await evaluator.predictions({ key }),
    );
  });

  it('goes on with the checkpoints that are missing', async () => {
    const { evaluator, results } = open();
    await evaluator.evaluate(PLAN);
    const again = open(results);
    const checkpoints = ['a', 'b'];
    const evaluations = await again.evaluator.evaluate({ ...PLAN, checkpoints });
    expect(again.batches).toEqual([0, 2, 4]);
    expect(evaluations).toMatchObject([{ isKept: true }, { state: 'done', accuracy: 0.6 }]);
  });

  it.each<[string, Partial<EvaluationPlan>, Partial<Reader>]>([
    ['the data are scaled otherwise', { scaling: { ...UNSCALED, divide: 2 } }, {}],
    ['another task is set', { task: 'binary', fresh: true }, {}],
    ['another backend is asked for', { backend: 'wasm' }, {}],
    ['it is asked for afresh', { fresh: true }, {}],
    ['a file has changed', {}, { versions: async ({ paths }) => paths.map(() => 'newer') }],
  ])('is computed again when %s', async (_, plan, changed) => {
    const { evaluator, results } = open();
    await evaluator.evaluate(PLAN);
    const again = open(results, HELD, changed);
    await again.evaluator.evaluate({ ...PLAN, ...plan }).catch(() => undefined);
    const isRefused = plan.task === 'binary';
    expect(again.batches).toEqual(isRefused ? [] : [0, 2, 4]);
  });

  it('is found whatever the size of the batch', async () => {
    const { evaluator, results } = open();
    await evaluator.evaluate(PLAN);
    const again = open(results);
    await again.evaluator.evaluate({ ...PLAN, batchSize: 5 });
    expect(again.batches).toEqual([]);
  });

  it('is listed by directory with its provenance, until it is forgotten', async () => {
    const { evaluator } = open();
    await evaluator.evaluate({ ...PLAN, checkpoints: ['a', 'b'] });
    expect(await evaluator.results({ directory: 'others' })).toEqual([]);
    const listed = await evaluator.results({ directory: 'runs' });
    expect(listed.map(({ checkpoint }) => checkpoint).sort()).toEqual(['a', 'b']);
    expect(listed[0]?.provenance).toMatchObject({
      graph: { path: 'model.pt2', version: 'version of model.pt2' },
      dataset: { path: 'test.npz', version: 'version of test.npz' },
      plan: { label: 'y', scaling: UNSCALED },
      batch: 2,
      backend: 'cpu',
      device: 'JavaScript',
    });
    await evaluator.forget({ keys: listed.map(({ key = '' }) => key) });
    expect(await evaluator.results({ directory: 'runs' })).toEqual([]);
  });

  it('is not kept where no directory is named', async () => {
    const { evaluator, results } = open();
    const { directory: _, ...plan } = PLAN;
    const [evaluation] = await evaluator.evaluate(plan);
    expect(await results.get('runs', evaluation?.key ?? '')).toBeNull();
    expect(await evaluator.predictions({ key: evaluation?.key ?? '' })).not.toBeNull();
  });

  it('is still given where the browser keeps nothing, and that is said', async () => {
    const refuses = async (): Promise<never> => {
      throw new Error('QuotaExceededError');
    };
    const reports: EvaluationProgress[] = [];
    const { evaluator } = open({ ...passingResults(), put: refuses, get: refuses });
    const [evaluation] = await evaluator.evaluate(PLAN, { onProgress: (one) => reports.push(one) });
    expect(evaluation?.scores?.metrics.accuracy?.value).toBe(0.8);
    expect(reports.at(-1)?.notes).toEqual([{ code: 'not-kept', why: 'Error: QuotaExceededError' }]);
  });
});

describe('an evaluation that is ended on the way', () => {
  it('gives what is done, with its scores, and keeps none of it', async () => {
    const results = passingResults();
    const end: { now?: () => Promise<void> } = {};
    const onBatch = (from: number) => {
      if (from === 4) void end.now?.();
    };
    const evaluator = createEvaluator({ reader: memoryReader({ ...HELD, onBatch }), results });
    end.now = () => evaluator.cancel(null);
    const [evaluation] = await evaluator.evaluate(PLAN);
    expect(evaluation?.state).toBe('cancelled');
    expect(evaluation?.scores?.examples).toBe(evaluation?.seen);
    expect(evaluation?.seen).toBeGreaterThan(0);
    expect(await results.list('runs')).toEqual([]);
    delete end.now;
    expect((await evaluator.evaluate(PLAN))[0]?.state).toBe('done');
  });
});

describe('a virtual checkpoint', () => {
  const virtual = { middle: { kind: 'mean', of: ['b', 'c'] } } as const;
  const plan = { ...PLAN, checkpoints: ['middle', 'plain'], virtual };
  const plain = weights([1.5, 1.5, 0.5]);
  const held = { ...HELD, checkpoints: { ...HELD.checkpoints, plain } };

  it('is computed as one of the averaged weights', async () => {
    const { evaluator } = open(passingResults(), held);
    const [made, same] = await evaluator.evaluate(plan);
    expect(made?.firstOutputs).toEqual(same?.firstOutputs);
    expect(made).toMatchObject({ state: 'done', loss: same?.loss });
    expect(made?.provenance?.checkpoints.map(({ path }) => path)).toEqual(['b', 'c']);
    expect(made?.key).not.toBe(same?.key);
  });

  it('is saved with averaged weights as float32', async () => {
    const { evaluator } = open();
    const file = await evaluator.virtualFile(virtual.middle);
    expect(file.tensors.map(({ name, dtype }) => [name, dtype])).toEqual([
      ['b', 'float32'],
      ['w', 'float32'],
    ]);
    const range = { tensor: 'b', from: 1, to: 3 };
    const bytes = await evaluator.virtualTensor({ virtual: virtual.middle, ...range });
    expect([...new Float32Array(bytes.buffer)]).toEqual([1.5, 0.5]);
  });

  it('of a running average weighs the later ones by what the decay leaves', async () => {
    const { evaluator } = open();
    const ema = { kind: 'ema', of: ['a', 'b', 'c'], decay: 0.5 } as const;
    const range = { tensor: 'b', from: 0, to: 3 };
    const bytes = await evaluator.virtualTensor({ virtual: ema, ...range });
    expect([...new Float32Array(bytes.buffer)]).toEqual([1.5, 0.75, 1]);
  });

  it.each([
    [{ kind: 'mean', of: [] }, /no checkpoints to average/],
    [{ kind: 'ema', of: ['a'], decay: 1.5 }, /decay 1.5 is not from 0 to 1/],
    [{ kind: 'mean', of: ['a', 'odd'] }, /b is \[2\] in .*odd|b is \[3\] in a, \[2\] in the last/],
  ] as const)('%j is refused', async (wanted, reason) => {
    const odd = { w: HELD.checkpoints['a']?.['w'] ?? plain.w, b: { shape: [2], values: [0, 0] } };
    const { evaluator } = open(passingResults(), {
      ...HELD,
      checkpoints: { ...HELD.checkpoints, odd },
    });
    await expect(evaluator.virtualFile(wanted)).rejects.toThrow(reason);
  });
});

it('two checkpoints are compared by their predictions', async () => {
  const { evaluator } = open();
  const evaluations = await evaluator.evaluate({ ...PLAN, checkpoints: ['a', 'b'] });
  const [a, b] = await Promise.all(
    evaluations.map(({ key = '' }) => evaluator.predictions({ key })),
  );
  if (!a || !b) throw new Error('there are no predictions');
  const found = compare(pair(a, b), 3);
  expect(found).toMatchObject({ examples: 5, fixed: 0, broken: 1, bothRight: 3, bothWrong: 1 });
});

it('groups of examples are scored by the columns asked for', async () => {
  const { evaluator } = open();
  const [evaluation] = await evaluator.evaluate({ ...PLAN, slices: ['camera'] });
  expect(evaluation?.scores?.slices).toMatchObject([
    { column: 'camera', value: 8, examples: 3 },
    { column: 'camera', value: 7, examples: 2, metrics: { accuracy: { value: 1 } } },
  ]);
});

describe('a device that fails', () => {
  /** Fails the batches from `from` on, as often as `times`, as the device itself would. */
  async function failing(backend: Backend, why: string, times: number) {
    const device = await startBackend(backend);
    const { watch } = device;
    let left = times;
    let runs = 0;
    const harmed = async <T>(work: () => Promise<T>): Promise<T> => {
      runs++;
      if (runs > 3 && left-- > 0) throw await deviceProblem(why, backend);
      return watch(work);
    };
    Object.assign(device, { watch: harmed });
    return () => Object.assign(device, { watch });
  }

  const deviceProblem = async (what: string, path: string) => {
    const { CheckpointError } = await import('#domain/problem.ts');
    return new CheckpointError({ kind: 'device', what }, { path });
  };

  const run = async (why: string, times: number) => {
    const heal = await failing('wasm', why, times);
    const reports: EvaluationProgress[] = [];
    const { evaluator } = open();
    try {
      const [evaluation] = await evaluator.evaluate(
        { ...PLAN, checkpoints: ['a'], backend: 'wasm' },
        { onProgress: (one) => reports.push(one) },
      );
      return { evaluation, notes: reports.at(-1)?.notes };
    } finally {
      heal();
    }
  };

  it('is started anew, and the batch computed again', async () => {
    const { evaluation, notes } = await run('the GPU is gone', 1);
    expect(evaluation).toMatchObject({ state: 'done', accuracy: 0.8, backend: 'wasm' });
    expect(notes).toEqual([
      { code: 'device-lost', backend: 'wasm', to: 'wasm', why: 'the GPU is gone' },
    ]);
  });

  it('again and again gives way to the next backend', async () => {
    const { evaluation, notes } = await run('the GPU is gone', 100);
    expect(evaluation).toMatchObject({ state: 'done', seen: 5, accuracy: 0.8, backend: 'cpu' });
    expect(notes?.at(-1)).toMatchObject({ code: 'device-lost', backend: 'wasm', to: 'cpu' });
    expect(evaluation?.provenance).toMatchObject({ backend: 'cpu', device: 'JavaScript' });
  });

  it('for want of memory is given half the batch', async () => {
    const { evaluation, notes } = await run('out of memory', 1);
    expect(evaluation).toMatchObject({ state: 'done', seen: 5, accuracy: 0.8, backend: 'wasm' });
    expect(notes).toEqual([{ code: 'batch-halved', from: 2, to: 1, why: 'out of memory' }]);
  });
});

it.each<Backend>(['cpu', 'wasm'])(
  'twenty evaluations on %s leave memory as it was',
  async (backend) => {
    const { evaluator } = open();
    await evaluator.evaluate({ ...PLAN, backend, fresh: true });
    const before = memory();
    for (let i = 0; i < 20; i++) {
      await evaluator.evaluate({ ...PLAN, checkpoints: ['a', 'b'], backend, fresh: true });
    }
    expect(memory().numTensors).toBe(before.numTensors);
    expect(memory().numBytes).toBe(before.numBytes);
  },
);
