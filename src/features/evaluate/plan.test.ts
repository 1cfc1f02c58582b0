import { describe, expect, it } from 'vitest';
import type { DatasetSummary } from '#domain/dataset.ts';
import type { Graph } from '#domain/graph.ts';
import { AUTOMATIC, parseDataSettings } from './data/settings.ts';
import { type Choices, planOf } from './plan.ts';
import { UNSCALED_TEXT } from './scaling.ts';
import { parseEvaluateView } from './view.ts';

const graph: Graph = {
  title: 'model.pt2',
  inputs: [{ name: 'x', dtype: 'float32', shape: [null, 64] }],
  outputs: [{ name: 'y', means: 'logits' }],
  parameters: new Map(),
  constants: new Map(),
  nodes: [],
  batch: null,
  notes: [],
};
const dataset: DatasetSummary = {
  path: 'test.npz',
  format: 'npz',
  count: 10,
  columns: [
    { name: 'x', dtype: 'float32', shape: [64] },
    { name: 'z', dtype: 'float32', shape: [64] },
    { name: 'y', dtype: 'int64', shape: [] },
  ],
  tabular: false,
  label: 'y',
};
const complete: Choices = {
  directory: 'd',
  settings: AUTOMATIC,
  view: parseEvaluateView({ batch: 32, backend: 'wasm' }),
  checkpoints: ['a.pth'],
  choice: { kind: 'file', path: 'model.pt2' },
  isConfirmed: false,
  graph,
  dataset,
  scaling: UNSCALED_TEXT,
};

describe('a plan', () => {
  it('is made of what was chosen and what fits', () => {
    expect(planOf(complete)).toEqual({
      directory: 'd',
      task: 'multi-class',
      graph: { kind: 'file', path: 'model.pt2' },
      checkpoints: ['a.pth'],
      dataset: 'test.npz',
      inputs: ['x'],
      label: 'y',
      scaling: { divide: 1, mean: [0], std: [1] },
      batchSize: 32,
      backend: 'wasm',
    });
  });

  it('keeps to the batch that a graph was exported for', () => {
    expect(planOf({ ...complete, graph: { ...graph, batch: 1 } })).toMatchObject({ batchSize: 1 });
  });

  it.each([
    ['z', ['z']],
    ['gone', ['x']],
    ['y', ['x']],
  ])('takes input %s as %j', (input, inputs) => {
    expect(planOf({ ...complete, settings: parseDataSettings({ inputs: [input] }) })).toMatchObject(
      {
        inputs,
      },
    );
  });
});

describe('words of a label column', () => {
  const words = { name: 'y', dtype: 'int64', shape: [], classes: ['one', 'two', 'zero'] } as const;
  const worded: DatasetSummary = { ...dataset, columns: [...dataset.columns.slice(0, 2), words] };
  const numbered = (classes: readonly number[]) =>
    planOf({ ...complete, dataset: worded, settings: parseDataSettings({ classes }) });

  it.each<[readonly number[], readonly number[] | undefined]>([
    [
      [1, 2, 0],
      [1, 2, 0],
    ],
    [
      [1, 2, 7],
      [1, 2, 7],
    ],
    [[0, 1, 2], undefined],
    [[1, 0], undefined],
  ])('numbered %j stand for classes %j', (classes, expected) => {
    const plan = numbered(classes);
    expect('classes' in plan ? plan.classes : undefined).toEqual(expected);
  });

  it('never share a class', () => {
    expect(numbered([1, 1, 0])).toEqual(['classes']);
  });
});

const proposal = { weights: '', layers: [], input: [], assumptions: [] };

it.each<[Partial<Choices>, string[]]>([
  [{ checkpoints: [] }, ['checkpoints']],
  [{ choice: null }, ['graph']],
  [{ graph: undefined }, ['graph']],
  [{ choice: { kind: 'proposal', proposal } }, ['confirm']],
  [{ dataset: undefined }, ['dataset']],
  [{ dataset: { ...dataset, label: null } }, ['label']],
  [{ dataset: { ...dataset, columns: [] } }, ['columns']],
  [{ scaling: { divide: 0, mean: '', std: '0' } }, ['scaling']],
  [{ checkpoints: [], choice: null, dataset: undefined }, ['checkpoints', 'graph', 'dataset']],
])('without %j there is none', (part, lacks) => {
  expect(planOf({ ...complete, ...part })).toEqual(lacks);
});
