import { describe, expect, it } from 'vitest';
import { UNSCALED } from '#domain/dataset.ts';
import type { Evaluation } from '#domain/evaluation.ts';
import { metricKind } from '#domain/metric-kind.ts';
import type { Estimate, Predictions, ScoreName, Scores } from '#domain/scores.ts';
import type { Line } from '#workers/api.ts';
import { comparisonSides, differenceText } from './comparison.ts';
import { confusedPairs, formatCell, parseCell, shareOf } from './confusion.ts';
import { curveData, likeLogged, loggedFactor } from './curve-data.ts';
import { placesIn } from './example-choice.ts';
import { predictionsCsv, resultsCsv, resultsJson } from './export.ts';
import { bestOf, ranked, scoreText, shortScore } from './score-names.ts';
import { pairsOf } from './value-pairs.ts';
import { worstTokens } from './worst-tokens.ts';

const estimate = (value: number): Estimate => ({ value, low: value - 0.1, high: value + 0.1 });

function scoresOf(metrics: Partial<Record<ScoreName, Estimate>>): Scores {
  return {
    task: 'multi-class',
    examples: 4,
    units: 4,
    nonfinite: 0,
    metrics,
    classes: [],
    outputs: [],
    confusion: null,
    reliability: [],
    slices: [],
    bootstrap: { resamples: 100, seed: 1 },
    leftOut: [],
  };
}

function evaluationOf(
  checkpoint: string,
  accuracy: number,
  more: Partial<Evaluation> = {},
): Evaluation {
  return {
    checkpoint,
    state: 'done',
    seen: 4,
    total: 4,
    accuracy,
    loss: 1,
    nonfinite: 0,
    backend: 'wasm',
    parity: { backend: 'cpu', examples: 4, difference: 1e-7 },
    binding: null,
    defect: null,
    firstOutputs: [],
    scores: scoresOf({ accuracy: estimate(accuracy), cross_entropy: estimate(1 - accuracy) }),
    ...more,
  };
}

const all = [evaluationOf('a', 0.5), evaluationOf('b', 0.75), evaluationOf('c', Number.NaN)];

describe('scores', () => {
  it.each([
    ['accuracy', 0.75],
    ['cross_entropy', 0.25],
  ] as const)('the best %s is %d', (name, best) => {
    expect(bestOf(all, name)).toBe(best);
  });

  it('of one checkpoint alone are not the best of anything', () => {
    expect(bestOf(all.slice(0, 1), 'accuracy')).toBeNull();
  });

  it('are ranked, those that are no numbers last', () => {
    expect(ranked(all, 'accuracy').map(({ checkpoint }) => checkpoint)).toEqual(['b', 'a', 'c']);
  });

  it.each([
    ['accuracy', 0.902_777, '90.28 %', '90.3 %'],
    ['cross_entropy', 0.454_861_6, '0.454862', '0.455'],
    ['f1_macro', 0.899_991, '0.89999', '0.9'],
    ['rmse', Number.POSITIVE_INFINITY, '∞', '∞'],
  ] as const)('%s %d is written %s, shortly %s', (name, value, long, short) => {
    expect(scoreText(name, value, 'en')).toBe(long);
    expect(shortScore(name, value, 'en')).toBe(short);
  });

  it.each([
    [0.0125, '+0.0125'],
    [-0.3, '−0.3'],
    [0, '0'],
    [2e-6, '+2.00e-6'],
    [Number.NaN, 'NaN'],
  ])('a difference of %d is written %s', (value, text) => {
    expect(differenceText(value)).toBe(text);
  });
});

describe('two that are compared', () => {
  const names = (of: string | null, against: string | null) =>
    comparisonSides(all, { of, against }).map((one) => one?.checkpoint);
  it.each([
    [null, null, ['a', 'b']],
    ['a', null, ['b', 'a']],
    [null, 'b', ['b', 'a']],
    ['c', 'a', ['a', 'c']],
    ['a', 'a', ['b', 'a']],
  ])('chosen %s against %s are %j', (of, against, sides) => {
    expect(names(of, against)).toEqual(sides);
  });
});

