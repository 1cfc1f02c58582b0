import type { Layout, OpAttributes } from '#domain/graph.ts';
import {
  at,
  fill,
  inBothLayouts,
  NO_PADS,
  type Numbers,
  node,
  type OpCase,
  type Pads,
  permute,
  some,
  sum,
  type TestGraph,
  TO_LAST,
} from './reference.ts';

interface ConvSettings {
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly pads: Pads;
  readonly groups: number;
}

/** `x` `[n, c, h, w]`, `kernel` `[o, c / groups, kh, kw]`. */
function convolve(
  x: Numbers,
  kernel: Numbers,
  bias: Numbers | null,
  settings: ConvSettings,
): Numbers {
  const { strides, dilations, pads, groups } = settings;
  const [n = 0, c = 0, ...sizes] = x.shape;
  const [o = 0, depth = 0, ...windows] = kernel.shape;
  const [oh = 0, ow = 0] = sizes.map((size, axis) => {
    const reach = (dilations[axis] ?? 1) * ((windows[axis] ?? 1) - 1) + 1;
    const [before, after] = pads[axis] ?? [0, 0];
    return Math.floor((size + before + after - reach) / (strides[axis] ?? 1)) + 1;
  });
  return fill([n, o, oh, ow], ([image = 0, filter = 0, row = 0, column = 0]) => {
    const first = Math.floor(filter / (o / groups)) * (c / groups);
    const terms = fill([depth, ...windows], ([channel = 0, i = 0, j = 0]) => {
      const y = row * strides[0] - (pads[0]?.[0] ?? 0) + i * dilations[0];
      const z = column * strides[1] - (pads[1]?.[0] ?? 0) + j * dilations[1];
      const weight = at(kernel, [filter, channel, i, j]) ?? 0;
      return weight * (at(x, [image, first + channel, y, z]) ?? 0);
    });
    return sum(terms.values) + (bias?.values[filter] ?? 0);
  });
}

interface ConvCase extends Partial<ConvSettings> {
  readonly x: readonly [number, number, number, number];
  readonly kernel: readonly [number, number, number, number];
  readonly bias?: boolean;
  readonly same?: boolean;
  /** Which element of the images is NaN. */
  readonly nan?: number;
}

function convCase(name: string, c: ConvCase): OpCase[] {
  const drawn = some(c.x);
  const x = c.nan ? { ...drawn, values: drawn.values.with(c.nan, Number.NaN) } : drawn;
  const kernel = some(c.kernel, 2);
  const bias = c.bias ? some([c.kernel[0]], 3) : null;
  const settings: ConvSettings = {
    strides: c.strides ?? [1, 1],
    dilations: c.dilations ?? [1, 1],
    pads: c.pads ?? NO_PADS,
    groups: c.groups ?? 1,
  };
  const graph = (layout: Layout, image: Numbers): TestGraph => {
    const hwio = layout === 'NHWC';
    const attributes: OpAttributes['conv'] = {
      layout,
      kernel: hwio ? 'HWIO' : 'OIHW',
      strides: settings.strides,
      dilations: settings.dilations,
      padding: c.same ? 'same' : settings.pads,
      groups: settings.groups,
    };
    return {
      nodes: [node('conv', attributes, ['x', 'k', bias && 'b'], 'y')],
      inputs: { x: image },
      weights: { k: hwio ? permute(kernel, [2, 3, 1, 0]) : kernel, ...(bias ? { b: bias } : {}) },
    };
  };
  return inBothLayouts(name, x, convolve(x, kernel, bias, settings), graph);
}

