import type { Dtype } from '#domain/dtype.ts';
import type { BinaryName, CompareName, OpAttributes, UnaryName } from '#domain/graph.ts';
import type { Context, Table, Translate } from '#formats/onnx/context.ts';
import { DTYPES } from '#formats/onnx/types.ts';
import { broadcast, joinedShape } from '#formats/tensorflow-graph/ops/broadcast.ts';
import {
  type Arrayed,
  axisFrom,
  isFloat,
  isWhole,
  type Known,
  known,
  type Size,
} from '#formats/tensorflow-graph/values.ts';

/** Functions of numbers, one by one or joined, and what sums them up. */
export const arithmeticOps: Table = {
  ...mapped(unary, {
    Relu: 'relu',
    Sigmoid: 'sigmoid',
    Tanh: 'tanh',
    Softplus: 'softplus',
    Softsign: 'softsign',
    Mish: 'mish',
    Exp: 'exp',
    Log: 'log',
    Sqrt: 'sqrt',
    Neg: 'neg',
    Abs: 'abs',
    Erf: 'erf',
    Sin: 'sin',
    Cos: 'cos',
    Floor: 'floor',
    Ceil: 'ceil',
    Round: 'round',
    Sign: 'sign',
    Reciprocal: 'reciprocal',
  }),
  ...mapped(truth, { Not: 'not', IsNaN: 'is_nan' }),
  ...mapped(binary, { Add: 'add', Sub: 'sub', Mul: 'mul', Pow: 'pow' }),
  Div: divide,
  Mod: modulo,
  ...mapped(several, { Sum: 'add', Max: 'maximum', Min: 'minimum' }),
  Mean: (context) => {
    const sum = several('add')(context);
    const parts = known([context.count], [], 'float32');
    return context.emit('binary', [sum as Arrayed, parts], { name: 'div' }, sum as Arrayed);
  },
  ...mapped(compare, {
    Equal: 'eq',
    Less: 'lt',
    LessOrEqual: 'le',
    Greater: 'gt',
    GreaterOrEqual: 'ge',
  }),
  ...mapped(logical, { And: 'and', Or: 'or', Xor: 'xor' }),
  Where: where,
  ...mapped(reduce, {
    ReduceMean: 'mean',
    ReduceSum: 'sum',
    ReduceMax: 'max',
    ReduceMin: 'min',
    ReduceProd: 'prod',
  }),
  ReduceSumSquare: (context) => reduced(context, squared(context), 'sum'),
  ReduceL2: (context) => {
    const sum = reduced(context, squared(context), 'sum');
    return context.emit('unary', [sum], { name: 'sqrt' }, sum);
  },
  ReduceL1: (context) => {
    const x = context.array(0);
    return reduced(context, context.emit('unary', [x], { name: 'abs' }, x), 'sum');
  },
  LeakyRelu: ({ array, emit, float }) =>
    emit('leaky_relu', [array(0)], { alpha: float('alpha', 0.01) }, array(0)),
  Elu: ({ array, emit, float }) => emit('elu', [array(0)], { alpha: float('alpha', 1) }, array(0)),
  Selu: ({ array, emit, float, refuse }) => {
    const isUsual =
      Math.abs(float('alpha', 1.673_263_2) - 1.673_263_2) < 1e-4 &&
      Math.abs(float('gamma', 1.050_701) - 1.050_701) < 1e-4;
    if (!isUsual) refuse('its own alpha or gamma');
    return emit('unary', [array(0)], { name: 'selu' }, array(0));
  },
  HardSigmoid: (context) =>
    hardSigmoid(context, context.float('alpha', 0.2), context.float('beta', 0.5)),
  HardSwish: (context) => {
    const x = context.array(0);
    return context.emit('binary', [x, hardSigmoid(context, 1 / 6, 0.5)], { name: 'mul' }, x);
  },
  Gelu: ({ array, emit, refuse, text }) => {
    const way = text('approximate', 'none');
    if (way !== 'none' && way !== 'tanh') refuse(`approximate ${way}`);
    const name = way === 'tanh' ? 'gelu_tanh' : 'gelu';
    return emit('unary', [array(0)], { name }, array(0));
  },
  PRelu: prelu,
  Clip: clip,
  Cast: (context) => cast(context, context.int('to')),
  CastLike: (context) => castTo(context, context.array(1).dtype),
};

function mapped<Name extends string>(
  translate: (name: Name) => Translate,
  names: Readonly<Record<string, Name>>,
): Table {
  return Object.fromEntries(Object.entries(names).map(([op, name]) => [op, translate(name)]));
}

const OF_WHOLE = /^(?:relu|neg|abs|sign)$/;

function unary(name: UnaryName): Translate {
  return ({ array, emit, refuse }) => {
    const x = array(0);
    if (!isFloat(x.dtype) && !OF_WHOLE.test(name)) refuse(`of ${x.dtype}`);
    return emit('unary', [x], { name }, x);
  };
}

