import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { DataTable } from '#ui/DataTable.tsx';
import type { Column } from '#ui/data-table-columns.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import { useLanguage } from '#ui/language.ts';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { xWords } from './axis-format.ts';
import styles from './Charts.module.css';
import type { ChartSetting } from './chart-setting.ts';
import type { Metric } from './metric-groups.ts';
import { pointsQuery } from './queries.ts';
import { texts } from './strings.ts';

export interface PointsTableProps {
  readonly metric: Metric;
  readonly setting: ChartSetting;
}

/** `NaN` where the log does not say. */
interface PointRow {
  readonly index: number;
  readonly step: number;
  readonly epoch: number;
  readonly time: number;
  readonly value: number;
}

/** Every point of one run, as it was logged. */
export function PointsTable({ metric, setting }: PointsTableProps) {
  const t = useStrings(texts);
  const { tag, runs } = metric;
  const [chosen, setChosen] = useState<string | null>(null);
  const run = runs.find((one) => one.run === chosen) ?? runs[0];
  const { data, error, refetch } = useQuery({
    ...pointsQuery(setting.directory, run?.run ?? '', tag, run?.info.count ?? 0),
    enabled: run !== undefined,
  });
  const rows = useMemo(() => pointRows(data), [data]);
  const columns = useColumns(rows);
  return (
    <div className={styles.points}>
      <Select
        label={t.pointsOf}
        options={runs.map((one) => ({
          id: one.run,
          label: setting.names.get(one.run) ?? one.run,
        }))}
        value={run?.run ?? null}
        onChange={setChosen}
      />
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading label={tag} />}
      {data && (
        <DataTable
          name={t.pointsName(tag)}
          columns={columns}
          rows={rows}
          rowId={({ index }) => String(index)}
        />
      )}
    </div>
  );
}

interface PointColumns {
  readonly steps: Float64Array;
  readonly epochs: Float64Array;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

function pointRows(points: PointColumns | undefined): PointRow[] {
  if (!points) return [];
  const { steps, epochs, times, values } = points;
  return Array.from(values, (value, index) => ({
    index,
    value,
    step: steps[index] ?? Number.NaN,
    epoch: epochs[index] ?? Number.NaN,
    time: times[index] ?? Number.NaN,
  }));
}

function useColumns(rows: readonly PointRow[]): readonly Column<PointRow>[] {
  const t = useStrings(texts);
  const language = useLanguage();
  const { step, metric } = useNumberFormats();
  return useMemo(() => {
    const known = (value: number, text: string) => (Number.isNaN(value) ? '—' : text);
    const all: Column<PointRow>[] = [
      { id: 'step', title: t.loggedStep, width: 140, numeric: true, cell: (row) => step(row.step) },
      {
        id: 'epoch',
        title: t.epoch,
        width: 120,
        numeric: true,
        cell: ({ epoch }) => known(epoch, step(epoch)),
      },
      {
        id: 'time',
        title: t.wall,
        width: 200,
        cell: ({ time }) => known(time, xWords('wall', time, language)),
      },
      { id: 'value', title: t.value, width: 160, numeric: true, cell: (row) => metric(row.value) },
    ];
    const says = (key: 'epoch' | 'time') => rows.some((row) => !Number.isNaN(row[key]));
    return all.filter(({ id }) => (id === 'epoch' || id === 'time' ? says(id) : true));
  }, [rows, t, language, step, metric]);
}
