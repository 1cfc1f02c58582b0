import { describe, expect, it } from 'vitest';
import { openGraph } from './graph-reader.ts';
import { archive, float, int, ints, type ShortProgram, tensor } from './testing.ts';

/** Nodes without what this test does not look at. */
async function nodesOf(program: ShortProgram): Promise<unknown[]> {
  const { nodes } = await openGraph(archive(program));
  return nodes.map(({ op, inputs, outputs, attributes }) => [op, inputs, outputs, attributes]);
}

const image = { x: ['s0', 3, 8, 8], w: [4, 3, 3, 3], y: ['s0', 4, 8, 8] };
const flat = { x: ['s0', 6], y: ['s0', 6] };

describe('defaults of the schema stand in for arguments that the file leaves out', () => {
  const window = {
    layout: 'NCHW',
    size: [2, 2],
    strides: [2, 2],
    padding: [
      [0, 0],
      [0, 0],
    ],
  };
  const conv = {
    layout: 'NCHW',
    kernel: 'OIHW',
    strides: [1, 1],
    dilations: [1, 1],
    padding: [
      [0, 0],
      [0, 0],
    ],
    groups: 1,
  };

  it.each<[string, ShortProgram['nodes'][0]['args'], ShortProgram['shapes'], unknown[]]>([
    ['conv2d.default', { input: tensor('x'), weight: tensor('w') }, image, ['conv', conv]],
    [
      'conv2d.padding',
      {
        input: tensor('x'),
        weight: tensor('w'),
        padding: { as_string: 'same' },
        dilation: ints(2),
      },
      { ...image, w: [4, 3, 3, 4] },
      [
        'conv',
        {
          ...conv,
          dilations: [2, 2],
          padding: [
            [2, 2],
            [3, 3],
          ],
        },
      ],
    ],
    [
      'max_pool2d.default',
      { self: tensor('x'), kernel_size: ints(2) },
      image,
      ['max_pool', { ...window, ceil: false }],
    ],
    [
      'avg_pool2d.default',
      { self: tensor('x'), kernel_size: ints(2, 2) },
      image,
      ['avg_pool', { ...window, ceil: false, countPadding: true }],
    ],
    [
      'adaptive_avg_pool2d.default',
      { self: tensor('x'), output_size: ints(3, 2) },
      image,
      ['adaptive_avg_pool', { layout: 'NCHW', size: [3, 2] }],
    ],
    [
      'adaptive_avg_pool2d.default',
      { self: tensor('x'), output_size: ints(1, 1) },
      image,
      ['reduce', { name: 'mean', axes: [-2, -1], keep: true }],
    ],
    ['leaky_relu.default', { self: tensor('x') }, flat, ['leaky_relu', { alpha: 0.01 }]],
    ['elu.default', { self: tensor('x') }, flat, ['elu', { alpha: 1 }]],
    ['gelu.default', { self: tensor('x') }, flat, ['unary', { name: 'gelu' }]],
    [
      'gelu.default',
      { self: tensor('x'), approximate: { as_string: 'tanh' } },
      flat,
      ['unary', { name: 'gelu_tanh' }],
    ],
    ['hardtanh.default', { self: tensor('x') }, flat, ['clamp', { min: -1, max: 1 }]],
    ['clamp.default', { self: tensor('x'), min: int(0) }, flat, ['clamp', { min: 0, max: null }]],
    ['relu6_.default', { self: tensor('x') }, flat, ['unary', { name: 'relu6' }]],
    ['softmax.int', { self: tensor('x'), dim: int(-1) }, flat, ['softmax', { axis: -1 }]],
    [
      'layer_norm.default',
      { input: tensor('x'), normalized_shape: ints(6) },
      flat,
      ['layer_norm', { axes: [-1], epsilon: 1e-5 }],
    ],
    [
      'mean.dim',
      { self: tensor('x'), dim: ints(-1), keepdim: { as_bool: true } },
      flat,
      ['reduce', { name: 'mean', axes: [-1], keep: true }],
    ],
    [
      'constant_pad_nd.default',
      { self: tensor('x'), pad: ints(1, 2, 3, 4) },
      image,
      [
        'pad',
        {
          padding: [
            [0, 0],
            [0, 0],
            [3, 4],
            [1, 2],
          ],
          value: 0,
        },
      ],
    ],
    [
      'slice.Tensor',
      { self: tensor('x'), dim: int(1), start: int(2), end: int(2 ** 63) },
      { x: ['s0', 6], y: ['s0', 4] },
      ['slice', { axis: 1, from: 2, to: null, step: 1 }],
    ],
    [
      'slice.Tensor',
      { self: tensor('x'), dim: int(0) },
      { x: ['s0', 6], y: ['s0', 6] },
      ['identity', {}],
    ],
    [
      'slice.Tensor',
      { self: tensor('x'), dim: int(-1), start: int(-3), end: int(-1) },
      { x: ['s0', 6], y: ['s0', 2] },
      ['slice', { axis: 1, from: 3, to: 5, step: 1 }],
    ],
    [
      'select.int',
      { self: tensor('x'), dim: int(1), index: int(-1) },
      { x: ['s0', 6], y: ['s0'] },
      ['select', { axis: 1, index: 5 }],
    ],
    [
      'squeeze.default',
      { self: tensor('x') },
      { x: ['s0', 4, 1, 1], y: ['s0', 4] },
      ['squeeze', { axes: [2, 3] }],
    ],
    [
      'transpose.int',
      { self: tensor('x'), dim0: int(1), dim1: int(-1) },
      { x: ['s0', 3, 4], y: ['s0', 4, 3] },
      ['transpose', { axes: [0, 2, 1] }],
    ],
    [
      'upsample_bilinear2d.vec',
      {
        input: tensor('x'),
        align_corners: { as_bool: false },
        scale_factors: { as_floats: [2, 2] },
      },
      { x: ['s0', 3, 4, 4], y: ['s0', 3, 8, 8] },
      ['resize', { layout: 'NCHW', size: [8, 8], factors: null, method: 'bilinear' }],
    ],
    ['to.dtype', { self: tensor('x'), dtype: { as_scalar_type: 6 } }, flat, ['identity', {}]],
  ])('%s', async (target, args, shapes, [op, attributes]) => {
    const [node, second] = await nodesOf({ nodes: [{ target, args }], shapes });
    expect(node).toEqual([op, expect.arrayContaining(['x']), ['y'], attributes]);
    expect(second).toBeUndefined();
  });

  it('numbers that JSON has no word for are read', async () => {
    const args = { self: tensor('x'), min: float('-Infinity'), max: float(6) };
    const [node] = await nodesOf({ nodes: [{ target: 'clamp.default', args }], shapes: flat });
    expect(node).toEqual(['clamp', ['x'], ['y'], { min: Number.NEGATIVE_INFINITY, max: 6 }]);
  });
});

