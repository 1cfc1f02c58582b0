import type { BinaryName, UnaryName } from '#domain/graph.ts';
import { type Numbers, node, numbers, type OpCase } from './reference.ts';

/** ∫ of the Gauss curve by its series, which converges everywhere; ±1 is reached before it slows down. */
function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => (x > 30 ? x : Math.log1p(Math.exp(x)));
const relu = (x: number) => Math.max(x, 0);
const relu6 = (x: number) => Math.min(Math.max(x, 0), 6);

function halfToEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

const FUNCTIONS: { readonly [Name in UnaryName]: (x: number) => number } = {
  relu,
  relu6,
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  gelu_tanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  silu: (x) => x * sigmoid(x),
  sigmoid,
  hard_sigmoid: (x) => relu6(x + 3) / 6,
  hard_sigmoid_keras2: (x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1),
  hard_swish: (x) => (x * relu6(x + 3)) / 6,
  tanh: Math.tanh,
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  selu: (x) =>
    1.0507009873554805 * (x > 0 || Number.isNaN(x) ? x : 1.6732632423543772 * Math.expm1(x)),
  mish: (x) => x * Math.tanh(softplus(x)),
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  neg: (x) => -x,
  abs: Math.abs,
  square: (x) => x * x,
  erf,
  sin: Math.sin,
  cos: Math.cos,
  floor: Math.floor,
  ceil: Math.ceil,
  round: halfToEven,
  sign: Math.sign,
  reciprocal: (x) => 1 / x,
  log1p: Math.log1p,
  expm1: Math.expm1,
  log_sigmoid: (x) => -softplus(-x),
  not: (x) => Number(x === 0),
  is_nan: (x) => Number(Number.isNaN(x)),
  is_inf: (x) => Number(Math.abs(x) === Number.POSITIVE_INFINITY),
  is_finite: (x) => Number(Number.isFinite(x)),
};

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** Ordinary numbers, and what a diverged network computes with. Fours and odd counts have shaders of their own. */
const ARGUMENTS = [
  nan,
  infinity,
  -infinity,
  0,
  1e-4,
  -1e-4,
  0.3,
  -0.3,
  1,
  -1,
  2.5,
  -2.5,
  4,
  -4,
  7,
  -7,
  20,
  -20,
  60,
  -60,
];

const images = (values: readonly number[]) => numbers([1, 2, values.length / 2, 1], values);

function ofOne(name: UnaryName): OpCase[] {
  return [ARGUMENTS, ARGUMENTS.slice(0, 18), ARGUMENTS.slice(3, 19)].map((values) => ({
    name: `${name} of ${values.length} numbers`,
    graph: { nodes: [node('unary', { name }, ['x'], 'y')], inputs: { x: images(values) } },
    expected: images(values.map((x) => FUNCTIONS[name](Math.fround(x)))),
  }));
}

function withSettings(): OpCase[] {
  const x = images(ARGUMENTS);
  const of = (map: (value: number) => number) => images(ARGUMENTS.map(map));
  const slopes = numbers([2], [0.25, 2]);
  const slopeOf = (index: number) => (index < ARGUMENTS.length / 2 ? 0.25 : 2);
  const bent = (value: number, slope: number) => (value < 0 ? slope * value : value);
  return [
    {
      name: 'leaky ReLU',
      graph: { nodes: [node('leaky_relu', { alpha: 0.1 }, ['x'], 'y')], inputs: { x } },
      expected: of((value) => bent(value, 0.1)),
    },
    {
      name: 'ELU with alpha 1.5',
      graph: { nodes: [node('elu', { alpha: 1.5 }, ['x'], 'y')], inputs: { x } },
      expected: of((value) => (value < 0 ? 1.5 * Math.expm1(value) : value)),
    },
    {
      name: 'PReLU with a slope per channel',
      graph: {
        nodes: [node('prelu', { axis: 1 }, ['x', 's'], 'y')],
        inputs: { x },
        weights: { s: slopes },
      },
      expected: images(ARGUMENTS.map((value, i) => bent(value, slopeOf(i)))),
    },
    {
      name: 'PReLU with one slope',
      graph: {
        nodes: [node('prelu', { axis: 1 }, ['x', 's'], 'y')],
        inputs: { x },
        weights: { s: numbers([1], [0.25]) },
      },
      expected: of((value) => bent(value, 0.25)),
    },
    {
      name: 'clamp to both sides',
      graph: { nodes: [node('clamp', { min: -1, max: 2 }, ['x'], 'y')], inputs: { x } },
      expected: of((value) => Math.min(Math.max(value, -1), 2)),
    },
    {
      name: 'clamp from above',
      graph: { nodes: [node('clamp', { min: null, max: 2 }, ['x'], 'y')], inputs: { x } },
      expected: of((value) => Math.min(value, 2)),
    },
  ];
}

