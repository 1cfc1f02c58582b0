import { describe, expect, it } from 'vitest';
import type { Graph } from '#domain/graph.ts';
import { specOfProposal, specText } from '#domain/model-spec.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { Proposal } from '#domain/proposal.ts';
import { propose } from '#domain/propose.ts';
import { graphOfProposal } from '#domain/propose-graph.ts';
import type { TensorInfo } from '#domain/tensor.ts';
import { bytesSource } from '#io/testing.ts';
import { openGraph } from './graph-reader.ts';

const HEAD = { cairn: 'model-spec/1', inputs: [{ name: 'x', shape: [3, 8, 8] }] };

async function read(spec: unknown): Promise<Graph> {
  const text = typeof spec === 'string' ? spec : JSON.stringify(spec);
  return openGraph(bytesSource(new TextEncoder().encode(text), 'model-spec.json'));
}

async function reasonsOf(spec: unknown): Promise<readonly string[]> {
  try {
    await read(spec);
  } catch (error) {
    if (error instanceof CheckpointError && error.problem.kind === 'unfit') {
      return error.problem.reasons;
    }
    throw error;
  }
  return [];
}

const layers = (...list: readonly object[]) => ({
  ...HEAD,
  layers: list.map((layer, i) => ({ name: `l${i}`, ...layer })),
});

/** The tensors that a graph asks for, by their names. */
function asked({ parameters }: Graph): Record<string, string> {
  return Object.fromEntries(
    [...parameters.values()].map(({ name, shape }) => [name, shape.join()]),
  );
}

describe('what a layer asks for follows from what it gets', () => {
  it.each<[string, readonly object[], Record<string, string>]>([
    [
      'convolutions and features',
      [
        { kind: 'conv', features: 4, kernel: 3, padding: 1, activation: 'relu' },
        { kind: 'max_pool', size: 2 },
        { kind: 'flatten' },
        { kind: 'linear', features: 10, bias: false },
      ],
      { 'l0.weight': '4,3,3,3', 'l0.bias': '4', 'l3.weight': '10,64' },
    ],
    [
      'groups and other names',
      [
        { kind: 'conv', features: 6, kernel: [3, 1], groups: 3, parameters: 'stem.0' },
        { kind: 'group_norm', groups: 2, parameters: '' },
      ],
      { 'stem.0.weight': '6,1,3,1', 'stem.0.bias': '6', weight: '6', bias: '6' },
    ],
    [
      'transposed convolutions',
      [
        { kind: 'conv_transpose', features: 2, kernel: 2, stride: 2 },
        { kind: 'flatten' },
        { kind: 'linear', features: 1 },
      ],
      { 'l0.weight': '3,2,2,2', 'l0.bias': '2', 'l2.weight': '1,512', 'l2.bias': '1' },
    ],
    [
      'a reshaped image as a sequence, with attention and a recurrence',
      [
        { kind: 'reshape', shape: [3, -1] },
        { kind: 'permute', axes: [0, 2, 1] },
        { kind: 'attention', heads: 3, causal: true },
        { kind: 'gru', features: 5, bidirectional: true, gives: 'last', bias: false },
        { kind: 'linear', features: 2, bias: false },
      ],
      {
        'l2.in_proj_weight': '9,3',
        'l2.in_proj_bias': '9',
        'l2.out_proj.weight': '3,3',
        'l2.out_proj.bias': '3',
        'l3.weight_ih_l0': '15,3',
        'l3.weight_hh_l0': '15,5',
        'l3.weight_ih_l0_reverse': '15,3',
        'l3.weight_hh_l0_reverse': '15,5',
        'l4.weight': '2,10',
      },
    ],
    [
      'weights that two layers share',
      [
        { kind: 'conv', features: 3, kernel: 1, bias: false, parameters: 'shared' },
        { kind: 'conv', features: 3, kernel: 1, bias: false, parameters: 'shared' },
      ],
      { 'shared.weight': '3,3,1,1' },
    ],
  ])('%s', async (_, list, parameters) => {
    expect(asked(await read(layers(...list)))).toEqual(parameters);
  });
});