function truth(name: UnaryName): Translate {
  return ({ array, emit }) => {
    const x = array(0);
    return emit('unary', [x], { name }, { shape: x.shape, dtype: 'bool' });
  };
}

/** Before version 7 the second input could be laid along an axis; those are not read. */
function binary(name: BinaryName): Translate {
  return ({ array, emit }) => {
    const inputs = [array(0), array(1)];
    const out = { shape: joinedShape(inputs), dtype: array(0).dtype };
    return emit('binary', inputs, { name }, out);
  };
}

/** Whole numbers lose what is behind the point; of lengths, which are not negative, that is rounding down. */
function divide(context: Context): Arrayed {
  const { array, emit, refuse } = context;
  const [a, b] = [array(0), array(1)];
  const out = { shape: joinedShape([a, b]), dtype: a.dtype };
  if (isFloat(a.dtype)) return emit('binary', [a, b], { name: 'div' }, out);
  if (a.kind !== 'known' || b.kind !== 'known') return refuse('a division of whole numbers');
  const isNegative = [...a.values, ...b.values].some((value) => Number(value) < 0);
  if (isNegative) return refuse('a division of negative whole numbers');
  return emit('binary', [a, b], { name: 'floor_div' }, out);
}

function modulo(context: Context): Arrayed {
  const { array, emit, int } = context;
  const [a, b] = [array(0), array(1)];
  const out = { shape: joinedShape([a, b]), dtype: a.dtype };
  if (int('fmod', 0) === 0) return emit('binary', [a, b], { name: 'remainder' }, out);
  // the sign of the first: a − b · trunc(a / b)
  const quotient = emit('binary', [a, b], { name: 'div' }, out);
  const [size, sign] = (['abs', 'sign'] as const).map((name) =>
    emit('unary', [quotient], { name }, out),
  );
  const floor = emit('unary', [size ?? quotient], { name: 'floor' }, out);
  const whole = emit('binary', [floor, sign ?? quotient], { name: 'mul' }, out);
  const taken = emit('binary', [b, whole], { name: 'mul' }, out);
  return emit('binary', [a, taken], { name: 'sub' }, out);
}

function several(name: BinaryName): Translate {
  return ({ arrays, emit }) =>
    arrays().reduce((a, b) => {
      const out = { shape: joinedShape([a, b]), dtype: a.dtype };
      return emit('binary', [a, b], { name }, out);
    });
}

/** A length is no negative number, whatever it is. */
function compare(name: CompareName): Translate {
  return ({ array, emit }) => {
    const [a, b] = [array(0), array(1)];
    const isApart = (x: Size, y: Size) => typeof x === 'string' && Number(y) < 0;
    if (name === 'eq' && a.kind === 'known' && b.kind === 'known') {
      const equal = joined(a, b, (x, y) => {
        if (isApart(x, y) || isApart(y, x)) return 0;
        const isSure = typeof x === typeof y || x === y;
        return isSure && (typeof x === 'number' || x === y) ? Number(x === y) : null;
      });
      if (equal) return { ...equal, dtype: 'bool' };
    }
    const out = { shape: joinedShape([a, b]), dtype: 'bool' as const };
    return emit('compare', [a, b], { name }, out);
  };
}

/** Element by element where both are rows of the same length, or one is a single number. */
function joined(a: Known, b: Known, join: (x: Size, y: Size) => Size | null): Known | null {
  const longer = a.values.length >= b.values.length ? a : b;
  const fits = [a, b].every(
    ({ values, shape }) => values.length === 1 || shape.join() === longer.shape.join(),
  );
  if (!fits || longer.shape.length < Math.max(a.shape.length, b.shape.length)) return null;
  const values = longer.values.map((_, i) => join(pickAt(a, i), pickAt(b, i)));
  return values.every((value) => value !== null) ? { ...longer, values } : null;
}

const pickAt = ({ values }: Known, i: number): Size => values[values.length === 1 ? 0 : i] ?? 0;

function where({ array, emit }: Context): Arrayed {
  const [condition, a, b] = [array(0), array(1), array(2)];
  if (condition.kind === 'known' && a.kind === 'known' && b.kind === 'known') {
    const first = joined(condition, a, (truth, x) => (truth === 0 ? NOTHING : x));
    const whole = first && joined(first, b, (x, y) => (x === NOTHING ? y : x));
    const shape = joinedShape([condition, a, b]);
    if (whole && whole.shape.join() === shape.join()) return { ...whole, dtype: a.dtype };
  }
  const out = { shape: broadcast(condition.shape, a.shape, b.shape), dtype: a.dtype };
  return emit('where', [condition, a, b], {}, out);
}

/** No length is called so. */
const NOTHING = '\u0000';

