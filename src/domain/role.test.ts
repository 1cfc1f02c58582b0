import { describe, expect, it } from 'vitest';
import { roleOf } from './role.ts';
import type { TensorRole } from './summary.ts';
import type { TensorInfo } from './tensor.ts';

function info(name: string, more: Partial<TensorInfo> = {}): TensorInfo {
  return { name, dtype: 'float32', shape: [2], bytes: 8, ...more };
}

const variable = (name: string, label: string, more: Partial<TensorInfo> = {}) =>
  info(`${name}/.ATTRIBUTES/VARIABLE_VALUE`, { label, ...more });

describe('the role of a tensor', () => {
  it.each<[string, TensorInfo, TensorRole]>([
    ['of a state dict', info('model_state_dict.fc1.weight'), 'weight'],
    ['of a bare state dict', info('0.bias'), 'weight'],
    ['of a module called state', info('state.0.weight'), 'weight'],
    ['of a layer with opt in its name', info('opt_proj.weight'), 'weight'],
    ['a running mean', info('net.bn1.running_mean'), 'buffer'],
    [
      'a count of batches',
      info('bn1.num_batches_tracked', { dtype: 'int64', shape: [] }),
      'buffer',
    ],
    ['a Keras moving variance', info('batch_normalization/moving_variance'), 'buffer'],
    ['batch statistics of Flax', info('batch_stats.BatchNorm_0.mean'), 'buffer'],
    ['Adam of PyTorch', info('optimizer_state_dict.state.0.exp_avg'), 'optimizer'],
    ['its step', info('optimizer_state_dict.state.0.step', { shape: [] }), 'optimizer'],
    ['an optimizer of Lightning', info('optimizer_states.0.state.3.step'), 'optimizer'],
    ['an optimizer saved alone', info('state.12.step'), 'optimizer'],
    ['an optimizer of a GAN', info('generator_optimizer.state.0.exp_avg'), 'optimizer'],
    ['optax', info('opt_state.0.mu.Dense_0.kernel'), 'optimizer'],
    ['TensorFlow 1 Adam', info('dense/kernel/Adam_1'), 'optimizer'],
    ['TensorFlow 1 decay', info('beta1_power', { shape: [] }), 'optimizer'],
    ['Keras H5', info('/optimizer/vars/3'), 'optimizer'],
    [
      'a slot of TensorFlow 2',
      variable('model/w/.OPTIMIZER_SLOT/optimizer/m', 'dense/kernel/Adam'),
      'optimizer',
    ],
    [
      'a slot of Keras 3',
      variable('optimizer/_variables/2', 'adam/net_dense_kernel_momentum'),
      'optimizer',
    ],
    [
      'a weight that Keras 3 keeps under its optimizer',
      variable('optimizer/_trainable_variables/0', 'digits_cnn/conv2d/kernel'),
      'weight',
    ],
    ['an average', info('model_ema.module.fc.weight'), 'ema'],
    ['the average of timm', info('state_dict_ema.conv1.weight'), 'ema'],
    ['an average of TensorFlow 1', info('dense/kernel/ExponentialMovingAverage'), 'ema'],
    ['a codebook whose name speaks of an average', info('quantize.ema_weight'), 'weight'],
    [
      'a save counter',
      variable('save_counter', 'save_counter', { dtype: 'int64', shape: [] }),
      'other',
    ],
    ['a step', variable('step', 'Variable', { dtype: 'int64', shape: [] }), 'other'],
    [
      'the object graph',
      info('_CHECKPOINTABLE_OBJECT_GRAPH', { dtype: 'string', shape: [] }),
      'other',
    ],
    ['a lookup table', info('table/.ATTRIBUTES/table-values', { dtype: 'int64' }), 'other'],
    ['a random generator', info('torch_rng_state', { dtype: 'uint8', shape: [5056] }), 'other'],
    ['a scheduler', info('lr_scheduler.base_lrs'), 'other'],
  ])('%s', (_, tensor, role) => {
    expect(roleOf(tensor)).toBe(role);
  });

  it('looks into keys that hold dots', () => {
    const path = ['optimizer', 'state', '0', 'exp_avg'];
    expect(roleOf(info('a.b', { path }))).toBe('optimizer');
  });
});
