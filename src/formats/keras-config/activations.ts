import type { UnaryName } from '#domain/graph.ts';
import type { JsonNode } from '#encodings/json-node.ts';
import type { LayerContext } from './builder.ts';
import { calculator } from './calculator.ts';

const UNARY: Readonly<Record<string, UnaryName>> = {
  relu: 'relu',
  relu6: 'relu6',
  selu: 'selu',
  sigmoid: 'sigmoid',
  silu: 'silu',
  swish: 'silu',
  hard_silu: 'hard_swish',
  hard_swish: 'hard_swish',
  softplus: 'softplus',
  softsign: 'softsign',
  tanh: 'tanh',
  gelu: 'gelu',
  mish: 'mish',
  exponential: 'exp',
  log_sigmoid: 'log_sigmoid',
};

type Activate = (layer: LayerContext, value: string) => string;

/**
 * Activations that take more than one of our ops, or have a number in them.
 * @see https://github.com/keras-team/keras/blob/master/keras/src/activations/activations.py
 */
const OTHERS: Readonly<Record<string, Activate>> = {
  linear: (_, value) => value,
  leaky_relu: (layer, value) => leaky(layer, value, 0.2),
  elu: (layer, value) => elu(layer, value, 1),
  celu: (layer, value) => elu(layer, value, 1),
  softmax: (layer, value) => calculator(layer).softmax(value, -1),
  log_softmax: ({ emit, shapeOf }, value) =>
    emit('log_softmax', [value], { axis: -1 }, shapeOf(value)),
  hard_tanh: (layer, value) => calculator(layer).clamp(value, -1, 1),
  // Keras 3 has relu6(x + 3) / 6, Keras 2 has 0.2 x + 0.5 between 0 and 1
  hard_sigmoid: (layer, value) =>
    calculator(layer).unary(layer.isKeras3 ? 'hard_sigmoid' : 'hard_sigmoid_keras2', value),
  gelu_new: (layer, value) => calculator(layer).unary('gelu_tanh', value),
  tanh_shrink(layer, value) {
    const { binary, unary } = calculator(layer);
    return binary('sub', value, unary('tanh', value));
  },
  glu: (layer, value) => glu(layer, value, -1),
  hard_shrink: (layer, value) => hardShrink(layer, value, 0.5),
  soft_shrink: (layer, value) => softShrink(layer, value, 0.5),
  squareplus: (layer, value) => squareplus(layer, value, 4),
  sparse_plus(layer, value) {
    const { binary, compare, unary, where } = calculator(layer);
    const middle = binary('mul', 0.25, unary('square', binary('add', value, 1)));
    const upper = where(compare('lt', value, 1), middle, value);
    return where(compare('le', value, -1), 0, upper);
  },
  sparse_sigmoid(layer, value) {
    const { binary, clamp } = calculator(layer);
    return clamp(binary('mul', 0.5, binary('add', value, 1)), 0, 1);
  },
};

/** Applies an activation by its name, or by the function or layer that a configuration describes. */
export function activate(layer: LayerContext, value: string, activation?: JsonNode): string {
  if (!activation) return value;
  if (isLayer(activation)) return layer.child(activation, [value])[0] ?? value;
  return activateBy(layer, value, nameOf(activation));
}

export function activateBy(layer: LayerContext, value: string, name: string): string {
  const unary = Object.hasOwn(UNARY, name) ? UNARY[name] : undefined;
  if (unary) return calculator(layer).unary(unary, value);
  const other = Object.hasOwn(OTHERS, name) ? OTHERS[name] : undefined;
  return other ? other(layer, value) : layer.refuse(`the activation ${name}`);
}

/** A layer, or an operation such as `Mish`, in the place of a function. */
function isLayer(activation: JsonNode): boolean {
  return activation.isObject && activation.find('config')?.isObject === true;
}

/** `"relu"`, or an object: a function of Keras by its name, anything else by its class. */
export function nameOf(activation: JsonNode): string {
  if (!activation.isObject) return activation.text();
  const className = activation.get('class_name').text();
  const config = activation.find('config');
  if (className === 'function' && config && !config.isObject) {
    const module = activation.find('module')?.text() ?? '';
    const name = config.text();
    return /^(?:builtins|keras(?:\..*)?|)$/.test(module) ? name : `${module}.${name}`;
  }
  return className;
}

export function leaky({ emit, shapeOf }: LayerContext, value: string, alpha: number): string {
  return emit('leaky_relu', [value], { alpha }, shapeOf(value));
}

export function elu({ emit, shapeOf }: LayerContext, value: string, alpha: number): string {
  return emit('elu', [value], { alpha }, shapeOf(value));
}

/** `max(x, 0) + α · (exp(min(x, 0) / α) − 1)` */
export function celu(layer: LayerContext, value: string, alpha: number): string {
  const { binary, clamp, unary } = calculator(layer);
  const below = unary('expm1', binary('div', clamp(value, null, 0), alpha));
  return binary('add', unary('relu', value), binary('mul', alpha, below));
}

/** One half of an axis, let through by the sigmoid of the other. */
export function glu(layer: LayerContext, value: string, axis: number): string {
  const { binary, slice, unary } = calculator(layer);
  const size = layer.known(layer.shapeOf(value).at(axis), 'the number of channels');
  if (size % 2 !== 0) layer.refuse(`a gated linear unit of ${size} channels`);
  const gate = unary('sigmoid', slice(value, axis, size / 2, size));
  return binary('mul', slice(value, axis, 0, size / 2), gate);
}

export function hardShrink(layer: LayerContext, value: string, threshold: number): string {
  const { compare, unary, where } = calculator(layer);
  return where(compare('gt', unary('abs', value), threshold), value, 0);
}

export function softShrink(layer: LayerContext, value: string, threshold: number): string {
  const { binary, compare, where } = calculator(layer);
  const below = where(compare('lt', value, -threshold), binary('add', value, threshold), 0);
  return where(compare('gt', value, threshold), binary('sub', value, threshold), below);
}

export function squareplus(layer: LayerContext, value: string, b: number): string {
  const { binary, unary } = calculator(layer);
  const root = unary('sqrt', binary('add', unary('square', value), b));
  return binary('div', binary('add', value, root), 2);
}
