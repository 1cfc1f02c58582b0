import { describe, expect, it } from 'vitest';
import type { Problem } from '#domain/problem.ts';
import { problemWords } from './problem-words.ts';

const problems: readonly Problem[] = [
  { kind: 'truncated', needed: 52_000, size: 50_000 },
  { kind: 'malformed', what: 'a varint is longer than 8 bytes' },
  { kind: 'data', what: 'x is NaN', row: 3 },
  { kind: 'corrupt', what: 'crc32c of record 7' },
  { kind: 'too-large', what: 'header', size: 2 ** 40, limit: 100_000_000 },
  { kind: 'unsupported', feature: 'Lzma' },
  { kind: 'unsafe', what: 'os.system' },
  { kind: 'missing', path: 'ckpt-3.data-00001-of-00002' },
  { kind: 'not-a-checkpoint', really: 'lfs-pointer', promised: 1_400_000_000 },
  { kind: 'changed' },
  { kind: 'gone' },
  { kind: 'denied' },
  { kind: 'unfit', reasons: ['fc1.weight is missing', 'fc2.weight is missing'] },
  { kind: 'device', what: 'out of memory' },
];

describe.each(problems)('$kind', (problem) => {
  it('is a sentence in both languages', () => {
    expect(problemWords(problem, 'en').what).toMatch(/^[A-Z].*\.$/);
    expect(problemWords(problem, 'zh').what).toMatch(/。$/);
  });

  it('has the same technical words in both', () => {
    expect(problemWords(problem, 'zh').detail).toEqual(problemWords(problem, 'en').detail);
  });
});

it('tells how much is missing of a file that is cut short', () => {
  expect(problemWords({ kind: 'truncated', needed: 52_000, size: 50_000 }, 'en').what).toContain(
    'go on to byte 52,000, but it ends at 50,000 (2 kB are missing)',
  );
});

it('tells the size that a Git LFS pointer promises', () => {
  const { what, todo } = problemWords(
    { kind: 'not-a-checkpoint', really: 'lfs-pointer', promised: 1_400_000_000 },
    'en',
  );
  expect([what, todo]).toEqual([
    'This is not a checkpoint, but a Git LFS pointer, not the file itself; the real file has 1.4 GB.',
    'Fetch the real file with git lfs pull.',
  ]);
});
