import { memory, type Tensor, tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { Backend } from '#domain/evaluation.ts';
import { startBackend } from './backend.ts';
import { type Numbers, node, numbers, some, type TestGraph } from './cases/reference.ts';
import { createSession } from './execute.ts';
import { planValue } from './plan.ts';
import { compute, graphOf } from './testing.ts';

/** Two convolutions around a shortcut, then a mean over positions: what a residual network is made of. */
const RESIDUAL: TestGraph = {
  nodes: [
    conv('x', 'k1', 'a'),
    node('batch_norm', { axis: 1, epsilon: 1e-5 }, ['a', 's', 'o', 'm', 'v'], 'b'),
    node('unary', { name: 'relu' }, ['b'], 'c'),
    conv('c', 'k2', 'd'),
    node('binary', { name: 'add' }, ['d', 'c'], 'e'),
    node('max_pool', { ...plain(), size: [2, 2], strides: [2, 2], ceil: false }, ['e'], 'f'),
    node('concat', { axis: 1 }, ['f', 'f'], 'g'),
    node('reduce', { name: 'mean', axes: [2, 3], keep: false }, ['g'], 'h'),
    node('linear', { weight: 'OI' }, ['h', 'w', null], 'y'),
  ],
  inputs: { x: some([2, 3, 8, 8]) },
  weights: {
    k1: some([4, 3, 3, 3], 2),
    k2: some([4, 4, 3, 3], 3),
    s: some([4], 4),
    o: some([4], 5),
    m: some([4], 6),
    v: numbers([4], [1, 2, 3, 4]),
    w: some([5, 8], 7),
  },
};

function plain() {
  const padding = [
    [0, 0],
    [0, 0],
  ] as const;
  return { layout: 'NCHW', padding } as const;
}

function conv(x: string, kernel: string, output: string) {
  const padding = [
    [1, 1],
    [1, 1],
  ] as const;
  return node(
    'conv',
    { layout: 'NCHW', kernel: 'OIHW', strides: [1, 1], dilations: [1, 1], padding, groups: 1 },
    [x, kernel, null],
    output,
  );
}

const upload = (values: Readonly<Record<string, Numbers>>): Map<string, Tensor> =>
  new Map(
    Object.entries(values).map(([name, { values: all, shape }]) => [
      name,
      tensor([...all], [...shape]),
    ]),
  );

async function session(test: TestGraph, backend: Backend) {
  const device = await startBackend(backend);
  const graph = graphOf(test);
  const shapes = new Map(Object.entries(test.inputs).map(([name, { shape }]) => [name, shape]));
  const plan = planValue(graph, shapes, graph.outputs[0]?.name ?? '');
  return createSession(plan, upload(test.weights ?? {}), device.check);
}

describe.each<Backend>(['cpu', 'wasm'])('on %s', (backend) => {
  it('fifty batches leave no tensor behind, and a session that has ended none at all', async () => {
    await startBackend(backend);
    const before = memory().numTensors;
    const running = await session(RESIDUAL, backend);
    const batch = () => {
      const inputs = upload(RESIDUAL.inputs);
      const output = running.run(inputs);
      for (const made of [output, ...inputs.values()]) made.dispose();
    };
    batch();
    const during = memory().numTensors;
    for (let i = 0; i < 50; i++) batch();
    expect(memory().numTensors).toBe(during);
    running.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('a step that fails leaves no tensor behind', async () => {
    const running = await session(RESIDUAL, backend);
    const inputs = upload({ x: some([2, 5, 8, 8]) });
    const before = memory().numTensors;
    expect(() => running.run(inputs)).toThrow(expect.objectContaining({ name: 'CheckpointError' }));
    expect(memory().numTensors).toBe(before);
  });

  it('a kernel that two steps share is not taken from the second', async () => {
    const shared: TestGraph = {
      nodes: [
        node('linear', { weight: 'OI' }, ['x', 'w', null], 'a'),
        node('linear', { weight: 'OI' }, ['a', 'w', null], 'b'),
        node('linear', { weight: 'IO' }, ['b', 'w', null], 'c'),
        node('matmul', {}, ['c', 'w'], 'y'),
      ],
      inputs: { x: numbers([1, 2], [1, 2]) },
      weights: { w: numbers([2, 2], [0, 1, 2, 0]) },
    };
    // [1, 2] → Wᵀ: [2, 2] → Wᵀ: [2, 4] → W: [8, 2] → W: [4, 8]
    expect(await compute(shared, backend)).toEqual(numbers([1, 2], [4, 8]));
  });
});

/** A convolution of six filters, two or six for each channel, and what comes between it and its normalisation. */
function normalized(
  groups: number,
  layout: 'NCHW' | 'NHWC',
  between: TestGraph['nodes'],
): TestGraph {
  const axis = layout === 'NCHW' ? 1 : 3;
  const attributes = { ...plain(), layout, strides: [1, 1], dilations: [1, 1], groups } as const;
  const from = between.at(-1)?.outputs[0] ?? 'a';
  return {
    nodes: [
      node('conv', { ...attributes, kernel: 'OIHW' }, ['x', 'k', 'bias'], 'a'),
      ...between,
      node('batch_norm', { axis, epsilon: 1e-3 }, [from, 's', 'o', 'm', 'v'], 'y'),
    ],
    inputs: { x: some(layout === 'NCHW' ? [2, 3, 5, 4] : [2, 5, 4, 3]) },
    weights: {
      k: some([6, 3 / groups, 3, 2], 2),
      bias: some([6], 3),
      s: some([6], 4),
      o: some([6], 5),
      m: some([6], 6),
      v: numbers([6], [1, 2, 3, 4, 0.5, 0.1]),
    },
  };
}

describe.each<Backend>(['cpu', 'wasm'])('what is computed once, on %s', (backend) => {
  it.each([
    [1, 'NCHW'],
    [1, 'NHWC'],
    [3, 'NCHW'],
  ] as const)('a normalisation within a convolution in %i groups, %s', async (groups, layout) => {
    const apart = [node('identity', {}, ['a'], 'b')];
    const [joined, plainly] = [
      await compute(normalized(groups, layout, []), backend),
      await compute(normalized(groups, layout, apart), backend),
    ];
    expect(joined.shape).toEqual(plainly.shape);
    joined.values.forEach((value, i) => {
      expect(value).toBeCloseTo(plainly.values[i] ?? 0, 5);
    });
  });

  it('a convolution that is read elsewhere too stays without its normalisation', async () => {
    const whole = normalized(1, 'NCHW', []);
    const sum = node('binary', { name: 'sub' }, ['y', 'a'], 'z');
    const difference = await compute({ ...whole, nodes: [...whole.nodes, sum] }, backend);
    const alone = await compute({ ...whole, nodes: whole.nodes.slice(0, 1) }, backend);
    const both = await compute(whole, backend);
    difference.values.forEach((value, i) => {
      expect(value).toBeCloseTo((both.values[i] ?? 0) - (alone.values[i] ?? 0), 4);
    });
  });

  it('a variance that is NaN is not lost in a kernel', async () => {
    const whole = normalized(1, 'NCHW', []);
    const v = numbers([6], [1, 2, Number.NaN, 4, 0.5, 0.1]);
    const { values } = await compute({ ...whole, weights: { ...whole.weights, v } }, backend);
    expect(values.filter(Number.isNaN)).toHaveLength(values.length / 6);
  });

  it('of weights that are only read to make others, those are left', async () => {
    await startBackend(backend);
    const turned: TestGraph = {
      nodes: [
        node('transpose', { axes: [1, 0] }, ['w'], 'a'),
        node('concat', { axis: 1 }, ['a', 'a'], 'b'),
        node('matmul', {}, ['x', 'b'], 'y'),
      ],
      inputs: { x: numbers([1, 2], [1, 2]) },
      weights: { w: numbers([1, 2], [3, 4]) },
    };
    const before = memory().numTensors;
    const running = await session(turned, backend);
    expect(memory().numTensors).toBe(before + 1);
    running.dispose();
    expect(await compute(turned, backend)).toEqual(numbers([1, 2], [11, 11]));
    expect(memory().numTensors).toBe(before);
  });
});

it('the backends agree on a residual network', async () => {
  const [cpu, wasm] = [await compute(RESIDUAL, 'cpu'), await compute(RESIDUAL, 'wasm')];
  expect(wasm.shape).toEqual([2, 5]);
  cpu.values.forEach((value, i) => {
    expect(wasm.values[i]).toBeCloseTo(value, 4);
  });
});
