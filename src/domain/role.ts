import type { TensorRole } from './summary.ts';
import type { TensorInfo } from './tensor.ts';

/** Keys of the dictionaries that hold an optimizer: `optimizer_state_dict`, `optim`, `opt_state`. */
const OPTIMIZER_KEY = /^optim(?:izer)?s?(?:_|$)|_optim(?:izer)?(?:_|$)|^opts?(?:_states?)?$/;

/** What optimizers keep per parameter, by the last key: PyTorch, TensorFlow, optax. */
const SLOT =
  /^(?:exp_avg(?:_sq)?|max_exp_avg_sq|exp_inf|momentum_buffer|square_avg|grad_avg|acc_delta|adam(?:_\d+)?|momentum(?:_\d+)?|rmsprop(?:_\d+)?|adagrad(?:_\d+)?|adadelta(?:_\d+)?|ftrl(?:_\d+)?|beta[12]_power(?:_\d+)?)$/;

/** `state.0.exp_avg` of an optimizer saved alone; a list of modules may be called `state` as well. */
const LONE_OPTIMIZER = /^state\.\d+\.(?!(?:.*\.)?(?:weight|bias)$)/;

/** Keys of dictionaries that hold an average of the weights. */
const EMA_KEY =
  /(?:^|_)ema(?:_|$)|^(?:shadow_params|averaged_model|averaging_state|swa_model|exponentialmovingaverage)$/;

const BUFFER =
  /^(?:running_mean|running_var|num_batches_tracked|moving_mean|moving_variance|n_averaged|position_ids|inv_freq)$/;

/** Keys of what training keeps beside weights and optimizer. */
const BOOKKEEPING =
  /^(?:(?:(?:lr_)?schedulers?|(?:grad_)?scaler|.*rng_state.*|rng|seed_generators?|callbacks|loops|metrics|iterator)(?:_state_dict|_states?)?|save_counter|iterations?|global_step|step|epoch|_checkpointable_object_graph)$/;

/** TensorFlow ends the keys of its object graph so; tables are no weights. */
const ATTRIBUTES = /\/\.ATTRIBUTES\/.*$/;
const TABLE = /\/\.ATTRIBUTES\/table-(?:keys|values)$/;

/** Keras 3 keeps the model's own variables here, where the optimizer came first in the object graph. */
const MODEL_VARIABLES_OF_OPTIMIZER = /^(?:.*\/)?optimizer\/_trainable_variables\/\d+(?:\/|$)/;

/**
 * What a tensor is for, told from its names alone.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/trackable_object_graph.proto for `.OPTIMIZER_SLOT`
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.state_dict.html
 */
export function roleOf(info: TensorInfo): TensorRole {
  if (holdsNoNumbers(info)) return 'other';
  const keys = keysOf(info);
  const last = keys.at(-1) ?? '';
  if (isOptimizer(info.name, keys)) return 'optimizer';
  if (keys.some((key, i) => EMA_KEY.test(key) && (i < keys.length - 1 || !key.includes('_')))) {
    return 'ema';
  }
  if (BUFFER.test(last) || keys[0] === 'batch_stats') return 'buffer';
  if (TABLE.test(info.name) || keys.some((key) => BOOKKEEPING.test(key))) return 'other';
  return info.shape.length === 0 && /^u?int|^bool/.test(info.dtype) ? 'other' : 'weight';
}

function holdsNoNumbers({ dtype, kind }: TensorInfo): boolean {
  return dtype === 'string' || dtype === 'variant' || dtype === 'resource' || kind === 'object';
}

/** Lower-case keys from the outermost to the tensor's own; those of its label come last. */
function keysOf({ name, label, path }: TensorInfo): readonly string[] {
  const own = label === undefined ? [] : split(label);
  if (MODEL_VARIABLES_OF_OPTIMIZER.test(name)) return own;
  return [...(path ? path.flatMap(split) : split(name)), ...own];
}

function split(name: string): readonly string[] {
  const keys = name.replace(ATTRIBUTES, '').toLowerCase().split(/[./]/);
  return keys.filter((key) => key !== '');
}

function isOptimizer(name: string, keys: readonly string[]): boolean {
  if (name.includes('/.OPTIMIZER_SLOT/') || LONE_OPTIMIZER.test(name)) return true;
  return keys.some((key) => OPTIMIZER_KEY.test(key)) || SLOT.test(keys.at(-1) ?? '');
}
