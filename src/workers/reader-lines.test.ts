import { describe, expect, it } from 'vitest';
import type { CheckpointSummary } from '#domain/summary.ts';
import { createClock } from '#runs/clock.ts';
import type { RunSeries } from '#runs/run-series.ts';
import { checkpoint, count, series } from '#runs/testing.ts';
import type { LinesRequest } from './api.ts';
import { linesOf } from './reader-lines.ts';
import type { RunModel } from './reader-model.ts';

function modelOf(
  all: readonly RunSeries[],
  checkpoints: readonly CheckpointSummary[] = [],
): RunModel {
  const run = {
    path: 'run',
    checkpoints: [],
    histories: [],
    configurations: [],
    graphs: [],
    pointers: [],
  };
  const clock = createClock(all, checkpoints);
  return {
    run,
    checkpoints,
    series: all,
    origin: 'log',
    clock,
    claims: [],
    configuration: {},
    defects: [],
    files: [],
    process: () => null,
    facts: {},
    media: [],
    texts: [],
    circumstances: {},
  };
}

const request = (tag: string, given: Partial<LinesRequest> = {}): LinesRequest => ({
  tag,
  runs: ['run'],
  axis: 'step',
  range: null,
  width: 1000,
  smoothing: { kind: 'none', amount: 0 },
  logX: false,
  y: 'linear',
  ...given,
});

const lineOf = (model: RunModel, one: LinesRequest) => linesOf([model], one)[0] ?? null;

const START = 1_700_000_000;
const train = series('train/loss', count(1, 312), { times: (step) => START + step });
const val = series('val/loss', count(1, 12), { times: (epoch) => START + 26 * epoch + 0.5 });
const saved = [6, 12].map((epoch) => checkpoint(`epoch_${epoch}.pth`, { epoch }));
const model = modelOf([train, val], saved);

describe('checkpoints are marked', () => {
  const marks = (tag: string, axis: LinesRequest['axis']) =>
    lineOf(model, request(tag, { axis }))?.marks.map(({ x, y }) => [x, y]);

  it('at the steps of a curve over steps, and at the epochs of one over epochs', () => {
    expect(marks('train/loss', 'step')).toEqual([
      [156, 1 / 157],
      [312, 1 / 313],
    ]);
    expect(marks('val/loss', 'step')).toEqual([
      [6, 1 / 7],
      [12, 1 / 13],
    ]);
  });

  it('at the same epochs on both', () => {
    expect(marks('train/loss', 'epoch')?.map(([x]) => x)).toEqual([6, 12]);
    expect(marks('val/loss', 'epoch')?.map(([x]) => x)).toEqual([6, 12]);
  });

  it('at the time of the point', () => {
    expect(marks('train/loss', 'wall')?.map(([x]) => x)).toEqual([START + 156, START + 312]);
    expect(marks('train/loss', 'relative')?.map(([x]) => x)).toEqual([155, 311]);
  });

  it('with their step and epoch', () => {
    expect(lineOf(model, request('val/loss'))?.marks[0]).toMatchObject({
      checkpoint: 'epoch_6.pth',
      step: 156,
      epoch: 6,
    });
  });

  it('between two points in time in proportion', () => {
    const sparse = series('loss', [100, 200], { times: (step) => START + step });
    const at = checkpoint('step_150.pt', { step: 150 });
    const line = lineOf(modelOf([sparse], [at]), request('loss', { axis: 'wall' }));
    expect(line?.marks).toMatchObject([{ x: START + 150, y: 1 / 101 }]);
  });

  it('not where nothing says where they stand', () => {
    const other = series('loss', [10, 25, 33]);
    expect(lineOf(modelOf([other], saved), request('loss'))?.marks).toEqual([]);
  });

  it('without a height where the metric was no longer logged', () => {
    const late = checkpoint('step_900.pt', { step: 900 });
    const line = lineOf(modelOf([train], [late]), request('train/loss'));
    expect(line?.marks).toMatchObject([{ x: 900, y: null }]);
  });
});

