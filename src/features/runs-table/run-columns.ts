import type { MetricKind } from '#domain/metric-kind.ts';
import { type ColumnSpec, columnId, type Fact, parseColumn } from './column-spec.ts';
import type { ExploreColumn } from './explore/columns.ts';
import { numberIn, type Reading, readColumn, type Sources, scalarOf } from './read-column.ts';
import type { RunRow } from './rows.ts';

/** A column with what every run has in it. */
export interface RunColumn extends ExploreColumn {
  readonly spec: ColumnSpec;
  /** Numbers where the column is one of numbers, though its tracker kept them as texts. */
  readonly read: (row: RunRow) => Reading;
}

/** How columns are called. */
export interface ColumnWords {
  readonly fact: (fact: Fact) => string;
  /** `val/loss (best)` */
  readonly metric: (spec: Extract<ColumnSpec, { kind: 'metric' }>) => string;
}

export interface ColumnContext extends Sources {
  readonly rows: readonly RunRow[];
  readonly words: ColumnWords;
}

/** Columns by their ids; what is no id of a column is left out. */
export function runColumns(ids: readonly string[], context: ColumnContext): RunColumn[] {
  return ids.flatMap((id) => {
    const spec = parseColumn(id);
    return spec ? [runColumn(spec, context)] : [];
  });
}

function runColumn(spec: ColumnSpec, context: ColumnContext): RunColumn {
  const kind = kindOf(spec, context);
  const read = (row: RunRow) => readColumn(spec, row, context);
  return {
    id: columnId(spec),
    spec,
    title: titleOf(spec, context.words),
    kind,
    source: spec.kind === 'configuration' || spec.kind === 'metric' ? spec.kind : 'other',
    better: spec.kind === 'metric' ? betterOf(spec.tag, context.kindOf) : null,
    read: kind === 'number' && spec.kind !== 'metric' ? (row) => numeric(read(row)) : read,
  };
}

function titleOf(spec: ColumnSpec, words: ColumnWords): string {
  if (spec.kind === 'fact') return words.fact(spec.fact);
  return spec.kind === 'metric' ? words.metric(spec) : spec.key;
}

function betterOf(tag: string, kindOfTag: (tag: string) => MetricKind): MetricKind['better'] {
  return kindOfTag(tag).better;
}

function numeric({ value, step }: Reading): Reading {
  return { value: numberIn(value), step };
}

/** A key is one of numbers when every run that has it has a number, or `null`, or a text that is one. */
function kindOf(spec: ColumnSpec, { rows }: ColumnContext): ExploreColumn['kind'] {
  switch (spec.kind) {
    case 'metric':
      return 'number';
    case 'tag':
      return 'category';
    case 'fact':
      return TEXTS.has(spec.fact) ? 'category' : 'number';
    case 'configuration':
      return areNumbers(rows, spec.key) ? 'number' : 'category';
  }
}

const TEXTS: ReadonlySet<string> = new Set(['name', 'path', 'state']);

function areNumbers(rows: readonly RunRow[], key: string): boolean {
  let has = false;
  for (const { details } of rows) {
    const value = details.configuration[key];
    if (value === undefined || value === null) continue;
    if (numberIn(scalarOf(value)) === null) return false;
    has = true;
  }
  return has;
}