describe('numbers and parts', () => {
  it('a number becomes a constant, with its factor', async () => {
    const args = { self: tensor('x'), other: int(3), alpha: float(0.5) };
    const nodes = await nodesOf({ nodes: [{ target: 'add.Tensor', args }], shapes: flat });
    expect(nodes).toEqual([
      ['constant', [], ['y #1'], { values: [3], shape: [], dtype: 'float32' }],
      ['constant', [], ['y #2'], { values: [0.5], shape: [], dtype: 'float32' }],
      ['binary', ['y #1', 'y #2'], ['y #3'], { name: 'mul' }],
      ['binary', ['x', 'y #3'], ['y'], { name: 'add' }],
    ]);
  });

  it('addmm is a product and a sum', async () => {
    const args = { self: tensor('b'), mat1: tensor('x'), mat2: tensor('w') };
    const shapes = { x: ['s0', 6], b: [2], w: [6, 2], y: ['s0', 2] };
    const nodes = await nodesOf({ nodes: [{ target: 'addmm.default', args }], shapes });
    expect(nodes).toEqual([
      ['matmul', ['x', 'net.w'], ['y #1'], {}],
      ['binary', ['net.b', 'y #1'], ['y'], { name: 'add' }],
    ]);
  });

  it('a square is a square', async () => {
    const args = { self: tensor('x'), exponent: int(2) };
    const nodes = await nodesOf({ nodes: [{ target: 'pow.Tensor_Scalar', args }], shapes: flat });
    expect(nodes).toEqual([['unary', ['x'], ['y'], { name: 'square' }]]);
  });

  it('parts are as long as they come out', async () => {
    const nodes = await nodesOf({
      nodes: [
        {
          target: 'chunk.default',
          args: { self: tensor('x'), chunks: int(2), dim: int(-1) },
          outputs: ['a', 'b'],
        },
        {
          target: 'cat.default',
          args: { tensors: { as_tensors: [{ name: 'b' }, { name: 'a' }] } },
        },
      ],
      shapes: { x: ['s0', 5], a: ['s0', 3], b: ['s0', 2], y: ['s0', 5] },
    });
    expect(nodes).toEqual([
      ['slice', ['x'], ['a'], { axis: 1, from: 0, to: 3, step: 1 }],
      ['slice', ['x'], ['b'], { axis: 1, from: 3, to: 5, step: 1 }],
      ['concat', ['b', 'a'], ['y'], { axis: 0 }],
    ]);
  });
});

