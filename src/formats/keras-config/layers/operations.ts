import type { BinaryName, CompareName, OpAttributes, UnaryName } from '#domain/graph.ts';
import {
  activateBy,
  celu,
  elu,
  glu,
  hardShrink,
  leaky,
  softShrink,
  squareplus,
} from '#formats/keras-config/activations.ts';
import type { LayerContext, TranslateLayer } from '#formats/keras-config/builder.ts';
import { calculator } from '#formats/keras-config/calculator.ts';
import { rectify } from './activation.ts';
import { normalized } from './merge.ts';
import { operationsOnShapes } from './operations-on-shapes.ts';
import type { Table } from './table.ts';

const BINARY: Readonly<Record<string, BinaryName>> = {
  Add: 'add',
  Subtract: 'sub',
  Multiply: 'mul',
  Divide: 'div',
  TrueDivide: 'div',
  Maximum: 'maximum',
  Minimum: 'minimum',
  Power: 'pow',
  FloorDivide: 'floor_div',
  Mod: 'remainder',
};

const COMPARE: Readonly<Record<string, CompareName>> = {
  Equal: 'eq',
  NotEqual: 'ne',
  Less: 'lt',
  LessEqual: 'le',
  Greater: 'gt',
  GreaterEqual: 'ge',
};

const LOGIC: Readonly<Record<string, OpAttributes['logical']['name']>> = {
  LogicalAnd: 'and',
  LogicalOr: 'or',
  LogicalXor: 'xor',
};

const UNARY: Readonly<Record<string, UnaryName>> = {
  Relu: 'relu',
  Relu6: 'relu6',
  Sigmoid: 'sigmoid',
  Silu: 'silu',
  Tanh: 'tanh',
  Softplus: 'softplus',
  Softsign: 'softsign',
  LogSigmoid: 'log_sigmoid',
  HardSilu: 'hard_swish',
  HardSigmoid: 'hard_sigmoid',
  Mish: 'mish',
  Selu: 'selu',
  Exp: 'exp',
  Expm1: 'expm1',
  Log: 'log',
  Log1p: 'log1p',
  Sqrt: 'sqrt',
  Rsqrt: 'rsqrt',
  Square: 'square',
  Absolute: 'abs',
  Abs: 'abs',
  Negative: 'neg',
  Sign: 'sign',
  Floor: 'floor',
  Ceil: 'ceil',
  Sin: 'sin',
  Cos: 'cos',
  Erf: 'erf',
  Reciprocal: 'reciprocal',
  LogicalNot: 'not',
  Isnan: 'is_nan',
  Isinf: 'is_inf',
  Isfinite: 'is_finite',
};

const REDUCE: Readonly<Record<string, OpAttributes['reduce']['name']>> = {
  Mean: 'mean',
  Sum: 'sum',
  Max: 'max',
  Min: 'min',
  Amax: 'max',
  Amin: 'min',
  Prod: 'prod',
  Any: 'any',
  All: 'all',
};

/** Activations with nothing to set, by what `activations.ts` calls them. */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  HardTanh: 'hard_tanh',
  TanhShrink: 'tanh_shrink',
  SparsePlus: 'sparse_plus',
  SparseSigmoid: 'sparse_sigmoid',
};

