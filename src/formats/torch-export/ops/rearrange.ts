import type { Dimension } from '#domain/graph.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import { axisOf } from './shape.ts';
import { each, type Table } from './table.ts';

/** What puts elements elsewhere, repeats them, or leaves some out. */
export const rearrangeOps: Table = {
  ...each(['flip.default', 'fliplr.default', 'flipud.default'], ({ args, emit, node, output }) => {
    const axes = /fliplr/.test(node.target) ? [1] : /flipud/.test(node.target) ? [0] : null;
    emit('flip', [args.tensor('self')], { axes: axes ?? args.numbers('dims') }, output);
  }),
  ...each(['roll.default'], (context) => {
    const { args, emit, output, target } = context;
    const input = args.tensor('self');
    const axes = args.numbers('dims', []);
    const shifts = args.numbers('shifts');
    if (axes.length > 0) {
      emit('roll', [input], { axes, shifts }, output);
      return;
    }
    const row = emit('reshape', [input], { shape: [-1] });
    const rolled = emit('roll', [row], { axes: [0], shifts });
    emit('reshape', [rolled], { shape: target(output) }, output);
  }),
  // windows of one axis, whose elements become the last axis
  ...each(['unfold.default', 'unfold_copy.default'], (context) => {
    const { args, emit, known, output, rankOf, shapeOf } = context;
    const input = args.tensor('self');
    const rank = rankOf(input);
    const axis = axisOf(args.number('dimension'), rank);
    const [size, step] = [args.number('size'), args.number('step')];
    const count = known(shapeOf(output)[axis], 'the number of windows');
    const windows = emit('gather', [input, placesOf(context, { count, size, step, gap: 1 })], {
      axis,
    });
    const order = Array.from({ length: rank + 1 }, (_, i) => i);
    const axes = [...order.filter((i) => i !== axis + 1), axis + 1];
    emit('transpose', [windows], { axes }, output);
  }),
  ...each(['im2col.default'], (context) => {
    const { args, emit, known, output, shapeOf, target } = context;
    const [padding, sizes] = [args.numbers('padding', [0]), args.numbers('kernel_size')];
    const [strides, gaps] = [args.numbers('stride', [1]), args.numbers('dilation', [1])];
    const pads = [-2, -1].map((_, i) => padding[i] ?? padding[0] ?? 0);
    const input = args.tensor('self');
    const around = [0, 0, ...pads].map((pad) => [pad, pad] as const);
    const padded = emit('pad', [input], { padding: around, value: 0 });
    const places = pads.map((pad, i) => {
      const [size, step] = [sizes[i] ?? sizes[0] ?? 1, strides[i] ?? strides[0] ?? 1];
      const gap = gaps[i] ?? gaps[0] ?? 1;
      const length = known(shapeOf(input)[i + 2], 'the size of the image') + 2 * pad;
      const count = Math.floor((length - gap * (size - 1) - 1) / step) + 1;
      return placesOf(context, { count, size, step, gap });
    });
    const rows = emit('gather', [padded, places[0] ?? ''], { axis: 2 });
    // [n, c, rows, own rows, columns, own columns]
    const all = emit('gather', [rows, places[1] ?? ''], { axis: 4 });
    const woven = emit('transpose', [all], { axes: [0, 1, 3, 5, 2, 4] });
    emit('reshape', [woven], { shape: target(output) }, output);
  }),
  ...each(['meshgrid.default', 'meshgrid.indexing'], ({ args, dimensions, emit, node }) => {
    const isSwapped = args.text('indexing', 'ij') === 'xy';
    const tensors = args.tensors('tensors');
    const order = tensors.map((_, i) => (isSwapped && i < 2 ? 1 - i : i));
    for (const [i, name] of node.outputs.entries()) {
      if (name === null) continue;
      const shape = tensors.map((_, axis) => (axis === order[i] ? -1 : 1));
      const row = emit('reshape', [tensors[i] ?? ''], { shape });
      emit('expand', [row], { shape: dimensions(name) }, name);
    }
  }),
  ...each(['broadcast_tensors.default'], ({ args, dimensions, emit, node }) => {
    for (const [i, tensor] of args.tensors('tensors').entries()) {
      const name = node.outputs[i];
      if (name) emit('expand', [tensor], { shape: dimensions(name) }, name);
    }
  }),
  ...each(['triu.default'], (context) => triangle(context, 'upper')),
  ...each(['tril.default'], (context) => triangle(context, 'lower')),

  ...each(['repeat.default', 'tile.default'], (context) => {
    const { args, emit, length, node, output, rankOf } = context;
    const input = args.tensor('self');
    const given = args.sizes(node.target.includes('repeat') ? 'repeats' : 'dims').map(length);
    const missing = Math.max(0, rankOf(input) - given.length);
    const repeats: readonly Dimension[] = [...new Array<number>(missing).fill(1), ...given];
    emit('tile', [input], { repeats }, output);
  }),
  ...each(['repeat_interleave.self_int'], (context) => {
    const { args, dimensions, emit, length, output, rankOf, refuse } = context;
    args.ignore('output_size');
    const input = args.tensor('self');
    const along = args.number('dim', null) ?? (rankOf(input) === 1 ? 0 : refuse('no axis'));
    const axis = axisOf(along, rankOf(input));
    const times = length(args.size('repeats'));
    const shape = dimensions(input);
    const spaced = emit('unsqueeze', [input], { axis: axis + 1 });
    const repeated = emit('expand', [spaced], { shape: shape.toSpliced(axis + 1, 0, times) });
    emit('reshape', [repeated], { shape: dimensions(output) }, output);
  }),

  ...each(['pixel_shuffle.default'], (context) => {
    const { args, emit, known, output, shapeOf, target } = context;
    const factor = args.number('upscale_factor');
    const [rows = 1, columns = 1] = lengthsOf(context);
    const channels = known(shapeOf(output).at(-3), 'the number of channels');
    const parts = emit('reshape', [args.tensor('self')], {
      shape: [-1, channels, factor, factor, rows, columns],
    });
    const woven = emit('transpose', [parts], { axes: [0, 1, 4, 2, 5, 3] });
    emit('reshape', [woven], { shape: target(output) }, output);
  }),
  ...each(['pixel_unshuffle.default'], (context) => {
    const { args, emit, known, output, shapeOf, target } = context;
    const factor = args.number('downscale_factor');
    const input = args.tensor('self');
    const [rows = 1, columns = 1] = lengthsOf(context);
    const channels = known(shapeOf(input).at(-3), 'the number of channels');
    const parts = emit('reshape', [input], {
      shape: [-1, channels, rows / factor, factor, columns / factor, factor],
    });
    const woven = emit('transpose', [parts], { axes: [0, 1, 3, 5, 2, 4] });
    emit('reshape', [woven], { shape: target(output) }, output);
  }),
  ...each(['channel_shuffle.default', 'native_channel_shuffle.default'], (context) => {
    const { args, emit, known, output, shapeOf, target } = context;
    const input = args.tensor('self');
    const groups = args.number('groups');
    const [rows = 1, columns = 1] = lengthsOf(context);
    const channels = known(shapeOf(input)[1], 'the number of channels');
    const parts = emit('reshape', [input], {
      shape: [-1, groups, channels / groups, rows, columns],
    });
    const woven = emit('transpose', [parts], { axes: [0, 2, 1, 3, 4] });
    emit('reshape', [woven], { shape: target(output) }, output);
  }),

  ...each(['constant_pad_nd.default', 'pad.default'], pad),
  ...each(
    ['reflection_pad1d.default', 'reflection_pad2d.default', 'reflection_pad3d.default'],
    (context) => padByIndex(context, 'reflect'),
  ),
  ...each(
    ['replication_pad1d.default', 'replication_pad2d.default', 'replication_pad3d.default'],
    (context) => padByIndex(context, 'replicate'),
  ),
};

