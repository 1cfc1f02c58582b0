import { type Context, type Made, type Shape, words } from '#formats/model-spec/builder.ts';
import {
  choice,
  count,
  flag,
  integer,
  integers,
  maybe,
  optional,
} from '#formats/model-spec/fields.ts';
import { type Kinds, kind } from './kind.ts';

/** Any number of layers, from two. */
const SEVERAL = [2, 64] as const;

/** What joins, cuts and rearranges. Axes are counted with the batch, which is axis 0. */
export const arrayKinds: Kinds = {
  add: kind({}, (context) => joined(context, 'add'), SEVERAL),
  multiply: kind({}, (context) => joined(context, 'mul'), SEVERAL),
  subtract: kind({}, (context) => joined(context, 'sub'), [2, 2]),
  concat: kind({ axis: optional(integer, 1) }, concatenated, SEVERAL),
  half: kind({ part: choice([0, 1]) }, (context, { part }) => {
    const { layer, input, emit } = context;
    const [channels = null, ...rest] = input.shape;
    if (channels === null || channels % 2 === 1)
      return `${layer} halves ${channels ?? 'no'} channels`;
    const size = channels / 2;
    const from = part * size;
    const value = emit('slice', [input.name], { axis: 1, from, to: from + size, step: 1 });
    return { value, shape: [size, ...rest] };
  }),
  shuffle: kind({ groups: optional(count, 2) }, (context, { groups }) => shuffled(context, groups)),
  /** A tensor of the checkpoint that is the same for every example of what the layer takes. */
  parameter: kind({ shape: integers }, ({ layer, input, emit, parameter, sizeOf }, { shape }) => {
    if (shape.some((size) => size < 1)) return `${layer} needs sizes from 1`;
    const tensor = parameter('', [1, ...shape]);
    const batch = sizeOf(input.name, 0);
    return { value: emit('expand', [tensor], { shape: [batch, ...shape] }), shape };
  }),
  flatten: kind({}, ({ input, emit }) => ({
    value: emit('flatten', [input.name], { from: 1, to: -1 }),
    shape: [product(input.shape)],
  })),
  reshape: kind({ shape: integers }, (context, { shape }) => reshaped(context, shape)),
  permute: kind({ axes: integers }, (context, { axes }) => {
    const { layer, input, emit } = context;
    const all = [0, ...input.shape.map((_, i) => i + 1)];
    if (axes[0] !== 0 || axes.toSorted((a, b) => a - b).join() !== all.join()) {
      return `${layer} needs every axis of ${words(input.shape)} once, the batch (0) first`;
    }
    const value = emit('transpose', [input.name], { axes });
    return { value, shape: axes.slice(1).map((axis) => input.shape[axis - 1] ?? null) };
  }),
  select: kind({ axis: integer, index: integer }, (context, { axis: given, index }) => {
    const { layer, input, emit } = context;
    const axis = axisOf(context, given);
    if (typeof axis === 'string') return axis;
    const size = input.shape[axis - 1] ?? null;
    if (size !== null && (index >= size || index < -size))
      return `${layer} takes ${index} of ${size}`;
    const value = emit('select', [input.name], { axis, index });
    return { value, shape: input.shape.filter((_, i) => i !== axis - 1) };
  }),
  slice: kind(
    { axis: integer, from: optional(integer, 0), to: maybe(integer) },
    (context, { axis: given, from, to }) => {
      const { layer, input, emit } = context;
      const axis = axisOf(context, given);
      if (typeof axis === 'string') return axis;
      const size = input.shape[axis - 1] ?? null;
      const within = (at: number) =>
        Math.min(size ?? 0, Math.max(0, at < 0 ? at + (size ?? 0) : at));
      const length = size === null ? null : within(to ?? size) - within(from);
      if (length !== null && length < 1) return `${layer} leaves nothing of ${size}`;
      const value = emit('slice', [input.name], { axis, from, to, step: 1 });
      return { value, shape: input.shape.map((one, i) => (i === axis - 1 ? length : one)) };
    },
  ),
  reduce: kind(
    {
      function: choice(['mean', 'sum', 'max', 'min']),
      axes: integers,
      keep: optional(flag, false),
    },
    (context, { function: name, axes: given, keep }) => {
      const { input, emit } = context;
      const axes = given.map((axis) => axisOf(context, axis));
      const reason = axes.find((axis) => typeof axis === 'string');
      if (reason !== undefined) return reason;
      const known = axes.filter((axis) => typeof axis === 'number');
      const value = emit('reduce', [input.name], { name, axes: known, keep });
      const isGone = (i: number) => known.includes(i + 1);
      const shape = keep
        ? input.shape.map((size, i) => (isGone(i) ? 1 : size))
        : input.shape.filter((_, i) => !isGone(i));
      return { value, shape };
    },
  ),
};

