import { CheckpointError } from '#domain/problem.ts';
import type { RunDetails } from '#domain/run-details.ts';
import type { Reporting } from './api.ts';
import { detailsOf, failedDetails } from './reader-details.ts';
import { defectOf } from './reader-files.ts';
import { createLimit } from './reader-limit.ts';
import type { RunModel } from './reader-model.ts';
import { hasUnverified, loadRun, verifySmall } from './reader-run.ts';
import type { Session } from './reader-session.ts';

/** Runs read at a time: each has several files, of which `Session.limit` opens fewer at once. */
const RUNS = 16;

/** Milliseconds between two reports, and how much longer than the last took. */
const EVERY = 100;
const SHARE = 10;

/**
 * Reads some runs: first the logs and headers of all, then their small checkpoints are verified. What is
 * wrong with one is in its details. Gives what was in no report yet.
 */
export async function loadRuns(
  session: Session,
  paths: readonly string[],
  { signal, onProgress }: Reporting<readonly RunDetails[]>,
): Promise<readonly RunDetails[]> {
  const batch = createBatch(onProgress);
  const limit = createLimit(RUNS);
  const each = (work: (path: string) => Promise<void>) =>
    Promise.all([...new Set(paths)].map((path) => limit(() => work(path), signal)));
  const unverified = new Map<string, RunModel>();
  try {
    await each(async (path) => {
      try {
        const model = await loadRun(session, path, {
          signal,
          onProgress: onProgress && ((details) => batch.add(path, details)),
        });
        const isDone = !hasUnverified(model);
        if (!isDone) unverified.set(path, model);
        batch.add(path, () => detailsOf(model, isDone));
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof CheckpointError)) throw error;
        batch.add(path, () => failedDetails(path, defectOf(error, path)));
      }
    });
    await each(async (path) => {
      const model = unverified.get(path);
      if (!model) return;
      const verified = await verifySmall(session, model, {
        signal,
        onProgress: onProgress && ((details) => batch.add(path, details)),
      });
      batch.add(path, () => detailsOf(verified, true));
    });
    return batch.rest();
  } finally {
    batch.stop();
  }
}

/** What is new of each run, made only when it is reported. */
function createBatch(report: ((details: readonly RunDetails[]) => void) | undefined) {
  const pending = new Map<string, () => RunDetails>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const rest = (): RunDetails[] => {
    const made = Array.from(pending.values(), (make) => make());
    pending.clear();
    return made;
  };
  const flush = (): void => {
    timer = undefined;
    const start = performance.now();
    report?.(rest());
    const spent = performance.now() - start;
    if (spent * SHARE > EVERY) timer = setTimeout(late, spent * SHARE);
  };
  const late = (): void => {
    timer = undefined;
    if (pending.size > 0) flush();
  };
  return {
    add(path: string, details: () => RunDetails): void {
      pending.set(path, details);
      if (report) timer ??= setTimeout(flush, EVERY);
    },
    rest,
    stop: (): void => clearTimeout(timer),
  };
}
