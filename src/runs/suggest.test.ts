import { describe, expect, it } from 'vitest';
import type { PointerClaim } from '#domain/run.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import { createClock } from './clock.ts';
import type { RunSeries } from './run-series.ts';
import { suggest } from './suggest.ts';
import { checkpoint, count, series } from './testing.ts';

interface Case {
  readonly checkpoints: readonly CheckpointSummary[];
  readonly logged?: readonly RunSeries[];
  readonly claims?: readonly PointerClaim[];
  readonly metric?: string | null;
  readonly lower?: boolean | null;
}

function suggestFor({ checkpoints, logged = [], claims = [], metric = null, lower = null }: Case) {
  const clock = createClock(logged, checkpoints);
  const all = suggest({ run: 'run', checkpoints, series: logged, clock, claims, metric, lower });
  return {
    latest: all.find(({ kind }) => kind === 'latest'),
    best: all.find(({ kind }) => kind === 'best'),
    smoothed: all.find(({ kind }) => kind === 'smoothed'),
    before: all.find(({ kind }) => kind === 'before'),
  };
}

const epochs = [2, 4, 6].map((epoch) => checkpoint(`epoch_0${epoch}.pth`, { epoch }));
const broken = checkpoint('epoch_08.pth', { epoch: 8, verdict: 'incomplete' });

describe('the latest', () => {
  it.each<[string, CheckpointSummary[], string]>([
    ['has the highest epoch', epochs, 'epoch_06.pth'],
    ['is whole', [...epochs, broken], 'epoch_06.pth'],
    [
      'has the highest step, whatever its name',
      [checkpoint('b.pt', { step: 10 }), checkpoint('a.pt', { step: 20 })],
      'a.pt',
    ],
    [
      'has a name of its own where two are the same',
      [checkpoint('last.pth', { epoch: 6 }), ...epochs],
      'epoch_06.pth',
    ],
    [
      'is the copy when the other is damaged',
      [
        checkpoint('epoch_12.pth', { epoch: 12, verdict: 'incomplete' }),
        checkpoint('best.pth', { epoch: 12 }),
        ...epochs,
      ],
      'best.pth',
    ],
  ])('%s', (_, checkpoints, path) => {
    expect(suggestFor({ checkpoints }).latest?.checkpoint).toBe(path);
  });

  it.each(['corrupt', 'incomplete', 'unsafe', 'gone', 'unread'] as const)(
    'is never %s',
    (verdict) => {
      const { latest } = suggestFor({
        checkpoints: [checkpoint('epoch_9.pth', { epoch: 9, verdict })],
      });
      expect(latest).toBeUndefined();
    },
  );

  it('says when the loss was lost before it was saved', () => {
    const loss = series('loss', count(1, 6), {
      unit: 'epoch',
      values: (epoch) => (epoch >= 5 ? Number.NaN : 1),
    });
    expect(suggestFor({ checkpoints: epochs, logged: [loss] }).latest?.diverged).toBe(5);
    const early = suggestFor({ checkpoints: epochs.slice(0, 2), logged: [loss] });
    expect(early.latest?.diverged).toBeUndefined();
  });

  it('says what was passed over, and from how many it was chosen', () => {
    const { latest } = suggestFor({ checkpoints: [...epochs, broken] });
    expect(latest).toMatchObject({
      epoch: 6,
      of: 4,
      passedOver: [{ checkpoint: 'epoch_08.pth', judgement: { verdict: 'incomplete' } }],
    });
  });
});

describe('the best', () => {
  const loss = series('val/loss', count(1, 8), {
    unit: 'epoch',
    values: (epoch) => [9, 8, 7, 3, 6, 5, 4, 1][epoch - 1] ?? 0,
  });
  const accuracy = series('val/accuracy', count(1, 8), {
    unit: 'epoch',
    values: (epoch) => [0.1, 0.2, 0.3, 0.9, 0.4, 0.9, 0.8, 0.7][epoch - 1] ?? 0,
  });
  const logged = [loss, accuracy];

  it.each<[string, Partial<Case>, string, number]>([
    ['has the least loss among those that are whole', {}, 'epoch_04.pth', 3],
    [
      'has the greatest accuracy, the earliest of equal ones',
      { metric: 'val/accuracy' },
      'epoch_04.pth',
      0.9,
    ],
    [
      'goes the way that the person says',
      { metric: 'val/accuracy', lower: true },
      'epoch_02.pth',
      0.2,
    ],
  ])('%s', (_, given, path, value) => {
    const { best } = suggestFor({ checkpoints: [...epochs, broken], logged, ...given });
    expect(best).toMatchObject({ checkpoint: path, metric: { value } });
  });

  it('passes over what is damaged', () => {
    const { best } = suggestFor({ checkpoints: [...epochs, broken], logged });
    expect(best?.passedOver).toMatchObject([{ checkpoint: 'epoch_08.pth' }]);
  });

  it('is not one whose value is no number', () => {
    const diverged = series('val/loss', count(1, 6), {
      unit: 'epoch',
      values: (epoch) => (epoch > 3 ? Number.NaN : 9 - epoch),
    });
    expect(suggestFor({ checkpoints: epochs, logged: [diverged] }).best?.checkpoint).toBe(
      'epoch_02.pth',
    );
  });

  it('is by what the checkpoints say where there is no log', () => {
    const named = ['01-2.185.keras', '02-1.826.keras'].map((name) =>
      checkpoint(name, { epoch: 1 }),
    );
    expect(suggestFor({ checkpoints: named, metric: 'name', lower: true }).best).toMatchObject({
      checkpoint: '02-1.826.keras',
      metric: { tag: 'name', value: 1.826 },
    });
  });

  it('is none when nothing was measured', () => {
    expect(suggestFor({ checkpoints: epochs }).best).toBeUndefined();
  });
});

