import type { Dimension } from '#domain/graph.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import { axisOf } from './shape.ts';
import { each, type Table } from './table.ts';

/** What picks elements by numbers that are computed, and what writes into a part. */
export const indexingOps: Table = {
  ...each(['embedding.default'], ({ args, emit, output }) => {
    args.ignore('padding_idx', 'scale_grad_by_freq', 'sparse');
    emit('embedding', [args.tensor('indices'), args.tensor('weight')], {}, output);
  }),
  ...each(['index_select.default'], ({ args, emit, output }) => {
    const inputs = [args.tensor('self'), args.tensor('index')];
    emit('gather', inputs, { axis: args.number('dim') }, output);
  }),
  ...each(['gather.default', 'take_along_dim.default'], ({ args, emit, node, output }) => {
    args.ignore('sparse_grad');
    const name = node.target.includes('gather') ? 'index' : 'indices';
    const inputs = [args.tensor('self'), args.tensor(name)];
    emit('gather_elements', inputs, { axis: args.number('dim') }, output);
  }),
  ...each(['index.Tensor', '_unsafe_index.Tensor'], index),
  ...each(['one_hot.default'], ({ args, emit, known, output, shapeOf }) => {
    args.ignore('num_classes');
    const depth = known(shapeOf(output).at(-1), 'the number of classes');
    const made = emit('one_hot', [args.tensor('self')], { depth });
    emit('cast', [made], { dtype: 'int64' }, output);
  }),
  ...each(['slice_scatter.default'], (context) => {
    const { args, known, shapeOf } = context;
    if (args.number('step', 1) !== 1) context.refuse('a step');
    const input = args.tensor('self');
    const axis = axisOf(args.number('dim', 0), context.rankOf(input));
    const source = args.tensor('src');
    const size = known(shapeOf(input)[axis], 'the length of the axis');
    const start = args.number('start', 0);
    args.ignore('end');
    const from = Math.min(size, start < 0 ? Math.max(0, start + size) : start);
    const to = from + known(shapeOf(source)[axis], 'the length of the part');
    putInto(context, { input, source, axis, from, to, size });
  }),
  ...each(['select_scatter.default'], (context) => {
    const { args, emit, known, shapeOf } = context;
    const input = args.tensor('self');
    const axis = axisOf(args.number('dim'), context.rankOf(input));
    const size = known(shapeOf(input)[axis], 'the length of the axis');
    const from = axisOf(args.number('index'), size);
    const source = emit('unsqueeze', [args.tensor('src')], { axis });
    putInto(context, { input, source, axis, from, to: from + 1, size });
  }),
};

interface Part {
  readonly input: string;
  readonly source: string;
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

/** The input with `[from, to)` of an axis replaced. */
function putInto({ emit, output }: Context, part: Part): void {
  const { input, source, axis, from, to, size } = part;
  const before = from > 0 ? [emit('slice', [input], { axis, from: 0, to: from, step: 1 })] : [];
  const after = to < size ? [emit('slice', [input], { axis, from: to, to: size, step: 1 })] : [];
  emit('concat', [...before, source, ...after], { axis }, output);
}

/**
 * Tensors of indices for some of the axes, broadcast together: those axes become one, and what was asked
 * for is taken from it. Where they are apart, what they give comes first.
 *
 * @see https://numpy.org/doc/stable/user/basics.indexing.html#advanced-indexing
 */
function index(context: Context): void {
  const { args, emit, metaOf, output, rankOf, refuse } = context;
  const input = args.tensor('self');
  const indices = args.optionalTensors('indices');
  const named = indices.flatMap((name, axis) => (name === null ? [] : [{ name, axis }]));
  if (named.some(({ name }) => /bool|uint8/.test(metaOf(name).dtype ?? ''))) {
    refuse('elements chosen by true and false, whose number depends on the data');
  }
  const [first, ...others] = named;
  if (!first) {
    emit('identity', [input], {}, output);
    return;
  }
  if (others.length === 0) {
    emit('gather', [input, first.name], { axis: first.axis }, output);
    return;
  }
  const axes = named.map(({ axis }) => axis);
  const isTogether = axes.every((axis, i) => axis === first.axis + i);
  const free = Array.from({ length: rankOf(input) }, (_, axis) => axis).filter(
    (axis) => !axes.includes(axis),
  );
  const at = isTogether ? first.axis : 0;
  const ordered = isTogether ? input : emit('transpose', [input], { axes: [...axes, ...free] });
  const sizes = context.dimensions(input);
  const around = free.map((axis) => sizes[axis] ?? 1);
  const merged = emit('reshape', [ordered], {
    shape: [...around.slice(0, at), -1, ...around.slice(at)],
  });
  emit('gather', [merged, flatIndex(context, named, sizes)], { axis: at }, output);
}

/** Where elements lie once the axes have become one: `(i · size of j + j) · size of k + k`. */
function flatIndex(
  { emit, scalar }: Context,
  named: readonly { readonly name: string; readonly axis: number }[],
  sizes: readonly Dimension[],
): string {
  return named
    .map(({ name, axis }) => {
      const size = scalar(sizes[axis] ?? 1);
      // they may count from the end
      return { size, place: emit('binary', [name, size], { name: 'remainder' }) };
    })
    .reduce((before, { size, place }) => {
      const rows = emit('binary', [before.place, size], { name: 'mul' });
      return { size, place: emit('binary', [rows, place], { name: 'add' }) };
    }).place;
}
