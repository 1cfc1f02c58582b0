import { describe, expect, it } from 'vitest';
import { createClock } from './clock.ts';
import { nameMetrics } from './name-metrics.ts';
import { checkpoint, count, series } from './testing.ts';

describe('a number in a name', () => {
  const checkpoints = [
    checkpoint('01-2.185.keras', { epoch: 1 }),
    checkpoint('02-1.826.keras', { epoch: 2 }),
  ];
  const logged = (tag: string, values: number[]) =>
    series(tag, count(0, 1), { unit: 'epoch', values: (epoch) => values[epoch] ?? 0 });
  const valLoss = logged('val_loss', [2.1845, 1.8258]);
  const tagsWith = (...all: ReturnType<typeof logged>[]) =>
    nameMetrics(checkpoints, all, createClock(all, checkpoints)).map(
      ({ metrics }) => metrics[0]?.tag,
    );

  it.each([
    ['is the metric that was logged so', [valLoss, logged('loss', [2.25, 2.01])], 'val_loss'],
    [
      'is it also where two logs have it',
      [logged('validation/epoch_loss', [2.1845, 1.8258]), valLoss],
      'validation/epoch_loss',
    ],
    ['stays without a name where none was', [logged('loss', [2.25, 2.01])], 'name'],
    ['stays so where several could be it', [valLoss, logged('other', [2.1851, 1.8262])], 'name'],
  ])('%s', (_, all, tag) => {
    expect(tagsWith(...all)).toEqual([tag, tag]);
  });
});
