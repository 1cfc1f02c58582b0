import type { Context } from '#formats/torch-export/builder.ts';
import { each, type Table } from './table.ts';

/** Matrix products. Signatures as in `aten/src/ATen/native/native_functions.yaml`. */
export const linearOps: Table = {
  ...each(['linear.default'], ({ args, emit, output }) => {
    const inputs = [args.tensor('input'), args.tensor('weight'), args.optionalTensor('bias')];
    emit('linear', inputs, { weight: 'OI' }, output);
  }),

  ...each(['matmul.default'], (context) => {
    const { args, output, emit, refuse, rankOf } = context;
    const inputs = [args.tensor('self'), args.tensor('other')];
    if (inputs.some((input) => rankOf(input) < 2)) refuse('a product with a vector');
    emit('matmul', inputs, {}, output);
  }),

  ...each(['mm.default', 'bmm.default'], ({ args, emit, output }) => {
    emit('matmul', [args.tensor('self'), args.tensor('mat2')], {}, output);
  }),

  ...each(['addmm.default'], (context) => {
    addProduct(context, [context.args.tensor('mat1'), context.args.tensor('mat2')]);
  }),

  ...each(['baddbmm.default'], (context) => {
    addProduct(context, [context.args.tensor('batch1'), context.args.tensor('batch2')]);
  }),

  ...each(['embedding.default'], ({ args, emit, output }) => {
    args.ignore('padding_idx', 'scale_grad_by_freq', 'sparse');
    emit('embedding', [args.tensor('indices'), args.tensor('weight')], {}, output);
  }),
};

/** `beta · self + alpha · (a · b)` */
function addProduct(context: Context, factors: readonly string[]): void {
  const { args, emit, output } = context;
  const product = scaled(context, emit('matmul', factors, {}), args.number('alpha', 1));
  const summand = scaled(context, args.tensor('self'), args.number('beta', 1));
  emit('binary', [summand, product], { name: 'add' }, output);
}

/** A value times a number. */
export function scaled({ emit, constant }: Context, value: string, factor: number): string {
  return factor === 1 ? value : emit('binary', [value, constant(factor)], { name: 'mul' });
}
