import type { CheckpointSummary } from '#domain/summary.ts';
import { epochSeries } from './epoch-series.ts';
import { epochShift } from './epoch-shift.ts';
import { longest, stepsByTime } from './reference-series.ts';
import type { RunSeries } from './run-series.ts';
import { isWeakStep } from './step-of.ts';

/** How the epochs of a run, as its log numbers them, and its steps go together. */
export interface EpochClock {
  /** The step at which an epoch of the log ended; `null` when nothing tells. */
  stepAt(label: number): number | null;
  /** The epoch of the log that a step is in, as a fraction that is whole where one ends. */
  labelAt(step: number): number | null;
  /** Whether anything tells which step an epoch ended at. */
  readonly knowsSteps: boolean;
  /** What to add to a checkpoint's epoch to get the log's: Keras counts from 1 in names, from 0 in logs. */
  readonly shift: number;
  /** Tags of series whose steps are epochs, though their log calls them steps. */
  readonly epochTags: ReadonlySet<string>;
}

interface Anchor {
  readonly label: number;
  readonly step: number;
}

/**
 * The clock of a run. What says which step an epoch ended at, the surest first:
 *
 * 1. checkpoints that give both;
 * 2. a log that gives both: the last step of each epoch;
 * 3. a metric named `epoch`, as Lightning logs it;
 * 4. a metric logged once an epoch, by the number of the epoch, beside others logged by the step: the
 *    last step before its time, or where times do not tell, equal parts;
 * 5. a metric logged at equal distances, the first of them from the start.
 */
export function createClock(
  series: readonly RunSeries[],
  checkpoints: readonly CheckpointSummary[],
): EpochClock {
  const byEpoch = epochSeries(series, checkpoints);
  const epochTags = new Set(byEpoch.map(({ tag }) => tag));
  const bySteps = series.filter(({ tag }) => !epochTags.has(tag));
  const shift = epochShift(series, byEpoch, checkpoints);
  const anchors = firstFound(
    () => fromCheckpoints(checkpoints, shift),
    () => fromColumns(bySteps),
    () => fromEpochMetric(bySteps),
    () => fromEpochSeries(byEpoch, bySteps),
    () => fromEqualDistances(bySteps),
  );
  return { ...interpolate(anchors), knowsSteps: anchors.length > 0, shift, epochTags };
}

function firstFound(...sources: readonly (() => readonly Anchor[])[]): readonly Anchor[] {
  for (const source of sources) {
    const anchors = source();
    if (anchors.length > 0) return increasing(anchors);
  }
  return [];
}

function fromCheckpoints(checkpoints: readonly CheckpointSummary[], shift: number): Anchor[] {
  return checkpoints.flatMap(({ step, epoch }) =>
    step && epoch && !isWeakStep(step) && Number.isInteger(epoch.value) && step.value > 0
      ? [{ label: epoch.value + shift, step: step.value }]
      : [],
  );
}

function fromColumns(series: readonly RunSeries[]): Anchor[] {
  return lastSteps(
    series.flatMap(({ unit, current: { steps, epochs } }) =>
      unit === 'step' && epochs.length > 0 ? [{ steps, labels: epochs }] : [],
    ),
  );
}

function fromEpochMetric(series: readonly RunSeries[]): Anchor[] {
  return lastSteps(
    series.flatMap(({ tag, current: { steps, values } }) =>
      /(?:^|\/)epoch$/.test(tag) && values.every(Number.isInteger)
        ? [{ steps, labels: values }]
        : [],
    ),
  );
}

interface Labelled {
  readonly steps: Float64Array;
  readonly labels: Float64Array;
}

function lastSteps(columns: readonly Labelled[]): Anchor[] {
  const last = new Map<number, number>();
  for (const { steps, labels } of columns) {
    for (const [i, label] of labels.entries()) {
      const step = steps[i] ?? 0;
      if (Number.isInteger(label) && step > (last.get(label) ?? Number.NEGATIVE_INFINITY)) {
        last.set(label, step);
      }
    }
  }
  return [...last].map(([label, step]) => ({ label, step }));
}

function fromEpochSeries(byEpoch: readonly RunSeries[], bySteps: readonly RunSeries[]): Anchor[] {
  const reference = longest(bySteps);
  const epochs = longest(byEpoch);
  if (!reference || !epochs) return [];
  const labels = epochs.current.steps;
  const byTime = labels.length > 0 ? stepsByTime(epochs, reference) : null;
  if (byTime) return Array.from(labels, (label, i) => ({ label, step: byTime[i] ?? 0 }));
  const total = reference.current.steps.at(-1) ?? 0;
  const first = labels[0] ?? 0;
  const perEpoch = total / ((labels.at(-1) ?? 0) - first + 1);
  return Array.from(labels, (label) => ({ label, step: perEpoch * (label - first + 1) }));
}

function fromEqualDistances(series: readonly RunSeries[]): Anchor[] {
  const spaced = series
    .filter(({ unit, current: { steps } }) => unit === 'step' && isSpaced(steps))
    .sort((a, b) => (a.current.steps[0] ?? 0) - (b.current.steps[0] ?? 0));
  const steps = spaced.at(-1)?.current.steps ?? new Float64Array();
  return Array.from(steps, (step, i) => ({ label: i + 1, step }));
}

/** `S, 2S, 3S, …` with S above 1. */
function isSpaced(steps: Float64Array): boolean {
  const [first = 0] = steps;
  return steps.length > 1 && first > 1 && steps.every((step, i) => step === first * (i + 1));
}

function increasing(anchors: readonly Anchor[]): Anchor[] {
  const sorted = [...anchors].sort((a, b) => a.label - b.label || a.step - b.step);
  return sorted.filter(({ label, step }, i) => {
    const before = sorted[i - 1];
    return !before || (label > before.label && step > before.step);
  });
}

function interpolate(anchors: readonly Anchor[]): Pick<EpochClock, 'stepAt' | 'labelAt'> {
  const first = anchors[0];
  const last = anchors.at(-1);
  if (!first || !last) return { stepAt: () => null, labelAt: () => null };
  const perEpoch =
    last === first ? first.step : (last.step - first.step) / (last.label - first.label);
  const points = [
    { label: first.label - first.step / perEpoch, step: 0 },
    ...anchors,
    { label: last.label + 1, step: last.step + perEpoch },
  ];
  return {
    stepAt: (label) => along(points, label, 'label', 'step'),
    labelAt: (step) => along(points, step, 'step', 'label'),
  };
}

type Axis = keyof Anchor;

function along(points: readonly Anchor[], at: number, from: Axis, to: Axis): number | null {
  const next = points.findIndex((point) => point[from] >= at);
  const after = points[next];
  if (!after) return null;
  if (after[from] === at) return after[to];
  const before = points[next - 1];
  if (!before) return null;
  const part = (at - before[from]) / (after[from] - before[from]);
  return before[to] + part * (after[to] - before[to]);
}
