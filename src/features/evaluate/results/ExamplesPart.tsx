import { useMemo } from 'react';
import { SegmentedControl } from '#ui/SegmentedControl.tsx';
import { useStrings } from '#ui/strings.ts';
import type { OneProps, PredictedProps } from './detail-props.ts';
import { ExampleList } from './ExampleList.tsx';
import { LISTS, type ListName, placesIn } from './example-choice.ts';
import styles from './Results.module.css';
import { detailTexts } from './strings.ts';
import { WithPredictions } from './WithPredictions.tsx';

/** The examples that say most: those with the largest loss, or those that it was wrongly sure of. */
export function ExamplesPart(props: OneProps) {
  return (
    <WithPredictions of={props.evaluation}>
      {(predictions) => <Chosen {...props} predictions={predictions} />}
    </WithPredictions>
  );
}

function Chosen(props: PredictedProps) {
  const { predictions, view, onView, scores } = props;
  const t = useStrings(detailTexts);
  const isJudged = scores.task !== 'regression';
  const lists = LISTS.filter((name) => isJudged || name === 'worst' || name === 'all');
  const list: ListName = lists.find((name) => name === view.list) ?? 'worst';
  const places = useMemo(() => placesIn(predictions, list), [predictions, list]);
  return (
    <div className={styles.part}>
      <SegmentedControl
        label={t.list}
        value={list}
        segments={lists.map((id) => ({ id, label: t[id] }))}
        onChange={(id) => onView({ list: id }, { replace: true })}
      />
      <ExampleList key={list} {...props} title={t[list]} places={places} />
    </div>
  );
}
