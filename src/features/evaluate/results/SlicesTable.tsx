import { useMemo, useState } from 'react';
import type { ScoreName, SliceScores } from '#domain/scores.ts';
import { DataTable } from '#ui/DataTable.tsx';
import type { Column, Sort } from '#ui/data-table-columns.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import type { OneProps } from './detail-props.ts';
import styles from './Results.module.css';
import { Interval } from './ScoreCell.tsx';
import { isLowerBetter, scoreText } from './score-names.ts';
import { detailTexts, scoreTexts } from './strings.ts';

/** Each group of examples scored by itself. */
export function SlicesTable({ scores: { slices } }: OneProps) {
  const t = useStrings(detailTexts);
  const titles = useStrings(scoreTexts);
  const language = useLanguage();
  const { count } = useNumberFormats();
  const [sort, setSort] = useState<Sort | null>(null);
  const names = useMemo(
    () => [...new Set(slices.flatMap(({ metrics }) => Object.keys(metrics) as ScoreName[]))],
    [slices],
  );
  const words = ({ column, value }: SliceScores) =>
    `${visibleText(column)} = ${value === null ? '–' : visibleText(String(value))}`;
  const columns: readonly Column<SliceScores>[] = [
    {
      id: 'slice',
      title: t.slice,
      width: 160,
      grows: true,
      header: true,
      value: words,
      cell: words,
    },
    {
      id: 'examples',
      title: t.support,
      width: 92,
      numeric: true,
      descendingFirst: true,
      value: ({ examples }) => examples,
      cell: ({ examples }) => count(examples),
    },
    ...names.map(
      (name): Column<SliceScores> => ({
        id: name,
        title: titles[name],
        width: 110,
        numeric: true,
        descendingFirst: !isLowerBetter(name),
        value: ({ metrics }) => metrics[name]?.value ?? null,
        cell: ({ metrics }) => {
          const estimate = metrics[name];
          if (!estimate) return <span className={styles.quiet}>–</span>;
          return (
            <>
              {scoreText(name, estimate.value, language)}
              <Interval name={name} estimate={estimate} />
            </>
          );
        },
      }),
    ),
  ];
  return (
    <div className={styles.table}>
      <DataTable
        name={t.slices}
        columns={columns}
        rows={slices}
        rowId={({ column, value }) => JSON.stringify([column, value])}
        sort={sort}
        onSort={setSort}
      />
    </div>
  );
}
