import { useQuery } from '@tanstack/react-query';
import type { Run } from '#domain/run.ts';
import { isUsable } from '#domain/verdict.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { RunSwatch } from '#ui/RunSwatch.tsx';
import type { RunMark } from '#ui/run-marks.ts';
import { useStrings } from '#ui/strings.ts';
import type { RunDetails } from '#workers/api.ts';
import { mainMetric } from './main-metric.ts';
import { runQuery } from './queries.ts';
import { Row, type RowProps } from './Row.tsx';
import styles from './RunList.module.css';
import { Sparkline } from './Sparkline.tsx';
import { texts } from './strings.ts';

export interface RunRowProps extends RowProps {
  readonly run: Run;
  readonly directory: string;
  readonly mark: RunMark;
}

/** A run: how it is drawn, its name, what became of it, the course of its main metric. */
export function RunRow({ run, directory, mark, ...props }: RunRowProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const { data: details, isError } = useQuery(runQuery(directory, run));
  const metric = details && mainMetric(details.metrics);
  return (
    <Row {...props}>
      <RunSwatch mark={mark} />
      <span className={styles.words}>
        <span className={styles.name}>{props.row.label}</span>
        <span className={styles.quiet}>
          {isError ? t.failed : details ? <State details={details} /> : t.reading}
          {' · '}
          {t.checkpoints(count(run.checkpoints.length), run.checkpoints.length === 1)}
        </span>
      </span>
      {metric && <Sparkline name={metric.tag} values={metric.spark} colour={mark.colour} />}
    </Row>
  );
}

function State({ details }: { readonly details: RunDetails }) {
  const t = useStrings(texts);
  const { step } = useNumberFormats();
  const { state, checkpoints, defects, done } = details;
  const isIncomplete = checkpoints.some(
    ({ judgement }) => !isUsable(judgement) && judgement.verdict !== 'unread',
  );
  return (
    <>
      {state.kind === 'diverged' && (
        <span className={styles.bad}>
          {state.step === null ? t.divergedSomewhere : t.diverged(step(state.step))}
        </span>
      )}
      {state.kind === 'empty' && (done ? t.noValues : t.reading)}
      {state.kind === 'finished' && (done ? t.finished : t.reading)}
      {isIncomplete && <span className={styles.bad}> · {t.incomplete}</span>}
      {defects.length > 0 && <span className={styles.bad}> · {t.defects(defects.length)}</span>}
    </>
  );
}