interface Windows {
  readonly count: number;
  readonly size: number;
  readonly step: number;
  readonly gap: number;
}

/** Where the elements of each window lie: `[count, size]`. */
function placesOf({ emit }: Context, { count, size, step, gap }: Windows): string {
  const values = Array.from(
    { length: count * size },
    (_, i) => Math.floor(i / size) * step + (i % size) * gap,
  );
  return emit('constant', [], { values, shape: [count, size], dtype: 'int32' });
}

/** Of the last two axes. */
function lengthsOf({ args, known, shapeOf }: Context): readonly number[] {
  return shapeOf(args.tensor('self'))
    .slice(-2)
    .map((size) => known(size, 'the size of the image'));
}

function triangle({ args, emit, output }: Context, keep: 'lower' | 'upper'): void {
  emit('triangle', [args.tensor('self')], { keep, diagonal: args.number('diagonal', 0) }, output);
}

/** Pairs from the last axis backwards: `[left, right, top, bottom]`. */
function pad(context: Context): void {
  const { args, emit, output, rankOf } = context;
  const mode = args.text('mode', 'constant');
  if (mode !== 'constant') {
    args.ignore('value');
    padByIndex(context, mode);
    return;
  }
  const input = args.tensor('self');
  const padding = pairsOf(args.numbers('pad'), rankOf(input));
  emit('pad', [input], { padding, value: args.number('value', 0) }, output);
}

function pairsOf(pairs: readonly number[], rank: number): readonly (readonly [number, number])[] {
  return Array.from({ length: rank }, (_, axis) => {
    const at = 2 * (rank - 1 - axis);
    return [pairs[at] ?? 0, pairs[at + 1] ?? 0] as const;
  });
}

/** What lies outside is taken from inside: mirrored, the edge, or from the other end. */
function padByIndex(context: Context, mode: string): void {
  const { args, emit, known, node, output, rankOf, refuse, shapeOf } = context;
  const input = args.tensor('self');
  const pairs = args.numbers(node.target.includes('.pad.') ? 'pad' : 'padding');
  const inside = INSIDE[mode] ?? refuse(`padding by ${mode}`);
  const padded = pairsOf(pairs, rankOf(input)).flatMap(([before, after], axis) =>
    before === 0 && after === 0 ? [] : [{ before, after, axis }],
  );
  const value = padded.reduce((image, { before, after, axis }) => {
    const size = known(shapeOf(input)[axis], 'its size');
    const values = Array.from({ length: before + size + after }, (_, i) =>
      inside(i - before, size),
    );
    const shape = [values.length];
    const places = emit('constant', [], { values, shape, dtype: 'int32' });
    return emit('gather', [image, places], { axis });
  }, input);
  emit('identity', [value], {}, output);
}

const INSIDE: Readonly<Record<string, (place: number, size: number) => number>> = {
  reflect: (place, size) => {
    const from = Math.abs(place);
    return from < size ? from : 2 * (size - 1) - from;
  },
  replicate: (place, size) => Math.min(size - 1, Math.max(0, place)),
  circular: (place, size) => ((place % size) + size) % size,
};