const CONVOLUTIONS: OpCase[] = [
  ...convCase('conv 3×3 with bias', { x: [2, 3, 5, 6], kernel: [4, 3, 3, 3], bias: true }),
  ...convCase('conv 1×1', { x: [2, 8, 4, 4], kernel: [5, 8, 1, 1], bias: true }),
  ...convCase('conv padded by one on every side', {
    x: [1, 4, 6, 6],
    kernel: [8, 4, 3, 3],
    pads: [
      [1, 1],
      [1, 1],
    ],
  }),
  ...convCase('conv with stride 2 on an even size, padded by one', {
    x: [2, 3, 8, 8],
    kernel: [4, 3, 3, 3],
    strides: [2, 2],
    pads: [
      [1, 1],
      [1, 1],
    ],
  }),
  ...convCase('conv padded on one side only', {
    x: [1, 2, 5, 7],
    kernel: [3, 2, 3, 2],
    pads: [
      [0, 1],
      [2, 0],
    ],
  }),
  ...convCase('conv `same` with stride 2 on an even size: the odd zero comes after', {
    x: [1, 2, 6, 6],
    kernel: [3, 2, 3, 3],
    strides: [2, 2],
    same: true,
    pads: [
      [0, 1],
      [0, 1],
    ],
  }),
  ...convCase('conv `same` with an even kernel', {
    x: [1, 2, 5, 5],
    kernel: [3, 2, 4, 4],
    same: true,
    pads: [
      [1, 2],
      [1, 2],
    ],
  }),
  ...convCase('conv of NaN', { x: [1, 2, 5, 4], kernel: [3, 2, 3, 3], bias: true, nan: 13 }),
  ...convCase('depthwise conv of NaN, of two filters each, padded and with stride 2', {
    x: [1, 3, 8, 7],
    kernel: [6, 1, 3, 2],
    bias: true,
    groups: 3,
    strides: [2, 2],
    pads: [
      [1, 1],
      [0, 1],
    ],
    nan: 40,
  }),
  ...convCase('depthwise conv of NaN with dilation 2', {
    x: [1, 2, 9, 8],
    kernel: [2, 1, 3, 3],
    groups: 2,
    dilations: [2, 2],
    nan: 60,
  }),
  ...convCase('conv with dilation 2', {
    x: [1, 3, 9, 9],
    kernel: [4, 3, 3, 3],
    dilations: [2, 2],
    pads: [
      [2, 2],
      [2, 2],
    ],
  }),
  ...convCase('conv with stride and dilation', {
    x: [1, 2, 11, 10],
    kernel: [3, 2, 3, 3],
    strides: [2, 3],
    dilations: [2, 1],
  }),
  ...convCase('conv in two groups', {
    x: [2, 4, 5, 5],
    kernel: [6, 2, 3, 3],
    groups: 2,
    bias: true,
  }),
  ...convCase('depthwise conv', {
    x: [2, 4, 6, 6],
    kernel: [4, 1, 3, 3],
    groups: 4,
    bias: true,
    strides: [2, 2],
    pads: [
      [1, 1],
      [1, 1],
    ],
  }),
  ...convCase('depthwise conv, two filters per channel', {
    x: [1, 3, 5, 5],
    kernel: [6, 1, 3, 3],
    groups: 3,
    bias: true,
  }),
  ...convCase('depthwise conv with dilation', {
    x: [1, 3, 7, 7],
    kernel: [3, 1, 3, 3],
    groups: 3,
    dilations: [2, 2],
  }),
];

function depthwiseOfTensorFlow(): OpCase {
  const x = some([2, 3, 5, 5]);
  const kernel = some([6, 1, 3, 3], 2);
  const settings: ConvSettings = { strides: [1, 1], dilations: [1, 1], pads: NO_PADS, groups: 3 };
  const attributes: OpAttributes['conv'] = {
    layout: 'NHWC',
    kernel: 'HWIM',
    strides: [1, 1],
    dilations: [1, 1],
    padding: NO_PADS,
    groups: 1,
  };
  return {
    name: 'conv with a depthwise kernel of TensorFlow',
    graph: {
      nodes: [node('conv', attributes, ['x', 'k', null], 'y')],
      inputs: { x: permute(x, TO_LAST) },
      weights: { k: { ...permute(kernel, [2, 3, 1, 0]), shape: [3, 3, 3, 2] } },
    },
    expected: permute(convolve(x, kernel, null, settings), TO_LAST),
  };
}

function overOneAxis(): OpCase[] {
  const x = some([2, 4, 9]);
  const kernel = some([4, 2, 3], 2);
  const plane = (array: Numbers) => ({ ...array, shape: array.shape.toSpliced(2, 0, 1) });
  const pads: Pads = [
    [0, 0],
    [1, 1],
  ];
  const settings: ConvSettings = { strides: [1, 2], dilations: [1, 1], pads, groups: 2 };
  const swept = convolve(plane(x), plane(kernel), null, settings);
  const expected = { ...swept, shape: swept.shape.toSpliced(2, 1) };
  const shared = { strides: [2], dilations: [1], padding: [[1, 1]], groups: 2 } as const;
  return [
    {
      name: 'conv over one axis in two groups',
      graph: {
        nodes: [node('conv', { ...shared, layout: 'NCHW', kernel: 'OIHW' }, ['x', 'k', null], 'y')],
        inputs: { x },
        weights: { k: kernel },
      },
      expected,
    },
    {
      name: 'conv over one axis, channels last',
      graph: {
        nodes: [node('conv', { ...shared, layout: 'NHWC', kernel: 'HWIO' }, ['x', 'k', null], 'y')],
        inputs: { x: permute(x, [0, 2, 1]) },
        weights: { k: permute(kernel, [2, 1, 0]) },
      },
      expected: permute(expected, [0, 2, 1]),
    },
  ];
}

export const CONVOLUTION_CASES: readonly OpCase[] = [
  ...CONVOLUTIONS,
  depthwiseOfTensorFlow(),
  ...overOneAxis(),
];
