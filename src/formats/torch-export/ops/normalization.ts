import type { Context } from '#formats/torch-export/builder.ts';
import { each, type Table } from './table.ts';

const TRAIN_MODE =
  'the program was exported in train mode, with statistics of the batch; call model.eval() before torch.export';

/** Normalizations with stored or with own statistics. */
export const normalizationOps: Table = {
  ...each(
    ['batch_norm.default', 'native_batch_norm.default', '_native_batch_norm_legit.default'],
    (context) => {
      const { args } = context;
      const isTraining = args.boolean('training', false);
      if (isTraining && args.optionalTensor('running_mean') === null) {
        args.ignore('running_var', 'cudnn_enabled');
        perImage(context);
        return;
      }
      if (isTraining) context.refuse(TRAIN_MODE);
      batchNorm(context, 'eps');
    },
  ),
  ...each(
    ['_native_batch_norm_legit_no_training.default', '_batch_norm_no_update.default'],
    (context) => batchNorm(context, 'eps'),
  ),
  ...each(['cudnn_batch_norm.default', 'miopen_batch_norm.default'], (context) => {
    if (context.args.boolean('training', false)) context.refuse(TRAIN_MODE);
    context.args.ignore('exponential_average_factor');
    batchNorm(context, 'epsilon');
  }),
  ...each(
    [
      '_native_batch_norm_legit_functional.default',
      '_batch_norm_with_update.default',
      '_batch_norm_with_update_functional.default',
    ],
    ({ refuse }) => refuse(TRAIN_MODE),
  ),

  ...each(['_native_batch_norm_legit.no_stats'], perImage),

  ...each(['layer_norm.default', 'native_layer_norm.default'], (context) => {
    const { args, emit, output } = context;
    const axes = args.numbers('normalized_shape').map((_, i, { length }) => i - length);
    args.ignore('cudnn_enable');
    emit('layer_norm', scaledInput(context), { axes, epsilon: args.number('eps', 1e-5) }, output);
  }),

  ...each(['rms_norm.default', '_fused_rms_norm.default'], ({ args, emit, output }) => {
    const axes = args.numbers('normalized_shape').map((_, i, { length }) => i - length);
    // of float32, whose distance of 1 to the next number stands in for it
    const epsilon = args.number('eps', 2 ** -23);
    const inputs = [args.tensor('input'), args.optionalTensor('weight')];
    emit('rms_norm', inputs, { axes, epsilon }, output);
  }),

  ...each(['group_norm.default', 'native_group_norm.default'], (context) => {
    const { args, emit, output, node } = context;
    const isNative = node.target.startsWith('aten.native');
    const groups = args.number(isNative ? 'group' : 'num_groups');
    args.ignore('N', 'C', 'HxW', 'cudnn_enabled');
    const epsilon = args.number('eps', 1e-5);
    emit('group_norm', scaledInput(context), { groups, axis: 1, epsilon }, output);
  }),

  ...each(['instance_norm.default'], (context) => {
    const { args, emit, output, known, shapeOf } = context;
    if (!args.boolean('use_input_stats', true)) {
      batchNorm(context, 'eps');
      return;
    }
    args.ignore('running_mean', 'running_var', 'momentum', 'cudnn_enabled');
    const groups = known(shapeOf(args.tensor('input'))[1], 'the number of channels');
    const epsilon = args.number('eps', 1e-5);
    emit('group_norm', scaledInput(context), { groups, axis: 1, epsilon }, output);
  }),
};

/**
 * Statistics of a batch of one: what an instance norm is decomposed to, with all channels as its own, and how
 * weights are standardized.
 */
function perImage(context: Context): void {
  const { args, emit, output, rankOf, refuse, shapeOf } = context;
  const [input, ...scale] = scaledInput(context);
  if (shapeOf(input ?? '')[0] !== 1) refuse(TRAIN_MODE);
  args.ignore('training', 'momentum');
  const epsilon = args.number('eps', 1e-5);
  const rank = rankOf(input ?? '');
  const axes = Array.from({ length: rank - 2 }, (_, axis) => axis + 2);
  const shape = [1, -1, ...axes.map(() => 1)];
  const [factor, offset] = scale.map((name) => name && emit('reshape', [name], { shape }));
  const normal = emit('layer_norm', [input ?? '', null, null], { axes, epsilon });
  const scaled = factor ? emit('binary', [normal, factor], { name: 'mul' }) : normal;
  if (offset) emit('binary', [scaled, offset], { name: 'add' }, output);
  else emit('identity', [scaled], {}, output);
}

function batchNorm(context: Context, epsilonName: 'eps' | 'epsilon'): void {
  const { args, emit, output, refuse } = context;
  args.ignore('momentum', 'cudnn_enabled');
  const mean = args.optionalTensor('running_mean') ?? refuse(TRAIN_MODE);
  const variance = args.optionalTensor('running_var') ?? refuse(TRAIN_MODE);
  const epsilon = args.number(epsilonName, 1e-5);
  emit('batch_norm', [...scaledInput(context), mean, variance], { axis: 1, epsilon }, output);
}

function scaledInput({ args }: Context): (string | null)[] {
  return [args.tensor('input'), args.optionalTensor('weight'), args.optionalTensor('bias')];
}
