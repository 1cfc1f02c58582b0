import type { Context, Table } from '#formats/tensorflow-graph/context.ts';
import {
  type Arrayed,
  axisFrom,
  isFloat,
  isWhole,
  known,
  type Size,
} from '#formats/tensorflow-graph/values.ts';
import { gather } from './gather.ts';
import { concat } from './shape.ts';

/** What takes elements by their places, or makes places. */
export const placeOps: Table = {
  Gather: (context) => gather(context, context.array(0), context.array(1), 0),
  GatherV2: (context) => {
    const axis = context.number(2, 'the axis');
    const batch = context.int('batch_dims', 0);
    if (batch !== 0) return perRow(context, axis, batch);
    return gather(context, context.array(0), context.array(1), axis);
  },
  OneHot: oneHot,
  ArgMax: (context) => arg(context, 'max'),
  ArgMin: (context) => arg(context, 'min'),
  Cumsum: ({ array, bool, emit, number }) => {
    const x = array(0);
    const axis = axisFrom(number(1, 'the axis'), x.shape.length);
    const attributes = {
      axis,
      exclusive: bool('exclusive', false),
      reverse: bool('reverse', false),
    };
    return emit('cumsum', [x], attributes, x);
  },
  ReverseV2: ({ array, emit, numbers }) => {
    const x = array(0);
    const axes = numbers(1, 'the axes').map((axis) => axisFrom(axis, x.shape.length));
    return axes.length === 0 ? x : emit('flip', [x], { axes }, x);
  },
  Range: (context) => range(context),
  LinSpace: ({ array, count: counted, number }) => {
    const [from, to, count] = [0, 1, 2].map((i) => number(i, 'a bound')) as [
      number,
      number,
      number,
    ];
    counted(count, 'the number of places');
    const step = count > 1 ? (to - from) / (count - 1) : 0;
    const values = Array.from({ length: count }, (_, i) => Math.fround(from + i * step));
    return known(values, [count], array(0).dtype);
  },
  InvertPermutation: ({ numbers }) => {
    const order = numbers(0, 'the order');
    return known(
      order.map((_, place) => order.indexOf(place)),
      [order.length],
    );
  },
  ListDiff: ({ numbers }) => {
    const [all, gone] = [numbers(0, 'a list'), numbers(1, 'a list')];
    const kept = all.flatMap((value, i) => (gone.includes(value) ? [] : [[value, i] as const]));
    return [
      known(
        kept.map(([value]) => value),
        [kept.length],
      ),
      known(
        kept.map(([, i]) => i),
        [kept.length],
      ),
    ];
  },
  DynamicStitch: ({ inputs, known: knownInput, numbers }) => {
    const half = inputs.length / 2;
    const out: Size[] = [];
    for (let i = 0; i < half; i++) {
      const values = knownInput(half + i, 'what is joined').values;
      for (const [j, place] of numbers(i, 'the places').entries()) out[place] = values[j] ?? 0;
    }
    return known(out, [out.length]);
  },
  MirrorPad: mirrorPad,
};

/** Elements of every row by themselves: of the last axis only. */
function perRow(context: Context, along: number, batch: number): Arrayed {
  const { emit, int, refuse } = context;
  const [x, indices] = [context.array(0), context.array(1)];
  const rank = x.shape.length;
  const axis = axisFrom(along, rank);
  const from = int('batch_dims', 0) < 0 ? batch + indices.shape.length : batch;
  if (axis !== rank - 1 || from !== rank - 1 || indices.shape.length !== rank) {
    refuse('batch_dims');
  }
  const out = { shape: indices.shape, dtype: x.dtype };
  return emit('gather_elements', [x, indices], { axis }, out);
}

function oneHot(context: Context): Arrayed {
  const { array, emit, int, number } = context;
  const x = array(0);
  const depth = number(1, 'the depth');
  const [on, off] = [number(2, 'a value'), number(3, 'a value')];
  const dtype = array(2).dtype;
  const last = { shape: [...x.shape, depth], dtype: 'float32' as const };
  const ones = emit('one_hot', [x], { depth }, last);
  const factor = known([on - off], [], 'float32');
  const scaled = on - off === 1 ? ones : emit('binary', [ones, factor], { name: 'mul' }, last);
  const offset = known([off], [], 'float32');
  const values = off === 0 ? scaled : emit('binary', [scaled, offset], { name: 'add' }, last);
  const type = dtype === 'bool' ? 'bool' : 'int32';
  const typed = isFloat(dtype)
    ? values
    : emit('cast', [values], { dtype: type }, { ...last, dtype: type });
  const rank = x.shape.length + 1;
  const axis = int('axis', -1) === -1 ? rank - 1 : int('axis', -1);
  if (axis === rank - 1) return typed;
  const order = Array.from({ length: rank - 1 }, (_, i) => i).toSpliced(axis, 0, rank - 1);
  const shape = order.map((at) => last.shape[at] ?? 1);
  return emit('transpose', [typed], { axes: order }, { shape, dtype });
}

function arg({ array, emit, number, type }: Context, name: 'max' | 'min'): Arrayed {
  const x = array(0);
  const axis = axisFrom(number(1, 'the axis'), x.shape.length);
  const out = { shape: x.shape.toSpliced(axis, 1), dtype: type('output_type', 'int64') };
  return emit('arg', [x], { name, axis, keep: false }, out);
}

function range({
  array,
  count: counted,
  emit,
  known: knownInput,
  number,
  refuse,
  sizes,
}: Context): Arrayed {
  const [from, step] = [number(0, 'where it begins'), number(2, 'its step')];
  const [to] = knownInput(1, 'where it ends').values;
  const { dtype } = array(0);
  const type = isWhole(dtype) ? 'int32' : 'float32';
  if (step <= 0 || to === undefined) {
    if (typeof to !== 'number' || step === 0) return refuse('a range that depends on the input');
    const count = counted(Math.max(0, Math.ceil((to - from) / step)), 'the length of a range');
    return known(
      Array.from({ length: count }, (_, i) => from + i * step),
      [count],
      dtype,
    );
  }
  const span = sizes.join('sub', sizes.join('add', to, step - 1), from);
  const length =
    typeof to === 'number'
      ? Math.max(0, Math.ceil((to - from) / step))
      : sizes.join('floor_div', span, step);
  return emit('range', [], { from, to, step, dtype: type }, { shape: [length], dtype });
}

/** As a mirror has it: the edge twice (`SYMMETRIC`) or once (`REFLECT`). */
function mirrorPad(context: Context): Arrayed {
  const { array, emit, fixed, numbers, text } = context;
  const flat = numbers(1, 'the padding');
  const skip = text('mode', 'REFLECT') === 'REFLECT' ? 1 : 0;
  return array(0).shape.reduce<Arrayed>((x, size, axis) => {
    const [before = 0, after = 0] = flat.slice(2 * axis, 2 * axis + 2);
    if (before === 0 && after === 0) return x;
    const length = fixed(size, 'the length of what is mirrored');
    const part = (from: number, to: number) => {
      const out = { shape: x.shape.with(axis, to - from), dtype: x.dtype };
      const cut = emit('slice', [x], { axis, from, to, step: 1 }, out);
      return emit('flip', [cut], { axes: [axis] }, out);
    };
    const parts = [
      ...(before > 0 ? [part(skip, skip + before)] : []),
      x,
      ...(after > 0 ? [part(length - skip - after, length - skip)] : []),
    ];
    return concat(context, parts, axis);
  }, array(0));
}