describe('a line', () => {
  const long = series('loss', count(1, 100_000), {
    values: (step) => (step === 54_321 ? -7 : Math.sin(step)),
  });

  it('is thinned to the pixels, its least value kept', () => {
    const line = lineOf(modelOf([long]), request('loss', { width: 300 }));
    expect(line?.total).toBe(100_000);
    expect(line?.x.length).toBeLessThanOrEqual(1200);
    expect(Math.min(...(line?.y ?? []))).toBe(-7);
    expect(line?.steps[line.y.indexOf(-7)]).toBe(54_321);
  });

  it('counts what is in sight', () => {
    const line = lineOf(modelOf([long]), request('loss', { range: [100, 199] }));
    expect(line?.total).toBe(100);
    expect(line?.y.length).toBeGreaterThanOrEqual(100);
  });

  it('has its steps whatever the axis', () => {
    const line = lineOf(model, request('train/loss', { axis: 'relative' }));
    expect([line?.x[1], line?.steps[1]]).toEqual([1, 2]);
  });

  it('is smoothed before it is thinned', () => {
    const smoothing = { kind: 'ema', amount: 0.9 } as const;
    const line = lineOf(modelOf([long]), request('loss', { smoothing, width: 300 }));
    expect(line?.smoothY.length).toBeGreaterThan(0);
    expect(Math.max(...(line?.smoothY ?? []))).toBeLessThan(1);
  });

  it('has the pixel columns of all lines beside it', () => {
    const short = series('loss', count(40, 60));
    const lines = linesOf([modelOf([long]), modelOf([short])], request('loss', { width: 300 }));
    expect(lines.map(({ span }) => span)).toEqual([
      [1, 100_000],
      [1, 100_000],
    ]);
  });

  it('is thinned by the logarithm of x, what has no place on it counted', () => {
    const early = series('loss', count(0, 100_000));
    const line = lineOf(modelOf([early]), request('loss', { width: 300, logX: true }));
    expect(line).toMatchObject({ span: [1, 100_000], unplaced: 1, total: 100_000 });
    expect([...(line?.x.slice(0, 4) ?? [])]).toEqual([1, 2, 3, 4]);
  });

  it('knows between which values most of those in sight are, when asked', () => {
    const spiky = series('loss', count(0, 100), {
      values: (step) => (step === 50 ? 1e9 : step === 51 ? Number.NaN : step),
    });
    const robust = (range: LinesRequest['range']) =>
      lineOf(modelOf([spiky]), request('loss', { robust: true, range }))?.robust;
    expect(robust(null)).toEqual([expect.closeTo(1.98), expect.closeTo(99.02)]);
    expect(robust([0, 10])).toEqual([expect.closeTo(0.2), expect.closeTo(9.8)]);
    expect(lineOf(modelOf([spiky]), request('loss'))?.robust).toBeNull();
  });

  it('is none for another metric, or an axis that its log does not have', () => {
    expect(lineOf(model, request('other'))).toBeNull();
    const untimed = modelOf([series('loss', count(1, 9))]);
    expect(lineOf(untimed, request('loss', { axis: 'wall' }))).toBeNull();
    expect(lineOf(untimed, request('loss', { axis: 'epoch' }))).toBeNull();
  });

  it('leaves the columns it is made from where they are', () => {
    const line = lineOf(model, request('val/loss'));
    expect(line?.x.buffer).not.toBe(val.drawn.steps.buffer);
    expect(line?.y.buffer).not.toBe(val.drawn.values.buffer);
  });
});

it('epochs of a log are spread over their steps', () => {
  const both = series('train/loss', count(1, 52), { epochs: (step) => Math.ceil(step / 26) });
  const line = lineOf(modelOf([both]), request('train/loss', { axis: 'epoch' }));
  expect([line?.x[12], line?.x[25], line?.x[51]]).toEqual([0.5, 1, 2]);
});
