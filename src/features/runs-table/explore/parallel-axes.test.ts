import { describe, expect, it } from 'vitest';
import { createAxis, type Value } from './axis.ts';
import type { ExploreColumn, ExploreRow } from './columns.ts';
import {
  firstAxes,
  handleKey,
  handlesOf,
  heightOn,
  moved,
  parallelAxes,
  runsInBrushes,
  withNone,
  withRange,
} from './parallel-axes.ts';

const column = (id: string, more: Partial<ExploreColumn> = {}): ExploreColumn => {
  return { id, title: id, kind: 'number', source: 'configuration', better: null, ...more };
};

const COLUMNS = [
  column('lr'),
  column('optimizer', { kind: 'category' }),
  column('loss', { source: 'metric', better: 'lower' }),
];

const row = (run: string, values: Readonly<Record<string, Value>>): ExploreRow => {
  const mark = { colour: 'var(--run-1)', dash: [] };
  return { run, name: run, mark, values: new Map(Object.entries(values)) };
};

const ROWS = [
  row('a', { lr: 0.1, optimizer: 'sgd', loss: 1 }),
  row('b', { lr: 0.01, optimizer: 'adam', loss: 0.5 }),
  row('c', { lr: 0, optimizer: 'adamw', loss: Number.NaN }),
  row('d', { optimizer: null, loss: 0.2 }),
];

const VIEW = { axes: ['lr', 'optimizer', 'loss'], flipped: [], logs: [], brushes: {} };

describe('brushes on several axes', () => {
  const runs = (brushes: typeof VIEW.brushes, logs: readonly string[] = []) => {
    const axes = parallelAxes(ROWS, COLUMNS, { ...VIEW, brushes, logs });
    const inside = runsInBrushes(ROWS, axes);
    return inside && [...inside].join('');
  };

  it('combine: a run must be in all of them', () => {
    expect(runs({})).toBeNull();
    expect(runs({ lr: { range: [0.005, 1], none: false } })).toBe('ab');
    expect(
      runs({
        lr: { range: [0.005, 1], none: false },
        optimizer: { range: ['adam', 'adamw'], none: false },
      }),
    ).toBe('b');
  });

  it('take runs without a place only when asked to', () => {
    expect(runs({ lr: { range: [0, 1], none: false } })).toBe('abc');
    expect(runs({ lr: { range: [0, 0.05], none: true } })).toBe('bcd');
    expect(runs({ lr: { range: null, none: true } })).toBe('d');
    expect(runs({ lr: { range: null, none: true } }, ['lr'])).toBe('cd');
    expect(runs({ loss: { range: null, none: true } })).toBe('c');
  });

  it('hold for axes that are shown', () => {
    const axes = parallelAxes(ROWS, COLUMNS, {
      ...VIEW,
      axes: ['loss', 'gone'],
      brushes: { lr: { range: [0, 1], none: false } },
    });
    expect(axes.map(({ axis }) => axis.column.id)).toEqual(['loss']);
    expect(runsInBrushes(ROWS, axes)).toBeNull();
  });
});

describe('places on an axis', () => {
  it('keep those without one, by name', () => {
    const [lr, optimizer, loss] = parallelAxes(ROWS, COLUMNS, { ...VIEW, logs: ['lr'] });
    expect(lr?.absent.map(({ run }) => run)).toEqual(['c', 'd']);
    expect(optimizer?.absent.map(({ run }) => run)).toEqual(['d']);
    expect(loss?.absent.map(({ run }) => run)).toEqual(['c']);
  });

  it('turn with the axis, and so do the handles', () => {
    const brushes = { loss: { range: [0.2, 0.6] as const, none: false } };
    const [straight] = parallelAxes(ROWS, COLUMNS, { ...VIEW, axes: ['loss'], brushes });
    const [turned] = parallelAxes(ROWS, COLUMNS, {
      ...VIEW,
      axes: ['loss'],
      flipped: ['loss'],
      brushes,
    });
    if (!straight || !turned) throw new Error('no axis');
    expect(ROWS.map((row) => heightOn(straight, row))).toEqual([
      1,
      0.37499999999999994,
      Number.NaN,
      0,
    ]);
    expect(handlesOf(straight)[1]).toBeCloseTo(0.5);
    expect(handlesOf(turned)[0]).toBeCloseTo(0.5);
    expect(heightOn(turned, ROWS[0] ?? row('', {}))).toBe(0);
  });
});

it('drops a brush with nothing in it', () => {
  const brushes = withNone(withRange({}, 'lr', [0, 1]), 'lr', true);
  expect(brushes).toEqual({ lr: { range: [0, 1], none: true } });
  expect(withRange(brushes, 'lr', null)).toEqual({ lr: { range: null, none: true } });
  expect(withNone(withRange(brushes, 'lr', null), 'lr', false)).toEqual({});
});

it('begins with the configuration and one result', () => {
  expect(firstAxes(COLUMNS, null)).toEqual(['lr', 'optimizer', 'loss']);
  const many = Array.from({ length: 20 }, (_, i) => column(`key${i}`));
  const axes = firstAxes([...many, column('acc', { source: 'metric' })], null);
  expect(axes).toHaveLength(8);
  expect(axes.at(-1)).toBe('acc');
});

it.each([
  [0, 2, 'bca'],
  [2, 0, 'cab'],
  [1, 9, 'acb'],
  [0, -1, 'abc'],
])('moves an entry from %d to %d', (from, to, expected) => {
  expect(moved(['a', 'b', 'c'], from, to).join('')).toBe(expected);
});

describe('keys on a handle', () => {
  const numbers = createAxis(column('lr'), ROWS, { isLog: false, air: 0 });
  const names = createAxis(column('optimizer', { kind: 'category' }), ROWS, {
    isLog: false,
    air: 0,
  });

  it.each([
    ['ArrowUp', 0.5, 0.51],
    ['ArrowLeft', 0.5, 0.49],
    ['PageDown', 0.05, 0],
    ['Home', 0.5, 0],
    ['End', 0.5, 1],
    ['a', 0.5, null],
  ])('%s moves it by hundredths', (key, from, to) => {
    expect(handleKey(key, from, numbers)).toBe(to);
  });

  it('stop at each category', () => {
    expect(handleKey('ArrowDown', 1, names)).toBeCloseTo(2 / 3);
  });
});
