import type { Defect } from '#domain/problem.ts';
import type { CheckpointRef, Run } from '#domain/run.ts';
import type { RunDetails } from '#domain/run-details.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import { isUsable, type Judgement } from '#domain/verdict.ts';
import { hyperParametersIn } from '#runs/configuration.ts';
import { openCheckpoint, summarize } from './reader-checkpoints.ts';
import { readConfiguration } from './reader-configuration.ts';
import { detailsOf } from './reader-details.ts';
import { createModel, type ModelParts, type RunModel } from './reader-model.ts';
import { readClaims } from './reader-pointers.ts';
import { findRun, type Session } from './reader-session.ts';
import { createThrottle } from './reader-throttle.ts';
import { verifyCheckpoint } from './reader-verify.ts';

interface LoadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Given how to make what is known so far, which takes time. */
  readonly onProgress?: ((details: () => RunDetails) => void) | undefined;
}

/** Logs are shown after so many milliseconds, though headers of checkpoints are still being read. */
const LOGS_ALONE = 100;

/** Reads the logs and headers of a run; rows are reported as they come. */
export async function loadRun(
  session: Session,
  path: string,
  { signal, onProgress }: LoadOptions,
): Promise<RunModel> {
  const run = findRun(session, path);
  const rows = new Map<string, CheckpointSummary>();
  let logs: ModelParts['logs'] = [];
  const model = (beside: Beside) =>
    createModel({ run, logs, checkpoints: inOrder(run, rows), now: Date.now() / 1000, ...beside });
  const report = () => onProgress?.(() => detailsOf(model(NOTHING), false));
  const throttled = createThrottle(report);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const readLogs = async () => {
    const asked = (run.texts ?? []).filter((text) => session.askedTexts.has(text));
    logs = await session.histories.readAll([...run.histories, ...asked], signal);
    if (!signal?.aborted) timer = setTimeout(report, LOGS_ALONE);
  };
  const readRow = async (ref: CheckpointRef) => {
    const summary = await summarize(session.checkpoints, ref, signal);
    rows.set(ref.path, { ...summary, run: run.path });
    throttled();
  };
  const [beside] = await Promise.all([
    readBeside(session, run, signal),
    readLogs(),
    ...run.checkpoints.map(readRow),
  ]).finally(() => clearTimeout(timer));
  const hyperParameters = await hyperParametersOf(session, run, signal);
  const read = model({ ...beside, hyperParameters });
  session.models.set(path, read);
  return read;
}

type Beside = Pick<ModelParts, 'claims' | 'configuration' | 'hyperParameters' | 'defects'>;

const NOTHING: Beside = { claims: [], configuration: {}, hyperParameters: {}, defects: [] };

/** Checkpoints up to this size are verified unasked, and no more of them than this in one run, in bytes. */
const MAX_UNASKED = 64_000_000;
const MAX_UNASKED_PER_RUN = 128_000_000;

/** Whether it is one that is verified without being asked for. */
function isUnasked({ size, judgement }: CheckpointSummary): boolean {
  return judgement.verifiable && isUsable(judgement) && size <= MAX_UNASKED;
}

/** Whether `verifySmall` has something to do. */
export function hasUnverified({ checkpoints }: RunModel): boolean {
  return checkpoints.some(isUnasked);
}

/** Verifies the small checkpoints of a run, from the last to the first; each is reported. */
export async function verifySmall(
  session: Session,
  model: RunModel,
  { signal, onProgress }: LoadOptions,
): Promise<RunModel> {
  let verified = model;
  let left = MAX_UNASKED_PER_RUN;
  const report = createThrottle(() => {
    const soFar = verified;
    onProgress?.(() => detailsOf(soFar, false));
  });
  for (const summary of model.checkpoints.toReversed()) {
    const { ref, size } = summary;
    if (!isUnasked(summary) || size > left) continue;
    left -= size;
    const found = await verifyCheckpoint(session, ref, { signal });
    verified = withJudgement(verified, ref.path, found);
    session.models.set(model.run.path, verified);
    report();
  }
  return verified;
}

/** A model in which one checkpoint has been judged anew. */
export function withJudgement(model: RunModel, path: string, judgement: Judgement): RunModel {
  const checkpoints = model.checkpoints.map((summary) =>
    summary.ref.path === path ? { ...summary, judgement } : summary,
  );
  return { ...model, checkpoints };
}

/** What was last read of a run; it is read if it never was. */
export async function modelOf(
  session: Session,
  path: string,
  signal?: AbortSignal,
): Promise<RunModel> {
  return session.models.get(path) ?? loadRun(session, path, { signal });
}

function inOrder(run: Run, rows: ReadonlyMap<string, CheckpointSummary>): CheckpointSummary[] {
  return run.checkpoints.map(({ path }) => rows.get(path)).filter((row) => row !== undefined);
}

async function readBeside(session: Session, run: Run, signal: AbortSignal | undefined) {
  const defects: Defect[] = [];
  const claims = await readClaims(session, run, { defects, signal });
  const configuration = await readConfiguration(session, run, { defects, signal });
  return { claims, configuration, defects };
}

/** Those of the last checkpoint that can be opened. */
async function hyperParametersOf(session: Session, run: Run, signal: AbortSignal | undefined) {
  for (const ref of run.checkpoints.toReversed().slice(0, 3)) {
    try {
      const { checkpoint } = await openCheckpoint(session.checkpoints, ref, signal);
      return hyperParametersIn(checkpoint.metadata);
    } catch {
      signal?.throwIfAborted();
    }
  }
  return {};
}
