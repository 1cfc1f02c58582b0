import type { OpAttributes } from '#domain/graph.ts';
import { at, fill, type Numbers, node, type OpCase, some } from './reference.ts';

type Transposed = OpAttributes['conv_transpose'];

const PLAIN = {
  layout: 'NCHW',
  kernel: 'IOHW',
  strides: [1, 1],
  dilations: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
  outputPadding: [0, 0],
  groups: 1,
} as const satisfies Transposed;

const read = (x: Numbers, ...index: number[]) => at(x, index) ?? 0;

/** Which inputs reach a place of the output, and by which element of the kernel, along one axis. */
function pairs(size: number, window: number, reaches: (at: number, element: number) => number) {
  const all = Array.from({ length: size * window }, (_, i) => [Math.floor(i / window), i % window]);
  return (place: number) =>
    all
      .map(([at = 0, element = 0]) => [at, element] as const)
      .filter(([at, element]) => reaches(at, element) === place);
}

/** Every input spreads its kernel over the output, as the gradient of a convolution does: `[n, c, h, w]`. */
function transposed(
  x: Numbers,
  kernel: Numbers,
  { strides, dilations, outputPadding, groups }: Transposed,
  pads: readonly (readonly [number, number])[],
): Numbers {
  const [batch = 1, channels = 1, height = 1, width = 1] = x.shape;
  const [, filters = 1, tall = 1, wide = 1] = kernel.shape;
  const [sy = 1, sx = 1] = strides;
  const [dy = 1, dx = 1] = dilations;
  const size = (all: number, axis: number, window: number) =>
    (all - 1) * (strides[axis] ?? 1) +
    (dilations[axis] ?? 1) * (window - 1) +
    1 -
    (pads[axis]?.[0] ?? 0) -
    (pads[axis]?.[1] ?? 0) +
    (outputPadding[axis] ?? 0);
  const shape = [batch, filters * groups, size(height, 0, tall), size(width, 1, wide)];
  const depth = channels / groups;
  const [rowPairs, columnPairs] = [
    pairs(height, tall, (y, u) => y * sy + u * dy - (pads[0]?.[0] ?? 0)),
    pairs(width, wide, (z, v) => z * sx + v * dx - (pads[1]?.[0] ?? 0)),
  ];
  return fill(shape, ([n = 0, f = 0, row = 0, column = 0]) => {
    const group = Math.floor(f / filters);
    let sum = read(some([filters * groups], 7), f);
    for (const [y, u] of rowPairs(row)) {
      for (const [z, v] of columnPairs(column)) {
        for (let c = group * depth; c < (group + 1) * depth; c++) {
          sum += read(x, n, c, y, z) * read(kernel, c, f % filters, u, v);
        }
      }
    }
    return sum;
  });
}

function transposedCase(
  name: string,
  attributes: Partial<Transposed>,
  pads: readonly (readonly [number, number])[] = attributes.padding === 'same'
    ? []
    : (attributes.padding ?? PLAIN.padding),
): OpCase {
  const all: Transposed = { ...PLAIN, ...attributes };
  const x = some([2, 4, 3, 4]);
  const kernel = some([4, 3, 3, 2], 3);
  return {
    name: `transposed convolution: ${name}`,
    graph: {
      nodes: [node('conv_transpose', all, ['x', 'kernel', 'bias'], 'y')],
      inputs: { x },
      weights: { kernel, bias: some([3 * all.groups], 7) },
    },
    expected: transposed(x, kernel, all, pads),
  };
}

const TRANSPOSED: OpCase[] = [
  transposedCase('plain', {}),
  transposedCase('strides and padding', {
    strides: [2, 3],
    padding: [
      [1, 1],
      [0, 1],
    ],
    outputPadding: [1, 0],
  }),
  transposedCase('output padding past the end', { strides: [3, 3], outputPadding: [2, 1] }),
  transposedCase('two groups', { groups: 2, strides: [2, 2] }),
  transposedCase('dilated and strided', { dilations: [2, 1], strides: [2, 2] }),
  // 3 rows of a kernel at stride 2: one too much, at the end; 2 columns at stride 1: one, at the end.
  transposedCase('same, as Keras has it', { padding: 'same', strides: [2, 1] }, [
    [0, 1],
    [0, 1],
  ]),
];

const VOLUME = some([1, 2, 4, 3, 5]);