const ROWS = numbers(
  [4, 5],
  [1, 2, 3, 4, 5, -1, 0, 1000, 0, 1, nan, 0, 1, 2, 3, -infinity, 0, 1, 2, -5],
);

function softmaxed(x: readonly number[]): number[] {
  const max = Math.max(...x);
  const sum = x.reduce((all, value) => all + Math.exp(value - max), 0);
  return x.map((value) => Math.exp(value - max) / sum);
}

function rowsOf({ values, shape }: Numbers): number[][] {
  const width = shape[1] ?? 1;
  return Array.from({ length: values.length / width }, (_, row) =>
    values.slice(row * width, (row + 1) * width),
  );
}

function normalizing(): OpCase[] {
  const rows = rowsOf(ROWS);
  const columns = Array.from({ length: 5 }, (_, j) => rows.map((row) => row[j] ?? nan));
  const down = columns.map(softmaxed);
  return [
    {
      name: 'softmax, a row with NaN all NaN',
      graph: { nodes: [node('softmax', { axis: -1 }, ['x'], 'y')], inputs: { x: ROWS } },
      expected: { ...ROWS, values: rows.flatMap(softmaxed) },
    },
    {
      name: 'softmax along the first axis',
      graph: { nodes: [node('softmax', { axis: 0 }, ['x'], 'y')], inputs: { x: ROWS } },
      expected: {
        ...ROWS,
        values: rows.flatMap((row, i) => row.map((_, j) => down[j]?.[i] ?? nan)),
      },
    },
    {
      name: 'log-softmax',
      graph: { nodes: [node('log_softmax', { axis: 1 }, ['x'], 'y')], inputs: { x: ROWS } },
      expected: {
        ...ROWS,
        values: rows.flatMap((row) => {
          const max = Math.max(...row);
          const log = Math.log(row.reduce((all, value) => all + Math.exp(value - max), 0));
          return row.map((value) => value - max - log);
        }),
      },
    },
  ];
}

const OPERATIONS: { readonly [Name in BinaryName]: (a: number, b: number) => number } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  maximum: Math.max,
  minimum: Math.min,
  pow: (a, b) => a ** b,
  floor_div: (a, b) => Math.floor(a / b),
  remainder: (a, b) => a - b * Math.floor(a / b),
};

function ofTwo(name: BinaryName): OpCase[] {
  const a = [nan, 2, 0, 2, -3, 4, 0.5, 9];
  const b = [1, nan, 0, 0.5, 2, -1, 3, 1];
  const operation = OPERATIONS[name];
  const rows = numbers([2, 4], a);
  return [
    {
      name: `${name} of two arrays`,
      graph: {
        nodes: [node('binary', { name }, ['a', 'b'], 'y')],
        inputs: { a: images(a), b: images(b) },
      },
      expected: images(a.map((value, i) => operation(value, b[i] ?? nan))),
    },
    {
      name: `${name} with a row, broadcast`,
      graph: {
        nodes: [node('binary', { name }, ['a', 'r'], 'y')],
        inputs: { a: rows },
        weights: { r: numbers([4], [1, 2, 0.5, 3]) },
      },
      expected: {
        ...rows,
        values: a.map((value, i) => operation(value, [1, 2, 0.5, 3][i % 4] ?? nan)),
      },
    },
    ...[2, 3, 0.5, -1].map(
      (constant): OpCase => ({
        name: `${name} with ${constant}`,
        graph: {
          nodes: [
            node('constant', { values: [constant], shape: [], dtype: 'float32' }, [], 'c'),
            node('binary', { name }, ['a', 'c'], 'y'),
          ],
          inputs: { a: images(a) },
        },
        expected: images(a.map((value) => operation(value, constant))),
      }),
    ),
  ];
}

export const FUNCTION_CASES: readonly OpCase[] = [
  ...(Object.keys(FUNCTIONS) as UnaryName[]).flatMap(ofOne),
  ...withSettings(),
  ...normalizing(),
  ...(Object.keys(OPERATIONS) as BinaryName[]).flatMap(ofTwo),
];
