import type { Context, Table } from '#formats/tensorflow-graph/context.ts';
import {
  ABSENT,
  type Arrayed,
  axisFrom,
  isWhole,
  known,
  type Size,
  type Value,
} from '#formats/tensorflow-graph/values.ts';
import { stridedSlice } from './strided-slice.ts';

/** What changes shapes and order, and no number. */
export const shapeOps: Table = {
  ...same(['Identity', 'StopGradient', 'PreventGradient', 'Snapshot', 'CheckNumerics', 'DeepCopy']),
  ...same(['EnsureShape', 'PlaceholderWithDefault', 'Print']),
  IdentityN: ({ inputs }) => inputs,
  NoOp: () => [],
  Assert: () => [],
  Shape: ({ array }) => known(array(0).shape, [array(0).shape.length]),
  ShapeN: ({ array, inputs }) =>
    inputs.map((_, i) => known(array(i).shape, [array(i).shape.length])),
  Size: ({ array, sizes }) => known([sizes.product(array(0).shape)], []),
  Rank: ({ array }) => known([array(0).shape.length], []),
  Reshape: reshape,
  ExpandDims: (context) => {
    const x = context.array(0);
    const axis = axisFrom(context.number(1, 'the axis'), x.shape.length + 1);
    return unsqueeze(context, x, axis);
  },
  Squeeze: ({ array, emit, ints, refuse }) => {
    const x = array(0);
    const named = ints('squeeze_dims', []).map((axis) => axisFrom(axis, x.shape.length));
    if (named.length === 0 && x.shape.some((size) => typeof size === 'string')) {
      refuse('which axes go depends on the size of the input');
    }
    const axes = named.length > 0 ? named : x.shape.flatMap((size, at) => (size === 1 ? [at] : []));
    const shape = x.shape.filter((_, axis) => !axes.includes(axis));
    return axes.length === 0 ? x : emit('squeeze', [x], { axes }, { shape, dtype: x.dtype });
  },
  Transpose: ({ array, emit, numbers }) => {
    const x = array(0);
    const axes = numbers(1, 'the order of axes').map((axis) => axisFrom(axis, x.shape.length));
    if (axes.every((axis, at) => axis === at)) return x;
    const shape = axes.map((axis) => x.shape[axis] ?? 1);
    return emit('transpose', [x], { axes }, { shape, dtype: x.dtype });
  },
  ConcatV2: (context) => {
    const parts = context.inputs.slice(0, -1).map((_, i) => context.array(i));
    return concat(context, parts, context.number(context.inputs.length - 1, 'the axis'));
  },
  Concat: (context) => {
    const parts = context.inputs.slice(1).map((_, i) => context.array(i + 1));
    return concat(context, parts, context.number(0, 'the axis'));
  },
  Pack: (context) => {
    const rank = context.array(0).shape.length + 1;
    const axis = axisFrom(context.int('axis', 0), rank);
    const parts = context.inputs.map((_, i) => unsqueeze(context, context.array(i), axis));
    return concat(context, parts, axis);
  },
  Unpack: ({ array, count: counted, emit, fixed, int, refuse }) => {
    const x = array(0);
    const axis = axisFrom(int('axis', 0), x.shape.length);
    const count = counted(fixed(x.shape[axis], 'it'), 'the number of parts');
    if (int('num', count) !== count) refuse('the number of parts is not that of its input');
    const out = { shape: x.shape.toSpliced(axis, 1), dtype: x.dtype };
    return Array.from({ length: count }, (_, index) => emit('select', [x], { axis, index }, out));
  },
  Split: (context) => {
    const x = context.array(1);
    const axis = axisFrom(context.number(0, 'the axis'), x.shape.length);
    const count = context.count(context.int('num_split'), 'the number of parts');
    const part = context.fixed(x.shape[axis], 'the length of what is split') / count;
    return split(
      context,
      x,
      axis,
      Array.from({ length: count }, () => part),
    );
  },
  SplitV: (context) => {
    const x = context.array(0);
    const axis = axisFrom(context.number(2, 'the axis'), x.shape.length);
    const lengths = context.numbers(1, 'the lengths of parts');
    context.ignore('num_split');
    const whole = lengths.includes(-1) ? context.fixed(x.shape[axis], 'its length') : 0;
    const rest = whole - lengths.filter((n) => n !== -1).reduce((sum, n) => sum + n, 0);
    const parts = lengths.map((length) => (length === -1 ? rest : length));
    return split(context, x, axis, parts);
  },
  Slice: (context) => {
    const begin = context.numbers(1, 'where it begins');
    const lengths = context.known(2, 'how long it is').values;
    return begin.reduce<Arrayed>((x, from, axis) => {
      const length = lengths[axis] ?? -1;
      if (from === 0 && (length === -1 || length === x.shape[axis])) return x;
      const size = x.shape[axis];
      if (length === -1 && typeof size === 'number') {
        return cut(context, x, { axis, from, to: size });
      }
      return cut(context, x, { axis, from, to: from + context.fixed(length, 'how long it is') });
    }, context.array(0));
  },
  StridedSlice: stridedSlice,
  Tile: ({ array, emit, known: knownInput, sizes }) => {
    const x = array(0);
    const repeats = knownInput(1, 'how often it is repeated').values;
    const shape = x.shape.map((size, axis) => sizes.join('mul', size, repeats[axis] ?? 1));
    return emit('tile', [x], { repeats }, { shape, dtype: x.dtype });
  },
  Fill: (context) => {
    const shape = context.known(0, 'its shape').values;
    const value = context.array(1);
    return filled(context, value, shape);
  },
  ZerosLike: (context) => like(context, 0),
  OnesLike: (context) => like(context, 1),
  BroadcastTo: ({ array, emit, known: knownInput }) => {
    const shape = knownInput(1, 'its shape').values;
    const { dtype } = array(0);
    return emit('expand', [array(0)], { shape }, { shape, dtype });
  },
  Pad: (context) => pad(context, 0),
  PadV2: (context) => pad(context, context.number(2, 'what it is filled with')),
};

