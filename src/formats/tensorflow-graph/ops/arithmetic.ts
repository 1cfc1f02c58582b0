import type { Dtype } from '#domain/dtype.ts';
import type { BinaryName, CompareName, UnaryName } from '#domain/graph.ts';
import type { Context, Table, Translate } from '#formats/tensorflow-graph/context.ts';
import {
  type Arrayed,
  axisFrom,
  isFloat,
  isWhole,
  known,
} from '#formats/tensorflow-graph/values.ts';
import { broadcast, joinedShape } from './broadcast.ts';

/** Functions of numbers, one by one or joined, and what sums them up. */
export const arithmeticOps: Table = {
  ...mapped(unary, {
    Relu: 'relu',
    Relu6: 'relu6',
    Sigmoid: 'sigmoid',
    Tanh: 'tanh',
    Softplus: 'softplus',
    Softsign: 'softsign',
    Selu: 'selu',
    Exp: 'exp',
    Log: 'log',
    Log1p: 'log1p',
    Expm1: 'expm1',
    Sqrt: 'sqrt',
    Rsqrt: 'rsqrt',
    Neg: 'neg',
    Abs: 'abs',
    Square: 'square',
    Erf: 'erf',
    Sin: 'sin',
    Cos: 'cos',
    Floor: 'floor',
    Ceil: 'ceil',
    Round: 'round',
    Rint: 'round',
    Sign: 'sign',
    Reciprocal: 'reciprocal',
    Inv: 'reciprocal',
  }),
  ...mapped(truth, {
    LogicalNot: 'not',
    IsNan: 'is_nan',
    IsInf: 'is_inf',
    IsFinite: 'is_finite',
  }),
  ...mapped(binary, {
    Add: 'add',
    AddV2: 'add',
    Sub: 'sub',
    Mul: 'mul',
    RealDiv: 'div',
    Maximum: 'maximum',
    Minimum: 'minimum',
    Pow: 'pow',
    FloorDiv: 'floor_div',
    FloorMod: 'remainder',
  }),
  ...mapped(compare, {
    Equal: 'eq',
    NotEqual: 'ne',
    Less: 'lt',
    LessEqual: 'le',
    Greater: 'gt',
    GreaterEqual: 'ge',
  }),
  ...mapped(logical, { LogicalAnd: 'and', LogicalOr: 'or', LogicalXor: 'xor' }),
  ...mapped(reduce, {
    Mean: 'mean',
    Sum: 'sum',
    Max: 'max',
    Min: 'min',
    Prod: 'prod',
    All: 'all',
    Any: 'any',
  }),
  // whole numbers are divided as C does it
  Div: (context) =>
    isFloat(context.array(0).dtype)
      ? binary('div')(context)
      : context.refuse('a division of whole numbers'),
  DivNoNan: (context) => {
    const [a, b] = [context.array(0), context.array(1)];
    const shape = joinedShape([a, b]);
    const out = { shape, dtype: a.dtype };
    const zero = known([0], [], a.dtype);
    const isZero = context.emit('compare', [b, zero], { name: 'eq' }, { ...out, dtype: 'bool' });
    const quotient = context.emit('binary', [a, b], { name: 'div' }, out);
    return context.emit('where', [isZero, zero, quotient], {}, out);
  },
  SquaredDifference: ({ array, emit }) => {
    const inputs = [array(0), array(1)];
    const out = { shape: joinedShape(inputs), dtype: array(0).dtype };
    return emit('unary', [emit('binary', inputs, { name: 'sub' }, out)], { name: 'square' }, out);
  },
  Erfc: ({ array, emit }) => {
    const x = array(0);
    const erf = emit('unary', [x], { name: 'erf' }, x);
    return emit('binary', [known([1], [], x.dtype), erf], { name: 'sub' }, x);
  },
  Tan: ({ array, emit }) => {
    const x = array(0);
    const parts = (['sin', 'cos'] as const).map((name) => emit('unary', [x], { name }, x));
    return emit('binary', parts, { name: 'div' }, x);
  },
  Elu: ({ array, emit }) => emit('elu', [array(0)], { alpha: 1 }, array(0)),
  LeakyRelu: ({ array, emit, float }) =>
    emit('leaky_relu', [array(0)], { alpha: float('alpha', 0.2) }, array(0)),
  Prelu: (context) => prelu(context, context.array(0), context.array(1)),
  ClipByValue: ({ array, emit, node, inputs, refuse }) => {
    if (inputs.length !== 3) refuse(`${node.inputs.length} inputs`);
    const [x, low, high] = [array(0), array(1), array(2)];
    const above = emit('binary', [x, low], { name: 'maximum' }, x);
    return emit('binary', [above, high], { name: 'minimum' }, x);
  },
  AddN: ({ array, inputs, emit }) =>
    inputs.map((_, i) => array(i)).reduce((a, b) => emit('binary', [a, b], { name: 'add' }, a)),
  BiasAdd: (context) => biasAdd(context, context.array(0), context.array(1)),
  BiasAddV1: (context) => biasAdd(context, context.array(0), context.array(1)),
  SelectV2: ({ array, emit }) => {
    const [condition, a, b] = [array(0), array(1), array(2)];
    const out = { shape: joinedShape([condition, a, b]), dtype: a.dtype };
    return emit('where', [condition, a, b], {}, out);
  },
  Select: ({ array, emit }) => {
    const [condition, a, b] = [array(0), array(1), array(2)];
    // one truth value per row
    const isPerRow = condition.shape.length === 1 && a.shape.length > 1;
    const rows = isPerRow
      ? Array.from({ length: a.shape.length - 1 }).reduce<Arrayed>((column) => {
          const axis = column.shape.length;
          const out = { shape: [...column.shape, 1], dtype: column.dtype };
          return emit('unsqueeze', [column], { axis }, out);
        }, condition)
      : condition;
    return emit('where', [rows, a, b], {}, a);
  },
  Cast: cast,
};

