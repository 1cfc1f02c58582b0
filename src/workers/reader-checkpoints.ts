import { CheckpointError } from '#domain/problem.ts';
import type { CheckpointRef, FileRef } from '#domain/run.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import type { Checkpoint, Verification } from '#domain/tensor.ts';
import { judge, settle } from '#domain/verdict.ts';
import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import { checkpointFormats, probe } from '#formats/index.ts';
import type { Directory } from '#io/directory.ts';
import { createCache } from './reader-cache.ts';
import { openPath, siblingsOf, statOrNull, versionOf } from './reader-files.ts';
import type { Limit } from './reader-limit.ts';
import { readScalarMetrics, withScalars } from './reader-scalar-metrics.ts';
import { failedSummary, summaryOf, unclaimed } from './reader-summary.ts';

/** Headers kept open: a header can be megabytes. */
const OPEN_CHECKPOINTS = 64;

/** Summaries are small. */
const KEPT_SUMMARIES = 20_000;

/** A checkpoint whose header has been read. */
export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly format: CheckpointFormat;
  /** Of all its files. */
  readonly version: string;
}

/** The checkpoints of one opened directory. Headers are read once per version of their files. */
export function createCheckpoints(directory: Directory, limit: Limit) {
  return {
    directory,
    limit,
    opened: createCache<OpenedCheckpoint>(OPEN_CHECKPOINTS),
    summaries: createCache<CheckpointSummary>(KEPT_SUMMARIES),
    /** What claimed a checkpoint last, be it damaged or not; by `CheckpointRef.path`. */
    claimed: new Map<string, CheckpointFormat>(),
    /** By version. */
    verifications: new Map<string, Verification>(),
  };
}

export type Checkpoints = ReturnType<typeof createCheckpoints>;

export async function openCheckpoint(
  checkpoints: Checkpoints,
  ref: CheckpointRef,
  signal?: AbortSignal,
): Promise<OpenedCheckpoint> {
  const version = versionOf(await statAll(checkpoints, ref));
  return checkpoints.opened.get(
    `${ref.path}\n${version}`,
    (inner) =>
      checkpoints.limit(
        async () => ({ ...(await openMain(checkpoints, ref, inner)), version }),
        inner,
      ),
    signal,
  );
}

/** Never rejects for what is wrong with the file: that is in the judgement. */
export async function summarize(
  checkpoints: Checkpoints,
  ref: CheckpointRef,
  signal?: AbortSignal,
): Promise<CheckpointSummary> {
  const files = await statAll(checkpoints, ref);
  const version = versionOf(files);
  const key = `${ref.path}\n${version}`;
  const summary = await checkpoints.summaries.get(
    key,
    (inner) => makeSummary(checkpoints, ref, { files, signal: inner }),
    signal,
  );
  if (mayPass(summary)) checkpoints.summaries.delete(key);
  const verified = withVerification(summary, checkpoints.verifications.get(version));
  const modified = Math.max(...files.map((file) => file?.modified ?? Number.NEGATIVE_INFINITY));
  return { ...verified, judgement: settle(verified.judgement, modified, Date.now()) };
}

async function openMain(
  { directory, claimed }: Checkpoints,
  ref: CheckpointRef,
  signal: AbortSignal,
): Promise<Omit<OpenedCheckpoint, 'version'>> {
  if (!ref.files.includes(ref.main)) {
    throw new CheckpointError({ kind: 'missing', path: ref.main }, { path: ref.path });
  }
  const source = await directory.open(await directory.stat(ref.main));
  const seen = await probe(source, signal);
  const format = checkpointFormats.find((candidate) => candidate.detect(seen));
  if (!format) throw unclaimed(seen);
  claimed.set(ref.path, format);
  const sibling = siblingsOf(directory, ref.main);
  const parts = ref.files.map((path) => ({ path, open: () => openPath(directory, path) }));
  return { checkpoint: await format.open(source, { signal, sibling, parts }), format };
}

function statAll(
  { directory }: Checkpoints,
  { files }: CheckpointRef,
): Promise<readonly (FileRef | null)[]> {
  return Promise.all(files.map((path) => statOrNull(directory, path)));
}

async function makeSummary(
  checkpoints: Checkpoints,
  ref: CheckpointRef,
  { files, signal }: { readonly files: readonly (FileRef | null)[]; readonly signal: AbortSignal },
): Promise<CheckpointSummary> {
  const file = files[ref.files.indexOf(ref.main)] ?? null;
  const size = files.reduce((sum, one) => sum + (one?.size ?? 0), 0);
  try {
    const [first] = ref.files;
    // Its own error says why: deleted, or not to be read.
    if (first !== undefined && files.every((one) => one === null)) {
      await checkpoints.directory.stat(first);
    }
    const { checkpoint, format } = await openCheckpoint(checkpoints, ref, signal);
    const summary = summaryOf(ref, checkpoint, format);
    const scalars = await readScalarMetrics(ref.path, checkpoint, signal);
    return { ...summary, metrics: withScalars(scalars, summary.metrics), file, size };
  } catch (error) {
    signal.throwIfAborted();
    return { ...failedSummary(ref, error, checkpoints.claimed.get(ref.path)), file, size };
  }
}

/** What may be over when it is looked at again. */
function mayPass({ judgement: { defects } }: CheckpointSummary): boolean {
  return defects.some(({ problem: { kind } }) =>
    ['changed', 'gone', 'denied', 'missing', 'device'].includes(kind),
  );
}

function withVerification(
  summary: CheckpointSummary,
  verification: Verification | undefined,
): CheckpointSummary {
  if (!verification) return summary;
  const defects = [...summary.judgement.defects, ...verification.defects];
  const judgement = judge({ defects, verifiable: true, verified: verification.checked });
  return { ...summary, judgement };
}
