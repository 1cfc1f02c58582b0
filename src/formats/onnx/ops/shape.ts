import type { Context, Table, Value } from '#formats/onnx/context.ts';
import { heldOf, knownOf, MAX_KNOWN } from '#formats/onnx/tensor-values.ts';
import { broadcast } from '#formats/tensorflow-graph/ops/broadcast.ts';
import {
  ABSENT,
  type Arrayed,
  axisFrom,
  isWhole,
  known,
  type Size,
} from '#formats/tensorflow-graph/values.ts';

/** What changes shapes and order, and no number. */
export const shapeOps: Table = {
  Identity: ({ array }) => array(0),
  Dropout: ({ array, attribute, has, ignore, number, refuse }) => {
    ignore('ratio', 'seed');
    if (attribute('is_test')?.int === 0) refuse('it was saved as it is trained');
    if (has(2) && number(2, 'the mode') !== 0) refuse('it was saved as it is trained');
    return [array(0), ABSENT];
  },
  Constant: constant,
  ConstantOfShape: (context) => {
    const message = context.tensor('value');
    const held = message ? heldOf(message) : null;
    if (message && !held) context.refuse('its value cannot be read');
    const value = held ? knownOf(held) : known([0], [1], 'float32');
    const shape = context.known(0, 'its shape').values;
    return filled(context, { ...value, shape: [] }, shape);
  },
  Shape: ({ array, int }) => {
    const { shape } = array(0);
    const from = within(int('start', 0), shape.length);
    const to = within(int('end', shape.length), shape.length);
    const part = shape.slice(from, Math.max(from, to));
    return known(part, [part.length], 'int64');
  },
  Size: ({ array, sizes }) => known([sizes.product(array(0).shape)], [], 'int64'),
  Reshape: (context) => {
    const x = context.array(0);
    const keepsZero = context.int('allowzero', 0) !== 0;
    const given = context.known(1, 'its shape').values;
    const target = given.map((size, axis) =>
      size === 0 && !keepsZero ? (x.shape[axis] ?? 0) : size,
    );
    return reshape(context, x, target);
  },
  Flatten: (context) => {
    const x = context.array(0);
    const rank = x.shape.length;
    const axis = axisFrom(context.int('axis', 1), rank);
    const { sizes } = context;
    const shape = [sizes.product(x.shape.slice(0, axis)), sizes.product(x.shape.slice(axis))];
    return reshape(context, x, shape);
  },
  Transpose: (context) => {
    const x = context.array(0);
    const rank = x.shape.length;
    const axes = context.ints('perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
    return transpose(context, x, axes);
  },
  Squeeze: (context) => {
    const { emit, has, ints, numbers, refuse } = context;
    const x = context.array(0);
    const rank = x.shape.length;
    const given = ints('axes') ?? (has(1) ? numbers(1, 'the axes') : null);
    if (!given && x.shape.some((size) => typeof size === 'string')) {
      refuse('which axes go depends on the size of the input');
    }
    const axes =
      given?.map((axis) => axisFrom(axis, rank)) ??
      x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
    const shape = x.shape.filter((_, axis) => !axes.includes(axis));
    return axes.length === 0 ? x : emit('squeeze', [x], { axes }, { shape, dtype: x.dtype });
  },
  Unsqueeze: (context) => {
    const x = context.array(0);
    const given = context.ints('axes') ?? context.numbers(1, 'the axes');
    const rank = x.shape.length + given.length;
    const axes = given.map((axis) => axisFrom(axis, rank)).sort((a, b) => a - b);
    return axes.reduce((value, axis) => unsqueeze(context, value, axis), x);
  },
  Concat: (context) => {
    const parts = context.arrays();
    const axis = axisFrom(context.int('axis', 1), parts[0]?.shape.length ?? 1);
    return concat(context, parts, axis);
  },
  Split: split,
  Slice: slice,
  Expand: ({ array, emit, known: knownInput }) => {
    const x = array(0);
    const shape = broadcast(x.shape, knownInput(1, 'its shape').values);
    if (shape.join() === x.shape.join()) return x;
    return emit('expand', [x], { shape }, { shape, dtype: x.dtype });
  },
  Tile: ({ array, emit, known: knownInput, sizes }) => {
    const x = array(0);
    const repeats = knownInput(1, 'how often it is repeated').values;
    const shape = x.shape.map((size, axis) => sizes.join('mul', size, repeats[axis] ?? 1));
    return emit('tile', [x], { repeats }, { shape, dtype: x.dtype });
  },
};

const CONSTANTS: Readonly<Record<string, (context: Context) => Value>> = {
  value: ({ builder, node, refuse, tensor }) => {
    const message = tensor('value');
    const held = message ? heldOf(message) : null;
    if (!held) return refuse('its value cannot be read');
    const value = knownOf(held);
    if (value.values.length <= MAX_KNOWN) return value;
    return builder.constant(node.outputs[0] ?? '', held);
  },
  value_float: ({ float }) => known([float('value_float', 0)], [], 'float32'),
  value_int: ({ int }) => known([int('value_int')], [], 'int64'),
  value_ints: ({ ints }) => {
    const values = ints('value_ints') ?? [];
    return known(values, [values.length], 'int64');
  },
  value_floats: ({ attribute }) => {
    const { floats } = attribute('value_floats') ?? { floats: [] };
    return known(floats, [floats.length], 'float32');
  },
};

function constant(context: Context): Value {
  const name = context.node.attributes[0]?.name ?? 'nothing';
  const read = Object.hasOwn(CONSTANTS, name) ? CONSTANTS[name] : undefined;
  return read?.(context) ?? context.refuse(`${name} as its value`);
}

export function filled({ emit }: Context, value: Arrayed, shape: readonly Size[]): Arrayed {
  const { dtype } = value;
  const [number] = value.kind === 'known' ? value.values : [];
  if (typeof number !== 'number') return emit('expand', [value], { shape }, { shape, dtype });
  const type = dtype === 'bool' ? 'bool' : isWhole(dtype) ? 'int32' : 'float32';
  return emit('fill', [], { shape, value: number, dtype: type }, { shape, dtype });
}

/** One `-1` among the sizes stands for what is left over. */
export function reshape({ emit, sizes }: Context, x: Arrayed, target: readonly Size[]): Arrayed {
  const rest = target.indexOf(-1);
  const others = sizes.product(target.filter((_, axis) => axis !== rest));
  const shape =
    rest < 0 ? target : target.with(rest, sizes.join('floor_div', sizes.product(x.shape), others));
  const isSame = shape.length === x.shape.length && shape.every((size, i) => size === x.shape[i]);
  if (isSame) return x;
  // one length that only the inputs tell need not be named: it is what is left over
  const open = shape.flatMap((size, axis) => (typeof size === 'string' ? [axis] : []));
  const wanted = open.length === 1 ? shape.with(open[0] ?? 0, -1) : shape;
  return emit('reshape', [x], { shape: wanted }, { shape, dtype: x.dtype });
}

export function transpose({ emit }: Context, x: Arrayed, axes: readonly number[]): Arrayed {
  if (axes.every((axis, at) => axis === at)) return x;
  const shape = axes.map((axis) => x.shape[axis] ?? 1);
  return emit('transpose', [x], { axes }, { shape, dtype: x.dtype });
}

export function unsqueeze({ emit }: Context, x: Arrayed, axis: number): Arrayed {
  const shape = x.shape.toSpliced(axis, 0, 1);
  return emit('unsqueeze', [x], { axis }, { shape, dtype: x.dtype });
}

export function concat(context: Context, given: readonly Arrayed[], axis: number): Arrayed {
  const { emit, sizes } = context;
  const parts = given.filter(({ shape }) => shape[axis] !== 0);
  const [first = given[0] ?? context.array(0), ...others] = parts;
  if (others.length === 0) return first;
  const joined = parts.reduce<Size>(
    (sum, { shape }) => sizes.join('add', sum, shape[axis] ?? 0),
    0,
  );
  const shape = [...first.shape].with(axis, joined);
  return emit('concat', parts, { axis }, { shape, dtype: first.dtype });
}

export interface Cut {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly step?: number;
}

/** Of an axis whose length is known. */
export function cut({ emit }: Context, x: Arrayed, { axis, from, to, step = 1 }: Cut): Arrayed {
  if (from === 0 && to === x.shape[axis] && step === 1) return x;
  const shape = x.shape.with(axis, Math.max(0, Math.ceil((to - from) / step)));
  return emit('slice', [x], { axis, from, to, step }, { shape, dtype: x.dtype });
}

/** Lengths are an attribute, since version 13 an input, or follow from the number of outputs. */
function split(context: Context): readonly Arrayed[] {
  const { fixed, has, int, ints, node, numbers } = context;
  const x = context.array(0);
  const axis = axisFrom(int('axis', 0), x.shape.length);
  const count = int('num_outputs', node.outputs.length);
  const given = ints('split') ?? (has(1) ? numbers(1, 'the lengths of parts') : null);
  const lengths = given ?? equalParts(fixed(x.shape[axis], 'the length of what is split'), count);
  let from = 0;
  return lengths.map((length) => {
    const part = cut(context, x, { axis, from, to: from + length });
    from += length;
    return part;
  });
}

/** The last one is shorter where it does not come out even. */
function equalParts(size: number, count: number): readonly number[] {
  const each = Math.ceil(size / count);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(each, size - i * each)));
}

