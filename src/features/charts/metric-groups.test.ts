import { describe, expect, it } from 'vitest';
import type { MetricInfo, RunDetails } from '#workers/api.ts';
import { availableAxes, metricGroups } from './metric-groups.ts';
import { sourcesIn } from './metric-sources.ts';
import { parseChartsView } from './view.ts';

function info(tag: string, axes: MetricInfo['axes'] = ['step']): MetricInfo {
  const point = { step: 0, value: 0 };
  const numbers = { count: 1, nonfinite: 0, first: point, last: point, min: point, max: point };
  return { tag, sources: [], origin: 'log', axes, spark: [], ...numbers };
}

function details(run: string, metrics: readonly MetricInfo[]): RunDetails {
  const nothing = { checkpoints: [], claims: [], configuration: {}, defects: [] };
  const state = { kind: 'finished', step: null, reason: { by: 'nothing' }, remarks: [] } as const;
  const beside = { facts: {}, media: [], duration: null };
  return { run, done: true, metrics, state, ...beside, ...nothing };
}

const runs = [
  details('a', [info('train/loss'), info('lr'), info('val/loss')]),
  details('b', [info('val/loss', ['step', 'wall']), info('train/grad')]),
];

const tags = (groups: ReturnType<typeof metricGroups>) =>
  groups.map(({ prefix, metrics }) => [prefix, metrics.map(({ tag }) => tag)]);

describe('metrics', () => {
  const groups = metricGroups(runs);

  it('stand by prefix, the group of the most important first', () =>
    expect(tags(groups)).toEqual([
      ['val', ['val/loss']],
      ['train', ['train/loss', 'train/grad']],
      ['', ['lr']],
    ]));

  it('know the runs that have them', () =>
    expect(groups[0]?.metrics[0]?.runs.map(({ run }) => run)).toEqual(['a', 'b']));

  it('have the axes that any run can give', () =>
    expect([...availableAxes(runs)]).toEqual(['step', 'wall']));
});

it('the files of a metric are named from the folder of its run, each once', () => {
  const sources = ['a/b/metrics.csv', 'a/b/metrics.csv', 'a/b/logs/x', 'a/bc/y'];
  expect(sourcesIn('a/b', sources)).toEqual(['metrics.csv', 'logs/x', 'a/bc/y']);
  expect(sourcesIn('', ['metrics.csv'])).toEqual(['metrics.csv']);
});

describe('a URL', () => {
  it('without anything shows everything over steps', () =>
    expect(parseChartsView({})).toEqual({
      x: 'step',
      smooth: 'none',
      amount: 0.6,
      logx: false,
      y: 'linear',
      robust: false,
      low: null,
      high: null,
      group: null,
      centre: 'mean',
      spread: 'std',
      singles: false,
      at: null,
      from: null,
      to: null,
      find: '',
      big: null,
    }));

  it.each([
    [{ x: 'wall' }, { x: 'wall' }],
    [{ x: 'parsec' }, { x: 'step' }],
    [
      { smooth: 'ema', amount: 2 },
      { smooth: 'ema', amount: 0.999 },
    ],
    [{ amount: 'much' }, { amount: 0.6 }],
    [
      { from: 3, to: 9 },
      { from: 3, to: 9 },
    ],
    [
      { from: 9, to: 3 },
      { from: null, to: null },
    ],
    [{ from: 3 }, { from: null, to: null }],
    [{ find: 12 }, { find: '12' }],
    [
      { y: 'cubic', logx: 'yes', big: 7 },
      { y: 'linear', logx: false, big: null },
    ],
    [
      { low: '1', high: 2 },
      { low: null, high: 2 },
    ],
  ])('%j', (search, view) => expect(parseChartsView(search)).toMatchObject(view));
});
