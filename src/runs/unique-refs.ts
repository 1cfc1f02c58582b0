import type { CheckpointRef } from '#domain/run.ts';
import { preferredMain } from './distributed-folders.ts';

/** Parts of one checkpoint that were found in several folders. */
export function uniqueRefs(refs: readonly CheckpointRef[]): CheckpointRef[] {
  const byRef = new Map<string, CheckpointRef>();
  for (const ref of refs) {
    const known = byRef.get(ref.path);
    if (!known) byRef.set(ref.path, ref);
    else {
      const files = [...known.files, ...ref.files];
      byRef.set(ref.path, { path: ref.path, main: preferredMain(known, ref), files });
    }
  }
  return [...byRef.values()];
}
