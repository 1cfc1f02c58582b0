import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Evaluation } from '#domain/evaluation.ts';
import type { Predictions } from '#domain/scores.ts';
import { predictionsQuery } from '#features/evaluate/queries.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { Loading } from '#ui/Loading.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './Results.module.css';
import { detailTexts } from './strings.ts';

export interface WithPredictionsProps {
  readonly of: Pick<Evaluation, 'key'>;
  readonly children: (predictions: Predictions) => ReactNode;
}

/** What is made of the predictions of an evaluation, once they are there. */
export function WithPredictions({ of: { key }, children }: WithPredictionsProps) {
  const t = useStrings(detailTexts);
  const query = useQuery({ ...predictionsQuery(key ?? ''), enabled: key !== undefined });
  if (query.data) return children(query.data);
  if (key === undefined) return <p className={styles.quiet}>{t.noKey}</p>;
  if (query.error) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Loading label={t.readingPredictions} />;
  return <p className={styles.quiet}>{t.notKept}</p>;
}
