import type { RunFacts } from '#domain/history.ts';
import { median } from '#domain/median.ts';
import { metricKind } from '#domain/metric-kind.ts';
import { FIRST_DATE } from '#domain/process-clock.ts';
import type { RunState, StateReason } from '#domain/run-state.ts';
import { explosionOf } from './explosion.ts';
import { remarksOf } from './run-remarks.ts';
import type { RunSeries } from './run-series.ts';

/** What beside its metrics tells where a run stands. */
export interface Circumstances {
  readonly facts?: RunFacts;
  /** The file that says `facts.status`. */
  readonly statusFile?: string | null;
  /** When its logs last changed, in seconds since 1970; `null`: not known. */
  readonly modified?: number | null;
  /** A log of it has become longer since the directory was opened. */
  readonly hasGrown?: boolean;
  /** Seconds since 1970. */
  readonly now?: number;
}

/** A log may be this many intervals late, and seconds: TensorBoard writers flush every two minutes. */
const LATE_INTERVALS = 3;
const LATE = 150;
/** However seldom it logs, after this a log alone does not say that a run goes on, in seconds. */
const LATEST = 3600;

/** Where a tracker says that it runs, it has stalled after so many intervals, and seconds. */
const STALLED_INTERVALS = 20;
const STALLED = 600;

/**
 * Where a run stands. In this order: a loss ends in values that are not finite, or has exploded: `diverged`; its
 * tracker says that it failed, was killed or finished; its tracker says that it runs: `stalled` when its logs have
 * been silent for 20 of their intervals and ten minutes, else `running`; its last point is not older than 3
 * intervals or 150 seconds (and an hour at most), or a log without dates has grown and changed in that time: `running`;
 * nothing was logged: `empty`; else `finished`.
 */
export function standingOf(series: readonly RunSeries[], given: Circumstances = {}): RunState {
  const { diverged, remarks } = readOff(series);
  return { ...(diverged ?? progressOf(series, given)), remarks };
}

type Progress = Omit<RunState, 'remarks'>;

interface ReadOff {
  readonly diverged: Progress | null;
  readonly remarks: RunState['remarks'];
}

const known = new WeakMap<readonly RunSeries[], ReadOff>();

/** What the metrics alone tell, which stays as they do. */
function readOff(series: readonly RunSeries[]): ReadOff {
  const found = known.get(series) ?? {
    diverged: divergedState(series),
    remarks: remarksOf(series),
  };
  known.set(series, found);
  return found;
}

function divergedState(series: readonly RunSeries[]): Progress | null {
  const divergence = divergenceOf(series);
  if (divergence) {
    const { tag, current } = divergence.series;
    const reason = { by: 'nonfinite', tag, value: current.values.at(-1) ?? Number.NaN } as const;
    return { kind: 'diverged', step: divergence.step, reason };
  }
  const explosion = explosionOf(series);
  if (!explosion) return null;
  const { step, times, best } = explosion;
  const reason = { by: 'explosion', tag: explosion.series.tag, times, best } as const;
  return { kind: 'diverged', step, reason };
}

function progressOf(series: readonly RunSeries[], given: Circumstances): Progress {
  const { facts = {}, statusFile = null } = given;
  const { status } = facts;
  const tracker = (): StateReason => ({ by: 'tracker', status: status ?? '', file: statusFile });
  const at = (kind: RunState['kind'], reason: StateReason): Progress => ({
    kind,
    step: null,
    reason,
  });
  if (status === 'failed' || status === 'killed') return at('failed', tracker());
  if (status === 'finished') return at('finished', tracker());
  const { silent, interval, isDated } = silenceOf(series, given);
  const clock: StateReason = { by: 'clock', silent: silent ?? 0, interval };
  if (status === 'running') {
    if (silent === null) return at('running', tracker());
    const limit = Math.max(STALLED, STALLED_INTERVALS * interval);
    return at(silent > limit ? 'stalled' : 'running', clock);
  }
  const limit = Math.min(LATEST, Math.max(LATE, LATE_INTERVALS * interval));
  const isFresh = silent !== null && silent >= 0 && silent <= limit;
  if (isFresh && (isDated || given.hasGrown === true)) return at('running', clock);
  return at(series.length === 0 ? 'empty' : 'finished', { by: 'nothing' });
}

interface Silence {
  /** Seconds since the last point or change; `null`: not known. Negative where clocks differ. */
  readonly silent: number | null;
  /** Seconds between points as a rule; 0: not known. */
  readonly interval: number;
  /** Known by the dates of points: a copy of a log is new, its points are not. */
  readonly isDated: boolean;
}

/** Gaps looked at for the interval: the pace may have changed. */
const RECENT = 200;

function silenceOf(series: readonly RunSeries[], { modified = null, now }: Circumstances): Silence {
  let last = Number.NEGATIVE_INFINITY;
  let interval = Number.POSITIVE_INFINITY;
  for (const { current } of series) {
    const recent = current.times.slice(-RECENT);
    last = Math.max(last, ...recent.filter(Number.isFinite));
    const gaps = recent.subarray(1).map((time, i) => time - (recent[i] as number));
    const usual = median(gaps.filter((gap) => gap > 0));
    if (usual < interval) interval = usual;
  }
  if (!Number.isFinite(interval)) interval = 0;
  const isDated = last >= FIRST_DATE;
  const changed = isDated ? last : modified;
  return {
    silent: changed === null || now === undefined ? null : now - changed,
    interval,
    isDated,
  };
}

/** A loss that ends in values that are not finite. */
export interface Divergence {
  readonly series: RunSeries;
  /** The first of its steps whose value is not finite. */
  readonly step: number;
}

/**
 * The loss that was logged most often of those that end in values that are not finite. One that came back, as
 * after a skipped step, is none.
 */
export function divergenceOf(series: readonly RunSeries[]): Divergence | null {
  const diverged = series
    .filter(({ tag }) => metricKind(tag).measures === 'loss')
    .filter(({ current }) => !Number.isFinite(current.values.at(-1) ?? 0))
    .sort((a, b) => rank(b) - rank(a));
  const [finest] = diverged;
  if (!finest) return null;
  const { steps, values } = finest.current;
  const first = values.findIndex((value) => !Number.isFinite(value));
  return { series: finest, step: steps[first] ?? 0 };
}

/** Steps before epochs, then the one with most points. */
function rank({ unit, current }: RunSeries): number {
  return (unit === 'step' ? 1e12 : 0) + current.steps.length;
}
