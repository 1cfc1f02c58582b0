import type { BinaryName, CompareName } from '#domain/graph.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import { numberOrTensor } from './arithmetic.ts';
import { each, type Table } from './table.ts';

const COMPARES: readonly CompareName[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];

/** Comparisons, logic, and choices between two values. */
export const comparisonOps: Table = {
  ...Object.assign(
    {},
    ...COMPARES.map((name) =>
      each([`${name}.Tensor`, `${name}.Scalar`], (context) => {
        const self = context.args.tensor('self');
        const other = compared(context, self);
        context.emit('compare', [self, other], { name }, context.output);
      }),
    ),
  ),

  ...Object.assign(
    {},
    ...(['and', 'or', 'xor'] as const).map((name) => ({
      ...each([`logical_${name}.default`], (context) => {
        const { args, emit, output } = context;
        emit('logical', [args.tensor('self'), args.tensor('other')], { name }, output);
      }),
      ...each(
        [
          `bitwise_${name}.Tensor`,
          `bitwise_${name}.Scalar`,
          `__${name}__.Tensor`,
          `__${name}__.Scalar`,
        ],
        (context) => {
          const { args, emit, output, refuse } = context;
          isTruth(context, 'self');
          const other = numberOrTensor(context, 'other');
          if (context.metaOf(output).dtype !== 'bool') refuse('bits of whole numbers');
          emit('logical', [args.tensor('self'), other], { name }, output);
        },
      ),
    })),
  ),
  ...each(['logical_not.default'], ({ args, emit, output }) => {
    emit('unary', [args.tensor('self')], { name: 'not' }, output);
  }),
  ...each(['bitwise_not.default'], (context) => {
    isTruth(context, 'self');
    context.emit('unary', [context.args.tensor('self')], { name: 'not' }, context.output);
  }),

  ...each(['where.self', 'where.ScalarSelf', 'where.ScalarOther', 'where.Scalar'], (context) => {
    const { args, emit, output } = context;
    const values = [numberOrTensor(context, 'self'), numberOrTensor(context, 'other')];
    emit('where', [args.tensor('condition'), ...values], {}, output);
  }),
  ...each(['masked_fill.Scalar', 'masked_fill.Tensor'], (context) => {
    const { args, emit, output } = context;
    const inputs = [args.tensor('mask'), numberOrTensor(context, 'value'), args.tensor('self')];
    emit('where', inputs, {}, output);
  }),

  ...each(['clamp.Tensor', 'clip.Tensor', 'clamp_min.Tensor', 'clamp_max.Tensor'], (context) => {
    const { args, emit, output } = context;
    const bounds: readonly (readonly [BinaryName, string | null])[] = [
      ['maximum', args.optionalTensor('min')],
      ['minimum', args.optionalTensor('max')],
    ];
    const given = bounds.filter(([, bound]) => bound !== null);
    let value = args.tensor('self');
    for (const [i, [name, bound]] of given.entries()) {
      value = emit('binary', [value, bound], { name }, i === given.length - 1 ? output : undefined);
    }
  }),
  ...each(['nan_to_num.default'], (context) => {
    const { args, constant, emit, output } = context;
    const greatest = 3.4028234663852886e38;
    const value = args.tensor('self');
    const missing = emit('unary', [value], { name: 'is_nan' });
    const filled = emit('where', [missing, constant(args.number('nan', 0)), value], {});
    const [least, most] = [args.number('neginf', -greatest), args.number('posinf', greatest)];
    const above = emit('compare', [value, constant(greatest)], { name: 'gt' });
    const low = emit('compare', [value, constant(-greatest)], { name: 'lt' });
    const lower = emit('where', [low, constant(least), filled], {});
    emit('where', [above, constant(most), lower], {}, output);
  }),
};

/** A number is compared in the type of the tensor, unless it has a fraction. */
function compared(context: Context, self: string): string {
  const { args, constant, length, metaOf, scalar } = context;
  const kind = args.kindOf('other');
  if (kind === 'tensor') return args.tensor('other');
  if (kind === 'size') return scalar(length(args.size('other')));
  const value = args.number('other');
  return constant(value, Number.isInteger(value) ? metaOf(self).dtype : 'float32');
}

function isTruth({ args, metaOf, refuse }: Context, name: string): void {
  if (metaOf(args.tensor(name)).dtype !== 'bool') refuse('bits of whole numbers');
}
