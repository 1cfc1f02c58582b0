import { useMemo } from 'react';
import { placesInCell } from '#domain/metrics/predictions.ts';
import { confusionOf } from '#domain/metrics/score.ts';
import { type Confusion, MAX_CONFUSION, type Predictions } from '#domain/scores.ts';
import { DataTable } from '#ui/DataTable.tsx';
import type { Column } from '#ui/data-table-columns.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { ConfusionGrid } from './ConfusionGrid.tsx';
import { type ConfusedPair, confusedPairs, formatCell, parseCell } from './confusion.ts';
import type { OneProps } from './detail-props.ts';
import { ExampleList } from './ExampleList.tsx';
import styles from './Results.module.css';
import { detailTexts } from './strings.ts';
import { WithPredictions } from './WithPredictions.tsx';

/** What was taken for what, and the examples of a cell. */
export function ConfusionPart(props: OneProps) {
  const { scores, evaluation, view, onView } = props;
  const cell = parseCell(view.list);
  const choose = (label: number, predicted: number) =>
    onView({ list: formatCell(label, predicted) }, { replace: true });
  return (
    <div className={styles.part}>
      {scores.confusion ? (
        <ConfusionGrid
          confusion={scores.confusion}
          className={props.className}
          chosen={cell}
          onChoose={choose}
        />
      ) : (
        <WithPredictions of={evaluation}>
          {(predictions) => <Pairs {...props} predictions={predictions} onChoose={choose} />}
        </WithPredictions>
      )}
      {cell && (
        <WithPredictions of={evaluation}>
          {(predictions) => <CellExamples {...props} predictions={predictions} cell={cell} />}
        </WithPredictions>
      )}
    </div>
  );
}

interface CellExamplesProps extends OneProps {
  readonly predictions: Predictions;
  readonly cell: readonly [label: number, predicted: number];
}

function CellExamples({ cell: [label, predicted], ...props }: CellExamplesProps) {
  const t = useStrings(detailTexts);
  const { predictions, className } = props;
  const places = useMemo(
    () => placesInCell(predictions, label, predicted),
    [predictions, label, predicted],
  );
  const title = t.inCell(className(label), predicted < 0 ? t.noPrediction : className(predicted));
  return <ExampleList {...props} title={title} places={places} />;
}

interface PairsProps extends OneProps {
  readonly predictions: Predictions;
  readonly onChoose: (label: number, predicted: number) => void;
}

const NO_PAIRS: readonly ConfusedPair[] = [];

/** Too many classes for a grid: the pairs that are confused most often. */
function Pairs({ predictions, className, onChoose }: PairsProps) {
  const t = useStrings(detailTexts);
  const { count } = useNumberFormats();
  const classes = useMemo(() => classesIn(predictions), [predictions]);
  const confusion = useMemo(
    (): Confusion | null => (classes <= MAX_CONFUSION ? confusionOf(predictions, classes) : null),
    [predictions, classes],
  );
  const pairs = useMemo(
    () => (confusion ? NO_PAIRS : confusedPairs(predictions)),
    [confusion, predictions],
  );
  const columns: readonly Column<ConfusedPair>[] = [
    {
      id: 'label',
      title: t.label,
      width: 140,
      grows: true,
      header: true,
      cell: ({ label }) => className(label),
    },
    {
      id: 'predicted',
      title: t.predicted,
      width: 140,
      grows: true,
      cell: ({ label, predicted }) => (
        <button
          type="button"
          className={styles.cell}
          aria-label={t.taken(className(label), className(predicted))}
          onClick={() => onChoose(label, predicted)}
        >
          {className(predicted)}
        </button>
      ),
    },
    {
      id: 'count',
      title: t.support,
      width: 92,
      numeric: true,
      cell: ({ count: size }) => count(size),
    },
  ];
  if (confusion) {
    return (
      <ConfusionGrid
        confusion={confusion}
        className={className}
        chosen={null}
        onChoose={onChoose}
      />
    );
  }
  return (
    <>
      <p className={styles.note}>{t.confusionLeft(count(classes))}</p>
      <div className={styles.table}>
        <DataTable
          name={t.confused}
          columns={columns}
          rows={pairs}
          rowId={({ label, predicted }) => `${label} ${predicted}`}
        />
      </div>
    </>
  );
}

function classesIn({ labels, predicted }: Predictions): number {
  let most = 1;
  for (const label of labels) most = Math.max(most, label);
  for (const label of predicted) most = Math.max(most, label);
  return most + 1;
}
