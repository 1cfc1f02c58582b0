import type { Defect } from './problem.ts';

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
