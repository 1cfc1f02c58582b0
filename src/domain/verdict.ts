import type { Defect, Problem } from './problem.ts';

/**
 * Whether a checkpoint can be relied on.
 *
 * `sound`: complete, and every checksum it has was compared. `unverified`: complete by its headers,
 * contents not compared (yet, or the format has no checksums). `being-written`: incomplete, and changed a
 * moment ago. `replaced`: another file stands where the one that was read stood. `unread`: a format Cairn
 * does not read.
 */
export type Verdict =
  | 'sound'
  | 'unverified'
  | 'being-written'
  | 'incomplete'
  | 'corrupt'
  | 'unsafe'
  | 'replaced'
  | 'unread'
  | 'gone';

export interface Judgement {
  readonly verdict: Verdict;
  /** Why, when it is neither `sound` nor `unverified`. */
  readonly defects: readonly Defect[];
  /** `true` when the format has checksums that were not compared yet. */
  readonly verifiable: boolean;
}

/** Whether a training can go on from it: complete by its headers at least. */
export function isUsable({ verdict }: Judgement): boolean {
  return verdict === 'sound' || verdict === 'unverified';
}

/** What is known of a checkpoint when it is judged. */
export interface Evidence {
  readonly defects: readonly Defect[];
  /** Whether its format can compare contents with checksums. */
  readonly verifiable: boolean;
  /** Whether that was done, and all there was to compare was compared. */
  readonly verified: boolean;
}

/** The gravest verdict that its defects call for; without any, what is known of its contents. */
export function judge({ defects, verifiable, verified }: Evidence): Judgement {
  const verdicts = new Set(defects.map(({ problem }) => verdictOf(problem)));
  const gravest = GRAVEST_FIRST.find((verdict) => verdicts.has(verdict));
  if (gravest) return { verdict: gravest, defects, verifiable: verifiable && !verified };
  return verified
    ? { verdict: 'sound', defects, verifiable: false }
    : { verdict: 'unverified', defects, verifiable };
}

/** A file that nobody has added to for so long is not being written, in milliseconds. */
const STILL_WRITING = 5000;

/**
 * The judgement in view of when its files last changed: what is incomplete and changed a moment ago is being
 * written. Both in milliseconds since 1970; the clocks of a file server and of this machine may differ a little.
 */
export function settle(judgement: Judgement, modified: number, now: number): Judgement {
  if (judgement.verdict !== 'incomplete') return judgement;
  const isRecent = Math.abs(now - modified) <= STILL_WRITING;
  return isRecent ? { ...judgement, verdict: 'being-written' } : judgement;
}

const GRAVEST_FIRST = ['unsafe', 'corrupt', 'replaced', 'incomplete', 'gone', 'unread'] as const;

function verdictOf(problem: Problem): (typeof GRAVEST_FIRST)[number] {
  switch (problem.kind) {
    case 'unsafe':
      return 'unsafe';
    case 'malformed':
    case 'corrupt':
    case 'too-large':
      return 'corrupt';
    case 'truncated':
    case 'missing':
    case 'unfinished':
      return 'incomplete';
    case 'changed':
      return 'replaced';
    case 'not-a-checkpoint':
      return problem.really === 'empty' || problem.really === 'lfs-pointer'
        ? 'incomplete'
        : 'corrupt';
    case 'gone':
      return 'gone';
    case 'unsupported':
    case 'denied':
    case 'data':
    case 'unfit':
    case 'device':
      return 'unread';
  }
}
