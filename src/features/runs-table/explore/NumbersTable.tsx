import { useMemo, useState } from 'react';
import { DataTable } from '#ui/DataTable.tsx';
import type { Column, Sort } from '#ui/data-table-columns.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import { useAxisWords } from './axis-words.ts';
import type { ExploreColumn, ExploreRow } from './columns.ts';
import styles from './Explore.module.css';
import { texts } from './strings.ts';

export interface NumbersTableProps {
  readonly name: string;
  readonly columns: readonly ExploreColumn[];
  readonly rows: readonly ExploreRow[];
}

/** What is drawn, as numbers; made when it is asked for. */
export function NumbersTable(props: NumbersTableProps) {
  const t = useStrings(texts);
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className={styles.numbers}
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{t.numbers}</summary>
      {isOpen && <Table {...props} />}
    </details>
  );
}

function Table({ name, columns, rows }: NumbersTableProps) {
  const t = useStrings(texts);
  const words = useAxisWords();
  const [sort, setSort] = useState<Sort | null>(null);
  const shown = useMemo(
    (): readonly Column<ExploreRow>[] => [
      {
        id: 'run',
        title: t.run,
        width: 180,
        grows: true,
        header: true,
        value: ({ name }) => name,
        cell: ({ name }) => visibleText(name),
      },
      ...columns.map(
        ({ id, title, kind }): Column<ExploreRow> => ({
          // A column of the person's may be called `run`.
          id: `column:${id}`,
          title: visibleText(title),
          width: 130,
          numeric: kind === 'number',
          value: ({ values }) => values.get(id) ?? null,
          cell: ({ values }) => words.value(values.get(id) ?? null),
        }),
      ),
    ],
    [columns, words, t],
  );
  return (
    <div className={styles.numbersTable}>
      <DataTable
        name={name}
        columns={shown}
        rows={rows}
        rowId={({ run }) => run}
        sort={sort}
        onSort={setSort}
      />
    </div>
  );
}