function convolved(strides: readonly number[], dilations: readonly number[], pads: number): OpCase {
  const kernel = some([3, 2, 2, 2, 3], 2);
  const out = [4, 3, 5].map((size, axis) => {
    const reach = (dilations[axis] ?? 1) * ([2, 2, 3][axis] ?? 1) - (dilations[axis] ?? 1) + 1;
    return Math.floor((size + 2 * pads - reach) / (strides[axis] ?? 1)) + 1;
  });
  const expected = fill([1, 3, ...out], ([, f = 0, ...place]) => {
    let sum = 0;
    for (let c = 0; c < 2; c++) {
      for (let flat = 0; flat < 12; flat++) {
        const window = [Math.floor(flat / 6), Math.floor(flat / 3) % 2, flat % 3];
        const from = window.map(
          (w, axis) =>
            (place[axis] ?? 0) * (strides[axis] ?? 1) + w * (dilations[axis] ?? 1) - pads,
        );
        sum += read(VOLUME, 0, c, ...from) * read(kernel, f, c, ...window);
      }
    }
    return sum;
  });
  const attributes = {
    layout: 'NCHW',
    kernel: 'OIHW',
    strides,
    dilations,
    padding: [0, 1, 2].map(() => [pads, pads] as const),
    groups: 1,
  } as const;
  return {
    name: `convolution of volumes, strides ${strides.join()}, dilations ${dilations.join()}`,
    graph: {
      nodes: [node('conv', attributes, ['x', 'kernel', null], 'y')],
      inputs: { x: VOLUME },
      weights: { kernel },
    },
    expected,
  };
}

function pooled(op: 'max_pool' | 'avg_pool', countPadding: boolean): OpCase {
  const padding = [
    [1, 0],
    [0, 0],
    [1, 1],
  ] as const;
  const window = { layout: 'NCHW', size: [2, 2, 3], strides: [2, 1, 2], padding } as const;
  const out = [2, 2, 3];
  const expected = fill([1, 2, ...out], ([, c = 0, ...place]) => {
    const found: number[] = [];
    for (let flat = 0; flat < 12; flat++) {
      const offsets = [Math.floor(flat / 6), Math.floor(flat / 3) % 2, flat % 3];
      const from = offsets.map(
        (w, axis) =>
          (place[axis] ?? 0) * (window.strides[axis] ?? 1) + w - (padding[axis]?.[0] ?? 0),
      );
      const value = at(VOLUME, [0, c, ...from]);
      if (value !== null) found.push(value);
    }
    if (op === 'max_pool') return Math.max(...found);
    const total = found.reduce((sum, value) => sum + value, 0);
    return total / (countPadding ? 12 : found.length);
  });
  const step =
    op === 'max_pool'
      ? node('max_pool', { ...window, ceil: false }, ['x'], 'y')
      : node('avg_pool', { ...window, ceil: false, countPadding }, ['x'], 'y');
  return {
    name: `${op} of volumes${countPadding ? ', padding counts' : ''}`,
    graph: { nodes: [step], inputs: { x: VOLUME } },
    expected,
  };
}

const IMAGE = some([2, 3, 5, 4]);

export const VOLUME_CASES: readonly OpCase[] = [
  ...TRANSPOSED,
  convolved([1, 1, 1], [1, 1, 1], 0),
  convolved([2, 1, 2], [1, 1, 1], 1),
  convolved([2, 1, 2], [2, 1, 1], 1),
  pooled('max_pool', false),
  pooled('avg_pool', false),
  pooled('avg_pool', true),
  {
    name: 'adaptive max pool with windows that overlap',
    graph: {
      nodes: [node('adaptive_max_pool', { layout: 'NCHW', size: [3, 2] }, ['x'], 'y')],
      inputs: { x: IMAGE },
    },
    expected: fill([2, 3, 3, 2], ([n = 0, c = 0, row = 0, column = 0]) => {
      const found: number[] = [];
      for (let y = Math.floor((row * 5) / 3); y < Math.ceil(((row + 1) * 5) / 3); y++) {
        for (let x = column * 2; x < column * 2 + 2; x++) found.push(read(IMAGE, n, c, y, x));
      }
      return Math.max(...found);
    }),
  },
  {
    name: 'RMS norm over two axes',
    graph: {
      nodes: [node('rms_norm', { axes: [-1, -2], epsilon: 1e-3 }, ['x', 'scale'], 'y')],
      inputs: { x: IMAGE },
      weights: { scale: some([5, 4], 4) },
    },
    expected: fill([2, 3, 5, 4], ([n = 0, c = 0, y = 0, x = 0]) => {
      let sum = 0;
      for (let flat = 0; flat < 20; flat++) {
        sum += read(IMAGE, n, c, Math.floor(flat / 4), flat % 4) ** 2;
      }
      const scale = read(some([5, 4], 4), y, x);
      return (read(IMAGE, n, c, y, x) / Math.sqrt(sum / 20 + 1e-3)) * scale;
    }),
  },
];
