import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { npyTarget } from '#domain/npy-file.ts';
import type { TensorStatistics } from '#domain/statistics.ts';
import { Button } from '#ui/Button.tsx';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Histogram } from '#ui/Histogram.tsx';
import { Progress } from '#ui/Progress.tsx';
import { SavingNote } from '#ui/SavingNote.tsx';
import { useStrings } from '#ui/strings.ts';
import { useSaving } from '#ui/use-saving.ts';
import styles from './CheckpointPage.module.css';
import {
  type CheckpointPlace,
  readElements,
  statisticsQuery,
  type TensorPlace,
} from './queries.ts';
import { SharedWith } from './SharedWith.tsx';
import { StatisticsList } from './StatisticsList.tsx';
import { saveStrings } from './save-strings.ts';
import { npyFile } from './saved-file.ts';
import { texts } from './strings.ts';
import { hasStatistics, type TensorRow } from './tensor-rows.ts';
import { ValuesPanel } from './ValuesPanel.tsx';

export interface TensorPanelProps {
  readonly row: TensorRow;
  readonly place: CheckpointPlace;
  readonly onClose: () => void;
  /** Shows another tensor. */
  readonly onChoose: (tensor: string) => void;
}

/** One tensor: what it is, how its values are spread, and each of them. */
export function TensorPanel({ row, place: checkpoint, onClose, onChoose }: TensorPanelProps) {
  const t = useStrings(texts);
  const panel = useRef<HTMLElement>(null);
  const { tensor } = row;
  const place = { ...checkpoint, tensor: tensor.name };
  const isStored = tensor.kind !== 'meta' && tensor.kind !== 'object';
  const statistics = useStatistics(place, hasStatistics(tensor));
  // It stands below the table that it was chosen in.
  useEffect(() => {
    // A block: what it gives, a promise in some browsers, is no way to undo it.
    void panel.current?.scrollIntoView?.({ block: 'nearest' });
  }, []);

  return (
    <section ref={panel} className={styles.tensor} aria-labelledby="tensor-title">
      <header className={styles.tensorHead}>
        <h3 id="tensor-title">{tensor.name}</h3>
        <Facts row={row} />
        {isStored && <SaveNpy row={row} place={checkpoint} />}
        <Button look="quiet" isSquare aria-label={t.close} onPress={onClose}>
          ×
        </Button>
      </header>
      <SharedWith row={row} onChoose={onChoose} />
      {!isStored && <p className={styles.quiet}>{t.meta}</p>}
      {isStored && (
        <div className={styles.tensorBody}>
          <div className={styles.column}>
            {hasStatistics(tensor) ? (
              <Statistics query={statistics} name={tensor.name} />
            ) : (
              <p className={styles.quiet}>{t.noStatistics}</p>
            )}
          </div>
          <ValuesPanel row={row} place={place} statistics={statistics.data} />
        </div>
      )}
    </section>
  );
}

function Facts({ row: { tensor, elements } }: { row: TensorRow }) {
  const t = useStrings(texts);
  const { count, bytes } = useNumberFormats();
  const shape = tensor.shape.length === 0 ? t.scalar : tensor.shape.join(' × ');
  return (
    <span className={styles.quiet}>
      <code>{tensor.dtype}</code> · {shape} · {t.elementCount(count(elements))} ·{' '}
      {bytes(tensor.bytes)} · {t[tensor.role]}
      {tensor.label !== undefined && (
        <>
          {' '}
          · <code>{tensor.label}</code>
        </>
      )}
    </span>
  );
}

function SaveNpy({ row: { tensor }, place }: { row: TensorRow; place: CheckpointPlace }) {
  const t = useStrings(saveStrings);
  const saving = useSaving();
  const target = npyTarget(tensor);
  const note =
    target?.how === 'widened'
      ? t.npyWidened(tensor.dtype, target.dtype)
      : tensor.kind === 'quantized'
        ? t.npyIntegers
        : null;
  return (
    <span className={styles.actions}>
      {note !== null && <span className={styles.quiet}>{note}</span>}
      {target ? (
        <Button
          onPress={() => {
            const file = npyFile(tensor, readElements(place));
            if (file && saving.state.kind !== 'writing') saving.start(file);
          }}
        >
          {t.npy}
        </Button>
      ) : (
        <span className={styles.quiet}>{t.npyNone(tensor.dtype)}</span>
      )}
      <SavingNote saving={saving} />
    </span>
  );
}

type StatisticsState = ReturnType<typeof useStatistics>;

function useStatistics(place: TensorPlace, enabled: boolean) {
  const client = useQueryClient();
  const [progress, setProgress] = useState({ elements: 0, total: 0 });
  const query = statisticsQuery(place, setProgress);
  const { data, error, fetchStatus, refetch } = useQuery({ ...query, enabled });
  return {
    data,
    error,
    isIdle: fetchStatus === 'idle',
    progress,
    start: () => void refetch(),
    cancel: () => void client.cancelQueries({ queryKey: query.queryKey }),
  };
}

function Statistics({ query, name }: { query: StatisticsState; name: string }) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const { data, error, progress, start, cancel } = query;
  if (data) return <Spread statistics={data} name={name} />;
  if (error) return <ErrorNote error={error} onRetry={start} />;
  if (query.isIdle) {
    return (
      <p role="status">
        {t.cancelled} <Button onPress={start}>{t.compute}</Button>
      </p>
    );
  }
  return (
    <Progress
      label={t.computing}
      value={progress.elements}
      total={progress.total || null}
      detail={progress.total > 0 && t.of(count(progress.elements), count(progress.total))}
      onCancel={cancel}
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