function mapped<Name extends string>(
  translate: (name: Name) => Translate,
  names: Readonly<Record<string, Name>>,
): Table {
  return Object.fromEntries(Object.entries(names).map(([op, name]) => [op, translate(name)]));
}

function unary(name: UnaryName): Translate {
  return ({ array, emit, refuse }) => {
    const x = array(0);
    if (!isFloat(x.dtype) && !/^(?:relu|relu6|neg|abs|square|sign)$/.test(name)) {
      if (/^(?:floor|ceil|round)$/.test(name)) return x;
      refuse(`of ${x.dtype}`);
    }
    return emit('unary', [x], { name }, x);
  };
}

function truth(name: UnaryName): Translate {
  return ({ array, emit }) =>
    emit('unary', [array(0)], { name }, { shape: array(0).shape, dtype: 'bool' });
}

function binary(name: BinaryName): Translate {
  return ({ array, emit }) => {
    const inputs = [array(0), array(1)];
    return emit('binary', inputs, { name }, { shape: joinedShape(inputs), dtype: array(0).dtype });
  };
}

function compare(name: CompareName): Translate {
  return ({ array, emit, bool, refuse }) => {
    const inputs = [array(0), array(1)];
    if ((name === 'eq' || name === 'ne') && !bool('incompatible_shape_error', true)) {
      refuse('shapes that need not go together');
    }
    return emit('compare', inputs, { name }, { shape: joinedShape(inputs), dtype: 'bool' });
  };
}

function logical(name: 'and' | 'or' | 'xor'): Translate {
  return ({ array, emit }) => {
    const inputs = [array(0), array(1)];
    return emit('logical', inputs, { name }, { shape: joinedShape(inputs), dtype: 'bool' });
  };
}

function reduce(name: 'mean' | 'sum' | 'max' | 'min' | 'prod' | 'any' | 'all'): Translate {
  return ({ array, bool, emit, numbers, refuse }) => {
    const x = array(0);
    const rank = x.shape.length;
    const keep = bool('keep_dims', false);
    const over = numbers(1, 'over which axes').map((axis) => axisFrom(axis, rank));
    if (over.length === 0) return x;
    if (name === 'mean' && !isFloat(x.dtype)) refuse(`of ${x.dtype}`);
    const shape = keep
      ? x.shape.map((size, axis) => (over.includes(axis) ? 1 : size))
      : x.shape.filter((_, axis) => !over.includes(axis));
    return emit('reduce', [x], { name, axes: over, keep }, { shape, dtype: x.dtype });
  };
}

/** With a convolution or a product before it: done there. */
export function biasAdd(context: Context, x: Arrayed, bias: Arrayed): Arrayed {
  const { builder, emit, refuse, text } = context;
  const layout = text('data_format', 'NHWC');
  if (layout !== 'NHWC' && x.shape.length > 2) refuse(`channels stand first (${layout})`);
  const made = x.kind === 'computed' ? builder.nodeOf(x.name) : undefined;
  const isOpen = made?.inputs.length === 3 && made.inputs[2] === null && bias.shape.length === 1;
  if (made && isOpen && (made.op === 'conv' || made.op === 'linear')) {
    const [input, weight] = made.inputs.map((name): Arrayed | null =>
      name === null ? null : { kind: 'computed', name, shape: [], dtype: 'float32' },
    );
    return emit(made.op, [input ?? null, weight ?? null, bias], made.attributes, x);
  }
  return emit('binary', [x, bias], { name: 'add' }, x);
}

/** `max(x, 0) + slope · min(x, 0)`, slopes per element of the last axes. */
export function prelu({ emit }: Context, x: Arrayed, slope: Arrayed): Arrayed {
  const out = { shape: broadcast(x.shape, slope.shape), dtype: x.dtype };
  const zero = known([0], [], x.dtype);
  const [above, below] = (['maximum', 'minimum'] as const).map((name) =>
    emit('binary', [x, zero], { name }, x),
  );
  const scaled = emit('binary', [slope, below ?? x], { name: 'mul' }, out);
  return emit('binary', [above ?? x, scaled], { name: 'add' }, out);
}

/** All floats are computed in float32, and whole numbers in int32. */
function cast({ array, builder, emit, refuse, type }: Context): Arrayed {
  const x = array(0);
  const to: Dtype = type('DstT', 'float32');
  const { shape } = x;
  if (!isFloat(to) && !isWhole(to) && to !== 'bool') refuse(`to ${to}`);
  if ((to === 'float16' || to === 'bfloat16') && isFloat(x.dtype) && x.dtype !== to) {
    builder.note({ code: 'precision', policy: to });
  }
  if (/^u?int(?:8|16)$/.test(to) && x.dtype !== 'bool' && x.kind === 'computed') {
    refuse(`to ${to}, which does not hold every number`);
  }
  const alike = (isFloat(x.dtype) && isFloat(to)) || (isWhole(x.dtype) && isWhole(to));
  if (alike || x.dtype === to) return { ...x, dtype: to };
  const dtype: Dtype = isFloat(to) ? 'float32' : isWhole(to) ? 'int32' : to;
  return emit('cast', [x], { dtype }, { shape, dtype: to });
}
