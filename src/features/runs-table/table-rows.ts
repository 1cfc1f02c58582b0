import { type GroupBy, groupRuns, type RunGroup } from '#domain/run-groups.ts';
import { type Aggregate, aggregateOf } from './aggregates.ts';
import type { RunRow } from './rows.ts';
import type { RunColumn } from './run-columns.ts';

/** What stands on a line of the table: a run, or a group with its runs below. */
export type TableRow = RunLine | GroupLine;

export interface RunLine {
  readonly kind: 'run';
  readonly id: string;
  readonly row: RunRow;
}

export interface GroupLine {
  readonly kind: 'group';
  /** Never the path of a run. */
  readonly id: string;
  readonly group: RunGroup;
  readonly lines: readonly RunLine[];
  readonly aggregate: (column: RunColumn) => Aggregate;
}

const lines = new WeakMap<RunRow, RunLine>();

/** The same line for the same row: what has not changed is not drawn again. */
function lineOf(row: RunRow): RunLine {
  const known = lines.get(row);
  if (known) return known;
  const line: RunLine = { kind: 'run', id: row.run, row };
  lines.set(row, line);
  return line;
}

/** Paths of runs do not begin with `/`. */
const GROUP = '/group/';

export function groupIdOf(line: string): string | null {
  return line.startsWith(GROUP) ? line.slice(GROUP.length) : null;
}

export function groupLineId(group: string): string {
  return GROUP + group;
}

/** @param by `null`: no groups */
export function tableRows(rows: readonly RunRow[], by: GroupBy | null): readonly TableRow[] {
  if (!by) return rows.map(lineOf);
  const known = new Map(rows.map((row) => [row.run, row]));
  const configured = rows.map(({ run, details: { configuration } }) => ({ run, configuration }));
  return groupRuns(configured, by).map((group) => {
    const members = group.runs.map((run) => known.get(run)).filter((row) => row !== undefined);
    return groupLine(group, members);
  });
}

function groupLine(group: RunGroup, rows: readonly RunRow[]): GroupLine {
  const aggregates = new WeakMap<RunColumn, Aggregate>();
  return {
    kind: 'group',
    id: groupLineId(group.id),
    group,
    lines: rows.map(lineOf),
    aggregate(column) {
      const known = aggregates.get(column);
      if (known) return known;
      const made = aggregateOf(column, rows);
      aggregates.set(column, made);
      return made;
    },
  };
}

export function subRows(line: TableRow): readonly TableRow[] | undefined {
  return line.kind === 'group' ? line.lines : undefined;
}

/** As the URL of the charts and of the table has it: `no-seed`, `key:lr`. */
export function parseGroupBy(text: string | null): GroupBy | null {
  if (text === 'no-seed') return { kind: 'no-seed' };
  return text?.startsWith('key:') ? { kind: 'key', key: text.slice(4) } : null;
}
