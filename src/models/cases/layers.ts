import { at, fill, type Numbers, node, numbers, type OpCase, some, sum } from './reference.ts';

const read = (x: Numbers, index: readonly number[]) => at(x, index) ?? Number.NaN;

function products(): OpCase[] {
  const rows = some([3, 7]);
  const weight = some([5, 7], 2);
  const bias = some([5], 3);
  const applied = (x: Numbers) =>
    fill([...x.shape.slice(0, -1), 5], (index) => {
      const out = index.at(-1) ?? 0;
      const terms = Array.from(
        { length: 7 },
        (_, i) => read(x, [...index.slice(0, -1), i]) * read(weight, [out, i]),
      );
      return sum(terms) + (bias.values[out] ?? 0);
    });
  const transposed = fill([7, 5], ([i = 0, o = 0]) => read(weight, [o, i]));
  const sequence = some([2, 3, 7], 4);
  const linear = (name: string, x: Numbers, layout: 'OI' | 'IO'): OpCase => ({
    name,
    graph: {
      nodes: [node('linear', { weight: layout }, ['x', 'w', 'b'], 'y')],
      inputs: { x },
      weights: { w: layout === 'OI' ? weight : transposed, b: bias },
    },
    expected: applied(x),
  });
  return [
    linear('linear as PyTorch keeps it', rows, 'OI'),
    linear('linear as Keras keeps it', rows, 'IO'),
    linear('linear over a sequence', sequence, 'OI'),
    linear('linear of one vector', some([7], 5), 'OI'),
    ...matmuls(),
  ];
}

function matmuls(): OpCase[] {
  const of = (name: string, a: Numbers, b: Numbers, expected: Numbers): OpCase => ({
    name,
    graph: { nodes: [node('matmul', {}, ['a', 'b'], 'y')], inputs: { a, b } },
    expected,
  });
  const a = some([2, 3, 4, 5]);
  const b = some([3, 5, 2], 2);
  const row = some([5], 3);
  const [many, others] = [some([2, 64, 64], 4), some([2, 64, 33], 5)];
  return [
    of(
      'matmul of pairs that are large',
      many,
      others,
      fill([2, 64, 33], ([g = 0, i = 0, j = 0]) =>
        sum(Array.from({ length: 64 }, (_, k) => read(many, [g, i, k]) * read(others, [g, k, j]))),
      ),
    ),
    of(
      'matmul, batches broadcast',
      a,
      b,
      fill([2, 3, 4, 2], ([n = 0, g = 0, i = 0, j = 0]) =>
        sum([0, 1, 2, 3, 4].map((k) => read(a, [n, g, i, k]) * read(b, [g, k, j]))),
      ),
    ),
    of(
      'matmul with a vector',
      a,
      row,
      fill([2, 3, 4], ([n = 0, g = 0, i = 0]) =>
        sum([0, 1, 2, 3, 4].map((k) => read(a, [n, g, i, k]) * (row.values[k] ?? 0))),
      ),
    ),
    of(
      'matmul of a vector',
      row,
      b,
      fill([3, 2], ([g = 0, j = 0]) =>
        sum([0, 1, 2, 3, 4].map((k) => (row.values[k] ?? 0) * read(b, [g, k, j]))),
      ),
    ),
  ];
}

const X = some([2, 4, 3, 3]);
const EPSILON = 1e-3;
const positive = (x: Numbers): Numbers => ({
  ...x,
  values: x.values.map((v) => Math.abs(v) + 0.1),
});

const SCALE = some([4], 5);
const OFFSET = some([4], 6);
const MEAN = some([4], 7);
const VARIANCE = positive(some([4], 8));
const STATISTICS = { s: SCALE, o: OFFSET, m: MEAN, v: VARIANCE };

