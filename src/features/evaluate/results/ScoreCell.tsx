import type { Evaluation } from '#domain/evaluation.ts';
import type { Estimate, ScoreName } from '#domain/scores.ts';
import { useLanguage } from '#ui/language.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './Results.module.css';
import { scoreOf, scoreText, shortScore } from './score-names.ts';
import { detailTexts } from './strings.ts';

export interface ScoreCellProps {
  readonly name: ScoreName;
  readonly evaluation: Evaluation;
  readonly isBest: boolean;
}

/** A score with its interval under it. */
export function ScoreCell({ name, evaluation, isBest }: ScoreCellProps) {
  const t = useStrings(detailTexts);
  const language = useLanguage();
  const value = scoreOf(evaluation, name);
  if (value === null) return <span className={styles.quiet}>–</span>;
  const text = scoreText(name, value, language);
  return (
    <>
      {isBest ? (
        <strong className={styles.best} title={t.best}>
          {text}
        </strong>
      ) : (
        <span title={String(value)}>{text}</span>
      )}
      <Interval name={name} estimate={evaluation.scores?.metrics[name]} />
    </>
  );
}

export interface IntervalProps {
  readonly name: ScoreName;
  readonly estimate: Estimate | undefined;
}

export function Interval({ name, estimate }: IntervalProps) {
  const t = useStrings(detailTexts);
  const language = useLanguage();
  if (!estimate || estimate.low === null || estimate.high === null) return null;
  const [low, high] = [estimate.low, estimate.high].map((end) => shortScore(name, end, language));
  // A dash before a minus would be read as one.
  const words = estimate.low < 0 ? t.between : t.interval;
  return <div className={styles.interval}>{words((low ?? '').replace(' %', ''), high ?? '')}</div>;
}
