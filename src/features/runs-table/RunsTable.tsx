import { useCallback, useMemo } from 'react';
import { DataTable } from '#ui/DataTable.tsx';
import { formatSort, parseSort, type Sort, type TableLayout } from '#ui/data-table-columns.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import { useKeptColumns } from './kept-columns.tsx';
import type { RunRow } from './rows.ts';
import type { RunColumn } from './run-columns.ts';
import { texts } from './strings.ts';
import { type GroupLine, groupIdOf, groupLineId, subRows, type TableRow } from './table-rows.ts';
import type { Layout } from './use-layout.ts';
import { useTableColumns } from './use-table-columns.tsx';
import type { RunsView } from './view.ts';

export interface RunsTableProps {
  /** `OpenedDirectory.key` */
  readonly directory: string;
  readonly view: RunsView;
  readonly onView: (change: Partial<RunsView>, options?: { readonly replace?: boolean }) => void;
  readonly lines: readonly TableRow[];
  readonly columns: readonly RunColumn[];
  readonly layout: Layout;
  readonly base: RunRow | null;
  /** Runs whose boxes are ticked, by `Run.path`. */
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (runs: ReadonlySet<string>) => void;
  readonly isBusy: boolean;
}

/** A row for every run, and for every group of runs. */
export function RunsTable(props: RunsTableProps) {
  const { view, onView, lines, columns, layout, base, isBusy } = props;
  const t = useStrings(texts);
  const folded = useMemo(() => new Set(view.folded.map(groupLineId)), [view.folded]);
  const order = useMemo(() => view.sort.flatMap((text) => parseSort(text) ?? []), [view.sort]);
  const onBase = useCallback((run: string | null) => onView({ base: run }), [onView]);
  const onFold = useCallback(
    (line: string, isFolded: boolean) => {
      const group = groupIdOf(line) ?? '';
      const others = view.folded.filter((one) => one !== group);
      onView({ folded: isFolded ? [...others, group] : others }, { replace: true });
    },
    [view.folded, onView],
  );
  const isGrouped = view.group !== null;
  const definitions = useTableColumns({
    columns,
    widths: layout.widths,
    nameWidth: useMemo(() => widthOfNames(lines), [lines]),
    base,
    folded,
    isGrouped,
    onBase,
    onFold,
  });
  const headers: TableLayout = useMemo(
    () => ({ onMove: layout.move, onHide: layout.hide, onResize: layout.resize }),
    [layout],
  );
  const kept = useKeptColumns(props.directory, headers);
  // Beside what was logged, before the configuration.
  const place = columns.findLastIndex(({ source }) => source === 'metric') + 1;
  const shown = useMemo(
    () => definitions.toSpliced(place || definitions.length, 0, ...kept.columns),
    [definitions, place, kept.columns],
  );
  const onOrder = (sorts: readonly Sort[]) =>
    onView({ sort: sorts.map(formatSort) }, { replace: true });

  return (
    <DataTable
      name={t.runs}
      columns={shown}
      rows={lines}
      rowId={idOf}
      order={order}
      onOrder={onOrder}
      layout={kept.layout}
      subRows={isGrouped ? subRows : undefined}
      folded={folded}
      selection={useSelection(props)}
      current={base?.run ?? null}
      empty={t.noMatch}
      busy={isBusy}
    />
  );
}

/** Pixels that most names need: of a letter, and of what stands beside it. */
const LETTER = 7.5;
const BESIDE = 140;

function widthOfNames(lines: readonly TableRow[]): number {
  let longest = 0;
  for (const line of lines) {
    const text = line.kind === 'run' ? line.row.name : line.group.label;
    longest = Math.max(longest, text.length);
  }
  return Math.min(400, Math.max(180, Math.round(longest * LETTER + BESIDE)));
}

function idOf({ id }: TableRow): string {
  return id;
}

/** A group is ticked while all of its runs are. */
function useSelection({ lines, chosen, onChosen }: RunsTableProps) {
  return useMemo(() => {
    const groups = lines.filter((line) => line.kind === 'group');
    const full = groups.filter((group) => group.lines.every(({ id }) => chosen.has(id)));
    const selected = new Set([...chosen, ...full.map(({ id }) => id)]);
    return {
      selected,
      label: (line: TableRow) =>
        visibleText(line.kind === 'run' ? line.row.name : line.group.label),
      onSelect: (next: ReadonlySet<string>) => onChosen(runsOf(next, selected, groups)),
    };
  }, [lines, chosen, onChosen]);
}

/** The runs that are ticked when a group was: all of its own, or none. */
function runsOf(
  next: ReadonlySet<string>,
  before: ReadonlySet<string>,
  groups: readonly GroupLine[],
): ReadonlySet<string> {
  const changed = groups.filter(({ id }) => next.has(id) !== before.has(id));
  const gone = changed.filter(({ id }) => !next.has(id)).flatMap(({ lines }) => lines);
  const come = changed.filter(({ id }) => next.has(id)).flatMap(({ lines }) => lines);
  const without = new Set(gone.map(({ id }) => id));
  const runs = [...next].filter((id) => groupIdOf(id) === null && !without.has(id));
  return new Set([...runs, ...come.map(({ id }) => id)]);
}
