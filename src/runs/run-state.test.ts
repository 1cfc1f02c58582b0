import { describe, expect, it } from 'vitest';
import { type Circumstances, standingOf } from './run-state.ts';
import { count, series } from './testing.ts';

/** Numbers between -1 and 1 that look like noise, the same each time. */
function noise(seed: number): (index: number) => number {
  return (index) => {
    const x = Math.sin((index + 1) * 12.9898 + seed * 78.233) * 43_758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  };
}

const falling = (step: number) => 0.3 + 2 * Math.exp(-step / 60);

describe('a loss', () => {
  it('that ends in no numbers has diverged, with the first such step', () => {
    const loss = series('loss', count(1, 40), { values: (step) => (step > 30 ? Number.NaN : 1) });
    expect(standingOf([loss])).toMatchObject({
      kind: 'diverged',
      step: 31,
      reason: { by: 'nonfinite', tag: 'loss' },
    });
  });

  it('that leaves its course by far has exploded, from the step on at which it stayed there', () => {
    const loss = series('loss', count(1, 200), {
      values: (step) => (step >= 180 ? 1e5 : falling(step)),
    });
    expect(standingOf([loss])).toMatchObject({
      kind: 'diverged',
      step: 180,
      reason: { by: 'explosion', tag: 'loss' },
    });
  });

  it('that is back where it began, and stays, has lost what it had learnt', () => {
    const loss = series('loss', count(1, 200), {
      values: (step) => (step >= 120 ? 2.3 : 2.3 * 0.97 ** step),
    });
    expect(standingOf([loss])).toMatchObject({ kind: 'diverged', step: 120 });
  });

  it.each<[string, string, (step: number, index: number) => number]>([
    ['is noisy', 'loss', (step, i) => falling(step) * (1 + 0.8 * noise(1)(i))],
    ['has a spike', 'loss', (step) => (step === 150 ? 1e6 : falling(step))],
    ['spikes again and again', 'loss', (step) => (step % 7 === 0 ? 1e4 : falling(step))],
    [
      'falls to nothing, and wavers there',
      'loss',
      (step, i) => 1e-6 * (2 + noise(2)(i)) + 2.3 * 0.9 ** step,
    ],
    ['is of a generator, which rises', 'G_loss', (step) => 0.7 + step / 10],
    ['is of a critic, whose returns grow', 'train/value_loss', (step) => 0.01 * step ** 2],
    ['is negative', 'loss', (step) => -step],
    ['begins again with other data, and falls', 'loss', (step) => falling(step % 150) + 0.01],
  ])('that %s has not', (_, tag, values) => {
    expect(standingOf([series(tag, count(1, 300), { values })]).kind).toBe('finished');
  });
});

describe('a validation loss', () => {
  const train = series('train/loss', count(1, 400), { values: (step) => 2 * 0.99 ** step });
  const val = (values: (epoch: number, index: number) => number) =>
    series(
      'val/loss',
      count(1, 40).map((epoch) => epoch * 10),
      { values },
    );

  it('that rises while training goes on getting better overfits, since its best', () => {
    const rising = val((step, i) => 0.5 + Math.abs(step - 150) / 400 + 0.005 * noise(3)(i));
    const [remark] = standingOf([train, rising]).remarks;
    expect(remark).toMatchObject({ kind: 'overfitting', tag: 'val/loss' });
    expect(remark && 'since' in remark ? Math.abs(remark.since - 150) : 99).toBeLessThanOrEqual(20);
  });

  it.each<[string, ReturnType<typeof val>]>([
    ['falls', val((step) => 0.5 + 1 / step)],
    ['wavers', val((step, i) => 0.5 + 1 / step + 0.1 * noise(4)(i))],
    ['rises at its last point only', val((step) => (step === 400 ? 5 : 0.5 + 1 / step))],
    ['has too few points', series('val/loss', [1, 2, 3, 4, 5], { values: (step) => step })],
  ])('that %s does not', (_, one) => {
    const kinds = standingOf([train, one]).remarks.map(({ kind }) => kind);
    expect(kinds).not.toContain('overfitting');
  });

  it('does not where the training loss rises as well', () => {
    const worse = series('train/loss', count(1, 400), { values: (step) => 1 + step / 100 });
    const rising = val((step) => 0.5 + step / 100);
    expect(standingOf([worse, rising]).remarks).toEqual([]);
  });
});

describe('a plateau', () => {
  it('is told since the best stopped moving', () => {
    const loss = series('loss', count(1, 300), {
      values: (step) => (step < 100 ? 3 - step / 50 : 1),
    });
    const [remark] = standingOf([loss]).remarks;
    expect(remark).toMatchObject({ kind: 'plateau', tag: 'loss' });
    expect(remark && 'since' in remark ? remark.since : 0).toBeGreaterThan(90);
    expect(remark && 'since' in remark ? remark.since : 0).toBeLessThan(110);
  });

  it('is none while a metric gets better, be it slowly', () => {
    const accuracy = series('val/accuracy', count(1, 300), {
      values: (step, i) => 0.9 * (1 - 1 / (1 + step / 50)) + 0.002 * noise(5)(i),
    });
    expect(standingOf([accuracy]).remarks).toEqual([]);
  });
});

describe('a run', () => {
  const NOW = 1.7e9;
  const logged = (last: number) =>
    series('loss', count(1, 30), { times: (step) => NOW - last - (30 - step) * 10 });
  const undated = series('loss', count(1, 30));

  it.each<[string, ReturnType<typeof series>[], Circumstances, string]>([
    ['has just logged', [logged(20)], {}, 'running'],
    ['logged a day ago', [logged(86_400)], {}, 'finished'],
    ['was copied just now', [logged(86_400)], { modified: NOW - 1 }, 'finished'],
    ['has a log without dates', [undated], { modified: NOW - 1 }, 'finished'],
    ['whose log grows', [undated], { modified: NOW - 1, hasGrown: true }, 'running'],
    ['whose log grew once', [undated], { modified: NOW - 9999, hasGrown: true }, 'finished'],
    ['says that it runs', [logged(100)], { facts: { status: 'running' } }, 'running'],
    ['says so since long', [logged(86_400)], { facts: { status: 'running' } }, 'stalled'],
    ['says that it failed', [logged(20)], { facts: { status: 'failed' } }, 'failed'],
    ['was killed', [], { facts: { status: 'killed' } }, 'failed'],
    ['says that it has finished', [logged(20)], { facts: { status: 'finished' } }, 'finished'],
    ['comes from a clock ahead of ours', [logged(-7200)], {}, 'finished'],
    ['has logged nothing', [], { modified: NOW }, 'empty'],
  ])('that %s', (_, all, given, kind) => {
    expect(standingOf(all, { now: NOW, ...given }).kind).toBe(kind);
  });

  it('that has stalled says for how long, and how often it logged', () => {
    const state = standingOf([logged(5000)], { now: NOW, facts: { status: 'running' } });
    expect(state.reason).toEqual({ by: 'clock', silent: 5000, interval: 10 });
  });

  it('that was resumed says from where to where', () => {
    const resumed = series('loss', [...count(0, 59), ...count(45, 104)]);
    expect(standingOf([resumed]).remarks).toContainEqual({ kind: 'restarted', at: 45, until: 59 });
  });
});
