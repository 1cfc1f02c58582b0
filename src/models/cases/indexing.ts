import type { GraphNode, OpAttributes, OpName } from '#domain/graph.ts';
import { at, fill, type Numbers, node, numbers, type OpCase, some } from './reference.ts';

const X = some([3, 4, 5]);
const { NaN: nan } = Number;

const of = <Name extends OpName>(op: Name, attributes: OpAttributes[Name], ...more: string[]) =>
  node(op, attributes, ['x', ...more], 'y');

function one(name: string, step: GraphNode, expected: Numbers, x: Numbers = X): OpCase {
  return { name, graph: { nodes: [step], inputs: { x } }, expected };
}

const read = (...index: number[]) => at(X, index) ?? nan;

function indexed(name: string, step: GraphNode, indices: Numbers, expected: Numbers): OpCase {
  return {
    name,
    graph: { nodes: [step], inputs: { x: X, indices }, integers: ['indices'] },
    expected,
  };
}

const GATHERS: OpCase[] = [
  indexed(
    'gather in the middle, from the end too, and NaN outside',
    of('gather', { axis: 1 }, 'indices'),
    numbers([2, 2], [3, 0, -1, 7]),
    fill([3, 2, 2, 5], ([a = 0, i = 0, j = 0, c = 0]) => {
      const row = [3, 0, 3, nan][2 * i + j] ?? nan;
      return Number.isNaN(row) ? nan : read(a, row, c);
    }),
  ),
  indexed(
    'gather along the first axis',
    of('gather', { axis: 0 }, 'indices'),
    numbers([2], [2, 0]),
    fill([2, 4, 5], ([i = 0, b = 0, c = 0]) => read(i === 0 ? 2 : 0, b, c)),
  ),
  indexed(
    'gather element by element',
    of('gather_elements', { axis: 1 }, 'indices'),
    numbers([2, 3, 2], [0, 1, 2, 3, 3, 2, 1, 0, 0, 0, -1, 2]),
    fill([2, 3, 2], ([a = 0, b = 0, c = 0]) => {
      const row = [0, 1, 2, 3, 3, 2, 1, 0, 0, 0, 3, 2][a * 6 + b * 2 + c] ?? 0;
      return read(a, row, c);
    }),
  ),
];

const TIES = numbers([2, 4], [1, 7, 7, 2, nan, 3, 1, 1]);

const PLACES: OpCase[] = [
  one(
    'the first of the greatest, and NaN before all',
    of('arg', { name: 'max', axis: -1, keep: false }),
    numbers([2], [1, 0]),
    TIES,
  ),
  one(
    'the first of the least, its axis kept',
    of('arg', { name: 'min', axis: 1, keep: true }),
    numbers([2, 1], [0, 0]),
    TIES,
  ),
  one(
    'the greatest along the first axis',
    of('arg', { name: 'max', axis: 0, keep: false }),
    fill([4, 5], ([b = 0, c = 0]) => {
      const column = [0, 1, 2].map((a) => read(a, b, c));
      return column.indexOf(Math.max(...column));
    }),
  ),
];

const sums = (from: (i: number, j: number) => boolean) =>
  fill([3, 4, 5], ([a = 0, b = 0, c = 0]) =>
    [0, 1, 2, 3].reduce((sum, other) => (from(other, b) ? sum + read(a, other, c) : sum), 0),
  );

const RUNNING: OpCase[] = [
  one(
    'running sums',
    of('cumsum', { axis: 1, exclusive: false, reverse: false }),
    sums((i, j) => i <= j),
  ),
  one(
    'running sums without the own number, from the end',
    of('cumsum', { axis: 1, exclusive: true, reverse: true }),
    sums((i, j) => i > j),
  ),
];

const ORDERS: OpCase[] = [
  one(
    'lower triangle',
    of('triangle', { keep: 'lower', diagonal: 1 }),
    fill([3, 4, 5], ([a = 0, b = 0, c = 0]) => (c - b <= 1 ? read(a, b, c) : 0)),
  ),
  one(
    'upper triangle, where NaN is taken away too',
    of('triangle', { keep: 'upper', diagonal: 0 }),
    numbers([2, 2], [1, 2, 0, 3]),
    numbers([2, 2], [1, 2, nan, 3]),
  ),
  one(
    'flip two axes',
    of('flip', { axes: [0, -1] }),
    fill([3, 4, 5], ([a = 0, b = 0, c = 0]) => read(2 - a, b, 4 - c)),
  ),
  one(
    'roll two axes, one backwards',
    of('roll', { axes: [1, 2], shifts: [1, -7] }),
    fill([3, 4, 5], ([a = 0, b = 0, c = 0]) => read(a, (b + 3) % 4, (c + 7) % 5)),
  ),
  one(
    'tile with an axis in front',
    of('tile', { repeats: [2, 1, 1, 3] }),
    fill([2, 3, 4, 15], ([, a = 0, b = 0, c = 0]) => read(a, b, c % 5)),
  ),
  {
    name: 'one-hot, and nothing where there is no such class',
    graph: {
      nodes: [of('one_hot', { depth: 3 })],
      inputs: { x: numbers([2, 2], [0, 2, 1, 5]) },
      integers: ['x'],
    },
    expected: numbers([2, 2, 3], [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0]),
  },
];

