import { describe, expect, it } from 'vitest';
import type { CheckpointSummary } from '#domain/summary.ts';
import { countsEpochs, positionOn, valueAt } from './at-checkpoint.ts';
import { createClock } from './clock.ts';
import { checkpoint, count, series } from './testing.ts';

/** The position of a checkpoint on each series, by tag. */
function positions(
  all: ReturnType<typeof series>[],
  checkpoints: readonly CheckpointSummary[],
  at: CheckpointSummary,
): Record<string, number | null> {
  const clock = createClock(all, checkpoints);
  return Object.fromEntries(all.map((one) => [one.tag, positionOn(one, at, clock)]));
}

describe('a checkpoint of epoch 6 stands', () => {
  const six = checkpoint('epoch_06.pth', { epoch: 6 });
  const last = checkpoint('epoch_12.pth', { epoch: 12 });
  /** 26 steps an epoch, a step in a tenth of a second. */
  const train = series('train/loss', count(1, 312), { times: (step) => step / 10 });

  it('at epoch 6 and at its last step, by the times of an epoch log beside a step log', () => {
    const val = series('val/loss', count(1, 12), { times: (epoch) => epoch * 2.6 + 0.01 });
    expect(positions([train, val], [six, last], six)).toEqual({ 'train/loss': 156, 'val/loss': 6 });
  });

  it('there also where epochs are of unequal length', () => {
    const ends = [30, 60, 90, 120, 150, 180, 200, 220, 240, 264, 288, 312];
    const val = series('val/loss', count(1, 12), {
      times: (epoch) => (ends[epoch - 1] ?? 0) / 10 + 0.01,
    });
    expect(positions([train, val], [six, last], six)).toEqual({ 'train/loss': 180, 'val/loss': 6 });
  });

  it('in equal parts where the log has no times', () => {
    const untimed = series('train/loss', count(1, 312));
    const val = series('val/loss', count(1, 12));
    expect(positions([untimed, val], [six, last], six)).toEqual({
      'train/loss': 156,
      'val/loss': 6,
    });
  });

  it('at the last step of the epoch, where the log has both', () => {
    const epochs = (step: number) => Math.ceil(step / 26);
    const both = series('train/loss', count(1, 312), { epochs });
    const val = series('val/loss', [26, 52, 78, 104, 130, 156, 182], { epochs });
    expect(positions([both, val], [six], six)).toEqual({ 'train/loss': 156, 'val/loss': 156 });
  });

  it('where a metric logged once an epoch has its sixth point', () => {
    const untimed = series('train/loss', count(1, 312));
    const val = series('val/loss', [26, 52, 78, 104, 130, 156, 182]);
    expect(positions([untimed, val], [six], six)).toEqual({ 'train/loss': 156, 'val/loss': 156 });
  });

  it('by Lightning, that logs the epoch as a metric', () => {
    const steps = [7, 15, 23, 31, 39, 47, 55];
    const epoch = series('epoch', steps, { values: (step) => (step - 7) / 8 });
    const val = series('val_loss', steps);
    expect(positions([epoch, val], [six], six)).toMatchObject({ val_loss: 55 });
  });

  it('nowhere on steps when nothing says how long an epoch is', () => {
    const other = series('loss', [10, 25, 33, 71]);
    expect(positions([other], [six], six)).toEqual({ loss: null });
  });

  it('at 6 where all that was logged are epochs', () => {
    const val = series('val/loss', count(1, 12));
    expect(positions([val], [six, last], six)).toEqual({ 'val/loss': 6 });
  });
});

describe('a checkpoint that gives its step', () => {
  it('stands there, and at its epoch where epochs are logged', () => {
    const at = checkpoint('ckpt-6', { step: 144, epoch: 6 });
    const others = [at, checkpoint('ckpt-8', { step: 192, epoch: 8 })];
    const loss = series('loss', count(1, 192), { times: (step) => step });
    const val = series('epoch_val', count(1, 8), { times: (epoch) => 24 * epoch + 0.5 });
    expect(positions([loss, val], others, at)).toEqual({ loss: 144, epoch_val: 6 });
  });

  it('stands at a part of an epoch when it was saved within one', () => {
    const at = checkpoint('step_13.pt', { step: 13 });
    const loss = series('loss', count(1, 52), { times: (step) => step });
    const val = series('val', count(1, 2), { times: (epoch) => 26 * epoch + 0.5 });
    expect(positions([loss, val], [at], at)).toEqual({ loss: 13, val: 0.5 });
  });
});

describe('epochs counted from different numbers', () => {
  const keras = (name: string, epoch: number) => checkpoint(name, { epoch });
  const log = series('val_loss', count(0, 5), {
    unit: 'epoch',
    values: (epoch) => [2.1845, 1.8258, 1.18, 0.7859, 0.627, 0.527][epoch] ?? 0,
  });

  it.each<[string, CheckpointSummary[], number]>([
    [
      'a metric in the name is the log of the epoch before',
      [keras('01-2.185.keras', 1), keras('05-0.627.keras', 5)],
      -1,
    ],
    [
      'a metric in the name is the log of the same epoch',
      [keras('epoch=0-val_loss=2.18.ckpt', 0), keras('epoch=4-val_loss=0.63.ckpt', 4)],
      0,
    ],
    ['Keras names from 1 what it logs from 0', [keras('03.keras', 3), keras('04.keras', 4)], -1],
    ['one epoch more than was logged', [keras('epoch_2.pth', 2), keras('epoch_6.pth', 6)], -1],
    ['from 0 in both', [keras('epoch_0.pth', 0), keras('epoch_5.pth', 5)], 0],
    ['nothing tells: the same', [keras('epoch_2.pth', 2), keras('epoch_4.pth', 4)], 0],
  ])('%s', (_, checkpoints, shift) => {
    expect(createClock([log], checkpoints).shift).toBe(shift);
  });

  it('from 0 in checkpoints, from 1 in the log', () => {
    const fromOne = series('val_loss', count(1, 6), { unit: 'epoch' });
    const saved = [keras('epoch_0.pth', 0), keras('epoch_5.pth', 5)];
    expect(createClock([fromOne], saved).shift).toBe(1);
  });
});

describe('the value at a checkpoint', () => {
  const val = series('val/loss', [26, 52, 78, 104], { values: (step) => step / 100 });

  it.each<[number, number | null]>([
    [52, 0.52],
    [60, 0.52],
    [25, null],
    [104, 1.04],
    [140, 1.04],
    [300, null],
  ])('at %d is %d', (position, value) => {
    expect(valueAt(val, position)?.value ?? null).toBe(value);
  });

  it('is that of the step before where a framework counts from 0', () => {
    expect(valueAt(series('val', [47]), 48)?.step).toBe(47);
  });

  it('after a restart is the one that training went on with', () => {
    const restarted = series('loss', [1, 2, 3, 4, 3, 4, 5], { values: (_, i) => i });
    expect(valueAt(restarted, 4)?.value).toBe(5);
  });
});

it('steps that count 1, 2, 3 … are steps when training took no others', () => {
  const loss = series('loss', count(1, 300));
  const accuracy = series('accuracy', count(1, 300));
  const clock = createClock([loss, accuracy], [checkpoint('step_100.pt', { step: 100 })]);
  expect([loss, accuracy].some((one) => countsEpochs(one, clock))).toBe(false);
});
