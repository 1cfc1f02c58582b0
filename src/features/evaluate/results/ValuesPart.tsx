import { lazy, Suspense, useMemo, useState } from 'react';
import type { OutputScores } from '#domain/scores.ts';
import { DataTable } from '#ui/DataTable.tsx';
import type { Column } from '#ui/data-table-columns.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import type { OneProps, PredictedProps } from './detail-props.ts';
import styles from './Results.module.css';
import { detailTexts, scoreTexts } from './strings.ts';
import { pairsOf } from './value-pairs.ts';
import { WithPredictions } from './WithPredictions.tsx';

const ValuePlots = lazy(async () => ({ default: (await import('./ValuePlots.tsx')).ValuePlots }));

/** Predicted against true values, what is left of them, and the scores of each output. */
export function ValuesPart(props: OneProps) {
  const { scores, evaluation } = props;
  return (
    <div className={styles.part}>
      {scores.outputs.length > 1 && <Outputs outputs={scores.outputs} />}
      <WithPredictions of={evaluation}>
        {(predictions) => <Plots {...props} predictions={predictions} />}
      </WithPredictions>
    </div>
  );
}

function Plots({ predictions, scores }: PredictedProps) {
  const t = useStrings(detailTexts);
  const { count } = useNumberFormats();
  const { width } = predictions.values;
  const [output, setOutput] = useState(0);
  const pairs = useMemo(() => pairsOf(predictions, output), [predictions, output]);
  const r2 = scores.outputs[output]?.r2 ?? scores.metrics.r2?.value ?? Number.NaN;
  return (
    <>
      {width > 1 && (
        <div className={styles.tools}>
          <Select
            label={t.outputOf}
            value={String(output)}
            options={Array.from({ length: width }, (_, i) => ({
              id: String(i),
              label: t.outputNumber(String(i)),
            }))}
            onChange={(id) => setOutput(Number(id))}
          />
        </div>
      )}
      <Suspense fallback={<Loading label={t.values} />}>
        <ValuePlots pairs={pairs} r2={r2} />
      </Suspense>
      {pairs.all > pairs.truth.length && (
        <p className={styles.note}>{t.drawn(count(pairs.truth.length), count(pairs.all))}</p>
      )}
    </>
  );
}

function Outputs({ outputs }: { readonly outputs: readonly OutputScores[] }) {
  const t = useStrings(detailTexts);
  const titles = useStrings(scoreTexts);
  const { metric } = useNumberFormats();
  const columns: readonly Column<OutputScores>[] = [
    {
      id: 'output',
      title: t.outputOf,
      width: 120,
      grows: true,
      header: true,
      cell: ({ index }) => t.outputNumber(String(index)),
    },
    ...(['mae', 'rmse', 'r2'] as const).map(
      (id): Column<OutputScores> => ({
        id,
        title: titles[id],
        width: 110,
        numeric: true,
        cell: (one) => metric(one[id]),
      }),
    ),
  ];
  return (
    <div className={styles.table}>
      <DataTable
        name={t.outputOf}
        columns={columns}
        rows={outputs}
        rowId={({ index }) => String(index)}
      />
    </div>
  );
}
