import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bind } from '#domain/bind.ts';
import type { Graph } from '#domain/graph.ts';
import type { TensorInfo } from '#domain/tensor.ts';
import { widen } from '#domain/widen.ts';
import { openArrays } from '#formats/npz/arrays.ts';
import { open as openBundle } from '#formats/tensor-bundle/reader.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { bytesSource, FIXTURES, fileSource, fixture, hasFixtures } from '#io/testing.ts';
import { startBackend } from '#models/backend.ts';
import { createNetwork } from '#models/network.ts';
import { planValue } from '#models/plan.ts';
import { openGraph } from './graph-reader.ts';

interface Numbers {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

type Arrays = ReadonlyMap<string, Numbers>;

/** Largest difference relative to max(1, |value|); Keras itself computes in float32. */
const TOLERANCE = 1e-5;

async function readArrays(source: ByteSource): Promise<Arrays> {
  const arrays = new Map<string, Numbers>();
  for (const { name, header, rows } of await openArrays(source)) {
    const { element, shape } = header;
    if (element.kind !== 'number') continue;
    const values = widen(await rows(0, shape[0] ?? 1), element.dtype);
    if (values) arrays.set(name, { shape, values });
  }
  return arrays;
}

function under(arrays: Arrays, folder: string): Arrays {
  return new Map(
    [...arrays].flatMap(([name, array]) =>
      name.startsWith(folder) ? [[name.slice(folder.length), array] as const] : [],
    ),
  );
}

/** Every output of a graph, with weights by the names of the checkpoint. */
async function compute(graph: Graph, weights: Arrays, inputs: Arrays): Promise<Float32Array[]> {
  const infos = [...weights].map(
    ([name, { shape }]): TensorInfo => ({ name, shape, dtype: 'float32', bytes: 0 }),
  );
  const { used, missing, reshaped, ambiguous } = bind(graph.parameters, infos);
  expect({ missing, reshaped, ambiguous }).toEqual({ missing: [], reshaped: [], ambiguous: [] });
  const values = new Map(
    used.map(({ parameter, tensor }) => [
      parameter,
      weights.get(tensor)?.values ?? new Float32Array(),
    ]),
  );
  const unnamed = [...inputs.values()];
  const given = new Map(
    graph.inputs.map(({ name }, i) => [name, inputs.get(name) ?? unnamed[i] ?? null]),
  );
  const shapes = new Map([...given].map(([name, array]) => [name, array?.shape ?? []]));
  const device = await startBackend('cpu');
  const outputs: Float32Array[] = [];
  for (const { name } of graph.outputs) {
    const network = await createNetwork(device, planValue(graph, shapes, name), values);
    const feed = [...given].map(
      ([key, array]) => [key, array?.values ?? new Float32Array()] as const,
    );
    outputs.push(await network.run(new Map(feed)));
    network.dispose();
  }
  return outputs;
}

function expectClose(computed: readonly Float32Array[], wanted: Arrays): void {
  const names = [...wanted.keys()].sort();
  expect(computed).toHaveLength(names.length);
  for (const [i, name] of names.entries()) {
    const values = wanted.get(name)?.values ?? new Float32Array();
    expect(computed[i]).toHaveLength(values.length);
    const differences = [...values].map(
      (value, at) =>
        Math.abs(value - (computed[i]?.[at] ?? Number.NaN)) / Math.max(1, Math.abs(value)),
    );
    expect(Math.max(...differences), name).toBeLessThan(TOLERANCE);
  }
}

describe('graphs give what Keras gave', () => {
  it.each([
    'activations-more',
    'attention-mask',
    'attention-options',
    'encodings',
    'first-channels',
    'inner-mask',
    'mask-merges',
    'masked-bidirectional',
    'masked-rnn',
    'normalizations-more',
    'operations',
    'states',
    'volumes',
    'activations',
    'attention',
    'bidirectional-lstm',
    'conv3d',
    'convolutions',
    'gru-default',
    'rnn-extras',
    'shared-and-reused',
    'grouped-conv',
    'merges',
    'nested-models',
    'normalization-adapted',
    'normalizations',
    'preprocessing',
    'residual-ops',
    'resize-pad-crop',
    'two-inputs-two-outputs',
  ])('%s', async (name) => {
    const graph = await openGraph(bytesSource(await fixture(`keras-config/${name}.json`)));
    const arrays = await readArrays(bytesSource(await fixture(`keras-config/${name}.npz`)));
    const computed = await compute(graph, under(arrays, 'weights/'), under(arrays, 'inputs/'));
    expectClose(computed, under(arrays, 'outputs/'));
  });
});

describe.runIf(hasFixtures)('graphs give what TensorFlow gave, with weights of a bundle', () => {
  it.each(['mlp', 'cnn', 'two-in-two-out'])('%s', async (name) => {
    const folder = join(FIXTURES, 'tensorflow/savedmodel', name);
    const graph = await openGraph(await fileSource(folder, 'config.json'));
    const index = await fileSource(folder, 'other-weights-1.index');
    const bundle = await openBundle(index, { sibling: (file) => fileSource(folder, file) });
    const weights = new Map<string, Numbers>();
    for (const [key, { label, dtype, shape }] of bundle.tensors) {
      if (dtype !== 'float32') continue;
      const values = widen(await bundle.read(key), dtype);
      if (values) weights.set(label ?? key, { shape, values });
    }
    const inputs = await readArrays(await fileSource(folder, 'inputs.npz'));
    const outputs = await readArrays(await fileSource(folder, 'outputs_other.npz'));
    expectClose(await compute(graph, weights, inputs), outputs);
  });
});