/** Operations that `x + y` and `keras.ops` put between layers; numbers come in as constants. */
export const operations: Table = {
  ...table(BINARY, (name) => (layer) => calculator(layer).binary(name, ...twoOf(layer))),
  ...table(COMPARE, (name) => (layer) => calculator(layer).compare(name, ...twoOf(layer))),
  ...table(LOGIC, (name) => (layer) => calculator(layer).logical(name, ...twoOf(layer))),
  ...table(UNARY, (name) => (layer) => calculator(layer).unary(name, oneOf(layer))),
  ...table(REDUCE, (name) => (layer) => {
    const { config } = layer;
    for (const key of ['initial', 'dtype']) {
      if (config.find(key)) layer.refuse(`${key} is not understood`);
    }
    return calculator(layer).reduce(name, oneOf(layer), axesOf(layer), keeps(layer));
  }),
  ...table(ACTIVATIONS, (name) => (layer) => activateBy(layer, oneOf(layer), name)),
  ...operationsOnShapes,

  LeakyRelu: (layer) => leaky(layer, oneOf(layer), layer.config.number('negative_slope', 0.2)),
  Elu: (layer) => elu(layer, oneOf(layer), layer.config.number('alpha', 1)),
  Celu: (layer) => celu(layer, oneOf(layer), layer.config.number('alpha', 1)),
  Glu: (layer) => glu(layer, oneOf(layer), layer.config.number('axis', -1)),
  Gelu: (layer) =>
    calculator(layer).unary(
      layer.config.boolean('approximate', true) ? 'gelu_tanh' : 'gelu',
      oneOf(layer),
    ),
  HardShrink: (layer) => hardShrink(layer, oneOf(layer), layer.config.number('threshold', 0.5)),
  SoftShrink: (layer) => softShrink(layer, oneOf(layer), layer.config.number('threshold', 0.5)),
  Squareplus: (layer) => squareplus(layer, oneOf(layer), layer.config.number('b', 4)),
  Threshold(layer) {
    const { compare, where } = calculator(layer);
    const x = oneOf(layer);
    const { config } = layer;
    const otherwise = config.number('default_value', config.number('value', 0));
    return where(compare('gt', x, config.number('threshold', 0)), x, otherwise);
  },
  ReLU: (layer) =>
    rectify(layer, oneOf(layer), {
      slope: layer.config.number('negative_slope', 0),
      most: layer.config.find('max_value')?.number() ?? null,
      threshold: layer.config.number('threshold', 0),
    }),
  Softmax: (layer) => calculator(layer).softmax(oneOf(layer), axisOf(layer, -1)),
  LogSoftmax(layer) {
    const x = oneOf(layer);
    return layer.emit('log_softmax', [x], { axis: axisOf(layer, -1) }, layer.shapeOf(x));
  },
  Normalize(layer) {
    const { config, refuse } = layer;
    if (config.number('order', 2) !== 2) refuse('an order other than 2');
    return normalized(layer, oneOf(layer), axesOf(layer) ?? [-1], config.number('epsilon', 1e-7));
  },
  Clip(layer) {
    const { config, known } = layer;
    const [low, high] = ['x_min', 'x_max'].map((key) =>
      known(config.find(key)?.number() ?? numberIn(layer, key), key),
    );
    return calculator(layer).clamp(oneOf(layer), low ?? null, high ?? null);
  },
  Where(layer) {
    const [condition, a, b] = ['condition', 'x1', 'x2'].map(
      (name, place) => layer.tensor(name, place) ?? layer.refuse(`it has no ${name}`),
    );
    return calculator(layer).where(condition ?? '', a ?? '', b ?? '');
  },
  Matmul: (layer) => product(layer),
  Dot: (layer) => product(layer),
  Einsum(layer) {
    const { config, inputs, refuse } = layer;
    const equation = (config.find('subscripts')?.text() ?? '').replace(/\s/g, '');
    const [from = '', to] = equation.split('->');
    if (to === undefined || /[^a-zA-Z,]/.test(from + to)) refuse(`the equation ${equation}`);
    return calculator(layer).einsum(equation, ...inputs);
  },
  Cast(layer) {
    const { config, refuse } = layer;
    const dtype = config.text('dtype', 'float32');
    if (/float/.test(dtype)) return calculator(layer).cast(oneOf(layer), 'float32');
    if (dtype === 'bool') return calculator(layer).cast(oneOf(layer), 'bool');
    return /^u?int/.test(dtype)
      ? calculator(layer).cast(oneOf(layer), 'int32')
      : refuse(`dtype ${dtype}`);
  },
  StopGradient: (layer) => oneOf(layer),
  Copy: (layer) => oneOf(layer),
  Round(layer) {
    if (layer.config.number('decimals', 0) !== 0) layer.refuse('decimals');
    return calculator(layer).unary('round', oneOf(layer));
  },
  Var: (layer) => variance(layer),
  Std: (layer) => calculator(layer).unary('sqrt', variance(layer)),
  Logsumexp(layer) {
    const { binary, reduce, unary } = calculator(layer);
    const x = oneOf(layer);
    const axes = axesOf(layer);
    const largest = reduce('max', x, axes, true);
    const sum = reduce('sum', unary('exp', binary('sub', x, largest)), axes, true);
    const whole = binary('add', unary('log', sum), largest);
    return keeps(layer) ? whole : reduce('max', whole, axes);
  },
  Argmax: (layer) => argument(layer, 'max'),
  Argmin: (layer) => argument(layer, 'min'),
  Cumsum(layer) {
    const x = oneOf(layer);
    if (layer.config.find('dtype')) layer.refuse('a dtype');
    const axis = layer.known(layer.config.find('axis')?.integer(), 'the axis');
    return layer.emit('cumsum', [x], { axis, exclusive: false, reverse: false }, layer.shapeOf(x));
  },
  OneHot(layer) {
    const { config, emit, known, refuse, shapeOf } = layer;
    if (axisOf(layer, -1) !== -1 || config.boolean('sparse', false)) refuse('axis or sparse');
    if (!/^float|^$/.test(config.text('dtype', ''))) refuse('a dtype that is not float');
    const depth = known(config.find('num_classes')?.integer(), 'the number of classes');
    const x = calculator(layer).cast(oneOf(layer), 'int32');
    return emit('one_hot', [x], { depth }, [...shapeOf(x), depth]);
  },
  ZerosLike: (layer) => like(layer, 0),
  OnesLike: (layer) => like(layer, 1),
};

