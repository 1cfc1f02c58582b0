import { expect, it } from 'vitest';
import { checkpointSeries } from './checkpoint-series.ts';
import { metricsOf, progressOf } from './step-of.ts';
import { checkpoint } from './testing.ts';

function seriesOf(...saved: readonly [path: string, metadata?: Record<string, number>][]) {
  const rows = saved.map(([path, metadata]) => ({
    ...checkpoint(path),
    ...progressOf(path, metadata),
    metrics: metricsOf(path, metadata),
  }));
  return checkpointSeries(rows).map(({ tag, unit, all }) => ({
    tag,
    unit,
    points: [...all.steps].map((step, i) => [step, all.values[i]]),
    epochs: [...all.epochs],
  }));
}

it('metrics in names make a history, by the epoch', () => {
  expect(seriesOf(['model_e2_acc0.90.pth'], ['model_e10_acc0.95.pth'])).toEqual([
    {
      tag: 'acc',
      unit: 'epoch',
      points: [
        [2, 0.9],
        [10, 0.95],
      ],
      epochs: [2, 10],
    },
  ]);
});

it('metadata makes one by the step, and says the epochs', () => {
  expect(
    seriesOf(
      ['b.pt', { epoch: 1, global_step: 20, loss: 2 }],
      ['a.pt', { epoch: 0, global_step: 10, loss: 3 }],
    ),
  ).toEqual([
    {
      tag: 'loss',
      unit: 'step',
      points: [
        [10, 3],
        [20, 2],
      ],
      epochs: [0, 1],
    },
  ]);
});

it('a copy under another name is no second point, another value is', () => {
  expect(
    seriesOf(
      ['epoch_1.pt', { epoch: 1, loss: 2 }],
      ['last.pt', { epoch: 1, loss: 2 }],
      ['ema.pt', { epoch: 1, loss: 1.5 }],
    ),
  ).toMatchObject([
    {
      points: [
        [1, 2],
        [1, 1.5],
      ],
    },
  ]);
});

it('a number whose meaning nobody knows is none', () => {
  expect(seriesOf(['weights.03-0.52.h5'], ['weights.04-0.48.h5'])).toEqual([]);
});
