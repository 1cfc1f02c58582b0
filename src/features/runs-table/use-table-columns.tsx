import { useMemo } from 'react';
import type { Column } from '#ui/data-table-columns.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { sortValue } from './aggregates.ts';
import { StateCell, ValueCell } from './Cells.tsx';
import type { ColumnSpec } from './column-spec.ts';
import { AggregateCell, GroupNameCell } from './GroupCells.tsx';
import { NameCell } from './NameCell.tsx';
import type { RunRow } from './rows.ts';
import type { RunColumn } from './run-columns.ts';
import { SparkCell } from './SparkCell.tsx';
import { type Texts, texts } from './strings.ts';
import type { TableRow } from './table-rows.ts';

export interface TableSettings {
  readonly columns: readonly RunColumn[];
  /** Pixels, by column id, where the person has set them. */
  readonly widths: Readonly<Record<string, number>>;
  /** Pixels of the first column, where the person has not set it. */
  readonly nameWidth: number;
  readonly base: RunRow | null;
  readonly folded: ReadonlySet<string>;
  readonly isGrouped: boolean;
  readonly onBase: (run: string | null) => void;
  readonly onFold: (line: string, isFolded: boolean) => void;
}

/** The columns as the table draws them. */
export function useTableColumns(settings: TableSettings): readonly Column<TableRow>[] {
  const t = useStrings(texts);
  const { step } = useNumberFormats();
  const { columns, widths, nameWidth, base, folded, isGrouped, onBase, onFold } = settings;
  return useMemo(
    () =>
      columns.map((column): Column<TableRow> => {
        const { id, spec } = column;
        const given = widths[id];
        const isName = id === 'name';
        return {
          id,
          title: spec.kind === 'metric' ? spec.tag : column.title,
          ...(spec.kind === 'metric' ? { detail: detailOf(spec, t, step) } : {}),
          width: given ?? (isName ? nameWidth : widthOf(column, base !== null || isGrouped)),
          header: isName,
          numeric: column.kind === 'number' && id !== 'spark',
          descendingFirst: column.better === 'higher' || column.source === 'other',
          value: (line) =>
            line.kind === 'run' ? column.read(line.row).value : sortOf(column, line),
          cell: (line) => {
            if (line.kind === 'group') {
              return isName ? (
                <GroupNameCell
                  line={line}
                  isFolded={folded.has(line.id)}
                  onFold={(isFolded) => onFold(line.id, isFolded)}
                />
              ) : (
                id !== 'spark' && <AggregateCell column={column} line={line} />
              );
            }
            const { row } = line;
            if (isName) {
              return (
                <NameCell
                  row={row}
                  isBase={base?.run === row.run}
                  isIndented={isGrouped}
                  onBase={onBase}
                />
              );
            }
            return cellOf(column, row, base);
          },
        };
      }),
    [columns, widths, nameWidth, base, folded, isGrouped, onBase, onFold, t, step],
  );
}

function cellOf(column: RunColumn, row: RunRow, base: RunRow | null) {
  if (column.id === 'spark') return <SparkCell row={row} />;
  if (column.id === 'state') return <StateCell details={row.details} />;
  return <ValueCell column={column} row={row} base={base?.run === row.run ? null : base} />;
}

function sortOf(column: RunColumn, line: Extract<TableRow, { kind: 'group' }>) {
  return column.id === 'name' ? line.group.label : sortValue(line.aggregate(column));
}

export function detailOf(
  spec: Extract<ColumnSpec, { kind: 'metric' }>,
  t: Texts,
  step: (value: number) => string,
): string {
  return spec.value === 'at' ? t.at(step(spec.step ?? 0)) : t[spec.value];
}

function widthOf({ id, title, kind, source }: RunColumn, isWide: boolean): number {
  if (id === 'spark') return 76;
  if (id === 'state') return 160;
  // Long keys break into two lines or three, not into ten.
  const least = Math.min(176, Math.round(title.length * 3.6) + 24);
  if (kind === 'category') return Math.max(116, least);
  if (source === 'metric') return isWide ? 152 : 104;
  return Math.max(isWide ? 112 : 92, least);
}
