import type { Context, Table } from '#formats/onnx/context.ts';
import {
  type Arrayed,
  axisFrom,
  isFloat,
  isWhole,
  type Known,
  known,
  type Size,
} from '#formats/tensorflow-graph/values.ts';
import { reshape, transpose } from './shape.ts';

/** What takes elements by their places, or makes places. */
export const placeOps: Table = {
  Gather: gather,
  GatherElements: ({ array, axis, emit }) => {
    const [x, indices] = [array(0), array(1)];
    const out = { shape: indices.shape, dtype: x.dtype };
    return emit('gather_elements', [x, indices], { axis: axis('axis', 0, x.shape.length) }, out);
  },
  GatherND: gatherMany,
  ArgMax: (context) => arg(context, 'max'),
  ArgMin: (context) => arg(context, 'min'),
  CumSum: ({ array, emit, int, number }) => {
    const x = array(0);
    const axis = axisFrom(number(1, 'the axis'), x.shape.length);
    const attributes = {
      axis,
      exclusive: int('exclusive', 0) !== 0,
      reverse: int('reverse', 0) !== 0,
    };
    return emit('cumsum', [x], attributes, x);
  },
  Trilu: ({ array, emit, has, int, number }) => {
    const diagonal = has(1) ? number(1, 'the diagonal') : 0;
    const keep = int('upper', 1) !== 0 ? 'upper' : 'lower';
    return emit('triangle', [array(0)], { keep, diagonal }, array(0));
  },
  OneHot: oneHot,
  Range: range,
};

/** One known place of data takes the axis away; of a table the rows are taken. */
function gather({ array, axis: axisOf, emit }: Context): Arrayed {
  const [x, given] = [array(0), array(1)];
  const axis = axisOf('axis', 0, x.shape.length);
  const size = x.shape[axis];
  const indices = given.kind === 'known' ? fromFront(given, size) : given;
  const shape = x.shape.toSpliced(axis, 1, ...indices.shape);
  const out = { shape, dtype: x.dtype };
  const [index] = indices.kind === 'known' ? indices.values : [];
  if (x.kind === 'computed' && indices.shape.length === 0 && typeof index === 'number') {
    return emit('select', [x], { axis, index }, out);
  }
  const isTable = axis === 0 && x.shape.length === 2 && isFloat(x.dtype) && x.kind === 'computed';
  if (isTable) return emit('embedding', [indices, x], {}, out);
  return emit('gather', [x, indices], { axis }, out);
}

/** Places along several axes at once, each a row of the last axis: counted as places along one. */
function gatherMany(context: Context): Arrayed {
  const { array, emit, fixed, int, refuse, sizes } = context;
  if (int('batch_dims', 0) !== 0) refuse('batch_dims');
  const [x, given] = [array(0), array(1)];
  const count = fixed(given.shape.at(-1), 'the number of axes');
  const lengths: readonly Size[] = x.shape;
  const own = lengths.slice(0, count);
  const rest = lengths.slice(count);
  const row = (values: readonly Size[]) => known(values, [count], 'int64');
  const zero = known([0], [], 'int64');
  const places = { shape: given.shape, dtype: given.dtype };
  const truth = { shape: given.shape, dtype: 'bool' as const };
  const isBehind = emit('compare', [given, zero], { name: 'lt' }, truth);
  const counted = emit('binary', [given, row(own)], { name: 'add' }, places);
  const fromStart = emit('where', [isBehind, counted, given], {}, places);
  const strides = row(own.map((_, axis) => sizes.product(own.slice(axis + 1))));
  const steps = emit('binary', [fromStart, strides], { name: 'mul' }, places);
  const flat = { shape: given.shape.slice(0, -1), dtype: given.dtype };
  const at = emit('reduce', [steps], { name: 'sum', axes: [-1], keep: false }, flat);
  const rows = reshape(context, x, [sizes.product(own), ...rest]);
  const out = { shape: [...flat.shape, ...rest], dtype: x.dtype };
  return emit('gather', [rows, at], { axis: 0 }, out);
}

function fromFront(indices: Known, size: Size | undefined): Known {
  if (typeof size !== 'number') return indices;
  const values = indices.values.map((value) =>
    typeof value === 'number' && value < 0 ? value + size : value,
  );
  return { ...indices, values };
}

function arg(context: Context, name: 'max' | 'min'): Arrayed {
  const { array, axis: axisOf, emit, int, refuse } = context;
  if (int('select_last_index', 0) !== 0) refuse('select_last_index');
  const x = array(0);
  const axis = axisOf('axis', 0, x.shape.length);
  const keep = int('keepdims', 1) !== 0;
  const shape = keep ? x.shape.with(axis, 1) : x.shape.toSpliced(axis, 1);
  return emit('arg', [x], { name, axis, keep }, { shape, dtype: 'int64' });
}

/** `values` are what stands elsewhere and what stands at the place. */
function oneHot(context: Context): Arrayed {
  const { array, emit, int, number, numbers, refuse } = context;
  const x = array(0);
  const depth = number(1, 'the depth');
  const [off = 0, on = 1] = numbers(2, 'the values');
  const { dtype } = array(2);
  if (off !== 0 || on !== 1) refuse(`the values ${off} and ${on}`);
  const rank = x.shape.length + 1;
  const last = { shape: [...x.shape, depth], dtype: 'float32' as const };
  const ones = emit('one_hot', [x], { depth }, last);
  const type = dtype === 'bool' ? 'bool' : 'int32';
  const typed = isFloat(dtype)
    ? ones
    : emit('cast', [ones], { dtype: type }, { ...last, dtype: type });
  const axis = axisFrom(int('axis', -1), rank);
  const order = Array.from({ length: rank - 1 }, (_, i) => i).toSpliced(axis, 0, rank - 1);
  return transpose(context, { ...typed, dtype }, order);
}

function range({ array, emit, known: knownInput, number, refuse, sizes }: Context): Arrayed {
  const [from, step] = [number(0, 'where it begins'), number(2, 'its step')];
  const [to] = knownInput(1, 'where it ends').values;
  const { dtype } = array(0);
  if (to === undefined || step === 0) return refuse('it has no end');
  if (typeof to === 'number') {
    const count = Math.max(0, Math.ceil((to - from) / step));
    if (count > MAX_RANGE) refuse(`${count} numbers`);
    const values = Array.from({ length: count }, (_, i) => from + i * step);
    return known(values, [count], dtype);
  }
  if (step < 0) return refuse('a range backwards from the size of the input');
  const type = isWhole(dtype) ? 'int32' : 'float32';
  const span = sizes.join('sub', sizes.join('add', to, step - 1), from);
  const length = sizes.join('floor_div', span, step);
  return emit('range', [], { from, to, step, dtype: type }, { shape: [length], dtype });
}

/** Places of the longest sequences. */
const MAX_RANGE = 2 ** 20;