/** Bounds are attributes, and since version 10 inputs. */
function slice(context: Context): Arrayed {
  const { has, ints, known: knownInput, numbers } = context;
  const starts = ints('starts') ?? knownInput(1, 'where it begins').values;
  const ends = ints('ends') ?? knownInput(2, 'where it ends').values;
  const axes = ints('axes') ?? (has(3) ? numbers(3, 'the axes') : starts.map((_, i) => i));
  const steps = has(4) ? numbers(4, 'the steps') : [];
  return axes.reduce((x, given, i) => {
    const axis = axisFrom(given, x.shape.length);
    const bounds = { from: starts[i] ?? 0, to: ends[i] ?? 0, step: steps[i] ?? 1 };
    return sliced(context, x, axis, bounds);
  }, context.array(0));
}

interface Bounds {
  readonly from: Size;
  readonly to: Size;
  readonly step: number;
}

function sliced(context: Context, x: Arrayed, axis: number, bounds: Bounds): Arrayed {
  const size = x.shape[axis] ?? 0;
  const { from, to, step } = bounds;
  if (step < 0) return backwards(context, x, axis, bounds);
  if (typeof size === 'number' && typeof from === 'number' && typeof to === 'number') {
    const [first, last] = [within(from, size), within(to, size)];
    return cut(context, x, { axis, from: first, to: Math.max(first, last), step });
  }
  const isToEnd = typeof to === 'number' ? to >= LONGEST : to === size;
  if (from === 0 && isToEnd && step === 1) return x;
  if (typeof from === 'number' && step === 1) {
    const part = partOf(context, size, [from, isToEnd ? null : to]);
    if (part) {
      const lengths: readonly Size[] = x.shape;
      const out = { shape: lengths.with(axis, part.length), dtype: x.dtype };
      return context.emit('slice', [x], { axis, from, to: part.to, step }, out);
    }
  }
  return counted(context, x, axis, bounds);
}

