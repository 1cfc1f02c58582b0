import { useState } from 'react';
import type { EvaluationPlan } from '#domain/evaluation.ts';
import type { Predictions } from '#domain/scores.ts';
import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import type { OneProps } from './detail-props.ts';
import { ExampleCard } from './ExampleCard.tsx';
import styles from './Results.module.css';
import { detailTexts } from './strings.ts';

export interface ExampleListProps extends Pick<OneProps, 'className' | 'directory' | 'run'> {
  readonly title: string;
  readonly predictions: Predictions;
  /** In the columns of the predictions, in the order in which they are shown. */
  readonly places: ArrayLike<number>;
  /** Of another checkpoint over the same examples, at the same places. */
  readonly before?: Predictions | undefined;
}

/** Shown at a time: each is read from the data set by itself. */
const PAGE = 24;

/** Examples as the data set has them, with what was predicted for each. */
export function ExampleList(props: ExampleListProps) {
  const { title, predictions, places, run } = props;
  const t = useStrings(detailTexts);
  const { count } = useNumberFormats();
  const [shown, setShown] = useState(PAGE);
  const { length } = places;
  const seen = Math.min(shown, length);
  const plan: EvaluationPlan = run.plan;
  return (
    <section className={styles.part} aria-label={title}>
      <p className={styles.note} role="status">
        <strong>{title}</strong> · {length === 0 ? t.none : t.listed(count(seen), count(length))}
        {predictions.total > predictions.examples.length &&
          ` · ${t.sampled(count(predictions.examples.length), count(predictions.total))}`}
      </p>
      <ul className={styles.examples}>
        {Array.from({ length: seen }, (_, index) => {
          const place = places[index] ?? 0;
          return (
            <li key={place} className={styles.example}>
              <ExampleCard {...props} plan={plan} place={place} />
            </li>
          );
        })}
      </ul>
      {length > seen && (
        <div>
          <Button onPress={() => setShown(shown + PAGE)}>
            {t.moreOf(count(Math.min(PAGE, length - seen)))}
          </Button>
        </div>
      )}
    </section>
  );
}
