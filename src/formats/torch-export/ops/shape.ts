import type { Dtype } from '#domain/dtype.ts';
import type { Dimension } from '#domain/graph.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import type { Size, TensorMeta } from '#formats/torch-export/program.ts';
import { each, type Table } from './table.ts';

/** What changes shapes, order or precision, and no number. */
export const shapeOps: Table = {
  ...each(
    [
      'view.default',
      'reshape.default',
      '_unsafe_view.default',
      'view_copy.default',
      'flatten.using_ints',
      'unflatten.int',
      'view_as.default',
      'reshape_as.default',
      'ravel.default',
      '_reshape_alias.default',
      'atleast_1d.default',
      'atleast_2d.default',
      'atleast_3d.default',
    ],
    ({ args, emit, output, target }) => {
      // the file gives the shape of the result, so that -1 and lengths of the input are worked out
      args.ignore('size', 'shape', 'start_dim', 'end_dim', 'dim', 'sizes', 'other', 'stride');
      emit('reshape', [args.tensor('self')], { shape: target(output) }, output);
    },
  ),

  ...each(['permute.default', 'permute_copy.default'], ({ args, emit, output }) => {
    emit('transpose', [args.tensor('self')], { axes: args.numbers('dims') }, output);
  }),
  ...each(['transpose.int', 'transpose_copy.int', 'swapdims.default'], (context) => {
    swap(context, context.args.number('dim0'), context.args.number('dim1'));
  }),
  ...each(['swapaxes.default'], (context) => {
    swap(context, context.args.number('axis0'), context.args.number('axis1'));
  }),
  ...each(['movedim.int', 'movedim.intlist', 'moveaxis.int', 'moveaxis.intlist'], (context) => {
    const { args, emit, output, rankOf } = context;
    const input = args.tensor('self');
    const rank = rankOf(input);
    const from = args.numbers('source').map((axis) => axisOf(axis, rank));
    const to = args.numbers('destination').map((axis) => axisOf(axis, rank));
    const rest = Array.from({ length: rank }, (_, axis) => axis).filter(
      (axis) => !from.includes(axis),
    );
    const axes = Array.from({ length: rank }, (_, axis) => {
      const moved = to.indexOf(axis);
      return moved >= 0 ? (from[moved] ?? 0) : (rest.shift() ?? 0);
    });
    emit('transpose', [input], { axes }, output);
  }),
  ...each(['t.default', 't_copy.default', 'numpy_T.default'], (context) => {
    const rank = context.rankOf(context.args.tensor('self'));
    if (rank === 2) swap(context, 0, 1);
    else context.refuse(`a transpose of ${rank} axes`);
  }),
  ...each(['mT.default', 'adjoint.default', 'mH.default'], (context) => swap(context, -2, -1)),

  ...each(['squeeze.default', 'squeeze.dim', 'squeeze.dims', 'squeeze_copy.dims'], (context) => {
    const { args, emit, output, shapeOf } = context;
    const input = args.tensor('self');
    const shape = shapeOf(input);
    const named = args.numbers('dim', []).map((axis) => axisOf(axis, shape.length));
    // an axis whose length is not 1, or not known when exporting, stays
    const axes = shape.flatMap((size, axis) =>
      size === 1 && (named.length === 0 || named.includes(axis)) ? [axis] : [],
    );
    if (axes.length === 0) emit('identity', [input], {}, output);
    else emit('squeeze', [input], { axes }, output);
  }),
  ...each(['unsqueeze.default', 'unsqueeze_copy.default'], ({ args, emit, output }) => {
    emit('unsqueeze', [args.tensor('self')], { axis: args.number('dim') }, output);
  }),
  ...each(
    ['expand.default', 'expand_copy.default', 'expand_as.default', 'broadcast_to.default'],
    ({ args, dimensions, emit, output }) => {
      args.ignore('size', 'implicit', 'other');
      emit('expand', [args.tensor('self')], { shape: dimensions(output) }, output);
    },
  ),
  // what is copied is brought to the type and shape of what it is copied to
  ...each(['copy.default'], ({ args, dimensions, emit, metaOf, output }) => {
    args.ignore('self', 'non_blocking');
    const source = args.tensor('src');
    const dtype = metaOf(output).dtype ?? 'float32';
    const cast = metaOf(source).dtype === dtype ? source : emit('cast', [source], { dtype });
    emit('expand', [cast], { shape: dimensions(output) }, output);
  }),

  ...each(['cat.default', 'concat.default', 'concatenate.default'], ({ args, emit, output }) => {
    emit('concat', args.tensors('tensors'), { axis: args.number('dim', 0) }, output);
  }),
  ...each(['stack.default'], ({ args, emit, output, rankOf }) => {
    const axis = axisOf(args.number('dim', 0), rankOf(output));
    const parts = args.tensors('tensors').map((tensor) => emit('unsqueeze', [tensor], { axis }));
    emit('concat', parts, { axis }, output);
  }),
  ...each(
    [
      'chunk.default',
      'unsafe_chunk.default',
      'unsafe_split.Tensor',
      'unsafe_split_with_sizes.default',
      'split.Tensor',
      'split.sizes',
      'split_with_sizes.default',
      'split_copy.Tensor',
      'split_with_sizes_copy.default',
      'tensor_split.sections',
      'tensor_split.indices',
    ],
    split,
  ),
  ...each(['unbind.int'], ({ args, emit, node }) => {
    const input = args.tensor('self');
    const axis = args.number('dim', 0);
    for (const [index, name] of node.outputs.entries()) {
      if (name !== null) emit('select', [input], { axis, index }, name);
    }
  }),
  ...each(['select.int', 'select_copy.int'], (context) => {
    const { args, emit, output, rankOf } = context;
    const input = args.tensor('self');
    const axis = axisOf(args.number('dim'), rankOf(input));
    const length = context.shapeOf(input)[axis];
    const place = args.number('index');
    const index = typeof length === 'number' ? axisOf(place, length) : place;
    emit('select', [input], { axis, index }, output);
  }),
  ...each(['slice.Tensor', 'slice_copy.Tensor'], slice),
  ...each(['as_strided.default'], (context) => {
    const { args, emit, metaOf, output, refuse, target } = context;
    args.ignore('size', 'stride');
    const input = args.tensor('self');
    if (args.number('storage_offset', 0) !== 0) refuse('another view of the memory');
    if (!sameOrder(metaOf(input), metaOf(output))) refuse('another view of the memory');
    emit('reshape', [input], { shape: target(output) }, output);
  }),
  ...each(['narrow.default'], (context) => {
    const { args, emit, length, output, scalar, dimension, rankOf, shapeOf } = context;
    const input = args.tensor('self');
    const axis = axisOf(args.number('dim'), rankOf(input));
    args.ignore('length');
    const to = dimension(shapeOf(output)[axis]);
    const from = length(args.size('start'));
    if (typeof from === 'number' && typeof to === 'number' && from >= 0) {
      emit('slice', [input], { axis, from, to: from + to, step: 1 }, output);
      return;
    }
    const places = emit('range', [], { from: 0, to, step: 1, dtype: 'int64' });
    const moved = emit('binary', [places, scalar(from)], { name: 'add' });
    emit('gather', [input, moved], { axis }, output);
  }),
  ...each(['diagonal.default'], ({ args, emit, known, output, refuse, shapeOf }) => {
    const input = args.tensor('self');
    const [rows, columns, ...more] = shapeOf(input).map((size) => known(size, 'its shape'));
    if (rows === undefined || rows !== columns || more.length > 0) refuse('not of a square');
    if (args.number('offset', 0) !== 0) refuse('an offset');
    args.ignore('dim1', 'dim2');
    const row = emit('reshape', [input], { shape: [-1] });
    const step = (rows ?? 0) + 1;
    emit('slice', [row], { axis: 0, from: 0, to: null, step }, output);
  }),

  ...each(
    [
      'contiguous.default',
      'clone.default',
      'alias.default',
      'alias_copy.default',
      'detach.default',
      'detach_.default',
      'detach_copy.default',
      'lift_fresh.default',
      'lift_fresh_copy.default',
    ],
    ({ args, emit, output }) => {
      args.ignore('memory_format');
      emit('identity', [args.tensor('self')], {}, output);
    },
  ),
  ...each(
    [
      '_to_copy.default',
      'to.dtype',
      'to.dtype_layout',
      'to.device',
      'to.other',
      'type_as.default',
      '_to_dtype.default',
    ],
    convert,
  ),
};

