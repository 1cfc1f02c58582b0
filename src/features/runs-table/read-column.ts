import type { MetricKind } from '#domain/metric-kind.ts';
import { textOf } from '#domain/run-groups.ts';
import type { Metadata } from '#domain/tensor.ts';
import type { MetricInfo } from '#workers/api.ts';
import type { ColumnSpec, Fact } from './column-spec.ts';
import type { RunRow } from './rows.ts';

/** What a run has in a column. */
export interface Reading {
  /** `null`: nothing. `NaN` and infinities are values. */
  readonly value: number | string | null;
  /** Of the point it was taken from; `null` when it is of no point. */
  readonly step: number | null;
}

/** What reading takes beside the run. */
export interface Sources {
  readonly kindOf: (tag: string) => MetricKind;
  /** A metric at a step or at the cursor; `undefined`: it is still asked for. */
  readonly valueAt: (spec: ColumnSpec, run: string) => Reading | null | undefined;
}

const NOTHING: Reading = { value: null, step: null };

export function readColumn(spec: ColumnSpec, row: RunRow, sources: Sources): Reading {
  switch (spec.kind) {
    case 'fact':
      return { value: factOf(spec.fact, row), step: null };
    case 'configuration':
      return { value: scalarOf(row.details.configuration[spec.key]), step: null };
    case 'tag':
      return { value: row.details.facts.tags?.[spec.key] ?? null, step: null };
    case 'metric':
      return spec.value === 'at' || spec.value === 'cursor'
        ? (sources.valueAt(spec, row.run) ?? NOTHING)
        : metricOf(spec.value, row.metrics.get(spec.tag), sources.kindOf(spec.tag));
  }
}

function factOf(fact: Fact, { run, name, details, bytes, main }: RunRow): number | string | null {
  switch (fact) {
    case 'name':
      return name;
    case 'path':
      return run;
    case 'state':
      return details.done || details.state.kind === 'diverged' ? details.state.kind : null;
    case 'spark':
      return main?.last.value ?? null;
    case 'duration':
      return details.duration;
    case 'checkpoints':
      return details.checkpoints.length;
    case 'bytes':
      return details.checkpoints.length > 0 ? bytes : null;
    case 'started':
      return details.facts.started ?? null;
  }
}

/** The best is of the finite values; where there is none, the last says what became of it. */
function metricOf(
  value: 'best' | 'last' | 'min' | 'max',
  info: MetricInfo | undefined,
  { better }: MetricKind,
): Reading {
  if (!info) return NOTHING;
  switch (value) {
    case 'last':
      return info.last;
    case 'min':
      return info.min ?? info.last;
    case 'max':
      return info.max ?? info.last;
    case 'best':
      if (better === null) return NOTHING;
      return (better === 'lower' ? info.min : info.max) ?? info.last;
  }
}

/** A value of a configuration to compare and sort by: lists and records as JSON. */
export function scalarOf(value: Metadata | undefined): number | string | null {
  if (value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  return textOf(value);
}

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** The number that a text is: trackers keep numbers as texts. `null`: it is none. */
export function numberIn(value: number | string | null): number | null {
  if (typeof value !== 'string') return value;
  return NUMBER.test(value) ? Number(value) : null;
}
