import { mainMetric } from '#domain/metric-kind.ts';
import type { MetricInfo, RunDetails } from '#domain/run-details.ts';
import { NO_MARK, type RunMark } from '#ui/run-marks.ts';

/** A run as a row of the table. */
export interface RunRow {
  /** `Run.path` */
  readonly run: string;
  /** As its tracker calls it; else its path, short where that says enough. */
  readonly name: string;
  readonly mark: RunMark;
  readonly details: RunDetails;
  readonly metrics: ReadonlyMap<string, MetricInfo>;
  /** The metric that says most of it. */
  readonly main: MetricInfo | null;
  /** Bytes of its checkpoints. */
  readonly bytes: number;
}

interface Naming {
  readonly marks: ReadonlyMap<string, RunMark>;
  /** By `Run.path`. */
  readonly names: ReadonlyMap<string, string>;
}

/** By what was read: runs come one by one, and each time only the new one is worked out. */
const known = new WeakMap<RunDetails, RunRow>();

export function runRows(details: readonly RunDetails[], { marks, names }: Naming): RunRow[] {
  return details.map((one) => {
    const name = one.facts.name ?? names.get(one.run) ?? one.run;
    const mark = marks.get(one.run) ?? NO_MARK;
    const row = known.get(one);
    if (row && row.name === name && row.mark === mark) return row;
    const made = { ...partsOf(one), name, mark };
    known.set(one, made);
    return made;
  });
}

function partsOf(details: RunDetails): Omit<RunRow, 'name' | 'mark'> {
  const metrics = new Map(details.metrics.map((info) => [info.tag, info]));
  const main = mainMetric([...metrics.keys()]);
  return {
    run: details.run,
    details,
    metrics,
    main: main === null ? null : (metrics.get(main) ?? null),
    bytes: details.checkpoints.reduce((sum, { size }) => sum + size, 0),
  };
}