function logical(name: OpAttributes['logical']['name']): Translate {
  return ({ array, emit }) => {
    const out = { shape: joinedShape([array(0), array(1)]), dtype: 'bool' as const };
    return emit('logical', [array(0), array(1)], { name }, out);
  };
}

function reduce(name: OpAttributes['reduce']['name']): Translate {
  return (context) => reduced(context, context.array(0), name);
}

function squared({ array, emit }: Context): Arrayed {
  return emit('unary', [array(0)], { name: 'square' }, array(0));
}

/** Axes are an attribute, and since version 13 of sums and 18 of all others an input. */
function reduced(context: Context, x: Arrayed, name: OpAttributes['reduce']['name']): Arrayed {
  const { emit, has, int, ints, numbers } = context;
  const rank = x.shape.length;
  const keep = int('keepdims', 1) !== 0;
  const given = ints('axes') ?? (has(1) ? numbers(1, 'the axes') : []);
  const isNothing = int('noop_with_empty_axes', 0) !== 0;
  if (given.length === 0 && isNothing) return x;
  const over = given.map((axis) => axisFrom(axis, rank));
  const gone = (axis: number) => over.length === 0 || over.includes(axis);
  const shape = keep
    ? x.shape.map((size, axis) => (gone(axis) ? 1 : size))
    : x.shape.filter((_, axis) => !gone(axis));
  const axes = over.length === 0 ? null : over;
  return emit('reduce', [x], { name, axes, keep }, { shape, dtype: x.dtype });
}

function hardSigmoid({ array, emit }: Context, alpha: number, beta: number): Arrayed {
  const x = array(0);
  const scaled = emit('binary', [x, known([alpha], [], x.dtype)], { name: 'mul' }, x);
  const moved = emit('binary', [scaled, known([beta], [], x.dtype)], { name: 'add' }, x);
  return emit('clamp', [moved], { min: 0, max: 1 }, x);
}

/** Slopes are laid along the last axes, so that all shapes are those of a product. */
function prelu({ array, emit }: Context): Arrayed {
  const [x, slope] = [array(0), array(1)];
  const above = emit('unary', [x], { name: 'relu' }, x);
  const negative = emit('unary', [x], { name: 'neg' }, x);
  const below = emit('unary', [negative], { name: 'relu' }, x);
  const scaled = emit('binary', [below, slope], { name: 'mul' }, x);
  return emit('binary', [above, scaled], { name: 'sub' }, x);
}

/** Bounds are attributes, and since version 11 inputs. */
function clip(context: Context): Arrayed {
  const { array, attribute, emit, optional } = context;
  const x = array(0);
  const bound = (name: 'min' | 'max', index: number): Arrayed | null => {
    const given = attribute(name)?.float;
    return given === undefined ? optional(index) : known([given], [], x.dtype);
  };
  const [low, high] = [bound('min', 1), bound('max', 2)];
  const numberOf = (value: Arrayed | null) =>
    value?.kind === 'known' && typeof value.values[0] === 'number' ? value.values[0] : null;
  const isKnown = (value: Arrayed | null) => value === null || numberOf(value) !== null;
  if (isFloat(x.dtype) && isKnown(low) && isKnown(high)) {
    const attributes = { min: numberOf(low), max: numberOf(high) };
    if (attributes.min === 0 && attributes.max === 6) {
      return emit('unary', [x], { name: 'relu6' }, x);
    }
    return emit('clamp', [x], attributes, x);
  }
  const above = low ? emit('binary', [x, low], { name: 'maximum' }, x) : x;
  return high ? emit('binary', [above, high], { name: 'minimum' }, x) : above;
}

function cast(context: Context, to: number): Arrayed {
  context.ignore('saturate', 'round_mode');
  const dtype = DTYPES.get(to) ?? context.refuse(`to the type ${to}`);
  return castTo(context, dtype);
}

/** Of what is computed in float32 or int32 whatever it is called. */
function castTo({ array, builder, emit, refuse }: Context, to: Dtype): Arrayed {
  const x = array(0);
  const { shape } = x;
  if (!isFloat(to) && !isWhole(to) && to !== 'bool') return refuse(`to ${to}`);
  if ((to === 'float16' || to === 'bfloat16') && isFloat(x.dtype) && x.dtype !== to) {
    builder.note({ code: 'precision', policy: to });
  }
  if (/^u?int(?:8|16)$/.test(to) && x.dtype !== 'bool' && x.kind === 'computed') {
    return refuse(`to ${to}, which does not hold every number`);
  }
  const alike = (isFloat(x.dtype) && isFloat(to)) || (isWhole(x.dtype) && isWhole(to));
  if (alike || x.dtype === to) return { ...x, dtype: to };
  const dtype: Dtype = isFloat(to) ? 'float32' : isWhole(to) ? 'int32' : to;
  return emit('cast', [x], { dtype }, { shape, dtype: to });
}