interface OpenPart {
  readonly to: number | null;
  readonly length: Size;
}

/** Of an axis whose length only the inputs tell: as far as the bounds say how long the part is. */
function partOf(
  { sizes }: Context,
  size: Size,
  [from, to]: readonly [number, Size | null],
): OpenPart | null {
  if (to === null) {
    return { to, length: from < 0 ? -from : sizes.join('sub', size, from) };
  }
  if (typeof to !== 'number') return null;
  if (to < 0 === from < 0) return { to, length: Math.max(0, to - from) };
  return to < 0 ? { to, length: sizes.join('sub', sizes.join('add', size, to), from) } : null;
}

/** Up to a length that only the inputs tell: element by element. */
function counted(
  { emit, refuse, sizes }: Context,
  x: Arrayed,
  axis: number,
  { from, to, step }: Bounds,
): Arrayed {
  if (typeof from !== 'number' || from < 0 || typeof to !== 'string') {
    return refuse('a part whose place depends on the size of the input');
  }
  const span = sizes.join('sub', sizes.join('add', to, step - 1), from);
  const length = sizes.join('floor_div', span, step);
  const attributes = { from, to, step, dtype: 'int32' as const };
  const at = emit('range', [], attributes, { shape: [length], dtype: 'int32' });
  const lengths: readonly Size[] = x.shape;
  const out = { shape: lengths.with(axis, length), dtype: x.dtype };
  return emit('gather', [x, at], { axis }, out);
}

/** `[from, to)` from behind: turned, it is a part like any other. */
function backwards(context: Context, x: Arrayed, axis: number, bounds: Bounds): Arrayed {
  const { emit, fixed } = context;
  const { step } = bounds;
  const size = x.shape[axis] ?? 0;
  const [from, to] = [fixed(bounds.from, 'where it begins'), fixed(bounds.to, 'where it ends')];
  const isAll = (from === -1 || from >= LONGEST) && to <= -LONGEST;
  const turned = emit('flip', [x], { axes: [axis] }, x);
  if (isAll && step === -1) return turned;
  const length = fixed(size, 'its length');
  const first = Math.min(from < 0 ? from + length : from, length - 1);
  const last = Math.max(to < 0 ? to + length : to, -1);
  const begin = length - 1 - first;
  const end = Math.max(begin, length - 1 - last);
  return cut(context, turned, { axis, from: begin, to: end, step: -step });
}

/** What exporters write for the end, whatever it is. */
const LONGEST = 2 ** 31 - 1;

function within(place: number, size: number): number {
  return Math.min(size, Math.max(0, place < 0 ? place + size : place));
}
