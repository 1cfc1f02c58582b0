import { useState } from 'react';
import type { ClassScores } from '#domain/scores.ts';
import { DataTable } from '#ui/DataTable.tsx';
import type { Column, Sort } from '#ui/data-table-columns.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import type { OneProps } from './detail-props.ts';
import styles from './Results.module.css';
import { detailTexts, scoreTexts } from './strings.ts';

/** Precision, recall and F1 of each class, with how many examples they are of. */
export function ClassTable({ scores, className }: OneProps) {
  const t = useStrings(detailTexts);
  const titles = useStrings(scoreTexts);
  const { count, metric } = useNumberFormats();
  const [sort, setSort] = useState<Sort | null>(null);
  const rate = (
    id: 'precision' | 'recall' | 'f1' | 'rocAuc' | 'prAuc',
    title: string,
  ): Column<ClassScores> => ({
    id,
    title,
    width: 92,
    numeric: true,
    value: (one) => one[id],
    cell: (one) => {
      const value = one[id];
      return value === null ? <span className={styles.quiet}>–</span> : metric(value);
    },
  });
  const whole = (id: 'support' | 'predicted', title: string): Column<ClassScores> => ({
    id,
    title,
    width: 92,
    numeric: true,
    descendingFirst: true,
    value: (one) => one[id],
    cell: (one) => count(one[id]),
  });
  const columns: readonly Column<ClassScores>[] = [
    {
      id: 'class',
      title: t.class,
      width: 120,
      grows: true,
      header: true,
      value: ({ index }) => index,
      cell: ({ index }) => className(index),
    },
    whole('support', t.support),
    whole('predicted', t.predictedCount),
    rate('precision', titles.precision),
    rate('recall', titles.recall),
    rate('f1', titles.f1),
    ...(scores.classes.some(({ rocAuc }) => rocAuc !== null)
      ? [rate('rocAuc', titles.roc_auc), rate('prAuc', titles.pr_auc)]
      : []),
  ];
  return (
    <div className={styles.table}>
      <DataTable
        name={t.classes}
        columns={columns}
        rows={scores.classes}
        rowId={({ index }) => String(index)}
        sort={sort}
        onSort={setSort}
      />
    </div>
  );
}