/** An axis from 0, whether it counts from the front or from the back. */
export function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

function swap({ args, emit, output, rankOf }: Context, one: number, other: number): void {
  const input = args.tensor('self');
  const rank = rankOf(input);
  const [a, b] = [axisOf(one, rank), axisOf(other, rank)];
  const axes = Array.from({ length: rank }, (_, i) => (i === a ? b : i === b ? a : i));
  emit('transpose', [input], { axes }, output);
}

/** Parts are as long as the file says they come out. */
function split({ args, emit, known, node, rankOf, shapeOf }: Context): void {
  args.ignore('split_size', 'split_sizes', 'chunks', 'sections', 'indices');
  const input = args.tensor('self');
  const axis = axisOf(args.number('dim', 0), rankOf(input));
  let from = 0;
  for (const name of node.outputs) {
    if (name === null) continue;
    const to = from + known(shapeOf(name)[axis], 'the length of a part');
    emit('slice', [input], { axis, from, to, step: 1 }, name);
    from = to;
  }
}

/**
 * The file says how long the part is, so that only its start is asked for. Where that or the length
 * depends on the input, elements are taken by their places.
 */
function slice(context: Context): void {
  const { args, emit, length, output, rankOf, shapeOf } = context;
  const input = args.tensor('self');
  const axis = axisOf(args.number('dim', 0), rankOf(input));
  const [size, kept] = [shapeOf(input)[axis], shapeOf(output)[axis]];
  const step = args.number('step', 1);
  const given = length(args.size('start', 0));
  args.ignore('end');
  if (step === 1 && kept !== undefined && same(kept, size)) {
    emit('identity', [input], {}, output);
    return;
  }
  const isBack = typeof given === 'number' && given < 0;
  const start = isBack && typeof size === 'number' ? Math.max(0, given + size) : given;
  if (typeof start === 'number' && start >= 0 && typeof kept === 'number') {
    const end = start + kept * step;
    const to = typeof size === 'number' && end >= size ? null : end;
    emit('slice', [input], { axis, from: start, to, step }, output);
  } else if (typeof start === 'number' && start === -Number(kept) && step === 1) {
    emit('slice', [input], { axis, from: start, to: null, step }, output);
  } else {
    takeByPlace(context, { input, axis, start, step });
  }
}