describe('lengths of the input', () => {
  const view = (shapes: ShortProgram['shapes']) =>
    nodesOf({
      nodes: [{ target: 'view.default', args: { self: tensor('x'), size: ints(-1) } }],
      shapes,
    });

  it('one that is open is worked out', async () => {
    expect(await view({ x: ['s0', 3, 4], y: ['Mul(Integer(3), s0)', 4] })).toEqual([
      ['reshape', ['x'], ['y'], { shape: [-1, 4] }],
    ]);
  });

  it('two are taken from the input where they can be', async () => {
    const nodes = await view({ x: ['s0', 's1', 4], y: ['s0', 'Mul(Integer(4), s1)'] });
    expect(nodes).toEqual([
      ['size', ['x'], ['size of s0'], { axis: 0 }],
      ['reshape', ['x'], ['y'], { shape: ['size of s0', -1] }],
    ]);
  });

  it('expressions of several are worked out', async () => {
    const nodes = await view({
      x: ['s0', 's1', 4],
      y: ['Mul(Integer(2), s0)', 'FloorDiv(Add(s1, Integer(-1)), Integer(3))'],
    });
    expect(nodes).toEqual([
      ['size', ['x'], ['size of s0'], { axis: 0 }],
      ['constant', [], ['length 2'], { values: [2], shape: [], dtype: 'int64' }],
      ['binary', ['length 2', 'size of s0'], ['mul(2, size of s0)'], { name: 'mul' }],
      ['size', ['x'], ['size of s1'], { axis: 1 }],
      ['constant', [], ['length -1'], { values: [-1], shape: [], dtype: 'int64' }],
      ['binary', ['size of s1', 'length -1'], ['add(size of s1, -1)'], { name: 'add' }],
      ['constant', [], ['length 3'], { values: [3], shape: [], dtype: 'int64' }],
      [
        'binary',
        ['add(size of s1, -1)', 'length 3'],
        ['floor_div(add(size of s1, -1), 3)'],
        { name: 'floor_div' },
      ],
      [
        'reshape',
        ['x'],
        ['y'],
        { shape: ['mul(2, size of s0)', 'floor_div(add(size of s1, -1), 3)'] },
      ],
    ]);
  });

  it('a symbol is told by an input that is a multiple of it', async () => {
    const nodes = await view({ x: ['Mul(Integer(2), s0)', 's1', 's2'], y: ['s0', 's1', 's2'] });
    expect(nodes.slice(0, 3)).toEqual([
      ['size', ['x'], ['size 0 of x'], { axis: 0 }],
      ['constant', [], ['length 2'], { values: [2], shape: [], dtype: 'int64' }],
      ['binary', ['size 0 of x', 'length 2'], ['size of s0'], { name: 'floor_div' }],
    ]);
  });

  it('what no input tells is refused', async () => {
    const shapes = { x: ['s0', 's1', 4], y: ['s7', 's1', 's8'] };
    await expect(view(shapes)).rejects.toMatchObject({
      problem: { kind: 'unfit', reasons: [expect.stringContaining('depends on the data')] },
    });
  });
});
