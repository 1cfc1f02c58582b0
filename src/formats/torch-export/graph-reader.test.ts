import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GraphNode } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { makeZip } from '#encodings/zip-testing.ts';
import { bytesSource, fixture } from '#io/testing.ts';
import { openGraph } from './graph-reader.ts';
import { archive, describeProgram, int, ints, type ShortProgram, tensor } from './testing.ts';

const open = async (name: string) =>
  openGraph(bytesSource(await fixture(`torch-export/${name}`), name));

describe('a small network of torch', () => {
  it('gives its layers in order, and its parameters by the keys of the state dict', async () => {
    const graph = await open('lenet.pt2');
    expect(graph.nodes.map(({ op }: GraphNode) => op)).toEqual(
      'conv unary max_pool conv unary max_pool reshape linear unary linear'.split(' '),
    );
    expect(graph.parameters.get('conv2.weight')).toEqual({
      name: 'conv2.weight',
      shape: [16, 6, 3, 3],
      dtype: 'float32',
    });
    expect(graph).toMatchObject({
      title: 'lenet.pt2 · torch.export',
      inputs: [{ name: 'x', dtype: 'float32', shape: [null, 1, 8, 8] }],
      outputs: [{ name: 'linear_1', means: 'logits' }],
      batch: null,
      notes: [],
    });
    expect(graph.nodes[3]).toMatchObject({
      inputs: ['max_pool2d', 'conv2.weight', 'conv2.bias'],
      attributes: {
        padding: [
          [0, 0],
          [0, 0],
        ],
        strides: [1, 1],
        groups: 1,
        kernel: 'OIHW',
      },
    });
  });

  it('brings buffers that are not saved, and numbers of its code', async () => {
    const { constants, parameters } = await open('transposed-parameter.pt2');
    const values = [...constants].map(([name, { bytes }]) => [
      name,
      [...new Float32Array(bytes.buffer)],
    ]);
    expect(values).toEqual([
      ['b_shift', [-1, -0.3333333134651184, 0.3333333134651184, 1]],
      ['c_lifted_tensor_0', [2]],
    ]);
    expect([...parameters.keys()]).toEqual(['w', 'gain']);
  });

  it('knows both names of tied weights', async () => {
    const { parameters } = await open('tied-weights.pt2');
    expect(parameters.get('out.weight')).toMatchObject({ aliases: ['emb.weight'] });
    expect(parameters.has('emb.weight')).toBe(false);
  });

  it('is refused in train mode, with both reasons', async () => {
    const error = await open('train-mode.pt2').catch((error: unknown) => error);
    expect(error).toMatchObject({
      problem: {
        kind: 'unfit',
        reasons: [
          expect.stringMatching(/batch_norm.*train mode.*statistics of the batch/),
          expect.stringMatching(/dropout.*train mode/),
        ],
      },
    });
  });
});

const image = { x: ['s0', 3, 8, 8], w: [4, 3, 3, 3], y: ['s0', 4, 8, 8] };
const flat = { x: ['s0', 6], y: ['s0', 6] };

describe('what the outputs do not depend on', () => {
  const shapes = { x: ['s0', 6], w: [6], y: ['s0', 6], z: ['s0', 6] };

  it('is left out, with its parameters', async () => {
    const graph = await openGraph(
      archive({
        nodes: [
          { target: 'cumsum.default', args: { self: tensor('w') }, outputs: ['z'] },
          { target: 'relu.default', args: { self: tensor('x') } },
        ],
        shapes,
      }),
    );
    expect(graph.nodes).toHaveLength(1);
    expect(graph.parameters.size).toBe(0);
  });

  it('is asked for all the same where it is written in place', async () => {
    const program = {
      nodes: [
        { target: 'reshape.default', args: { self: tensor('x') }, outputs: ['z'] },
        { target: 'relu_.default', args: { self: tensor('z') }, outputs: ['r'] },
        { target: 'exp.default', args: { self: tensor('x') } },
      ],
      shapes: { ...shapes, r: ['s0', 6] },
    };
    await expect(openGraph(archive(program))).rejects.toMatchObject({
      problem: { reasons: ['aten.relu_.default writes in place what aten.exp.default reads as x'] },
    });
  });

  it('reaches what it is a part of', async () => {
    const slice = { dim: int(1), start: int(2), end: int(4) };
    const program = {
      nodes: [
        { target: 'clone.default', args: { self: tensor('x') }, outputs: ['c'] },
        { target: 'slice.Tensor', args: { self: tensor('c'), ...slice }, outputs: ['z'] },
        { target: 'zero_.default', args: { self: tensor('z') }, outputs: ['r'] },
        { target: 'exp.default', args: { self: tensor('c') } },
      ],
      shapes: { x: ['s0', 6], c: ['s0', 6], z: ['s0', 2], r: ['s0', 2], y: ['s0', 6] },
    };
    const { nodes } = await openGraph(archive(program));
    expect(nodes.map(({ op, outputs }) => [op, ...outputs])).toEqual([
      ['size', 'size of s0'],
      ['identity', 'c'],
      ['slice', 'z'],
      ['fill', 'r'],
      ['slice', 'r in c #1 #1'],
      ['slice', 'r in c #1 #2'],
      ['concat', 'r in c #1'],
      ['unary', 'y'],
    ]);
    expect(nodes.at(-1)?.inputs).toEqual(['r in c #1']);
  });

  it('is no harm where only the result is read', async () => {
    const program = {
      nodes: [
        { target: 'exp.default', args: { self: tensor('x') }, outputs: ['z'] },
        { target: 'relu_.default', args: { self: tensor('z') } },
      ],
      shapes,
    };
    expect((await openGraph(archive(program))).nodes).toHaveLength(2);
  });
});

