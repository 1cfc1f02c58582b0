import type { Context } from '#formats/torch-export/builder.ts';
import { each, type Table } from './table.ts';

/** Matrix products. Signatures as in `aten/src/ATen/native/native_functions.yaml`. */
export const linearOps: Table = {
  ...each(['linear.default'], ({ args, emit, output }) => {
    const inputs = [args.tensor('input'), args.tensor('weight'), args.optionalTensor('bias')];
    emit('linear', inputs, { weight: 'OI' }, output);
  }),

  ...each(['matmul.default'], (context) => {
    const { args, output } = context;
    product(context, [args.tensor('self'), args.tensor('other')], output);
  }),
  ...each(['mv.default'], (context) => {
    product(context, [context.args.tensor('self'), context.args.tensor('vec')], context.output);
  }),
  ...each(['dot.default'], (context) => {
    product(context, [context.args.tensor('self'), context.args.tensor('tensor')], context.output);
  }),
  ...each(['outer.default'], ({ args, emit, output }) => {
    const column = emit('unsqueeze', [args.tensor('self')], { axis: 1 });
    emit('binary', [column, args.tensor('vec2')], { name: 'mul' }, output);
  }),
  ...each(['einsum.default'], einsum),

  ...each(['mm.default', 'bmm.default'], ({ args, emit, output }) => {
    emit('matmul', [args.tensor('self'), args.tensor('mat2')], {}, output);
  }),

  ...each(['addmm.default'], (context) => {
    addProduct(context, [context.args.tensor('mat1'), context.args.tensor('mat2')]);
  }),

  ...each(['baddbmm.default'], (context) => {
    addProduct(context, [context.args.tensor('batch1'), context.args.tensor('batch2')]);
  }),
};

/** A product of which a factor may be a vector: a row on the left, a column on the right. */
function product({ emit, rankOf }: Context, factors: readonly string[], output: string): void {
  const [a = '', b = ''] = factors;
  const [row, column] = [rankOf(a) === 1, rankOf(b) === 1];
  if (!row && !column) {
    emit('matmul', [a, b], {}, output);
    return;
  }
  const left = row ? emit('unsqueeze', [a], { axis: 0 }) : a;
  const right = column ? emit('unsqueeze', [b], { axis: 1 }) : b;
  const made = emit('matmul', [left, right], {});
  const axes = [...(row ? [-2] : []), ...(column ? [-1] : [])];
  emit('squeeze', [made], { axes }, output);
}

/** `...` stands for axes that have no letter; without `->` the result has the letters that come once. */
function einsum({ args, emit, output, rankOf, refuse }: Context): void {
  args.ignore('path');
  const tensors = args.tensors('tensors');
  const equation = args.text('equation', '').replaceAll(' ', '');
  const [left = '', right] = equation.split('->');
  const terms = left.split(',');
  const free = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter((letter) => !equation.includes(letter));
  const lengths = terms.map((term, i) =>
    term.includes('...') ? rankOf(tensors[i] ?? '') - term.length + 3 : 0,
  );
  const most = Math.max(...lengths);
  if (terms.length !== tensors.length || most > free.length) refuse(`the equation ${equation}`);
  const dots = (length: number) => free.slice(most - length, most).join('');
  const spelled = terms.map((term, i) => term.replace('...', dots(lengths[i] ?? 0)));
  const letters = [...spelled.join('')].filter((letter) => !free.slice(0, most).includes(letter));
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter));
  const result = right?.replace('...', dots(most)) ?? dots(most) + once.sort().join('');
  emit('einsum', tensors, { equation: `${spelled.join(',')}->${result}` }, output);
}

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
