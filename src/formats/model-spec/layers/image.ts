import type { Context, Made, Shape } from '#formats/model-spec/builder.ts';
import {
  choice,
  count,
  type Field,
  flag,
  optional,
  padding,
  sizes,
  zeros,
} from '#formats/model-spec/fields.ts';
import { each, type Kinds, kind, noImage } from './kind.ts';

type Sizes = number | readonly number[];

/** The stride of a pool is its window, unless said otherwise. */
const stride: Field<Sizes | null> = { ...sizes, otherwise: null };

/** Convolutions, pools and what else takes channels first, then one, two or three axes. */
export const imageKinds: Kinds = {
  conv: kind(
    {
      features: count,
      kernel: sizes,
      stride: optional(sizes, 1),
      padding: optional(padding, 0),
      dilation: optional(sizes, 1),
      groups: optional(count, 1),
      bias: optional(flag, true),
    },
    convolution,
  ),
  conv_transpose: kind(
    {
      features: count,
      kernel: sizes,
      stride: optional(sizes, 1),
      padding: optional(zeros, 0),
      outputPadding: optional(zeros, 0),
      dilation: optional(sizes, 1),
      groups: optional(count, 1),
      bias: optional(flag, true),
    },
    transposed,
  ),
  max_pool: kind(
    { size: sizes, stride, padding: optional(zeros, 0), ceil: optional(flag, false) },
    (context, settings) =>
      pool(context, settings, (window) =>
        context.emit('max_pool', [context.input.name], { ...window, ceil: settings.ceil }),
      ),
  ),
  avg_pool: kind(
    {
      size: sizes,
      stride,
      padding: optional(zeros, 0),
      ceil: optional(flag, false),
      countPadding: optional(flag, true),
    },
    (context, settings) =>
      pool(context, settings, (window) => {
        const { ceil, countPadding } = settings;
        return context.emit('avg_pool', [context.input.name], { ...window, ceil, countPadding });
      }),
  ),
  adaptive_avg_pool: kind({ size: sizes }, (context, { size }) =>
    adaptive(context, 'adaptive_avg_pool', size),
  ),
  adaptive_max_pool: kind({ size: sizes }, (context, { size }) =>
    adaptive(context, 'adaptive_max_pool', size),
  ),
  global_avg_pool: kind({}, (context) => globalPool(context, 'mean')),
  global_max_pool: kind({}, (context) => globalPool(context, 'max')),
  upsample: kind(
    { factor: sizes, method: optional(choice(['nearest', 'bilinear']), 'nearest') },
    (context, { factor, method }) => {
      const { input, emit } = context;
      const factors = each(factor, input.shape.length - 1);
      const reason = noImage(context) ?? (typeof factors === 'string' ? factors : null);
      if (reason !== null || typeof factors === 'string') return reason ?? '';
      const attributes = { layout: 'NCHW', size: null, factors, method } as const;
      const [channels = null, ...rest] = input.shape;
      const shape = rest.map((size, i) => size && size * (factors[i] ?? 1));
      return { value: emit('resize', [input.name], attributes), shape: [channels, ...shape] };
    },
  ),
};

interface ConvSettings {
  readonly features: number;
  readonly kernel: Sizes;
  readonly stride: Sizes;
  readonly padding: 'same' | Sizes;
  readonly dilation: Sizes;
  readonly groups: number;
  readonly bias: boolean;
}

/** Sizes for each axis; a text says which have another length. */
function windowOf<Key extends string>(
  { layer, input }: Context,
  settings: Readonly<Record<Key, Sizes>>,
): Readonly<Record<Key, readonly number[]>> | string {
  const axes = input.shape.length - 1;
  const all: [string, readonly number[]][] = [];
  for (const [key, value] of Object.entries<Sizes>(settings)) {
    const list = each(value, axes);
    if (typeof list === 'string') return `${key} of ${layer} ${list}`;
    all.push([key, list]);
  }
  return Object.fromEntries(all) as Record<Key, readonly number[]>;
}

/** Channels that go in, and how many of each group; a text says why they do not fit. */
function channelsOf(
  { layer, input }: Context,
  { features, groups }: Pick<ConvSettings, 'features' | 'groups'>,
): number | string {
  const [channels] = input.shape;
  if (channels === null || channels === undefined) {
    return `${layer} gets an unknown number of channels`;
  }
  return channels % groups === 0 && features % groups === 0
    ? channels
    : `${layer} cannot cut ${channels} channels in and ${features} out into ${groups} groups`;
}

function convolution(context: Context, settings: ConvSettings): Made {
  const { input, emit, parameter } = context;
  const { features, groups, bias } = settings;
  const channels = channelsOf(context, settings);
  const window = windowOf(context, {
    kernel: settings.kernel,
    stride: settings.stride,
    dilation: settings.dilation,
    padding: settings.padding === 'same' ? 0 : settings.padding,
  });
  const reason = noImage(context);
  if (reason !== null) return reason;
  if (typeof channels === 'string') return channels;
  if (typeof window === 'string') return window;
  const { kernel, stride: strides, dilation: dilations } = window;
  const isSame = settings.padding === 'same';
  if (isSame && strides.some((one) => one !== 1)) {
    return `${context.layer} cannot pad to the same size with a stride, as in PyTorch`;
  }
  const pads = kernel.map((size, i): readonly [number, number] => {
    const zerosEach = window.padding[i] ?? 0;
    const all = (dilations[i] ?? 1) * (size - 1);
    return isSame ? [Math.floor(all / 2), Math.ceil(all / 2)] : [zerosEach, zerosEach];
  });
  const reach = kernel.map((size, i) => (dilations[i] ?? 1) * (size - 1) + 1);
  const rest = slid(input.shape.slice(1), { reach, strides, pads, ceil: false });
  if (rest.includes(0)) return tooSmall(context);
  const weight = parameter('weight', [features, channels / groups, ...kernel]);
  const value = emit('conv', [input.name, weight, bias ? parameter('bias', [features]) : null], {
    layout: 'NCHW',
    kernel: 'OIHW',
    strides,
    dilations,
    padding: pads,
    groups,
  });
  return { value, shape: [features, ...rest] };
}

