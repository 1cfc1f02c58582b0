import { describe, expect, it } from 'vitest';
import type { DatasetColumn, DatasetSummary } from '#domain/dataset.ts';
import type { Graph, GraphNode } from '#domain/graph.ts';
import { outputWidth, usualTargets, usualTask } from './task-choice.ts';

const column = (
  name: string,
  dtype: DatasetColumn['dtype'],
  more: Partial<DatasetColumn> = {},
): DatasetColumn => ({ name, dtype, shape: [], ...more });

const dataset = (part: Partial<DatasetSummary>): DatasetSummary => ({
  path: 'test.npz',
  format: 'npz',
  count: 10,
  columns: [],
  tabular: false,
  label: null,
  ...part,
});

/** One linear layer that gives `width` numbers. */
function graphOf(width: number, means: Graph['outputs'][number]['means'] = 'logits'): Graph {
  const linear: GraphNode = {
    op: 'linear',
    inputs: ['x', 'w', 'b'],
    outputs: ['y'],
    attributes: { weight: 'OI' },
    source: 'linear',
  };
  return {
    title: 'g',
    inputs: [{ name: 'x', dtype: 'float32', shape: [null, 4] }],
    outputs: [{ name: 'y', means }],
    parameters: new Map([
      ['w', { name: 'w', shape: [width, 4], dtype: 'float32' }],
      ['b', { name: 'b', shape: [width], dtype: 'float32' }],
    ]),
    constants: new Map(),
    nodes: [linear],
    batch: null,
    notes: [],
  };
}

const x = column('x', 'float32', { shape: [4] });
const classes = dataset({ columns: [x, column('y', 'int64')], label: 'y' });

describe('the task that is found by itself', () => {
  it.each([
    ['classes and several outputs', classes, graphOf(10), 'multi-class'],
    ['classes and one output', classes, graphOf(1), 'binary'],
    ['classes without a graph yet', classes, undefined, 'multi-class'],
    [
      'a measured label and plain values',
      dataset({ columns: [x, column('y', 'float64')], label: 'y' }),
      graphOf(1, 'values'),
      'regression',
    ],
    [
      'several targets of 0 and 1',
      dataset({ columns: [x, column('t', 'uint8', { shape: [5] })], targets: ['t'] }),
      graphOf(5),
      'multi-label',
    ],
    [
      'a target of numbers',
      dataset({ columns: [x, column('t', 'float32')], targets: ['t'] }),
      graphOf(1),
      'regression',
    ],
    [
      'tokens without labels',
      dataset({ columns: [column('ids', 'int64', { shape: [8], kind: 'tokens' })] }),
      graphOf(50),
      'next-token',
    ],
  ] as const)('of %s', (_, data, graph, task) => {
    expect(usualTask(data, graph)).toBe(task);
  });
});

it.each([1, 2, 10])('the last weights tell that a network gives %d numbers', (width) => {
  expect(outputWidth(graphOf(width))).toBe(width);
});

it('a network without weights at its end tells nothing', () => {
  expect(outputWidth({ ...graphOf(3), nodes: [] })).toBeNull();
});

describe('what the outputs are compared with', () => {
  const tokens = { shape: [8], kind: 'tokens' } as const;
  const text = dataset({
    columns: [column('input_ids', 'int64', tokens), column('labels', 'int64', tokens)],
  });
  it.each([
    ['labels of tokens', text, 'next-token', ['labels']],
    ['the tokens themselves', dataset({ columns: text.columns.slice(0, 1) }), 'next-token', []],
    [
      'the likely targets',
      dataset({ columns: [x, column('t', 'float32')], targets: ['t'] }),
      'regression',
      ['t'],
    ],
    ['the label where there are none', classes, 'regression', ['y']],
  ] as const)('are %s', (_, data, task, targets) => {
    expect(usualTargets(data, task, ['x', 'input_ids'])).toEqual(targets);
  });
});