it('says what comes in and what goes out', async () => {
  const graph = await read({
    ...HEAD,
    title: 'two',
    layers: [
      { name: 'a', kind: 'flatten' },
      { name: 'b', kind: 'linear', features: 2 },
      { name: 'c', kind: 'linear', features: 1, inputs: ['a'] },
    ],
    output: { layer: 'b', means: 'values' },
  });
  expect(graph).toMatchObject({
    title: 'two · model spec',
    inputs: [{ name: 'x', dtype: 'float32', shape: [null, 3, 8, 8] }],
    outputs: [{ name: 'output of b', means: 'values' }],
  });
});

describe('what is wrong is said with its path, line and column', () => {
  it('all of it together', async () => {
    const spec = `{
  "cairn": "model-spec/1",
  "titel": "typo",
  "inputs": [{ "shape": [3, 8, 8] }],
  "layers": [
    { "name": "a", "kind": "conv", "features": 0, "kernel": 3, "strides": 2 },
    { "name": "b", "kind": "linaer", "features": 2 },
    { "name": "c", "kind": "linear", "features": 2, "inputs": ["zz"] },
    { "name": "d", "kind": "linear", "features": 2, "inputs": ["input"], "inFeatures": 9 },
    { "kind": "flatten", "name": "d" }
  ],
  "output": { "layer": "e", "means": "scores" }
}`;
    expect(await reasonsOf(spec)).toEqual([
      expect.stringMatching(/^titel \(3:3\) is unknown; known here: \$schema, cairn, title/),
      'layers[0].features (6:48) must be a whole number from 1',
      expect.stringMatching(/^layers\[0\]\.strides \(6:64\) is unknown; known here: .*stride/),
      expect.stringMatching(/^layers\[1\]\.kind \(7:28\) must be one of linear, /),
      'layers[2].inputs[0] (8:64) names zz, which does not come before it',
      'layers[3] (9:5) does not fit: d takes 9 features, and gets 8',
      'layers[4].name (10:34) d is taken already',
      expect.stringMatching(/^output\.means \(12:38\) must be one of logits/),
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no layers', { ...HEAD, layers: [] }, /^layers \(1:\d+\) must be a list with something/],
    ['no mark', { inputs: HEAD.inputs, layers: [] }, /^the document \(1:1\) has no cairn/],
    [
      'another version',
      { ...HEAD, cairn: 'model-spec/9' },
      /^cairn \(1:10\) must be model-spec\/1/,
    ],
    ['a key twice', '{"cairn":"model-spec/1","cairn":"model-spec/1"}', /has cairn twice/],
    [
      'no image',
      layers({ kind: 'flatten' }, { kind: 'max_pool', size: 2 }),
      /l1 gets \[192\], no image/,
    ],
    ['a window too large', layers({ kind: 'max_pool', size: 9 }), /less than its window/],
    [
      'sizes of other axes',
      layers({ kind: 'conv', features: 1, kernel: [3] }),
      /kernel of l0 has 1 sizes for 2 axes/,
    ],
    [
      'groups',
      layers({ kind: 'conv', features: 4, kernel: 1, groups: 2 }),
      /3 channels in and 4 out into 2 groups/,
    ],
    ['heads', layers({ kind: 'attention', heads: 2 }), /takes \[time, features\]/],
    ['indices', layers({ kind: 'embedding', count: 9, features: 2 }), /dtype int32 or int64/],
    ['a reshape', layers({ kind: 'reshape', shape: [5, -1] }), /cannot make \[5, -1\]/],
    ['the batch moved', layers({ kind: 'permute', axes: [1, 0, 2, 3] }), /the batch \(0\) first/],
    ['no axis', layers({ kind: 'select', axis: 4, index: 0 }), /no axis 4/],
    ['the batch cut', layers({ kind: 'slice', axis: 0 }), /no axis 0/],
    ['one input too few', layers({ kind: 'add' }), /takes 1 inputs; add takes 2 to 64/],
    [
      'a sum of two shapes',
      layers({ kind: 'flatten' }, { kind: 'add', inputs: ['x', 'l0'] }),
      /l1 gets \[3, 8, 8\] and \[192\]/,
    ],
    [
      'one tensor of two shapes',
      layers(
        { kind: 'conv', features: 3, kernel: 1, parameters: 'w' },
        { kind: 'conv', features: 3, kernel: 3, parameters: 'w' },
      ),
      /w\.weight is asked for as/,
    ],
    [
      'features nobody knows',
      {
        cairn: 'model-spec/1',
        inputs: [{ shape: [1, null] }],
        layers: [{ name: 'f', kind: 'linear', features: 1 }],
      },
      /give the size of the input, or inFeatures/,
    ],
    [
      'two inputs and a first layer that takes neither',
      {
        cairn: 'model-spec/1',
        inputs: [
          { name: 'a', shape: [1] },
          { name: 'b', shape: [1] },
        ],
        layers: [{ name: 'f', kind: 'linear', features: 1 }],
      },
      /must say its inputs/,
    ],
  ])('%s', async (_, spec, reason) => {
    const reasons = await reasonsOf(spec);
    expect(
      reasons.some((one) => reason.test(one)),
      reasons.join('\n'),
    ).toBe(true);
  });

  it('what is no JSON at all', async () => {
    await expect(read('{"cairn": "model-spec/1",\n "layers": [}')).rejects.toThrow(
      /no JSON at line 2, column 13/,
    );
  });
});

describe('a proposal saved as a spec describes the same graph', () => {
  const tensors = (shapes: Record<string, readonly number[]>): TensorInfo[] =>
    Object.entries(shapes).map(([name, shape]) => ({
      name,
      path: [name],
      dtype: 'float32',
      shape,
      bytes: 0,
    }));
  const conv = (name: string, out: number, into: number, size: number) => ({
    [`${name}.weight`]: [out, into, size, size],
  });
  const norm = (name: string, size: number) =>
    Object.fromEntries(
      ['weight', 'bias', 'running_mean', 'running_var'].map((key) => [`${name}.${key}`, [size]]),
    );
  const linear = (name: string, out: number, into: number) => ({
    [`${name}.weight`]: [out, into],
    [`${name}.bias`]: [out],
  });
  const block = (name: string, out: number, into: number) => ({
    ...conv(`${name}.conv1`, out, into, 3),
    ...norm(`${name}.bn1`, out),
    ...conv(`${name}.conv2`, out, out, 3),
    ...norm(`${name}.bn2`, out),
  });
  const widening = (name: string, width: number) => ({
    ...block(name, width, width / 2),
    ...conv(`${name}.downsample.0`, width, width / 2, 1),
    ...norm(`${name}.downsample.1`, width),
  });
  const resNet = {
    ...conv('conv1', 8, 3, 7),
    ...norm('bn1', 8),
    ...block('layer1.0', 8, 8),
    ...widening('layer2.0', 16),
    ...widening('layer3.0', 32),
    ...widening('layer4.0', 64),
    ...linear('fc', 10, 64),
  };
  const cnn = {
    'c.weight': [4, 1, 3, 3],
    'c.bias': [4],
    ...norm('n', 4),
    ...linear('f', 10, 4 * 14 * 14),
  };
  const softmax = (proposal: Proposal): Proposal => ({
    ...proposal,
    layers: [
      ...proposal.layers,
      { name: 'end', kind: 'activation', shapes: [], activation: 'softmax' },
    ],
  });
  const mlp = propose(tensors({ ...linear('fc1', 8, 4), ...linear('fc2', 3, 8) }), 'a');
  it.each<[string, Proposal]>([
    ['one layer without a name', propose(tensors({ weight: [2, 10], bias: [2] }), 'a')],
    ['a perceptron', mlp],
    ['one with a softmax at the end', softmax(mlp)],
    ['a CNN', propose(tensors(cnn), 'a')],
    [
      'depthwise',
      propose(
        tensors({ ...conv('a', 8, 1, 3), ...conv('b', 8, 1, 3), ...linear('c', 10, 8 * 196) }),
        'a',
      ),
    ],
    ['a ResNet', propose(tensors(resNet), 'a')],
  ])('%s', async (_, proposal) => {
    const made = graphOfProposal(proposal);
    const spec = await read(specText(specOfProposal(proposal, 'saved')));
    expect(spec.title).toBe('saved · model spec');
    expect({ ...spec, title: '', notes: [] }).toEqual({ ...made, title: '', notes: [] });
  });
});
