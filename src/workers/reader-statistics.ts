import type { TensorStatistics } from '#domain/statistics.ts';
import { realsOf } from '#domain/statistics-elements.ts';
import type { TensorInfo } from '#domain/tensor.ts';
import type { Reporting, StatisticsProgress, TensorOutcome } from './api.ts';
import type { OpenedCheckpoint } from './reader-checkpoints.ts';
import { defectOf } from './reader-files.ts';
import type { Session } from './reader-session.ts';
import { statisticsOf } from './reader-tensors.ts';
import { createThrottle } from './reader-throttle.ts';

type OneProgress = { readonly elements: number; readonly total: number };

/** Statistics of a tensor, computed once for each version of its files. */
export async function rememberedStatistics(
  { statistics }: Session,
  { checkpoint, version }: OpenedCheckpoint,
  info: TensorInfo,
  reporting: Reporting<OneProgress>,
): Promise<TensorStatistics> {
  const key = `${version}\n${info.name}`;
  const known = statistics.get(key);
  if (known) return known;
  const found = await statisticsOf(checkpoint, info, reporting);
  statistics.set(key, found);
  return found;
}

/** Statistics of all tensors of real numbers, reported as they come; one that cannot be read hides no other. */
export async function statisticsOfAll(
  session: Session,
  opened: OpenedCheckpoint,
  { signal, onProgress }: Reporting<StatisticsProgress>,
): Promise<readonly TensorOutcome[]> {
  const tensors = [...opened.checkpoint.tensors.values()].filter(hasReals);
  const total = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  const outcomes: TensorOutcome[] = [];
  let reported = 0;
  let before = 0;
  let within = 0;
  const report = createThrottle(() => {
    onProgress?.({ bytes: before + within, total, found: outcomes.slice(reported) });
    reported = outcomes.length;
  });
  for (const info of tensors) {
    signal?.throwIfAborted();
    const onElements = (progress: OneProgress) => {
      within = (info.bytes * progress.elements) / Math.max(1, progress.total);
      report();
    };
    outcomes.push(await outcomeOf(session, opened, info, { signal, onProgress: onElements }));
    before += info.bytes;
    within = 0;
    report();
  }
  return outcomes;
}

async function outcomeOf(
  session: Session,
  opened: OpenedCheckpoint,
  info: TensorInfo,
  reporting: Reporting<OneProgress>,
): Promise<TensorOutcome> {
  const { name: tensor } = info;
  try {
    const statistics = await rememberedStatistics(session, opened, info, reporting);
    return { tensor, statistics, defect: null };
  } catch (error) {
    reporting.signal?.throwIfAborted();
    const [path = ''] = opened.checkpoint.files;
    const defect = defectOf(error, path);
    // The others would be of another version.
    if (defect.problem.kind === 'changed' || defect.problem.kind === 'gone') throw error;
    return { tensor, statistics: null, defect };
  }
}

function hasReals({ dtype, kind, bytes }: TensorInfo): boolean {
  if (kind === 'meta' || kind === 'object' || bytes === 0) return false;
  return realsOf(new Uint8Array(), dtype) !== null;
}