const line = (more: Partial<Line>): Line => ({
  run: 'r',
  x: Float64Array.of(1, 2),
  y: Float64Array.of(0.4, 0.8),
  steps: Float64Array.of(1, 2),
  smoothX: new Float64Array(),
  smoothY: new Float64Array(),
  ghostX: new Float64Array(),
  ghostY: new Float64Array(),
  robust: null,
  total: 2,
  nonpositive: 0,
  marks: [],
  ...more,
});

describe('a score over checkpoints', () => {
  const mark = (checkpoint: string, x: number) => ({ checkpoint, step: x, epoch: null, x, y: 0.6 });
  const candidates = ['a', 'b', 'c'].map((path) => ({ path, run: 'r', summary: null }));

  it('stands where the log has its checkpoints, without those that are no number', () => {
    const lines = [line({ marks: [mark('b', 1), mark('a', 2)] })];
    const { points, unit } = curveData(all, 'accuracy', { candidates, lines });
    expect(unit).toBe('step');
    expect(points.map(({ checkpoint, x, logged }) => [checkpoint, x, logged])).toEqual([
      ['b', 1, 0.6],
      ['a', 2, 0.6],
    ]);
  });

  it('names those that have no place', () => {
    const { points, unplaced } = curveData(all, 'accuracy', { candidates, lines: [] });
    expect(points).toEqual([]);
    expect(unplaced).toEqual(['a', 'b']);
  });

  const tags = ['train/loss', 'val/loss', 'val/accuracy', 'val/top5', 'val/f1_macro'];
  it.each([
    ['accuracy', 'val/accuracy'],
    ['cross_entropy', 'val/loss'],
    ['f1_macro', 'val/f1_macro'],
    ['roc_auc', null],
  ] as const)('%s is logged as %s', (name, tag) => {
    expect(likeLogged(name, tags, metricKind)).toBe(tag);
  });

  it('is a part of one, whatever the log has', () => {
    expect(loggedFactor('accuracy', [line({ y: Float64Array.of(40, 80) })])).toBe(0.01);
    expect(loggedFactor('accuracy', [line({})])).toBe(1);
    expect(loggedFactor('cross_entropy', [line({ y: Float64Array.of(40, 80) })])).toBe(1);
  });
});

const predictions: Predictions = {
  task: 'multi-class',
  total: 4,
  examples: Uint32Array.of(0, 1, 2, 3),
  loss: Float64Array.of(0.1, 2, Number.NaN, 1),
  correct: Uint8Array.of(1, 0, 0, 0),
  confidence: Float64Array.of(0.9, 0.5, Number.NaN, 0.7),
  labels: Int32Array.of(0, 1, 1, 0),
  predicted: Int32Array.of(0, 0, -1, 1),
  top: {
    k: 1,
    classes: Int32Array.of(0, 0, 1, 1),
    probabilities: Float64Array.of(0.9, 0.5, 0, 0.7),
  },
  values: { width: 0, targets: new Float64Array(), outputs: new Float64Array() },
  tokens: {
    offsets: new Uint32Array(),
    places: new Uint32Array(),
    targets: new Int32Array(),
    predicted: new Int32Array(),
    loss: new Float64Array(),
  },
  slices: [{ column: 'site', values: ['=A1', 'b'], codes: Int32Array.of(0, 1, 1, 0) }],
};

