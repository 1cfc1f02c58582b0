import type { Context } from '#formats/torch-export/builder.ts';
import { LIVE_DROPOUT } from './activation.ts';
import { each, type Table } from './table.ts';

/** The lowest float32: after a softmax nothing is left of it, and no backend makes NaN of it. */
const LOWEST = -3.4028234663852886e38;

/** Attention in its parts, also under the names that it has on one device. */
export const attentionOps: Table = each(
  [
    'scaled_dot_product_attention.default',
    '_scaled_dot_product_flash_attention_for_cpu.default',
    '_scaled_dot_product_flash_attention.default',
    '_scaled_dot_product_efficient_attention.default',
    '_scaled_dot_product_fused_attention_overrideable.default',
  ],
  (context) => {
    const { args, emit, known, output, rankOf, refuse, shapeOf } = context;
    args.ignore('return_debug_mask', 'compute_log_sumexp');
    if (args.number('dropout_p', 0) > 0) refuse(LIVE_DROPOUT);
    const query = args.tensor('query');
    const isGrouped = args.boolean('enable_gqa', false);
    const [key, value] = ['key', 'value'].map((name) =>
      isGrouped ? repeatedHeads(context, args.tensor(name)) : args.tensor(name),
    );
    const width = known(shapeOf(query).at(-1), 'the width of a head');
    const scale = args.number('scale', null) ?? 1 / Math.sqrt(width);
    const rank = rankOf(query);
    const axes = Array.from({ length: rank }, (_, i) => i);
    const turned = emit('transpose', [key ?? ''], {
      axes: [...axes.slice(0, -2), rank - 1, rank - 2],
    });
    const products = emit('matmul', [query, turned], {});
    const scores = emit('binary', [products, context.constant(scale, 'float32')], { name: 'mul' });
    emit('matmul', [weightsOf(context, scores), value ?? ''], {}, output);
  },
);

/** Softmax of the scores where the mask lets them through; a row of nothing gives zeros. */
function weightsOf(context: Context, scores: string): string {
  const { args, constant, emit, metaOf } = context;
  const bias = args.optionalTensor('attn_mask') ?? args.optionalTensor('attn_bias');
  const mask = args.boolean('is_causal', false) ? causalMask(context) : null;
  const lowest = () => constant(LOWEST, 'float32');
  const allowed = bias !== null && metaOf(bias).dtype === 'bool' ? bias : mask;
  if (allowed !== null) {
    const kept = emit('where', [allowed, scores, lowest()], {});
    const weights = emit('softmax', [kept], { axis: -1 });
    // the triangle leaves something to every row
    if (allowed === mask) return weights;
    return emit('where', [allowed, weights, constant(0, 'float32')], {});
  }
  if (bias === null) return emit('softmax', [scores], { axis: -1 });
  const finite = emit('clamp', [bias], { min: LOWEST, max: null });
  const sums = emit('binary', [scores, finite], { name: 'add' });
  const weights = emit('softmax', [sums], { axis: -1 });
  const open = emit('compare', [bias, lowest()], { name: 'ge' });
  return emit('where', [open, weights, constant(0, 'float32')], {});
}

/** True at and below the diagonal, as many rows as queries, as many columns as keys. */
function causalMask({ args, dimension, emit, shapeOf }: Context): string {
  const lengths = ['query', 'key'].map((name) => dimension(shapeOf(args.tensor(name)).at(-2)));
  const square = emit('fill', [], { shape: lengths, value: 1, dtype: 'bool' });
  return emit('triangle', [square], { keep: 'lower', diagonal: 0 });
}

/** Heads of keys or values, each as often as queries share it. */
function repeatedHeads(context: Context, value: string): string {
  const { args, dimensions, emit, known, shapeOf } = context;
  const heads = known(shapeOf(args.tensor('query')).at(-3), 'the number of heads');
  const own = known(shapeOf(value).at(-3), 'the number of heads');
  const times = heads / own;
  const [length = 1, width = 1] = dimensions(value).slice(-2);
  const before = dimensions(value).slice(0, -3);
  const spaced = emit('unsqueeze', [value], { axis: -3 });
  const repeated = emit('expand', [spaced], { shape: [...before, own, times, length, width] });
  return emit('reshape', [repeated], { shape: [...before, heads, length, width] });
}
