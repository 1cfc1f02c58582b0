import type { Defect, Problem } from './problem.ts';

/**
 * Whether a checkpoint can be relied on.
 *
 * `sound`: complete, and every checksum it has was compared. `unverified`: complete by its headers,
 * contents not compared (yet, or the format has no checksums). `unread`: a format Cairn does not read.
 */
export type Verdict =
  | 'sound'
  | 'unverified'
  | 'incomplete'
  | 'corrupt'
  | 'unsafe'
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

const GRAVEST_FIRST = ['unsafe', 'corrupt', 'incomplete', 'gone', 'unread'] as const;

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
    case 'changed':
      return 'incomplete';
    case 'not-a-checkpoint':
      return problem.really === 'empty' || problem.really === 'lfs-pointer'
        ? 'incomplete'
        : 'corrupt';
    case 'gone':
      return 'gone';
    case 'unsupported':
    case 'denied':
    case 'unfit':
    case 'device':
      return 'unread';
  }
}
