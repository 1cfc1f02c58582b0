import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TensorStatistics } from '#domain/statistics.ts';
import { Button } from '#ui/Button.tsx';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Histogram } from '#ui/Histogram.tsx';
import { Loading } from '#ui/Loading.tsx';
import { Progress } from '#ui/Progress.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './CheckpointPage.module.css';
import { elementWords } from './element-words.ts';
import { firstElementsQuery, statisticsQuery, type TensorPlace } from './queries.ts';
import { StatisticsList } from './StatisticsList.tsx';
import { texts } from './strings.ts';
import { hasStatistics, type TensorRow } from './tensor-rows.ts';

export interface TensorPanelProps {
  readonly row: TensorRow;
  readonly directory: string;
  readonly checkpoint: string;
  readonly onClose: () => void;
}

/** The values of one tensor: how they are spread, and the first of them. */
export function TensorPanel({ row, directory, checkpoint, onClose }: TensorPanelProps) {
  const t = useStrings(texts);
  const { tensor } = row;
  const place = { directory, checkpoint, tensor: tensor.name };
  const isStored = tensor.kind !== 'meta' && tensor.kind !== 'object';
  return (
    <aside className={styles.tensor} aria-labelledby="tensor-title">
      <header className={styles.tensorHead}>
        <h3 id="tensor-title">{tensor.name}</h3>
        <Button look="quiet" isSquare aria-label={t.close} onPress={onClose}>
          ×
        </Button>
      </header>
      {hasStatistics(tensor) ? (
        <Statistics place={place} />
      ) : (
        <p className={styles.quiet}>{isStored ? t.noStatistics : t.meta}</p>
      )}
      {isStored && row.elements > 0 && <FirstValues row={row} place={place} />}
    </aside>
  );
}

function Statistics({ place }: { place: TensorPlace }) {
  const t = useStrings(texts);
  const client = useQueryClient();
  const { count } = useNumberFormats();
  const [progress, setProgress] = useState({ elements: 0, total: 0 });
  const query = statisticsQuery(place, setProgress);
  const { data, error, fetchStatus, refetch } = useQuery(query);
  if (data) return <Spread statistics={data} name={place.tensor} />;
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (fetchStatus === 'idle') {
    return (
      <p role="status">
        {t.cancelled} <Button onPress={() => void refetch()}>{t.compute}</Button>
      </p>
    );
  }
  return (
    <Progress
      label={t.computing}
      value={progress.elements}
      total={progress.total || null}
      detail={progress.total > 0 && t.of(count(progress.elements), count(progress.total))}
      onCancel={() => void client.cancelQueries({ queryKey: query.queryKey })}
    />
  );
}

function Spread({ statistics, name }: { statistics: TensorStatistics; name: string }) {
  const t = useStrings(texts);
  return (
    <>
      <StatisticsList statistics={statistics} />
      {statistics.histogram ? (
        <Histogram title={t.histogram(name)} histogram={statistics.histogram} />
      ) : (
        <p className={styles.quiet}>{t.noHistogram}</p>
      )}
    </>
  );
}

/** As many as fit beside the table. */
const FIRST = 64;

function FirstValues({ row, place }: { row: TensorRow; place: TensorPlace }) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const shown = Math.min(FIRST, row.elements);
  const { data, error, refetch } = useQuery(firstElementsQuery(place, shown));
  return (
    <section>
      <h4 className={styles.caption}>{t.first(count(shown), count(row.elements))}</h4>
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {!error && !data && <Loading label={t.values} />}
      {data && (
        <ol className={styles.values} start={0}>
          {elementWords(data, row.tensor.dtype, shown).map((value, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an element is its place
            <li key={index}>
              <code>{value}</code>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
