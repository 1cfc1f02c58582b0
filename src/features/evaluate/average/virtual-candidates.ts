import type { VirtualCheckpoint } from '#domain/evaluation.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import { isUsable } from '#domain/verdict.ts';

/** A checkpoint that may be evaluated. */
export interface Candidate {
  /** Of an average, its name. */
  readonly path: string;
  /** `''`: of no run. */
  readonly run: string;
  /** `null`: not read yet, or an average. */
  readonly summary: CheckpointSummary | null;
  /** What it is the average of. */
  readonly virtual?: VirtualCheckpoint;
  /** Those of them that cannot be restored. */
  readonly lacking?: readonly string[];
}

/** Averages as candidates, before all that have files. */
export function withVirtual(
  candidates: readonly Candidate[],
  virtual: Readonly<Record<string, VirtualCheckpoint>>,
): readonly Candidate[] {
  const usable = new Set(candidates.filter(isReady).map(({ path }) => path));
  const made = Object.entries(virtual).map(
    ([path, one]): Candidate => ({
      path,
      run: '',
      summary: null,
      virtual: one,
      lacking: one.of.filter((member) => !usable.has(member)),
    }),
  );
  return made.length > 0 ? [...made, ...candidates] : candidates;
}

/** Whether it can be restored, as far as is known. */
export function isReady({ summary, virtual, lacking = [] }: Candidate): boolean {
  if (virtual) return lacking.length === 0;
  return summary !== null && isUsable(summary.judgement);
}

/** Chosen ones that have files and can be restored, in the order of their steps. */
export function averageable(
  candidates: readonly Candidate[],
  chosen: readonly string[],
): readonly Candidate[] {
  const wanted = new Set(chosen);
  const place = ({ summary }: Candidate) =>
    summary?.step?.value ?? summary?.epoch?.value ?? Number.POSITIVE_INFINITY;
  return candidates
    .filter((one) => wanted.has(one.path) && !one.virtual && isReady(one))
    .toSorted((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

/** A name that no other average has. */
export function freeName(stem: string, taken: readonly string[]): string {
  if (!taken.includes(stem)) return stem;
  for (let number = 2; ; number++) {
    const name = `${stem} (${number})`;
    if (!taken.includes(name)) return name;
  }
}