it('of two that were saved at one step, the latest is the one that the framework names', () => {
  const checkpoints = ['ckpt-1', 'ckpt-2', 'ckpt-3'].map((path) => checkpoint(path, { step: 30 }));
  const claims = [
    { file: 'checkpoint', says: 'latest', target: 'ckpt-2', checkpoint: 'ckpt-2' },
  ] as const;
  expect(suggestFor({ checkpoints, claims }).latest?.checkpoint).toBe('ckpt-2');
});

describe('what the framework says', () => {
  const claim = (path: string | null, says: PointerClaim['says'] = 'latest'): PointerClaim => ({
    file: 'checkpoint',
    says,
    target: path ?? 'ckpt-9',
    checkpoint: path,
  });

  it.each<[string, PointerClaim, boolean]>([
    ['the same file', claim('epoch_06.pth'), true],
    ['a copy from the same epoch', claim('last.pth'), true],
    ['an older one', claim('epoch_04.pth'), false],
    ['one that is gone', claim(null), false],
    ['a damaged one', claim('epoch_08.pth'), false],
  ])('%s', (_, given, agrees) => {
    const checkpoints = [...epochs, broken, checkpoint('last.pth', { epoch: 6 })];
    const { latest } = suggestFor({ checkpoints, claims: [given, claim('epoch_02.pth', 'best')] });
    expect(latest?.claims).toMatchObject([{ ...given, agrees }]);
  });
});

describe('a run that diverged', () => {
  const saved = [10, 20, 30, 40].map((step) => checkpoint(`step_${step}.pt`, { step }));
  const lost = series('loss', count(0, 45), {
    values: (step) => (step < 25 ? 1 / (step + 1) : Number.NaN),
  });

  it('is gone on with from the last checkpoint before', () => {
    const { before, latest } = suggestFor({ checkpoints: saved, logged: [lost] });
    expect(before).toMatchObject({ checkpoint: 'step_20.pt', diverged: 25, passedOver: [] });
    expect(latest).toMatchObject({ checkpoint: 'step_40.pt', diverged: 25 });
  });

  it('passes over what is broken', () => {
    const checkpoints = [...saved, checkpoint('step_24.pt', { step: 24, verdict: 'corrupt' })];
    const { before } = suggestFor({ checkpoints, logged: [lost] });
    expect(before?.checkpoint).toBe('step_20.pt');
    expect(before?.passedOver.map((one) => one.checkpoint)).toEqual(['step_24.pt']);
  });

  it('has none where all were saved after', () =>
    expect(suggestFor({ checkpoints: saved.slice(2), logged: [lost] }).before).toBeUndefined());

  it('is none while its loss is finite', () => {
    const logged = [series('loss', count(0, 45))];
    expect(suggestFor({ checkpoints: saved, logged }).before).toBeUndefined();
  });
});

it('the best by the smoothed curve is told where luck chose another', () => {
  const checkpoints = count(0, 59).map((step) => checkpoint(`step_${step}.pt`, { step }));
  // A valley at 40, and one lucky value at 10.
  const valley = (step: number) => (step === 10 ? -5 : (step - 40) ** 2 / 100);
  const logged = [series('val/loss', count(0, 59), { values: valley })];
  const { best, smoothed } = suggestFor({ checkpoints, logged });
  expect(best?.checkpoint).toBe('step_10.pt');
  expect(smoothed?.checkpoint).toBe('step_40.pt');
  const clean = [series('val/loss', count(0, 59), { values: (step) => (step - 40) ** 2 })];
  expect(suggestFor({ checkpoints, logged: clean }).smoothed).toBeUndefined();
});