describe('examples', () => {
  it.each([
    ['worst', [2, 1, 3, 0]],
    ['wrong', [2, 1, 3]],
    ['sure', [3, 1]],
    ['all', [0, 1, 2, 3]],
  ] as const)('in the list %s are %j', (list, places) => {
    expect([...placesIn(predictions, list)]).toEqual(places);
  });

  it('that were confused are counted by their pairs', () => {
    expect(confusedPairs(predictions)).toEqual([
      { label: 1, predicted: 0, count: 1 },
      { label: 0, predicted: 1, count: 1 },
    ]);
  });

  it('of a cell are a share of those of its label, with those that have no prediction', () => {
    const confusion = { classes: 2, counts: [1, 1, 1, 0], none: [0, 1] };
    expect(shareOf(confusion, 1, 1)).toBe(0.5);
  });

  it.each([
    [3, 5],
    [3, -1],
  ])('of label %d predicted as %d are named in the URL', (label, predicted) => {
    expect(parseCell(formatCell(label, predicted))).toEqual([label, predicted]);
  });

  it.each(['worst', '', null, '1-', '1-2-3'])('%j names no cell', (list) => {
    expect(parseCell(list)).toBeNull();
  });
});

it('the worst tokens come with their example and place', () => {
  const tokens = {
    offsets: Uint32Array.of(0, 2, 2, 3, 3),
    places: Uint32Array.of(0, 1, 4),
    targets: Int32Array.of(7, 8, 9),
    predicted: Int32Array.of(7, 1, 2),
    loss: Float64Array.of(0.1, 3, 5),
  };
  expect(worstTokens({ ...predictions, tokens }, 2)).toEqual([
    { row: 2, example: 2, place: 4, target: 9, predicted: 2, loss: 5 },
    { row: 0, example: 0, place: 1, target: 8, predicted: 1, loss: 3 },
  ]);
});

it('values are paired by their output, without those that are not finite', () => {
  const values = {
    width: 2,
    targets: Float64Array.of(0, 1, 0, 2, 0, 3, 0, 4),
    outputs: Float64Array.of(0, 2, 0, 2, 0, Number.NaN, 0, 3),
  };
  const pairs = pairsOf({ ...predictions, values }, 1);
  expect([...pairs.truth]).toEqual([1, 2, 4]);
  expect([pairs.all, pairs.mean]).toEqual([3, 0]);
});

describe('files', () => {
  const provenance: Evaluation['provenance'] = {
    graph: { path: 'model.pt2', version: 'g' },
    checkpoints: [{ path: '=a', version: 'c' }],
    dataset: { path: 'test.npz', version: 't' },
    plan: {
      graph: { kind: 'file', path: 'model.pt2' },
      checkpoints: ['=a'],
      dataset: 'test.npz',
      inputs: ['x'],
      label: 'y',
      scaling: UNSCALED,
      batchSize: 4,
      backend: null,
    },
    batch: 4,
    backend: 'wasm',
    device: 'WebAssembly',
    cairn: '0.1.0',
    date: 0,
  };

  it('of results have as many cells in every line, and no formulas', () => {
    const text = resultsCsv([evaluationOf('=a', 0.5, { provenance }), evaluationOf('b', 0.75)]);
    const [head = '', first = '', second = ''] = text.split('\r\n');
    expect(first.startsWith("'=a,done,4,0,0.5,0.4,0.6,")).toBe(true);
    expect(first).toContain('1970-01-01T00:00:00.000Z');
    expect(second.split(',')).toHaveLength(head.split(',').length);
  });

  it('of results as JSON keep what is no number, and the provenance', () => {
    const evaluations = [evaluationOf('c', Number.NaN, { provenance })];
    const run = { plan: provenance.plan, state: 'done', evaluations, progress: null } as const;
    const text = resultsJson({ ...run, directory: 'd', error: null });
    const parsed = JSON.parse(text);
    expect(parsed.results[0].scores.metrics.accuracy.value).toBe('NaN');
    expect(parsed.results[0].provenance.dataset.version).toBe('t');
  });

  it('of predictions have a line for each example', () => {
    const lines = [...predictionsCsv('=a', predictions, true)].join('').trimEnd().split('\r\n');
    expect(lines[0]).toBe(
      'checkpoint,example,correct,loss,confidence,label,predicted,top_1,probability_1,site',
    );
    expect(lines[1]).toBe("'=a,0,1,0.1,0.9,0,0,0,0.9,'=A1");
    expect(lines).toHaveLength(5);
  });
});
