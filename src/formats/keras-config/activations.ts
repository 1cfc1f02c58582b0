import type { UnaryName } from '#domain/graph.ts';
import type { JsonNode } from '#encodings/json-node.ts';
import type { LayerContext } from './builder.ts';

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
};

type Activate = (layer: LayerContext, value: string) => string;

/** Activations that take more than one of our ops, or have a number in them. */
const OTHERS: Readonly<Record<string, Activate>> = {
  linear: (_, value) => value,
  leaky_relu: ({ emit, shapeOf }, value) =>
    emit('leaky_relu', [value], { alpha: 0.2 }, shapeOf(value)),
  elu: ({ emit, shapeOf }, value) => emit('elu', [value], { alpha: 1 }, shapeOf(value)),
  celu: ({ emit, shapeOf }, value) => emit('elu', [value], { alpha: 1 }, shapeOf(value)),
  softmax: ({ emit, shapeOf }, value) => emit('softmax', [value], { axis: -1 }, shapeOf(value)),
  log_softmax: ({ emit, shapeOf }, value) =>
    emit('log_softmax', [value], { axis: -1 }, shapeOf(value)),
  hard_tanh: ({ emit, shapeOf }, value) =>
    emit('clamp', [value], { min: -1, max: 1 }, shapeOf(value)),
  // Keras 3 has relu6(x + 3) / 6, Keras 2 has 0.2 x + 0.5 between 0 and 1
  hard_sigmoid: ({ emit, isKeras3, shapeOf }, value) => {
    const name = isKeras3 ? 'hard_sigmoid' : 'hard_sigmoid_keras2';
    return emit('unary', [value], { name }, shapeOf(value));
  },
  log_sigmoid: ({ emit, shapeOf }, value) => {
    const shape = shapeOf(value);
    const negative = emit('unary', [value], { name: 'neg' }, shape);
    const softplus = emit('unary', [negative], { name: 'softplus' }, shape);
    return emit('unary', [softplus], { name: 'neg' }, shape);
  },
  tanh_shrink: ({ emit, shapeOf }, value) => {
    const shape = shapeOf(value);
    const tanh = emit('unary', [value], { name: 'tanh' }, shape);
    return emit('binary', [value, tanh], { name: 'sub' }, shape);
  },
};

/** Applies an activation by its name, or by the function or layer that a configuration describes. */
export function activate(layer: LayerContext, value: string, activation?: JsonNode): string {
  if (!activation) return value;
  const name = nameOf(activation);
  const unary = Object.hasOwn(UNARY, name) ? UNARY[name] : undefined;
  if (unary) return layer.emit('unary', [value], { name: unary }, layer.shapeOf(value));
  const other = Object.hasOwn(OTHERS, name) ? OTHERS[name] : undefined;
  return other ? other(layer, value) : layer.refuse(`the activation ${name}`);
}

/** `"relu"`, or an object: a function of Keras by its name, anything else by its class. */
function nameOf(activation: JsonNode): string {
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