function transposed(
  context: Context,
  settings: Omit<ConvSettings, 'padding'> & {
    readonly padding: Sizes;
    readonly outputPadding: Sizes;
  },
): Made {
  const { input, emit, parameter, layer } = context;
  const { features, groups, bias, kernel, stride: step, dilation, outputPadding } = settings;
  const channels = channelsOf(context, settings);
  const zerosAround = settings.padding;
  const given = { kernel, step, dilation, outputPadding, padding: zerosAround };
  const window = windowOf(context, given);
  const axes = input.shape.length - 1;
  if (axes !== 1 && axes !== 2) return `${layer} works over one or two axes`;
  if (typeof channels === 'string') return channels;
  if (typeof window === 'string') return window;
  const at = (list: readonly number[], i: number) => list[i] ?? 0;
  const rest = input.shape.slice(1).map((size, i) => {
    if (size === null) return null;
    const reach = at(window.dilation, i) * (at(window.kernel, i) - 1) + 1;
    const all = (size - 1) * at(window.step, i) + reach - 2 * at(window.padding, i);
    return Math.max(0, all + at(window.outputPadding, i));
  });
  if (rest.includes(0)) return tooSmall(context);
  const weight = parameter('weight', [channels, features / groups, ...window.kernel]);
  const offset = bias ? parameter('bias', [features]) : null;
  const value = emit('conv_transpose', [input.name, weight, offset], {
    layout: 'NCHW',
    kernel: 'IOHW',
    strides: window.step,
    dilations: window.dilation,
    padding: window.padding.map((one) => [one, one]),
    outputPadding: window.outputPadding,
    groups,
  });
  return { value, shape: [features, ...rest] };
}

interface PoolSettings {
  readonly size: Sizes;
  readonly stride: Sizes | null;
  readonly padding: Sizes;
  readonly ceil: boolean;
}

interface PoolWindow {
  readonly layout: 'NCHW';
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
}

function pool(
  context: Context,
  { size, stride: step, padding: around, ceil }: PoolSettings,
  emit: (window: PoolWindow) => string,
): Made {
  const { layer, input } = context;
  const window = windowOf(context, { size, stride: step ?? size, padding: around });
  const reason = noImage(context);
  if (reason !== null) return reason;
  if (typeof window === 'string') return window;
  const { stride: strides } = window;
  if (window.padding.some((one, i) => 2 * one > (window.size[i] ?? 0))) {
    return `${layer} pads by more than half of its window`;
  }
  const pads = window.padding.map((one): readonly [number, number] => [one, one]);
  const [channels = null, ...shape] = input.shape;
  const rest = slid(shape, { reach: window.size, strides, pads, ceil });
  if (rest.includes(0)) return tooSmall(context);
  const value = emit({ layout: 'NCHW', size: window.size, strides, padding: pads });
  return { value, shape: [channels, ...rest] };
}

interface Sliding {
  readonly reach: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly (readonly [number, number])[];
  readonly ceil: boolean;
}

/** How often a window fits along each axis; 0 where not once. */
function slid(shape: Shape, { reach, strides, pads, ceil }: Sliding): Shape {
  return shape.map((size, i) => {
    if (size === null) return null;
    const [before, after] = pads[i] ?? [0, 0];
    const step = strides[i] ?? 1;
    const room = size + before + after - (reach[i] ?? 1);
    if (room < 0) return 0;
    const steps = Math.floor(room / step) + 1;
    // A window that would begin in the padding behind the end is left out, as PyTorch does.
    const isMore = ceil && room % step !== 0 && steps * step < size + before;
    return isMore ? steps + 1 : steps;
  });
}

function tooSmall({ layer, input }: Context): string {
  return `${layer} gets ${input.shape.map((size) => size ?? '?').join(' × ')}, less than its window`;
}

function adaptive(
  context: Context,
  op: 'adaptive_avg_pool' | 'adaptive_max_pool',
  wanted: Sizes,
): Made {
  const { layer, input, emit } = context;
  const size = each(wanted, input.shape.length - 1);
  const reason = noImage(context);
  if (reason !== null) return reason;
  if (typeof size === 'string') return `size of ${layer} ${size}`;
  const value = emit(op, [input.name], { layout: 'NCHW', size });
  return { value, shape: [input.shape[0] ?? null, ...size] };
}

function globalPool(context: Context, name: 'mean' | 'max'): Made {
  const { input, emit } = context;
  const reason = noImage(context);
  if (reason !== null) return reason;
  const axes = input.shape.slice(1).map((_, i) => i + 2);
  const value = emit('reduce', [input.name], { name, axes, keep: false });
  return { value, shape: input.shape.slice(0, 1) };
}
