import type { GraphNode, OpAttributes, OpName } from '#domain/graph.ts';
import {
  at,
  fill,
  type Numbers,
  node,
  numbers,
  type OpCase,
  permute,
  some,
  sum,
} from './reference.ts';

const X = some([2, 3, 4, 5]);

const of = <Name extends OpName>(op: Name, attributes: OpAttributes[Name]) =>
  node(op, attributes, ['x'], 'y');

function one(name: string, step: GraphNode, expected: Numbers, x: Numbers = X): OpCase {
  return { name, graph: { nodes: [step], inputs: { x } }, expected };
}

const reshaped = (shape: readonly number[]) => numbers(shape, X.values);
const read = (index: readonly number[], x: Numbers = X) => at(x, index) ?? Number.NaN;

const SHAPES: OpCase[] = [
  one('reshape with what is left over', of('reshape', { shape: [2, -1, 5] }), reshaped([2, 12, 5])),
  one('flatten all but the batch', of('flatten', { from: 1, to: -1 }), reshaped([2, 60])),
  one('flatten two axes', of('flatten', { from: -2, to: -1 }), reshaped([2, 3, 20])),
  one('unsqueeze at the end', of('unsqueeze', { axis: -1 }), reshaped([2, 3, 4, 5, 1])),
  one('unsqueeze at the front', of('unsqueeze', { axis: 0 }), reshaped([1, 2, 3, 4, 5])),
  one(
    'squeeze one axis, and leave one that is not 1',
    of('squeeze', { axes: [1, 2] }),
    some([2, 3]),
    {
      ...some([2, 3]),
      shape: [2, 1, 3],
    },
  ),
  one('squeeze every axis of 1', of('squeeze', { axes: null }), some([2, 3]), {
    ...some([2, 3]),
    shape: [1, 2, 1, 3],
  }),
  one('transpose', of('transpose', { axes: [0, -1, 1, 2] }), permute(X, [0, 3, 1, 2])),
  one('identity', of('identity', {}), X),
  {
    name: 'expand, keeping what is −1 and adding an axis',
    graph: {
      nodes: [node('expand', { shape: [4, -1, 5] }, ['x'], 'y')],
      inputs: { x: some([2, 1]) },
    },
    expected: fill([4, 2, 5], ([, i = 0]) => read([i, 0], some([2, 1]))),
  },
];

const PIECES: OpCase[] = [
  one(
    'slice from the end',
    of('slice', { axis: 2, from: -3, to: 100, step: 1 }),
    fill([2, 3, 3, 5], ([a = 0, b = 0, c = 0, d = 0]) => read([a, b, c + 1, d])),
  ),
  one(
    'slice in steps',
    of('slice', { axis: -1, from: 1, to: null, step: 2 }),
    fill([2, 3, 4, 2], ([a = 0, b = 0, c = 0, d = 0]) => read([a, b, c, 2 * d + 1])),
  ),
  one(
    'select from the end',
    of('select', { axis: 1, index: -1 }),
    fill([2, 4, 5], ([a = 0, c = 0, d = 0]) => read([a, 2, c, d])),
  ),
  one(
    'pad with ones, and cut where it is negative',
    of('pad', {
      padding: [
        [0, 0],
        [1, 0],
        [0, 2],
        [-1, 1],
      ],
      value: 1,
    }),
    fill([2, 4, 6, 5], ([a = 0, b = 0, c = 0, d = 0]) => at(X, [a, b - 1, c, d + 1]) ?? 1),
  ),
  {
    name: 'concat along the channels',
    graph: {
      nodes: [
        node('unary', { name: 'neg' }, ['x'], 'n'),
        node('concat', { axis: 1 }, ['x', 'n', 'x'], 'y'),
      ],
      inputs: { x: X },
    },
    expected: fill(
      [2, 9, 4, 5],
      ([a = 0, b = 0, c = 0, d = 0]) => read([a, b % 3, c, d]) * (b >= 3 && b < 6 ? -1 : 1),
    ),
  },
];

function reductions(): OpCase[] {
  const over = (axes: readonly number[], of: (elements: number[]) => number, keep: boolean) => {
    const kept = X.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const whole = fill(kept, (index) => {
      const elements: number[] = [];
      fill(X.shape, (position) => {
        if (position.every((i, axis) => axes.includes(axis) || i === index[axis])) {
          elements.push(read(position));
        }
        return 0;
      });
      return of(elements);
    });
    return keep ? whole : { ...whole, shape: X.shape.filter((_, axis) => !axes.includes(axis)) };
  };
  const mean = (elements: number[]) => sum(elements) / elements.length;
  return [
    one(
      'mean over all positions',
      of('reduce', { name: 'mean', axes: [-1, -2], keep: false }),
      over([2, 3], mean, false),
    ),
    one(
      'mean over all positions, axes kept',
      of('reduce', { name: 'mean', axes: [2, 3], keep: true }),
      over([2, 3], mean, true),
    ),
    one(
      'mean over channels',
      of('reduce', { name: 'mean', axes: [1], keep: false }),
      over([1], mean, false),
    ),
    one(
      'sum over one axis',
      of('reduce', { name: 'sum', axes: [2], keep: false }),
      over([2], sum, false),
    ),
    one(
      'largest of everything',
      of('reduce', { name: 'max', axes: null, keep: true }),
      over([0, 1, 2, 3], (e) => Math.max(...e), true),
    ),
    one(
      'smallest along the last axis',
      of('reduce', { name: 'min', axes: [3], keep: false }),
      over([3], (e) => Math.min(...e), false),
    ),
  ];
}

