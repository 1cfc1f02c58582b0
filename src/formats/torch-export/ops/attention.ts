import type { Context } from '#formats/torch-export/builder.ts';
import { each, type Table } from './table.ts';

/** The lowest float32: after a softmax nothing is left of it, and no backend makes NaN of it. */
const LOWEST = -3.4028234663852886e38;

/** The most that is put into a graph as a constant, in elements. */
const MAX_CONSTANT = 2 ** 22;

/** Attention in its parts, and tensors that are known before anything is computed. */
export const attentionOps: Table = {
  ...each(['scaled_dot_product_attention.default'], (context) => {
    const { args, emit, known, output, rankOf, refuse, shapeOf } = context;
    const [query, key, value] = [args.tensor('query'), args.tensor('key'), args.tensor('value')];
    if (args.number('dropout_p', 0) > 0)
      refuse('live dropout; call model.eval() before torch.export');
    if (args.boolean('enable_gqa', false)) refuse('grouped queries');
    const width = known(shapeOf(query).at(-1), 'the width of a head');
    const scale = args.number('scale', null) ?? 1 / Math.sqrt(width);
    const rank = rankOf(key);
    const axes = Array.from({ length: rank }, (_, i) => i);
    const turned = emit('transpose', [key], {
      axes: [...axes.slice(0, -2), rank - 1, rank - 2],
    });
    const products = emit('matmul', [query, turned], {});
    const scores = emit('binary', [products, context.constant(scale)], { name: 'mul' });
    const weights = emit('softmax', [masked(context, scores)], { axis: -1 });
    emit('matmul', [weights, value], {}, output);
  }),

  ...each(['arange.default', 'arange.start', 'arange.start_step'], (context) => {
    const { args, metaOf, output, refuse } = context;
    placement(context);
    const start = args.number('start', 0);
    const step = args.number('step', 1);
    const end = args.number('end');
    const { dtype } = metaOf(output);
    const length = Math.max(0, Math.ceil((end - start) / step));
    if (length > MAX_CONSTANT || dtype === null) refuse(`a range of ${length}`);
    const values = Array.from({ length }, (_, i) => start + i * step);
    context.emit('constant', [], { values, shape: [length], dtype: dtype ?? 'int64' }, output);
  }),
  ...each(['zeros.default'], (context) => fill(context, 0)),
  ...each(['ones.default'], (context) => fill(context, 1)),
  ...each(['full.default'], (context) => fill(context, context.args.number('fill_value'))),
  ...each(['scalar_tensor.default'], (context) => fill(context, context.args.number('s'))),
};

/** Scores plus the mask: numbers to add, or a triangle for what lies ahead. */
function masked(context: Context, scores: string): string {
  const { args, emit, known, metaOf, refuse, shapeOf } = context;
  const mask = args.optionalTensor('attn_mask');
  if (mask !== null) {
    if (metaOf(mask).dtype === 'bool') refuse('a mask of true and false');
    return emit('binary', [scores, mask], { name: 'add' });
  }
  if (!args.boolean('is_causal', false)) return scores;
  const rows = known(shapeOf(args.tensor('query')).at(-2), 'the length of the sequence');
  const columns = known(shapeOf(args.tensor('key')).at(-2), 'the length of the sequence');
  if (rows * columns > MAX_CONSTANT) refuse(`a mask of ${rows} × ${columns}`);
  const values = Array.from({ length: rows * columns }, (_, i) =>
    i % columns > Math.floor(i / columns) ? LOWEST : 0,
  );
  const triangle = emit('constant', [], { values, shape: [rows, columns], dtype: 'float32' });
  return emit('binary', [scores, triangle], { name: 'add' });
}

function fill(context: Context, value: number): void {
  const { emit, known, metaOf, output, refuse } = context;
  placement(context);
  context.args.ignore('size');
  const { dtype, sizes } = metaOf(output);
  const shape = sizes.map((size) => known(size, 'its shape'));
  const length = shape.reduce((product, size) => product * size, 1);
  if (length > MAX_CONSTANT || dtype === null) refuse(`a constant of ${length} elements`);
  const values = Array.from({ length }, () => value);
  emit('constant', [], { values, shape, dtype: dtype ?? 'float32' }, output);
}

function placement({ args }: Context): void {
  args.ignore('dtype', 'layout', 'device', 'pin_memory');
}