/** From 1; not the batch. */
function axisOf({ layer, input: { shape } }: Context, axis: number): number | string {
  const own = axis < 0 ? axis + shape.length + 1 : axis;
  return own >= 1 && own <= shape.length
    ? own
    : `${layer} has no axis ${axis} in ${words(shape)} with the batch before it`;
}

function product(shape: Shape): number | null {
  return shape.reduce<number | null>(
    (all, size) => (all === null || size === null ? null : all * size),
    1,
  );
}

/** Broadcast, as NumPy does. */
function joined({ layer, inputs, emit }: Context, name: 'add' | 'mul' | 'sub'): Made {
  const [first, ...rest] = inputs;
  if (!first) return `${layer} takes nothing`;
  let made = { value: first.name, shape: first.shape };
  for (const [i, other] of rest.entries()) {
    const shape = broadcast(made.shape, other.shape);
    if (!shape) return `${layer} gets ${words(made.shape)} and ${words(other.shape)}`;
    const step = i === rest.length - 1 ? undefined : `part ${i + 1}`;
    made = { value: emit('binary', [made.value, other.name], { name }, step), shape };
  }
  return made;
}

function broadcast(a: Shape, b: Shape): Shape | null {
  if (a.length !== b.length) return null;
  const fits = a.every((size, i) => {
    const other = b[i] ?? null;
    return size === null || other === null || size === other || size === 1 || other === 1;
  });
  if (!fits) return null;
  return a.map((size, i) => (size === 1 || size === null ? (b[i] ?? null) : size));
}

function concatenated(context: Context, { axis: given }: { readonly axis: number }): Made {
  const { layer, inputs, input, emit } = context;
  const axis = axisOf(context, given);
  if (typeof axis === 'string') return axis;
  const differs = inputs.find(
    ({ shape }) =>
      shape.length !== input.shape.length ||
      shape.some((size, i) => {
        const own = input.shape[i] ?? null;
        return i !== axis - 1 && size !== null && own !== null && size !== own;
      }),
  );
  if (differs) return `${layer} gets ${words(input.shape)} and ${words(differs.shape)}`;
  const names = inputs.map(({ name }) => name);
  const lengths = inputs.map(({ shape }) => shape[axis - 1] ?? null);
  const length = lengths.reduce((sum, size) => (sum === null || size === null ? null : sum + size));
  const value = emit('concat', names, { axis });
  return { value, shape: input.shape.map((size, i) => (i === axis - 1 ? (length ?? null) : size)) };
}

/** As torchvision's `channel_shuffle`. */
function shuffled({ layer, input, emit, sizeOf }: Context, groups: number): Made {
  const [channels = null, ...rest] = input.shape;
  if (channels === null || channels % groups !== 0) {
    return `${layer} cannot cut ${channels ?? 'an unknown number of'} channels into ${groups}`;
  }
  const places = rest.map((_, i) => sizeOf(input.name, i + 2));
  const batch = sizeOf(input.name, 0);
  const shape = [batch, groups, channels / groups, ...places];
  const apart = emit('reshape', [input.name], { shape }, 'apart');
  const axes = [0, 2, 1, ...rest.map((_, i) => i + 3)];
  const turned = emit('transpose', [apart], { axes }, 'in turn');
  const value = emit('reshape', [turned], { shape: [batch, channels, ...places] });
  return { value, shape: input.shape };
}

function reshaped({ layer, input, emit, sizeOf }: Context, shape: readonly number[]): Made {
  const wild = shape.filter((size) => size === -1).length;
  if (wild > 1 || shape.some((size) => size < 1 && size !== -1)) {
    return `${layer} needs sizes from 1, and -1 at most once`;
  }
  const all = product(input.shape);
  const known = shape.reduce((sum, size) => (size === -1 ? sum : sum * size), 1);
  if (all !== null && (wild === 0 ? all !== known : all % known !== 0)) {
    return `${layer} cannot make [${shape.join(', ')}] of ${words(input.shape)}`;
  }
  const value = emit('reshape', [input.name], { shape: [sizeOf(input.name, 0), ...shape] });
  return { value, shape: shape.map((size) => (size === -1 ? all && all / known : size)) };
}
