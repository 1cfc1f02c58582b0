import { describe, expect, it } from 'vitest';
import type { Graph, GraphNode, GraphOutput } from '#domain/graph.ts';
import type { Task } from '#domain/scores.ts';
import { node, numbers, some } from './cases/reference.ts';
import { oversize } from './limits.ts';
import { planScores } from './plan.ts';
import { graphOf } from './testing.ts';

const classifier = (...after: GraphNode[]): Graph =>
  graphOf({
    nodes: [node('linear', { weight: 'OI' }, ['x', 'w', null], 'z'), ...after],
    inputs: { x: some([4, 6]) },
    weights: { w: some([3, 6]) },
  });

const shapes = (shape: readonly number[] = [4, 6]) => new Map([['x', shape]]);

const giving = (graph: Graph, means: GraphOutput['means']): Graph => ({
  ...graph,
  outputs: graph.outputs.map((output) => ({ ...output, means })),
});

describe('what is scored', () => {
  it.each<[string, Graph, string, GraphOutput['means']]>([
    ['logits', classifier(), 'z', 'logits'],
    [
      'the logits before a softmax at the end',
      giving(classifier(node('softmax', { axis: -1 }, ['z'], 'p')), 'probabilities'),
      'z',
      'logits',
    ],
    [
      'the logits before a log-softmax at the end',
      giving(classifier(node('log_softmax', { axis: 1 }, ['z'], 'p')), 'log-probabilities'),
      'z',
      'logits',
    ],
    [
      'probabilities, where no softmax is at the end',
      giving(classifier(node('unary', { name: 'abs' }, ['z'], 'p')), 'probabilities'),
      'p',
      'probabilities',
    ],
    [
      'what a softmax over the examples gives',
      giving(classifier(node('softmax', { axis: 0 }, ['z'], 'p')), 'probabilities'),
      'p',
      'probabilities',
    ],
  ])('is %s', (_, graph, value, means) => {
    const { output } = planScores(graph, shapes());
    expect(output).toMatchObject({ value, means, classes: 3 });
  });

  it.each<[Task, readonly number[], { classes: number; places: number } | RegExp]>([
    ['regression', [4, 2, 3], { classes: 6, places: 1 }],
    ['multi-label', [4, 3], { classes: 3, places: 1 }],
    ['next-token', [4, 5, 3], { classes: 3, places: 5 }],
    ['next-token', [4, 6], /a row of the vocabulary at each place/],
    ['multi-class', [4, 5, 3], /one row of classes/],
    ['binary', [4, 3], /one number, or two, for each of 4 examples/],
    ['binary', [4, 1], { classes: 1, places: 1 }],
  ])('%s of outputs %j', (task, shape, found) => {
    const graph = graphOf({
      nodes: [node('unary', { name: 'exp' }, ['x'], 'z')],
      inputs: { x: some(shape) },
    });
    const plan = () => planScores(graph, shapes(shape), { task }).output;
    if (found instanceof RegExp) expect(plan).toThrow(found);
    else expect(plan()).toMatchObject(found);
  });

  it('is the output that was asked for', () => {
    const graph = {
      ...classifier(node('unary', { name: 'exp' }, ['z'], 'other')),
      outputs: ['z', 'other'].map((name) => ({ name, means: 'logits' as const })),
    };
    const task = 'multi-class';
    expect(planScores(graph, shapes(), { task, output: 'other' }).output.value).toBe('other');
    expect(() => planScores(graph, shapes(), { task, output: 'none' })).toThrow(/no output none/);
  });

  it('of several labels is what stands before their sigmoid', () => {
    const graph = giving(
      classifier(node('unary', { name: 'sigmoid' }, ['z'], 'p')),
      'probabilities',
    );
    expect(planScores(graph, shapes(), { task: 'multi-label' }).output).toMatchObject({
      value: 'z',
      means: 'logits',
    });
  });

  it('leaves out what the output does not need', () => {
    const graph = classifier(node('unary', { name: 'exp' }, ['z'], 'other'));
    const first = { ...graph, outputs: [{ name: 'z', means: 'logits' as const }] };
    expect(planScores(first, shapes()).steps.map((step) => step.output)).toEqual(['z']);
  });
});

describe('a graph that does not fit is refused before anything is computed', () => {
  it.each<[string, Graph, readonly number[], RegExp]>([
    ['another number of features', classifier(), [4, 7], /linear "z": it takes 6 features/],
    [
      'an axis that is not there',
      classifier(node('softmax', { axis: 2 }, ['z'], 'p')),
      [4, 6],
      /softmax "p": axis 2/,
    ],
    [
      'a value that no node gives',
      classifier(node('unary', { name: 'exp' }, ['nothing'], 'p')),
      [4, 6],
      /nothing/,
    ],
    [
      'an output without a row per example',
      classifier(node('reduce', { name: 'sum', axes: [0], keep: false }, ['z'], 'p')),
      [4, 6],
      /one row of classes for each of 4 examples/,
    ],
    [
      'an output with two axes of classes',
      classifier(
        node('unsqueeze', { axis: 1 }, ['z'], 'u'),
        node('expand', { shape: [-1, 2, -1] }, ['u'], 'p'),
      ),
      [4, 6],
      /has shape \[4, 2, 3\]/,
    ],
  ])('%s', (_, graph, shape, reason) => {
    expect(() => planScores(graph, shapes(shape))).toThrow(
      expect.objectContaining({
        problem: { kind: 'unfit', reasons: [expect.stringMatching(reason)] },
      }),
    );
  });
});

describe('limits', () => {
  const wide = graphOf({
    nodes: [
      node('linear', { weight: 'OI' }, ['x', 'w', null], 'z'),
      node('unary', { name: 'relu' }, ['z'], 'r'),
      node('linear', { weight: 'OI' }, ['r', 'v', null], 'y'),
    ],
    inputs: { x: numbers([64, 10], []) },
    weights: { w: numbers([100, 10], []), v: numbers([2, 100], []) },
  });
  const plan = (batch: number) => planScores(wide, shapes([batch, 10]));

  it('are kept by what fits', () => {
    expect(oversize(plan(64), { array: 25600, total: null })).toBeNull();
  });

  it('name the value that grows with the batch', () => {
    expect(oversize(plan(64), { array: 25599, total: null })).toEqual({
      value: 'linear "z"',
      bytes: 25600,
      limit: 25599,
      grows: true,
    });
    expect(oversize(plan(32), { array: 25599, total: null })).toBeNull();
  });

  it('name the weight that no batch makes smaller', () => {
    expect(oversize(plan(1), { array: 3999, total: null })).toMatchObject({
      value: 'w',
      bytes: 4000,
      grows: false,
    });
  });

  it('count all weights together', () => {
    expect(oversize(plan(1), { array: 1e6, total: 4799 })).toMatchObject({ grows: false });
    expect(oversize(plan(64), { array: 1e6, total: 20_000 })).toMatchObject({ grows: true });
  });
});
