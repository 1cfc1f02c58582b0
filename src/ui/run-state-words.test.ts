import { describe, expect, it } from 'vitest';
import type { RunState } from '#domain/run-state.ts';
import { remarkWords, runStateWords } from './run-state-words.ts';

const state = (given: Partial<RunState>): RunState => ({
  kind: 'finished',
  step: null,
  reason: { by: 'nothing' },
  remarks: [],
  ...given,
});

describe('where a run stands', () => {
  it.each<[string, Partial<RunState>, string, string]>([
    ['finished', {}, 'finished', ''],
    [
      'ended in no numbers',
      { kind: 'diverged', step: 1860, reason: { by: 'nonfinite', tag: 'loss', value: Number.NaN } },
      'diverged at step 1,860',
      'loss ends in NaN',
    ],
    [
      'is silent',
      { kind: 'stalled', reason: { by: 'clock', silent: 7620, interval: 12.4 } },
      'stalled for 2 h 07 min',
      'Last logged 2 h 07 min ago, usually every 12.4 s',
    ],
    [
      'is silent since years',
      { kind: 'stalled', reason: { by: 'clock', silent: 95_516_479, interval: 0 } },
      'stalled for 1,105 days',
      'Its log changed 1,105 days ago',
    ],
    [
      'failed',
      { kind: 'failed', reason: { by: 'tracker', status: 'failed', file: 'mlruns/0/1/meta.yaml' } },
      'failed',
      'Its tracker says “failed” (mlruns/0/1/meta.yaml)',
    ],
  ])('that %s', (_, given, words, rule) => {
    expect(runStateWords(state(given), 'en')).toEqual({ words, rule });
  });

  it('in Chinese', () => {
    expect(runStateWords(state({ kind: 'diverged', step: 186 }), 'zh').words).toBe(
      '在第 186 步发散',
    );
  });
});

it('a remark gives its rule with the numbers', () => {
  const remark = {
    kind: 'overfitting',
    tag: 'val/loss',
    since: 400,
    best: 0.21,
    now: 0.38,
  } as const;
  expect(remarkWords(remark, 'en')).toEqual({
    words: 'overfitting since step 400',
    rule: 'val/loss rose from 0.21 to 0.38 while the training loss fell',
  });
});
