import { useMemo } from 'react';
import type { ScoreName } from '#domain/scores.ts';
import { DataTable } from '#ui/DataTable.tsx';
import type { Column } from '#ui/data-table-columns.ts';
import { useStrings } from '#ui/strings.ts';
import type { DetailProps } from './detail-props.ts';
import styles from './Results.module.css';
import { ScoreCell } from './ScoreCell.tsx';
import { bestOf, scoreOf, scoresIn } from './score-names.ts';
import { detailTexts, scoreTexts } from './strings.ts';

interface Row {
  readonly name: ScoreName;
}

/** Every score of every checkpoint: a row for each score. */
export function ScoresTable({ run }: DetailProps) {
  const t = useStrings(detailTexts);
  const titles = useStrings(scoreTexts);
  const complete = useMemo(
    () => run.evaluations.filter(({ scores }) => scores !== undefined),
    [run.evaluations],
  );
  const rows = useMemo(() => scoresIn(complete).map((name): Row => ({ name })), [complete]);
  const columns: Column<Row>[] = [
    { id: 'score', title: t.score, width: 150, header: true, cell: ({ name }) => titles[name] },
    ...complete.map(
      (evaluation): Column<Row> => ({
        id: evaluation.checkpoint,
        title: evaluation.checkpoint,
        width: 150,
        grows: true,
        numeric: true,
        cell: ({ name }) => (
          <ScoreCell
            name={name}
            evaluation={evaluation}
            isBest={scoreOf(evaluation, name) === bestOf(complete, name)}
          />
        ),
      }),
    ),
  ];
  return (
    <div className={styles.table}>
      <DataTable name={t.scores} columns={columns} rows={rows} rowId={({ name }) => name} />
    </div>
  );
}
