import { describe, expect, it } from 'vitest';
import type { HistoryChunk } from '#domain/history.ts';
import { logOf as logOfFiles } from './run-log.ts';
import { findSeries, runSeries } from './run-series.ts';
import { standingOf } from './run-state.ts';
import { mergeSame } from './same-metric.ts';
import { count, series } from './testing.ts';

const logOf = ([path = '']: readonly string[], chunks: readonly HistoryChunk[]) =>
  logOfFiles([{ path, chunks }]);

function log(file: string, tags: Record<string, readonly number[]>) {
  const columns = Object.entries(tags).map(([tag, values]) => ({
    tag,
    steps: Float64Array.from(values, (_, i) => i),
    values: Float64Array.from(values),
    epochs: new Float64Array(),
    times: new Float64Array(),
  }));
  return logOf([file], [{ series: columns, end: 0, defects: [], unit: 'step' }]);
}

const tagsOf = (...logs: ReturnType<typeof log>[]) => runSeries('run', logs).map(({ tag }) => tag);

describe('tags of a run', () => {
  it('have the folder of their split before them', () => {
    expect(
      tagsOf(
        log('run/train/events.out.tfevents.1', { loss: [1] }),
        log('run/logs/validation/events.out.tfevents.1', { loss: [2] }),
        log('run/logs/events.out.tfevents.1', { lr: [3] }),
      ),
    ).toEqual(['lr', 'train/loss', 'validation/loss']);
  });

  it('are not the epoch in which they were logged', () => {
    const column = { steps: Float64Array.of(1, 2), times: new Float64Array() };
    const epochs = Float64Array.of(1, 1);
    const both = [
      { tag: 'epoch', values: epochs, epochs, ...column },
      { tag: 'loss', values: Float64Array.of(3, 2), epochs, ...column },
    ];
    const chunk = { series: both, end: 0, defects: [], unit: 'step' as const };
    expect(tagsOf(logOf(['run/metrics.csv'], [chunk]))).toEqual(['loss']);
  });

  it('do not have it twice', () => {
    expect(tagsOf(log('run/train/events.out.tfevents.1', { 'train/loss': [1] }))).toEqual([
      'train/loss',
    ]);
  });

  it('are one where two loggers wrote the same points, but for digits', () => {
    const logs = [
      log('run/metrics.csv', { loss: [0.1] }),
      log('run/events', { loss: [Math.fround(0.1)] }),
    ];
    const [only, ...others] = runSeries('run', logs);
    expect(only?.sources).toEqual(['run/metrics.csv', 'run/events']);
    expect(others).toEqual([]);
  });

  it.each([
    ['train/loss', 'loss'],
    ['eval/loss', 'eval_loss'],
    ['validation/epoch_loss', 'val_loss'],
  ])('are one where one logger writes %s and another %s', (alias, tag) => {
    const found = runSeries('run', [
      log('run/a', { [alias]: [3, 2, 1] }),
      log('run/b', { [tag]: [3, 2, 1] }),
    ]);
    expect(found).toMatchObject([{ tag, aliases: [alias], sources: ['run/a', 'run/b'] }]);
    expect(findSeries(found, alias)).toBe(found[0]);
  });

  it('stay two where other names have other points', () => {
    expect(tagsOf(log('run/a', { loss: [3, 2] }), log('run/b', { 'train/loss': [3, 9] }))).toEqual([
      'loss',
      'train/loss',
    ]);
  });

  it.each<[string, number[], number[], number[]]>([
    ['stopped before the other', count(0, 9), count(0, 4), count(0, 9)],
    ['logs every third step', count(0, 9), [0, 3, 6, 9], count(0, 9)],
    ['logs seldom and goes on for longer', count(0, 9), [0, 5, 10, 15], [...count(0, 9), 10, 15]],
  ])('are one where a logger %s', (_, dense, sparse, steps) => {
    const logged = (tag: string, at: number[]) =>
      series(tag, at, { values: (step) => 1 / (1 + step) });
    const merged = mergeSame(logged('loss', dense), logged('loss', sparse));
    expect([...(merged?.all.steps ?? [])]).toEqual(steps);
    expect(mergeSame(logged('loss', sparse), logged('loss', dense))?.all).toEqual(merged?.all);
  });

  it('are not one where a logger has a point that the other lacks', () => {
    expect(mergeSame(series('loss', [0, 2, 4, 6]), series('loss', [0, 3, 6]))).toBeNull();
  });

  it('are told apart by their files where the points differ', () => {
    expect(tagsOf(log('run/a.csv', { loss: [1] }), log('run/b.csv', { loss: [2] }))).toEqual([
      'loss',
      'loss (b.csv)',
    ]);
  });
});

describe('after a restart', () => {
  const chunk = (steps: number[], restart?: number) => ({
    series: [
      {
        tag: 'loss',
        steps: Float64Array.from(steps),
        values: Float64Array.from(steps, (step) => step + (restart ?? 0) / 100),
        epochs: new Float64Array(),
        times: new Float64Array(),
      },
    ],
    end: 0,
    defects: [],
    unit: 'step' as const,
    restart,
  });

  it('every point is kept, and the last of each step counts', () => {
    const [points] = logOf(['log'], [chunk([1, 2, 3, 4]), chunk([3, 4, 5])]).series;
    expect(points?.all.steps).toHaveLength(7);
    expect([...(points?.current.steps ?? [])]).toEqual([1, 2, 3, 4, 5]);
  });

  it('points that the trainer went back behind are not drawn', () => {
    const [points] = logOf(['log'], [chunk([1, 2, 3, 4]), chunk([3, 5], 3)]).series;
    expect(points?.all.steps).toHaveLength(6);
    expect([...(points?.drawn.steps ?? [])]).toEqual([1, 2, 3, 5]);
  });
});

describe('a run', () => {
  const diverged = (step: number) => (step >= 186 ? Number.NaN : 1);

  it('has diverged when its loss ends in no numbers, at the first such step', () => {
    const train = series('train/loss', count(1, 312), { values: diverged });
    const val = series('val/loss', count(1, 12), {
      unit: 'epoch',
      values: (epoch) => (epoch > 7 ? Number.NaN : 1),
    });
    expect(standingOf([val, train])).toMatchObject({ kind: 'diverged', step: 186 });
  });

  it('has not when the loss came back', () => {
    const skipped = series('loss', count(1, 9), {
      values: (step) => (step === 4 ? Number.POSITIVE_INFINITY : 1),
    });
    expect(standingOf([skipped])).toMatchObject({ kind: 'finished', step: null });
  });

  it('has not when something else is no number', () => {
    const norm = series('grad_norm', count(1, 9), { values: () => Number.NaN });
    expect(standingOf([norm])).toMatchObject({ kind: 'finished', step: null });
  });

  it('without a log is empty', () => {
    expect(standingOf([])).toMatchObject({ kind: 'empty', step: null });
  });
});