function compared(
  name: OpAttributes['compare']['name'],
  is: (a: number, b: number) => boolean,
): OpCase {
  const b = numbers([4], [1, 7, 2, nan]);
  return {
    name: `${name}, broadcast`,
    graph: { nodes: [of('compare', { name }, 'b')], inputs: { x: TIES }, weights: { b } },
    expected: fill([2, 4], ([i = 0, j = 0]) =>
      Number(is(at(TIES, [i, j]) ?? nan, b.values[j] ?? nan)),
    ),
  };
}

const CHOICES: OpCase[] = [
  compared('eq', (a, b) => a === b),
  compared('ne', (a, b) => a !== b),
  compared('lt', (a, b) => a < b),
  compared('le', (a, b) => a <= b),
  compared('gt', (a, b) => a > b),
  compared('ge', (a, b) => a >= b),
  ...(['and', 'or', 'xor'] as const).map((name): OpCase => {
    const [a, b] = [numbers([4], [0, 0, 1, 2]), numbers([4], [0, 3, 0, 1])];
    const truth = { and: [0, 0, 0, 1], or: [0, 1, 1, 1], xor: [0, 1, 1, 0] }[name];
    return {
      name: `${name} of numbers as truth values`,
      graph: { nodes: [of('logical', { name }, 'b')], inputs: { x: a, b } },
      expected: numbers([4], truth),
    };
  }),
  {
    name: 'where, all three broadcast',
    graph: {
      nodes: [node('where', {}, ['c', 'x', 'b'], 'y')],
      inputs: { c: numbers([2, 1, 1], [1, 0]), x: numbers([3], [1, 2, nan]) },
      weights: { b: numbers([2, 1], [8, 9]) },
    },
    expected: numbers([2, 2, 3], [1, 2, nan, 1, 2, nan, 8, 8, 8, 9, 9, 9]),
  },
  {
    name: 'a range up to a size, added to what is filled',
    graph: {
      nodes: [
        node('size', { axis: 2 }, ['x'], 's'),
        node('range', { from: 1, to: 's', step: 2, dtype: 'int64' }, [], 'r'),
        node('fill', { shape: [3, 2], value: 0.5, dtype: 'float32' }, [], 'f'),
        node('binary', { name: 'add' }, ['r', 'f'], 'y'),
      ],
      inputs: { x: X },
    },
    expected: numbers([3, 2], [1.5, 3.5, 1.5, 3.5, 1.5, 3.5]),
  },
  ...(['any', 'all', 'prod'] as const).map((name): OpCase => {
    const x = numbers([3, 3], [0, 0, 0, 0, 2, 1, 3, 2, 1]);
    const value = { any: [0, 1, 1], all: [0, 0, 1], prod: [0, 0, 6] }[name];
    return one(
      `${name} of rows`,
      of('reduce', { name, axes: [1], keep: false }),
      numbers([3], value),
      x,
    );
  }),
];

function summed(equation: string, a: Numbers, b: Numbers | null): OpCase {
  const [left = '', result = ''] = equation.split('->');
  const operands = left.split(',');
  const arrays = b ? [a, b] : [a];
  const sizes = new Map(
    operands.flatMap((letters, i) =>
      [...letters].map((letter, axis) => [letter, arrays[i]?.shape[axis] ?? 1] as const),
    ),
  );
  const inner = [...sizes.keys()].filter((letter) => !result.includes(letter));
  const total = inner.reduce((all, letter) => all * (sizes.get(letter) ?? 1), 1);
  const expected = fill(
    [...result].map((letter) => sizes.get(letter) ?? 1),
    (index) => {
      let sum = 0;
      for (let flat = 0; flat < total; flat++) {
        const places = new Map([...result].map((letter, i) => [letter, index[i] ?? 0]));
        let rest = flat;
        for (const letter of inner) {
          const size = sizes.get(letter) ?? 1;
          places.set(letter, rest % size);
          rest = Math.floor(rest / size);
        }
        sum += operands.reduce((product, letters, i) => {
          const array = arrays[i];
          return array
            ? product *
                (at(
                  array,
                  [...letters].map((letter) => places.get(letter) ?? 0),
                ) ?? nan)
            : product;
        }, 1);
      }
      return sum;
    },
  );
  return {
    name: `einsum ${equation}`,
    graph: {
      nodes: [node('einsum', { equation }, b ? ['x', 'b'] : ['x'], 'y')],
      inputs: { x: a, ...(b ? { b } : {}) },
    },
    expected,
  };
}

export const INDEXING_CASES: readonly OpCase[] = [
  ...GATHERS,
  ...PLACES,
  ...RUNNING,
  ...ORDERS,
  ...CHOICES,
  summed('abc,cd->abd', some([2, 3, 4]), some([4, 2], 2)),
  summed('abc,cde->abde', some([2, 3, 4]), some([4, 2, 3], 2)),
  summed('abde,abce->abcd', some([2, 2, 3, 4]), some([2, 2, 5, 4], 2)),
  summed('ab,cb->ca', some([2, 3]), some([4, 3], 2)),
  summed('ab,ab->a', some([2, 3]), some([2, 3], 2)),
  summed('ab->b', some([2, 3]), null),
  summed('abc->ca', some([2, 3, 4]), null),
];