function sizes(): OpCase[] {
  return [
    {
      name: 'reshape by a size that comes from another value',
      graph: {
        nodes: [
          node('size', { axis: 0 }, ['x'], 'n'),
          node('size', { axis: 1 }, ['x'], 'c'),
          node('binary', { name: 'mul' }, ['n', 'c'], 'rows'),
          node('reshape', { shape: ['rows', -1] }, ['x'], 'y'),
        ],
        inputs: { x: X },
      },
      expected: reshaped([6, 20]),
    },
    {
      name: 'a size as a number to compute with',
      graph: {
        nodes: [
          node('size', { axis: 3 }, ['x'], 'w'),
          node('binary', { name: 'div' }, ['x', 'w'], 'y'),
        ],
        inputs: { x: X },
      },
      expected: { ...X, values: X.values.map((value) => value / 5) },
    },
    {
      name: 'integers divide into fractions',
      graph: {
        nodes: [node('binary', { name: 'div' }, ['a', 'b'], 'y')],
        inputs: { a: numbers([2], [3, -7]), b: numbers([2], [2, 2]) },
        integers: ['a', 'b'],
      },
      expected: numbers([2], [1.5, -3.5]),
    },
    {
      name: 'cast cuts towards zero',
      graph: {
        nodes: [node('cast', { dtype: 'int64' }, ['x'], 'y')],
        inputs: { x: numbers([4], [1.9, -1.9, 0.5, 3]) },
      },
      expected: numbers([4], [1, -1, 0, 3]),
    },
    {
      name: 'cast to truth values and back',
      graph: {
        nodes: [
          node('cast', { dtype: 'bool' }, ['x'], 't'),
          node('cast', { dtype: 'float32' }, ['t'], 'y'),
        ],
        inputs: { x: numbers([4], [2, -0.5, 0, Number.NaN]) },
      },
      expected: numbers([4], [1, 1, 0, 1]),
    },
  ];
}

function resizes(): OpCase[] {
  const nearest = (to: readonly [number, number], scale: readonly [number, number]) =>
    fill([2, 3, ...to], ([a = 0, b = 0, c = 0, d = 0]) =>
      read([a, b, Math.floor(c * scale[0]), Math.floor(d * scale[1])]),
    );
  const bilinear = (to: readonly [number, number], scale: readonly [number, number]) => {
    const spot = (i: number, axis: 0 | 1) => {
      const last = (X.shape[axis + 2] ?? 1) - 1;
      const centre = Math.max(0, (i + 0.5) * scale[axis] - 0.5);
      const from = Math.min(last, Math.floor(centre));
      return { from, to: Math.min(last, from + 1), weight: centre - from };
    };
    return fill([2, 3, ...to], ([a = 0, b = 0, c = 0, d = 0]) => {
      const [row, column] = [spot(c, 0), spot(d, 1)];
      const mixed = (line: number) =>
        read([a, b, line, column.from]) * (1 - column.weight) +
        read([a, b, line, column.to]) * column.weight;
      return mixed(row.from) * (1 - row.weight) + mixed(row.to) * row.weight;
    });
  };
  const settings = { layout: 'NCHW', size: null, factors: null } as const;
  return [
    one(
      'nearest, twice and three times',
      of('resize', { ...settings, factors: [2, 3], method: 'nearest' }),
      nearest([8, 15], [1 / 2, 1 / 3]),
    ),
    one(
      'nearest to a smaller size',
      of('resize', { ...settings, size: [3, 2], method: 'nearest' }),
      nearest([3, 2], [4 / 3, 5 / 2]),
    ),
    one(
      'bilinear, twice',
      of('resize', { ...settings, factors: [2, 2], method: 'bilinear' }),
      bilinear([8, 10], [1 / 2, 1 / 2]),
    ),
    one(
      'bilinear to a size',
      of('resize', { ...settings, size: [7, 3], method: 'bilinear' }),
      bilinear([7, 3], [4 / 7, 5 / 3]),
    ),
  ];
}

export const ARRAY_CASES: readonly OpCase[] = [
  ...SHAPES,
  ...PIECES,
  ...reductions(),
  ...sizes(),
  ...resizes(),
];
