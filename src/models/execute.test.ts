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

it('the backends agree on a residual network', async () => {
  const [cpu, wasm] = [await compute(RESIDUAL, 'cpu'), await compute(RESIDUAL, 'wasm')];
  expect(wasm.shape).toEqual([2, 5]);
  cpu.values.forEach((value, i) => {
    expect(wasm.values[i]).toBeCloseTo(value, 4);
  });
});
