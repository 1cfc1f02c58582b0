import type { CheckpointRef } from '#domain/run.ts';
import { type Judgement, judge } from '#domain/verdict.ts';
import type { Reporting } from './api.ts';
import { openCheckpoint, summarize } from './reader-checkpoints.ts';
import { defectOf } from './reader-files.ts';
import type { Session } from './reader-session.ts';

/** Compares all checksums of a checkpoint, and remembers what came of it for this version. */
export async function verifyCheckpoint(
  session: Session,
  ref: CheckpointRef,
  { signal, onProgress }: Reporting<{ readonly bytes: number; readonly total: number }>,
): Promise<Judgement> {
  const { checkpoints } = session;
  const before = await summarize(checkpoints, ref, signal);
  if (!before.judgement.verifiable) return before.judgement;
  const { checkpoint, version } = await openCheckpoint(checkpoints, ref, signal);
  const total = checkpoint.size;
  try {
    const verification = await checkpoint.verify?.({
      signal,
      onProgress: (bytes) => onProgress?.({ bytes, total }),
    });
    if (verification) checkpoints.verifications.set(version, verification);
  } catch (error) {
    signal?.throwIfAborted();
    const defect = defectOf(error, ref.main);
    // Nothing of this version can be remembered any more.
    if (defect.problem.kind === 'changed') {
      return judge({ defects: [defect], verifiable: true, verified: false });
    }
    checkpoints.verifications.set(version, { defects: [defect], checked: false });
  }
  return (await summarize(checkpoints, ref, signal)).judgement;
}
