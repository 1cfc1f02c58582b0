import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Scores, Task } from '#domain/scores.ts';
import { createCollector } from './collect.ts';
import type { Collected } from './collector.ts';
import { compare, pair, placesOf } from './compare.ts';
import { mcnemar } from './mcnemar.ts';
import { placesInCell, sliceColumn, take, thin, worst } from './predictions.ts';
import { confusionOf, score } from './score.ts';

interface Case {
  readonly task: Task;
  readonly width: number;
  readonly places?: number;
  readonly positive?: number;
  readonly outputs: readonly number[];
  readonly targets: readonly number[];
  readonly scores: Readonly<Record<string, number>>;
  readonly confusion?: readonly number[];
}

const FIXTURE: {
  readonly cases: readonly Case[];
  readonly mcnemar: readonly {
    readonly fixed: number;
    readonly broken: number;
    readonly exact: boolean;
    readonly statistic: number;
    readonly p: number;
  }[];
} = JSON.parse(readFileSync('src/domain/metrics/fixtures/scores.json', 'utf8'));

function collect(one: Case, batch = 7): Collected {
  const { task, width, places = 1, positive = 1 } = one;
  const perTarget = task === 'regression' || task === 'multi-label' ? width : places;
  const examples = one.targets.length / perTarget;
  const collector = createCollector({
    task,
    examples,
    width,
    places,
    means: 'logits',
    positive,
  });
  for (let from = 0; from < examples; from += batch) {
    const to = Math.min(examples, from + batch);
    const [a, b] = [from * places * width, to * places * width];
    const targets = one.targets.slice(from * perTarget, to * perTarget);
    collector.add(
      Float32Array.from(one.outputs.slice(a, b)),
      perTarget === width && task !== 'next-token'
        ? Float64Array.from(targets)
        : Int32Array.from(targets),
    );
  }
  return collector.collected();
}

const named = FIXTURE.cases.map((one, i) => [`${i}: ${one.task}, ${one.width} wide`, one] as const);

describe('scores are those of scikit-learn', () => {
  it.each(named)('%s', (_, one) => {
    const scores = score(collect(one), []);
    for (const [name, value] of Object.entries(one.scores)) {
      const found = scores.metrics[name as keyof Scores['metrics']];
      expect(found?.value, name).toBeCloseTo(value, 9);
      expect(found?.low ?? Number.NaN, name).toBeLessThanOrEqual(value + 1e-12);
      expect(found?.high ?? Number.NaN, name).toBeGreaterThanOrEqual(value - 1e-12);
    }
    expect(Object.keys(scores.metrics).sort()).toEqual(Object.keys(one.scores).sort());
    if (one.confusion) expect(scores.confusion?.counts).toEqual(one.confusion);
    expect(scores.nonfinite).toBe(0);
  });
});

describe("McNemar's test is that of statsmodels", () => {
  it.each(FIXTURE.mcnemar)(
    '$fixed fixed, $broken broken',
    ({ fixed, broken, exact, statistic, p }) => {
      const test = mcnemar(fixed, broken);
      expect(test).toMatchObject({ isExact: exact });
      expect(test?.statistic).toBeCloseTo(statistic, 10);
      expect(Math.abs((test?.p ?? 2) - p)).toBeLessThan(1e-12 + 1e-9 * p);
    },
  );

  it('has nothing to say where nothing changed', () => {
    expect(mcnemar(0, 0)).toBeNull();
  });
});

const three = (outputs: readonly number[], targets: readonly number[]): Case => ({
  task: 'multi-class',
  width: 3,
  outputs,
  targets,
  scores: {},
});

const NAN = Number.NaN;

describe('outputs that are not finite', () => {
  const collected = collect(three([1, 0, 0, 0, NAN, 9, 0, 0, 2, Infinity, 0, 0], [0, 2, 2, 0]));
  const scores = score(collected, []);

  it('are counted and never right', () => {
    expect(scores.nonfinite).toBe(2);
    expect(scores.metrics.accuracy?.value).toBe(0.5);
    expect(scores.metrics.recall_micro?.value).toBe(0.5);
    expect(scores.metrics.precision_micro?.value).toBe(1);
    expect(scores.confusion?.none).toEqual([1, 0, 1]);
    expect([...collected.predictions.predicted]).toEqual([0, -1, 2, -1]);
  });

  it('leave no number that depends on them', () => {
    for (const name of ['cross_entropy', 'brier', 'ece', 'roc_auc', 'pr_auc'] as const) {
      expect(scores.metrics[name], name).toEqual({ value: NAN, low: null, high: null });
    }
  });

  it.each<[Task, number]>([
    ['multi-label', 2],
    ['regression', 2],
  ])('of %s count as well', (task, width) => {
    const one = { task, width, outputs: [1, NAN, 3, -3], targets: [1, 1, 1, 0], scores: {} };
    const found = score(collect(one), []);
    expect(found.nonfinite).toBe(1);
    expect(found.metrics[task === 'regression' ? 'mae' : 'cross_entropy']?.value).toBeNaN();
    if (task === 'multi-label') expect(found.metrics.hamming_loss?.value).toBe(0.5);
  });

  it('of a single token spoil the loss and no other token', () => {
    const outputs = [5, 0, NAN, 0, 0, 5];
    const one: Case = {
      task: 'next-token',
      width: 2,
      places: 3,
      outputs,
      targets: [0, 1, 1],
      scores: {},
    };
    const found = score(collect(one), []);
    expect(found).toMatchObject({ nonfinite: 1, units: 3, examples: 1 });
    expect(found.metrics.accuracy?.value).toBeCloseTo(2 / 3, 12);
    expect(found.metrics.perplexity?.value).toBeNaN();
  });
});

