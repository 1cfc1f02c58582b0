import type { Context } from '#formats/torch-export/builder.ts';
import { each, type Table } from './table.ts';

type Method = 'nearest' | 'bilinear';

/** Images and rows brought to another size. */
export const resizeOps: Table = {
  ...each(['upsample_nearest1d.vec', 'upsample_nearest1d.default'], (context) =>
    resize(context, 'nearest', 1),
  ),
  ...each(['upsample_nearest2d.vec', 'upsample_nearest2d.default'], (context) =>
    resize(context, 'nearest', 2),
  ),
  ...each(['upsample_nearest3d.vec', 'upsample_nearest3d.default'], (context) =>
    resize(context, 'nearest', 3),
  ),
  ...each(['upsample_linear1d.vec', 'upsample_linear1d.default'], (context) =>
    interpolate(context, 1),
  ),
  ...each(['upsample_bilinear2d.vec', 'upsample_bilinear2d.default'], (context) =>
    interpolate(context, 2),
  ),
  ...each(['upsample_bicubic2d.vec', 'upsample_bicubic2d.default'], (context) => {
    const aligned = context.args.boolean('align_corners', false);
    blend(context, { axes: 2, aligned, weights: cubicWeights });
  }),
};

interface Scaling {
  readonly input: string;
  /** Of the spatial axes. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** As they were given; `null` where the sizes tell. */
  readonly factors: readonly number[] | null;
}

/** The size the file says it comes out with. */
function scalingOf(context: Context, axes: number): Scaling {
  const { args, known, node, output, rankOf, refuse, shapeOf } = context;
  const isVec = node.target.endsWith('.vec');
  const input = args.tensor(isVec ? 'input' : 'self');
  if (rankOf(input) !== axes + 2) refuse('an input without a batch axis');
  args.ignore('output_size');
  const names = axes === 1 ? ['scales'] : ['scales_d', 'scales_h', 'scales_w'].slice(-axes);
  const given = isVec
    ? args.numbers('scale_factors', [])
    : names.flatMap((name) => args.number(name, null) ?? []);
  const sizes = (value: string) =>
    shapeOf(value)
      .slice(-axes)
      .map((size) => known(size, 'its size'));
  return {
    input,
    from: sizes(input),
    to: sizes(output),
    factors: given.length === axes ? given : null,
  };
}

function resize(context: Context, method: Method, axes: number): void {
  const { emit, output } = context;
  const { input, from, to, factors } = scalingOf(context, axes);
  // a factor that a size stands for as well: the same positions
  const isPlain = factors?.every((factor, axis) => (from[axis] ?? 0) * factor === to[axis]) ?? true;
  const sizes = isPlain ? { size: to, factors: null } : { size: null, factors };
  emit('resize', [input], { layout: 'NCHW', method, ...sizes }, output);
}

function interpolate(context: Context, axes: number): void {
  if (!context.args.boolean('align_corners', false)) resize(context, 'bilinear', axes);
  else blend(context, { axes, aligned: true, weights: linearWeights });
}

interface Blend {
  readonly axes: number;
  /** The first and last elements stay where they are. */
  readonly aligned: boolean;
  /** By the offset from the element at or before the place, what each neighbour counts. */
  readonly weights: (fraction: number) => readonly (readonly [number, number])[];
}

/** Every element a weighted sum of some along each axis: a product with a matrix that is known. */
function blend(context: Context, { axes, aligned, weights }: Blend): void {
  const { emit, output } = context;
  const { input, from, to, factors } = scalingOf(context, axes);
  const matrixOf = (axis: number) => {
    const [own = 1, out = 1] = [from[axis], to[axis]];
    const values = new Array<number>(own * out).fill(0);
    const step = aligned
      ? out > 1
        ? (own - 1) / (out - 1)
        : 0
      : 1 / (factors?.[axis] ?? out / own);
    for (let i = 0; i < out; i++) {
      const place = aligned ? i * step : (i + 0.5) * step - 0.5;
      const first = Math.floor(place);
      for (const [offset, weight] of weights(place - first)) {
        const at = Math.min(own - 1, Math.max(0, first + offset));
        values[i * own + at] = (values[i * own + at] ?? 0) + weight;
      }
    }
    return emit('constant', [], { values, shape: [out, own], dtype: 'float32' });
  };
  const wide = emit('linear', [input, matrixOf(axes - 1)], { weight: 'OI' });
  if (axes === 1) emit('identity', [wide], {}, output);
  else emit('matmul', [matrixOf(0), wide], {}, output);
}

const linearWeights: Blend['weights'] = (fraction) => [
  [0, 1 - fraction],
  [1, fraction],
];

/** Keys' cubic convolution, as PyTorch has it with a = −0.75. */
const cubicWeights: Blend['weights'] = (fraction) => {
  const a = -0.75;
  const near = (x: number) => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x: number) => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return [
    [-1, far(fraction + 1)],
    [0, near(fraction)],
    [1, near(1 - fraction)],
    [2, far(2 - fraction)],
  ];
};