function table<Name>(
  names: Readonly<Record<string, Name>>,
  translate: (name: Name) => TranslateLayer,
): Table {
  return Object.fromEntries(
    Object.entries(names).map(([className, name]) => [className, translate(name)]),
  );
}

function oneOf({ input, tensor }: LayerContext): string {
  return tensor('x', 0) ?? input;
}

function twoOf({ refuse, tensor }: LayerContext): readonly [string, string] {
  const a = tensor('x1', 0) ?? refuse('it has no first operand');
  return [a, tensor('x2', 1) ?? refuse('a single operand')];
}

function numberIn({ given }: LayerContext, name: string): number | undefined {
  const found = given(name);
  return typeof found === 'number' ? found : undefined;
}

/** `null`: all axes. */
function axesOf({ config }: LayerContext): readonly number[] | null {
  const node = config.find('axis');
  if (!node) return null;
  return Array.isArray(node.value) ? node.list().map((axis) => axis.integer()) : [node.integer()];
}

function axisOf({ config, refuse }: LayerContext, missing: number): number {
  const node = config.find('axis');
  if (!node) return missing;
  if (!Array.isArray(node.value)) return node.integer();
  const [axis, second] = node.list();
  return axis && !second ? axis.integer() : refuse('several axes');
}

function keeps({ config }: LayerContext): boolean {
  return config.boolean('keepdims', false);
}

function product(layer: LayerContext): string {
  const [a, b] = twoOf(layer);
  const [left, right] = [a, b].map((x) => layer.shapeOf(x).length);
  if ((left ?? 0) < 2 || (right ?? 0) < 2) layer.refuse('a product with a vector');
  if (layer.className === 'Dot' && (right ?? 0) > 2) layer.refuse('more than two axes');
  return calculator(layer).matmul(a, b);
}

function variance(layer: LayerContext): string {
  const { binary, reduce, unary } = calculator(layer);
  const x = oneOf(layer);
  const axes = axesOf(layer);
  const centred = binary('sub', x, reduce('mean', x, axes, true));
  return reduce('mean', unary('square', centred), axes, keeps(layer));
}

function argument(layer: LayerContext, name: 'max' | 'min'): string {
  const x = oneOf(layer);
  const axis = axisOf(layer, Number.NaN);
  if (Number.isNaN(axis)) layer.refuse('all axes at once');
  const keep = keeps(layer);
  const at = axis < 0 ? axis + layer.shapeOf(x).length : axis;
  const shape = layer.shapeOf(x);
  const left = keep
    ? shape.map((size, i) => (i === at ? 1 : size))
    : shape.filter((_, i) => i !== at);
  return layer.emit('arg', [x], { name, axis: at, keep }, left);
}

const DTYPES = ['float32', 'int32', 'bool'] as const;

function like(layer: LayerContext, value: number): string {
  const x = oneOf(layer);
  const { config, emit, refuse, shapeOf, sizeOf } = layer;
  const wanted = config.text('dtype', 'float32');
  const dtype = DTYPES.find((one) => one === wanted) ?? refuse(`dtype ${wanted}`);
  const shape = shapeOf(x).map((_, axis) => sizeOf(x, axis));
  return emit('fill', [], { shape, value, dtype }, shapeOf(x));
}