it('a probability of 0 costs an infinite loss, and is finite', () => {
  const collector = createCollector({
    task: 'multi-class',
    examples: 2,
    width: 2,
    places: 1,
    means: 'probabilities',
    positive: 1,
  });
  collector.add(Float32Array.of(1, 0, 0.5, 0.5), Int32Array.of(1, 0));
  expect(collector.running()).toEqual({ seen: 2, accuracy: 0.5, loss: Infinity, nonfinite: 0 });
});

it.each([
  ['logits', 3, -2],
  ['probabilities', 1 / (1 + Math.exp(-3)), 1 / (1 + Math.exp(2))],
  ['log-probabilities', -Math.log1p(Math.exp(-3)), -Math.log1p(Math.exp(2))],
] as const)('one number per example stands for class 1, as %s', (means, a, b) => {
  const collector = createCollector({
    task: 'binary',
    examples: 2,
    width: 1,
    places: 1,
    means,
    positive: 1,
  });
  collector.add(Float32Array.of(a, b), Int32Array.of(1, 1));
  const { accuracy, loss } = collector.running();
  expect(accuracy).toBe(0.5);
  expect(loss).toBeCloseTo((Math.log1p(Math.exp(-3)) + Math.log1p(Math.exp(2))) / 2, 5);
});

describe('intervals', () => {
  it('are the same every time', () => {
    const [, one] = named[1] ?? [];
    if (one) expect(score(collect(one), [])).toEqual(score(collect(one, 50), []));
  });

  it('of a mean are about 1.96 standard errors wide', () => {
    const n = 2000;
    const targets = Array.from({ length: n }, (_, i) => (i % 5 === 0 ? 1 : 0));
    const outputs = targets.flatMap(() => [1, 0, 0]);
    const { accuracy } = score(collect(three(outputs, targets), 500), []).metrics;
    const half = 1.96 * Math.sqrt((0.8 * 0.2) / n);
    expect(accuracy?.value).toBe(0.8);
    expect((accuracy?.low ?? 0) - (0.8 - half)).toBeCloseTo(0, 2);
    expect((accuracy?.high ?? 0) - (0.8 + half)).toBeCloseTo(0, 2);
  });
});

describe('single examples', () => {
  const first = collect(three([3, 0, 0, 0, 3, 0, 0, 0, 3, 3, 0, 0, 0, 3, 0], [0, 1, 2, 1, 2]));
  const second = collect(three([3, 0, 0, 3, 0, 0, 0, 0, 3, 0, 4, 0, 0, 9, 0], [0, 1, 2, 1, 2]));

  it('are found by a cell of the confusion matrix', () => {
    expect(confusionOf(first.predictions, 3).counts).toEqual([1, 0, 0, 1, 1, 0, 0, 1, 1]);
    expect([...placesInCell(first.predictions, 1, 0)]).toEqual([3]);
  });

  it('have their most likely classes with probabilities', () => {
    const { k, classes, probabilities } = second.predictions.top;
    expect(k).toBe(3);
    expect([...classes.slice(9, 12)]).toEqual([1, 0, 2]);
    expect(probabilities[9]).toBeCloseTo(Math.exp(4) / (Math.exp(4) + 2), 12);
  });

  it('come with the worst first', () => {
    expect([...worst(second.predictions, 2)]).toEqual([4, 1]);
  });

  it('are told apart by what became of them', () => {
    const both = pair(first.predictions, second.predictions);
    expect(compare(both, 3)).toMatchObject({
      examples: 5,
      bothRight: 2,
      fixed: 1,
      broken: 1,
      bothWrong: 1,
      mcnemar: { isExact: true, p: 1 },
    });
    expect(compare(both, 3).differences.accuracy).toMatchObject({ value: 0 });
    expect([...placesOf(both, 'fixed')]).toEqual([3]);
    expect([...placesOf(both, 'broken')]).toEqual([1]);
  });

  it('are compared where both checkpoints have them', () => {
    const part = take(first.predictions, [0, 3, 4]);
    const both = pair(part, second.predictions);
    expect([...both.second.examples]).toEqual([0, 3, 4]);
    expect(compare(both, 3)).toMatchObject({ examples: 3, bothRight: 1, fixed: 1, bothWrong: 1 });
  });

  it('of large data are evenly spread', () => {
    expect([...thin(first.predictions, 2).examples]).toEqual([0, 3]);
  });

  it('of tokens keep their places', () => {
    const tokens = named.find(([, { task }]) => task === 'next-token')?.[1];
    if (!tokens) throw new Error('no tokens');
    const { predictions } = collect(tokens);
    const part = take(predictions, [2, 5]).tokens;
    const [from = 0, to = 0] = [predictions.tokens.offsets[5], predictions.tokens.offsets[6]];
    expect([...part.loss.slice(part.offsets[1])]).toEqual([
      ...predictions.tokens.loss.slice(from, to),
    ]);
  });
});

it('groups of examples are scored by themselves', () => {
  const collected = collect(three([3, 0, 0, 0, 3, 0, 0, NAN, 3], [0, 0, 2]));
  const slice = sliceColumn('camera', ['left', 'left', null]);
  const scores = score(collected, [slice]);
  expect(scores.slices).toMatchObject([
    { column: 'camera', value: 'left', examples: 2, nonfinite: 0 },
    { column: 'camera', value: null, examples: 1, nonfinite: 1 },
  ]);
  expect(scores.slices.map(({ metrics }) => metrics.accuracy?.value)).toEqual([0.5, 0]);
});