function same(names: readonly string[]): Table {
  return Object.fromEntries(
    names.map((name) => [
      name,
      ({ inputs, ignore }: Context): Value => {
        ignore('shape');
        return inputs[0] ?? ABSENT;
      },
    ]),
  );
}

function reshape({ array, emit, known: knownInput, sizes }: Context): Arrayed {
  const x = array(0);
  const target = knownInput(1, 'its shape').values;
  const rest = target.indexOf(-1);
  const others = sizes.product(target.filter((_, axis) => axis !== rest));
  const all = sizes.product(x.shape);
  const shape = rest < 0 ? target : target.with(rest, sizes.join('floor_div', all, others));
  const isSame = shape.length === x.shape.length && shape.every((size, i) => size === x.shape[i]);
  if (isSame) return x;
  // one length that only the inputs tell need not be named: it is what is left over
  const open = shape.flatMap((size, axis) => (typeof size === 'string' ? [axis] : []));
  const wanted = open.length === 1 ? shape.with(open[0] ?? 0, -1) : shape;
  return emit('reshape', [x], { shape: wanted }, { shape, dtype: x.dtype });
}

export function unsqueeze({ emit }: Context, x: Arrayed, axis: number): Arrayed {
  const out = { shape: x.shape.toSpliced(axis, 0, 1), dtype: x.dtype };
  return emit('unsqueeze', [x], { axis }, out);
}

export function concat(
  { emit, sizes }: Context,
  parts: readonly Arrayed[],
  along: number,
): Arrayed {
  const [first] = parts;
  const rank = first?.shape.length ?? 0;
  const axis = axisFrom(along, rank);
  const joined = parts.reduce<Size>(
    (sum, part) => sizes.join('add', sum, part.shape[axis] ?? 0),
    0,
  );
  const shape: readonly Size[] = first ? [...first.shape].with(axis, joined) : [];
  if (parts.length === 1 && first) return first;
  return emit('concat', parts, { axis }, { shape, dtype: first?.dtype ?? 'float32' });
}

export function cut(
  { emit }: Context,
  x: Arrayed,
  { axis, from, to }: { readonly axis: number; readonly from: number; readonly to: number },
): Arrayed {
  const shape = x.shape.with(axis, to - from);
  return emit('slice', [x], { axis, from, to, step: 1 }, { shape, dtype: x.dtype });
}

function split(
  context: Context,
  x: Arrayed,
  axis: number,
  lengths: readonly number[],
): readonly Arrayed[] {
  let from = 0;
  return lengths.map((length) => {
    const part = cut(context, x, { axis, from, to: from + length });
    from += length;
    return part;
  });
}

function filled({ emit }: Context, value: Arrayed, shape: readonly Size[]): Arrayed {
  const { dtype } = value;
  const [number] = value.kind === 'known' ? value.values : [];
  if (typeof number !== 'number') return emit('expand', [value], { shape }, { shape, dtype });
  const type = dtype === 'bool' ? 'bool' : isWhole(dtype) ? 'int32' : 'float32';
  return emit('fill', [], { shape, value: number, dtype: type }, { shape, dtype });
}

function like(context: Context, value: number): Arrayed {
  const { shape, dtype } = context.array(0);
  return filled(context, known([value], [], dtype), shape);
}

function pad({ array, emit, numbers, refuse, sizes }: Context, value: number): Arrayed {
  const x = array(0);
  const flat = numbers(1, 'the padding');
  if (flat.length !== 2 * x.shape.length) refuse('padding of another number of axes');
  const padding = x.shape.map((_, axis) => [flat[2 * axis] ?? 0, flat[2 * axis + 1] ?? 0] as const);
  if (padding.every(([before, after]) => before === 0 && after === 0)) return x;
  const shape = x.shape.map((size, axis) => {
    const [before, after] = padding[axis] ?? [0, 0];
    return sizes.join('add', size, before + after);
  });
  return emit('pad', [x], { padding, value }, { shape, dtype: x.dtype });
}