function batchNorms(): OpCase[] {
  const normalized = (value: number, c: number, affine: boolean) => {
    const unit = (value - (MEAN.values[c] ?? 0)) / Math.sqrt((VARIANCE.values[c] ?? 0) + EPSILON);
    return affine ? unit * (SCALE.values[c] ?? 0) + (OFFSET.values[c] ?? 0) : unit;
  };
  const last = some([2, 3, 4], 9);
  return [
    {
      name: 'batch norm on axis 1',
      graph: {
        nodes: [node('batch_norm', { axis: 1, epsilon: EPSILON }, ['x', 's', 'o', 'm', 'v'], 'y')],
        inputs: { x: X },
        weights: STATISTICS,
      },
      expected: fill(X.shape, (index) => normalized(read(X, index), index[1] ?? 0, true)),
    },
    {
      name: 'batch norm on the last axis, without scale and offset',
      graph: {
        nodes: [
          node('batch_norm', { axis: -1, epsilon: EPSILON }, ['x', null, null, 'm', 'v'], 'y'),
        ],
        inputs: { x: last },
        weights: { m: MEAN, v: VARIANCE },
      },
      expected: fill(last.shape, (index) => normalized(read(last, index), index[2] ?? 0, false)),
    },
    {
      name: 'batch norm of features',
      graph: {
        nodes: [node('batch_norm', { axis: 1, epsilon: EPSILON }, ['x', 's', 'o', 'm', 'v'], 'y')],
        inputs: { x: some([3, 4], 10) },
        weights: STATISTICS,
      },
      expected: fill([3, 4], (index) =>
        normalized(read(some([3, 4], 10), index), index[1] ?? 0, true),
      ),
    },
  ];
}

/** `(x − mean) / √(variance + ε)` over the elements of the same set. */
function standardized(x: Numbers, setOf: (index: readonly number[]) => string): Numbers {
  const sets = new Map<string, number[]>();
  fill(x.shape, (index) => {
    const key = setOf(index);
    sets.set(key, [...(sets.get(key) ?? []), read(x, index)]);
    return 0;
  });
  return fill(x.shape, (index) => {
    const set = sets.get(setOf(index)) ?? [];
    const mean = sum(set) / set.length;
    const variance = sum(set.map((value) => (value - mean) ** 2)) / set.length;
    return (read(x, index) - mean) / Math.sqrt(variance + EPSILON);
  });
}

function otherNorms(): OpCase[] {
  const scale = some([3, 3], 11);
  const offset = some([3, 3], 12);
  const perImage = standardized(X, ([n, c]) => `${n},${c}`);
  const inGroups = standardized(X, ([n, c = 0]) => `${n},${Math.floor(c / 2)}`);
  return [
    {
      name: 'layer norm over two axes',
      graph: {
        nodes: [node('layer_norm', { axes: [-2, -1], epsilon: EPSILON }, ['x', 's', 'o'], 'y')],
        inputs: { x: X },
        weights: { s: scale, o: offset },
      },
      expected: fill(
        X.shape,
        (index) =>
          read(perImage, index) * read(scale, index.slice(2)) + read(offset, index.slice(2)),
      ),
    },
    {
      name: 'layer norm without scale and offset',
      graph: {
        nodes: [node('layer_norm', { axes: [3], epsilon: EPSILON }, ['x', null, null], 'y')],
        inputs: { x: X },
      },
      expected: standardized(X, ([n, c, h]) => `${n},${c},${h}`),
    },
    {
      name: 'group norm',
      graph: {
        nodes: [node('group_norm', { groups: 2, axis: 1, epsilon: EPSILON }, ['x', 's', 'o'], 'y')],
        inputs: { x: X },
        weights: { s: SCALE, o: OFFSET },
      },
      expected: fill(
        X.shape,
        (index) =>
          read(inGroups, index) * (SCALE.values[index[1] ?? 0] ?? 0) +
          (OFFSET.values[index[1] ?? 0] ?? 0),
      ),
    },
    {
      name: 'group norm on the last axis',
      graph: {
        nodes: [
          node('group_norm', { groups: 3, axis: -1, epsilon: EPSILON }, ['x', null, null], 'y'),
        ],
        inputs: { x: X },
      },
      expected: standardized(X, ([n, , , w]) => `${n},${w}`),
    },
  ];
}

function embeddings(): OpCase[] {
  const table = some([6, 3]);
  const graph = (ids: Numbers) => ({
    nodes: [node('embedding', {}, ['ids', 't'], 'y')],
    inputs: { ids },
    integers: ['ids'],
    weights: { t: table },
  });
  return [
    {
      name: 'embedding',
      graph: graph(numbers([2, 2], [0, 5, 3, 3])),
      expected: fill([2, 2, 3], ([i = 0, j = 0, k = 0]) =>
        read(table, [[0, 5, 3, 3][2 * i + j] ?? 0, k]),
      ),
    },
    {
      name: 'embedding of a row that is not there gives NaN',
      graph: graph(numbers([1, 3], [6, -1, 2])),
      expected: fill([1, 3, 3], ([, j = 0, k = 0]) => (j < 2 ? Number.NaN : read(table, [2, k]))),
    },
  ];
}

export const LAYER_CASES: readonly OpCase[] = [
  ...products(),
  ...batchNorms(),
  ...otherNorms(),
  ...embeddings(),
];
