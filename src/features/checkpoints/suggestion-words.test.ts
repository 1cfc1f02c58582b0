import { describe, expect, it } from 'vitest';
import type { Suggestion } from '#workers/api.ts';
import { suggestionWords } from './suggestion-words.ts';

const latest: Suggestion = {
  kind: 'latest',
  run: 'run',
  checkpoint: 'run/checkpoints/epoch_12.pth',
  step: 324,
  epoch: 12,
  metric: null,
  passedOver: [],
  claims: [],
  of: 6,
};

const best: Suggestion = {
  ...latest,
  kind: 'best',
  metric: { tag: 'val/loss', value: 0.475_24, lower: true },
};

describe('the reason', () => {
  it.each([
    ['en', latest, 'Newest complete one of 6 checkpoints: epoch 12, step 324.'],
    ['en', { ...latest, of: 1 }, 'The only checkpoint, and complete: epoch 12, step 324.'],
    ['en', { ...latest, epoch: null }, 'Newest complete one of 6 checkpoints: step 324.'],
    [
      'en',
      { ...latest, epoch: null, step: null },
      'Newest complete one of 6 checkpoints: checkpoints/epoch_12.pth.',
    ],
    ['en', best, 'Lowest val/loss of 6 checkpoints: 0.47524 at epoch 12, step 324.'],
    [
      'en',
      { ...best, metric: { tag: 'acc', value: 0.9, lower: false } },
      'Highest acc of 6 checkpoints: 0.9 at epoch 12, step 324.',
    ],
    ['en', { ...best, of: 1 }, 'The only checkpoint: val/loss is 0.47524 at epoch 12, step 324.'],
    ['zh', latest, '6 个检查点中最新的完整检查点：第 12 轮，第 324 步。'],
  ] as const)('%s, %#', (language, suggestion, reason) => {
    expect(suggestionWords(suggestion, language).reason).toBe(reason);
  });
});

it('a newer one that was passed over is named, with what is wrong with it', () => {
  const { passedOver } = suggestionWords(
    {
      ...latest,
      passedOver: [
        {
          checkpoint: 'run/checkpoints/epoch_14.pth',
          judgement: {
            verdict: 'incomplete',
            verifiable: false,
            defects: [
              {
                problem: { kind: 'truncated', needed: 52_000, size: 50_000 },
                place: { path: 'run/checkpoints/epoch_14.pth' },
              },
            ],
          },
        },
      ],
    },
    'en',
  );
  expect(passedOver).toEqual([
    'checkpoints/epoch_14.pth is newer, but incomplete: The file is cut short: its contents go on to byte 52,000, but it ends at 50,000 (2 kB are missing).',
  ]);
});

describe("what the framework's own pointer says", () => {
  const claim = { file: 'run/checkpoint', says: 'latest', target: 'ckpt-8' } as const;
  it.each([
    [
      { ...claim, checkpoint: 'run/ckpt-8', agrees: true },
      'checkpoint names ckpt-8 as the latest: agrees.',
    ],
    [
      { ...claim, checkpoint: 'run/ckpt-8', agrees: false },
      'checkpoint names ckpt-8 as the latest: differs.',
    ],
    [
      { ...claim, says: 'best', checkpoint: 'run/ckpt-8', agrees: false },
      'checkpoint names ckpt-8 as the best: differs.',
    ],
    [
      {
        file: 'run/best.pth',
        says: 'best',
        target: 'run/best.pth',
        checkpoint: 'run/best.pth',
        agrees: false,
      },
      'The name of best.pth says that it is the best: differs.',
    ],
    [{ ...claim, checkpoint: null, agrees: false }, 'checkpoint names ckpt-8, which is not there.'],
  ] as const)('%#', (given, sentence) => {
    const { claims } = suggestionWords({ ...latest, claims: [given] }, 'en');
    expect(claims).toEqual([{ sentence, agrees: given.agrees }]);
  });
});