describe('outputs', () => {
  it.each([
    ['softmax.int', 'probabilities'],
    ['log_softmax.int', 'log-probabilities'],
    ['relu.default', 'logits'],
  ])('of %s mean %s', async (target, means) => {
    const args = { self: tensor('x'), ...(target === 'relu.default' ? {} : { dim: int(1) }) };
    const graph = await openGraph(archive({ nodes: [{ target, args }], shapes: flat }));
    expect(graph.outputs).toEqual([{ name: 'y', means }]);
  });
});

describe('programs that are refused', () => {
  const relu = { target: 'relu.default', args: { self: tensor('x') } };

  it('name every op and argument at once', async () => {
    const program = {
      nodes: [
        { target: 'lgamma.default', args: { input: tensor('x') }, outputs: ['a'] },
        { target: 'erfinv.default', args: { self: tensor('a') }, outputs: ['b'] },
        { target: 'erfinv.default', args: { self: tensor('b') }, outputs: ['c'] },
        { target: 'relu.default', args: { self: tensor('c'), beta: int(2) } },
      ],
      shapes: { ...flat, a: ['s0', 6], b: ['s0', 6], c: ['s0', 6] },
    };
    await expect(openGraph(archive(program))).rejects.toMatchObject({
      problem: {
        kind: 'unfit',
        reasons: [
          'aten.lgamma.default is not supported',
          'aten.erfinv.default is not supported',
          'aten.relu.default (y): beta is not understood',
        ],
      },
    });
  });

  it.each<[string, ShortProgram, unknown]>([
    [
      'of another schema',
      { nodes: [relu], shapes: flat, version: { major: 9, minor: 1 } },
      { kind: 'unsupported' },
    ],
    [
      'that change a buffer',
      {
        nodes: [relu],
        shapes: flat,
        outputSpecs: [
          { buffer_mutation: { arg: { name: 'y' }, buffer_name: 'bn.running_mean' } },
          { user_output: { arg: tensor('y') } },
        ],
      },
      { kind: 'unfit', reasons: [expect.stringContaining('bn.running_mean')] },
    ],
    [
      'that need where a maximum was',
      {
        nodes: [
          {
            target: 'max_pool2d_with_indices.default',
            args: { self: tensor('x'), kernel_size: ints(2) },
            outputs: ['m', 'i'],
          },
          { target: 'relu.default', args: { self: tensor('i') } },
        ],
        shapes: { x: ['s0', 3, 4, 4], m: ['s0', 3, 2, 2], i: ['s0', 3, 2, 2], y: ['s0', 3, 2, 2] },
      },
      { kind: 'unfit', reasons: ['torch.ops.aten.relu.default needs i'] },
    ],
    [
      'with packed sequences',
      { nodes: [{ target: 'lstm.data', args: { data: tensor('x') } }], shapes: flat },
      { kind: 'unfit', reasons: [expect.stringContaining('packed sequences')] },
    ],
  ])('%s', async (_, program, problem) => {
    await expect(openGraph(archive(program))).rejects.toMatchObject({ problem });
  });

  it.each<[string, Record<string, string>, string]>([
    ['without a program', { 'model/data/aotinductor/model/a.so': '' }, 'unsupported'],
    ['with nothing known', { 'model/version': '6' }, 'malformed'],
    ['whose program is no JSON', { 'model/models/model.json': '{' }, 'malformed'],
    ['whose program is something else', { 'model/models/model.json': '{"a":1}' }, 'malformed'],
    [
      'of big-endian machines',
      { 'model/models/model.json': '{}', 'model/byteorder': 'big' },
      'unsupported',
    ],
    [
      'of several programs',
      { 'model/models/a.json': '{}', 'model/models/b.json': '{}' },
      'unsupported',
    ],
  ])('archives %s', async (_, entries, kind) => {
    const members = Object.entries(entries).map(([name, text]) => ({
      name,
      bytes: new TextEncoder().encode(text),
    }));
    await expect(openGraph(bytesSource(makeZip(members)))).rejects.toMatchObject({
      problem: { kind },
    });
  });
});

it('an older archive is read by its own name of the program', async () => {
  const nodes = [{ target: 'relu.default', args: { self: tensor('x') } }];
  const text = JSON.stringify(describeProgram({ nodes, shapes: flat }));
  const bytes = new TextEncoder().encode(text);
  const zip = makeZip([{ name: 'serialized_exported_program.json', bytes }]);
  expect((await openGraph(bytesSource(zip, 'old.pt2'))).nodes).toHaveLength(1);
});

it('whatever the description says, the outcome is a graph or a CheckpointError', async () => {
  const good = JSON.stringify(
    describeProgram({
      nodes: [{ target: 'conv2d.default', args: { input: tensor('x'), weight: tensor('w') } }],
      shapes: image,
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.nat(good.length),
      fc.nat(30),
      fc.constantFrom('', '0', 'null', '"a"', '[]', '{}', '-1', '1e400'),
      async (at, length, text) => {
        const damaged = good.slice(0, at) + text + good.slice(at + length);
        const bytes = new TextEncoder().encode(damaged);
        const zip = makeZip([{ name: 'model/models/model.json', bytes }]);
        const outcome = await openGraph(bytesSource(zip)).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
      },
    ),
    { numRuns: 400 },
  );
});

it('a batch that was baked in is told', async () => {
  const nodes = [{ target: 'relu.default', args: { self: tensor('x') } }];
  const graph = await openGraph(archive({ nodes, shapes: { x: [3, 6], y: [3, 6] } }));
  expect(graph).toMatchObject({ batch: 3, inputs: [{ shape: [3, 6] }] });
});
