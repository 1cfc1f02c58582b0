import { describe, expect, it } from 'vitest';
import type { Problem } from './problem.ts';
import { isUsable, judge, settle, type Verdict } from './verdict.ts';

const judged = (...problems: Problem[]) =>
  judge({
    defects: problems.map((problem) => ({ problem, place: { path: 'a.pth' } })),
    verifiable: true,
    verified: true,
  });

describe('a verdict', () => {
  it.each<[Problem, Verdict]>([
    [{ kind: 'truncated', needed: 2, size: 1 }, 'incomplete'],
    [{ kind: 'missing', path: 'a.data' }, 'incomplete'],
    [{ kind: 'changed' }, 'replaced'],
    [{ kind: 'unfinished', path: 'a.pth' }, 'incomplete'],
    [{ kind: 'not-a-checkpoint', really: 'empty' }, 'incomplete'],
    [{ kind: 'not-a-checkpoint', really: 'lfs-pointer', promised: 9 }, 'incomplete'],
    [{ kind: 'not-a-checkpoint', really: 'html' }, 'corrupt'],
    [{ kind: 'corrupt', what: 'checksum' }, 'corrupt'],
    [{ kind: 'malformed', what: 'pickle' }, 'corrupt'],
    [{ kind: 'too-large', what: 'header', size: 2, limit: 1 }, 'corrupt'],
    [{ kind: 'unsafe', what: 'two directories' }, 'unsafe'],
    [{ kind: 'gone' }, 'gone'],
    [{ kind: 'denied' }, 'unread'],
    [{ kind: 'unsupported', feature: 'Keras HDF5' }, 'unread'],
  ])('for %o is %s, and it is not usable', (problem, verdict) => {
    const judgement = judged(problem);
    expect(judgement.verdict).toBe(verdict);
    expect(isUsable(judgement)).toBe(false);
  });

  it('is the gravest of several', () => {
    expect(
      judged({ kind: 'missing', path: 'b' }, { kind: 'corrupt', what: 'crc' }, { kind: 'gone' }),
    ).toMatchObject({ verdict: 'corrupt' });
  });

  it.each([
    [true, true, 'sound', false],
    [true, false, 'unverified', true],
    [false, false, 'unverified', false],
  ] as const)(
    'without defects depends on what was compared',
    (verifiable, verified, verdict, still) => {
      const judgement = judge({ defects: [], verifiable, verified });
      expect(judgement).toEqual({ verdict, defects: [], verifiable: still });
      expect(isUsable(judgement)).toBe(true);
    },
  );
});

describe('what changed a moment ago', () => {
  const NOW = 1_700_000_000_000;
  const cut = judged({ kind: 'truncated', needed: 2, size: 1 });

  it.each([
    ['and is incomplete is being written', cut, NOW - 2000, 'being-written'],
    ['by a clock that is a little ahead is, too', cut, NOW + 2000, 'being-written'],
    ['but long enough is incomplete', cut, NOW - 60_000, 'incomplete'],
    ['in the far future is incomplete', cut, NOW + 60_000, 'incomplete'],
    ['and is not there is incomplete', cut, Number.NEGATIVE_INFINITY, 'incomplete'],
    ['and is corrupt is corrupt', judged({ kind: 'corrupt', what: 'crc' }), NOW, 'corrupt'],
    ['and is whole is sound', judged(), NOW, 'sound'],
  ] as const)('%s', (_, judgement, modified, verdict) => {
    expect(settle(judgement, modified, NOW)).toEqual({ ...judgement, verdict });
  });
});
