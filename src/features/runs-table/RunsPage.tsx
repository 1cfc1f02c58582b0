import { useMemo } from 'react';
import { DataTable } from '#ui/DataTable.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { shortNames } from '#ui/run-names.ts';
import { type RunRow, runRows } from './rows.ts';
import type { RunsView } from './view.ts';

const columns = [
  {
    id: 'name',
    title: 'Run',
    width: 200,
    header: true,
    grows: true,
    value: ({ name }: RunRow) => name,
    cell: ({ name }: RunRow) => name,
  },
];

/** The selected runs as a table: what each was given, and what came of it. */
export function RunsPage({ read, marks }: PageProps<RunsView>) {
  const names = useMemo(() => shortNames(read.details.map(({ run }) => run)), [read.details]);
  const rows = useMemo(() => runRows(read.details, { marks, names }), [read.details, marks, names]);
  return <DataTable name="Runs" columns={columns} rows={rows} rowId={({ run }) => run} />;
}