interface Part {
  readonly input: string;
  readonly axis: number;
  /** Below zero: from the end. */
  readonly start: Dimension;
  readonly step: number;
}

function takeByPlace(context: Context, { input, axis, start, step }: Part): void {
  const { dimension, emit, output, scalar, shapeOf } = context;
  const count = dimension(shapeOf(output)[axis]);
  const numbers = emit('range', [], { from: 0, to: count, step: 1, dtype: 'int64' });
  const apart = step === 1 ? numbers : emit('binary', [numbers, scalar(step)], { name: 'mul' });
  const isBack = typeof start === 'number' && start < 0;
  const end = isBack ? [scalar(dimension(shapeOf(input)[axis]))] : [];
  const first = isBack ? emit('binary', [...end, scalar(start)], { name: 'add' }) : scalar(start);
  const places = start === 0 ? apart : emit('binary', [apart, first], { name: 'add' });
  emit('gather', [input, places], { axis }, output);
}

/** Whether the elements of both stand row by row, or in the same order of the same axes. */
function sameOrder(a: TensorMeta, b: TensorMeta): boolean {
  const axesOf = ({ sizes, strides }: TensorMeta) =>
    sizes.flatMap((size, axis) => (size === 1 ? [] : [[size, strides[axis]]]));
  return JSON.stringify(axesOf(a)) === JSON.stringify(axesOf(b));
}

function same(a: Size | undefined, b: Size | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const FLOATS: readonly (Dtype | null)[] = ['float64', 'float32', 'float16', 'bfloat16'];

/** All floats are computed in float32, so that only a change of kind is one. */
function convert({ args, emit, metaOf, output, refuse }: Context): void {
  args.ignore('dtype', 'layout', 'device', 'pin_memory', 'non_blocking', 'copy', 'memory_format');
  args.ignore('other');
  const input = args.tensor('self');
  const [from, to] = [metaOf(input).dtype, metaOf(output).dtype];
  if (from === null || to === null) refuse('an element type that is not known');
  const kinds = [from, to].map((dtype) => (FLOATS.includes(dtype) ? 'float32' : dtype));
  if (kinds[0] === kinds[1]) emit('identity', [input], {}, output);
  else emit('cast', [input], { dtype: kinds[1] ?? 'float32' }, output);
}
