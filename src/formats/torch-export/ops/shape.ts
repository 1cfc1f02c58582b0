import type { Dtype } from '#domain/dtype.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import type { Size } from '#formats/torch-export/program.ts';
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
    ],
    ({ args, emit, output, target }) => {
      // the file gives the shape of the result, so that -1 and lengths of the input are worked out
      args.ignore('size', 'shape', 'start_dim', 'end_dim', 'dim', 'sizes');
      emit('reshape', [args.tensor('self')], { shape: target(output) }, output);
    },
  ),

  ...each(['permute.default', 'permute_copy.default'], ({ args, emit, output }) => {
    emit('transpose', [args.tensor('self')], { axes: args.numbers('dims') }, output);
  }),
  ...each(['transpose.int', 'transpose_copy.int'], (context) => {
    swap(context, context.args.number('dim0'), context.args.number('dim1'));
  }),
  ...each(['t.default', 'numpy_T.default', 'mT.default', 'adjoint.default'], (context) => {
    const rank = context.rankOf(context.args.tensor('self'));
    if (rank === 2) swap(context, 0, 1);
    else context.refuse(`a transpose of ${rank} axes`);
  }),

  ...each(['squeeze.default', 'squeeze.dim', 'squeeze.dims'], (context) => {
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
  ...each(['unsqueeze.default'], ({ args, emit, output }) => {
    emit('unsqueeze', [args.tensor('self')], { axis: args.number('dim') }, output);
  }),
  ...each(['expand.default', 'expand_copy.default'], (context) => {
    const { args, dimension, emit, output, refuse, shapeOf } = context;
    args.ignore('size', 'implicit');
    const shape = shapeOf(output).map(
      (size) => dimension(size) ?? refuse('its shape cannot be worked out'),
    );
    emit('expand', [args.tensor('self')], { shape }, output);
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
      'split.Tensor',
      'split.sizes',
      'split_with_sizes.default',
      'split_copy.Tensor',
      'split_with_sizes_copy.default',
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
    const index = fromFront(context, { input, axis, place: args.number('index') });
    emit('select', [input], { axis, index }, output);
  }),
  ...each(['slice.Tensor', 'slice_copy.Tensor'], slice),
  ...each(['narrow.default'], ({ args, emit, output }) => {
    const from = args.number('start');
    const attributes = {
      axis: args.number('dim'),
      from,
      to: from + args.number('length'),
      step: 1,
    };
    emit('slice', [args.tensor('self')], attributes, output);
  }),

  ...each(['constant_pad_nd.default', 'pad.default'], pad),
  ...each(['upsample_nearest2d.vec', 'upsample_nearest2d.default'], (context) =>
    resize(context, 'nearest'),
  ),
  ...each(['upsample_bilinear2d.vec', 'upsample_bilinear2d.default'], (context) =>
    resize(context, 'bilinear'),
  ),

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

function axisOf(axis: number, rank: number): number {
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
  args.ignore('split_size', 'split_sizes', 'chunks');
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

/** Ends past 2⁵³ stand for the end of the axis, as does the length of the axis itself. */
function slice(context: Context): void {
  const { args, emit, output, rankOf, shapeOf } = context;
  const input = args.tensor('self');
  const axis = axisOf(args.number('dim', 0), rankOf(input));
  const length = shapeOf(input)[axis];
  const isWhole = shapeOf(output)[axis] !== undefined && same(shapeOf(output)[axis], length);
  const step = args.number('step', 1);
  if (step === 1 && isWhole) {
    args.ignore('start', 'end');
    emit('identity', [input], {}, output);
    return;
  }
  const from = fromFront(context, { input, axis, place: args.number('start', 0) });
  const end = args.number('end', null);
  const isOpen = end === null || end > Number.MAX_SAFE_INTEGER;
  const to = isOpen ? null : fromFront(context, { input, axis, place: end });
  const last = typeof length === 'number' && to !== null ? Math.min(to, length) : to;
  emit('slice', [input], { axis, from, to: last, step }, output);
}

interface Place {
  readonly input: string;
  readonly axis: number;
  /** Negative ones count from the end. */
  readonly place: number;
}

function fromFront({ known, shapeOf }: Context, { input, axis, place }: Place): number {
  if (place >= 0) return place;
  return Math.max(0, place + known(shapeOf(input)[axis], 'the length that -1 counts from'));
}

function same(a: Size | undefined, b: Size | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Pairs from the last axis backwards: `[left, right, top, bottom]`. */
function pad({ args, emit, output, rankOf, refuse }: Context): void {
  const mode = args.text('mode', 'constant');
  if (mode !== 'constant') refuse(`padding by ${mode}`);
  const input = args.tensor('self');
  const rank = rankOf(input);
  const pairs = args.numbers('pad');
  if (pairs.some((size) => size < 0)) refuse('negative padding');
  const padding = Array.from({ length: rank }, (_, axis) => {
    const at = 2 * (rank - 1 - axis);
    return [pairs[at] ?? 0, pairs[at + 1] ?? 0] as const;
  });
  emit('pad', [input], { padding, value: args.number('value', 0) }, output);
}

/** The size the file says it comes out with; only ratios that a size alone tells. */
function resize(context: Context, method: 'nearest' | 'bilinear'): void {
  const { args, emit, known, node, output, refuse, shapeOf } = context;
  if (args.boolean('align_corners', false)) refuse('aligned corners');
  args.ignore('output_size');
  const input = args.tensor(node.target.endsWith('.vec') ? 'input' : 'self');
  const scales = node.target.endsWith('.vec')
    ? args.numbers('scale_factors', [])
    : [args.number('scales_h', null), args.number('scales_w', null)];
  const size = [-2, -1].map((axis) => known(shapeOf(output).at(axis), 'its size'));
  for (const [i, scale] of scales.entries()) {
    const from = known(shapeOf(input).at(i - 2), 'its size');
    if (scale !== null && from * scale !== size[i]) refuse(`a scale of ${scale} for ${from}`);
  }
  emit('resize', [input], { layout: 'NCHW', size, factors: null, method }, output);
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
