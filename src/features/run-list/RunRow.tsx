import { useQuery } from '@tanstack/react-query';
import { mainMetric } from '#domain/metric-kind.ts';
import type { Run } from '#domain/run.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import { RunSwatch } from '#ui/RunSwatch.tsx';
import type { RunMark } from '#ui/run-marks.ts';
import { remarkWords, runStateWords } from '#ui/run-state-words.ts';
import { useStrings } from '#ui/strings.ts';
import type { RunDetails } from '#workers/api.ts';
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
  const { data: details, isError } = useQuery(runQuery(directory, run));
  const main = mainMetric(details?.metrics.map(({ tag }) => tag) ?? []);
  const metric = details?.metrics.find(({ tag }) => tag === main);
  return (
    <Row {...props}>
      <span
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          props.onColour();
        }}
      >
        <RunSwatch mark={mark} />
      </span>
      <span className={styles.words}>
        <span className={styles.name}>{details?.facts.name ?? props.row.label}</span>
        <span className={styles.second}>
          <span className={styles.quiet}>
            {isError ? t.failed : details ? <Outcome details={details} /> : t.reading}
            <CheckpointCount checkpoints={run.checkpoints.length} />
          </span>
          {metric && <Sparkline name={metric.tag} values={metric.spark} colour={mark.colour} />}
        </span>
      </span>
    </Row>
  );
}

/** With the sign that marks checkpoints on the curves. */
function CheckpointCount({ checkpoints }: { readonly checkpoints: number }) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  return (
    <span title={t.checkpoints(count(checkpoints), checkpoints === 1)}>
      {' · '}
      <span aria-hidden="true">◇ </span>
      {count(checkpoints)}
      <span className={styles.forScreenReaders}>{t.checkpointsWord}</span>
    </span>
  );
}

/** What is wrong comes first: the end of a long line is not seen. */
function Outcome({ details }: { readonly details: RunDetails }) {
  const isLost = details.state.kind === 'diverged' || details.state.kind === 'failed';
  const troubles = useTroubles(details);
  return (
    <>
      {isLost && <State details={details} />}
      {troubles.map((trouble, index) => (
        <span key={trouble} className={styles.bad}>
          {(isLost || index > 0) && ' · '}
          {trouble}
        </span>
      ))}
      {!isLost && troubles.length > 0 && ' · '}
      {!isLost && <State details={details} />}
    </>
  );
}

/** The rules by which it was told are in the title. */
function State({ details: { state, done } }: { readonly details: RunDetails }) {
  const t = useStrings(texts);
  const language = useLanguage();
  const isBad = state.kind === 'diverged' || state.kind === 'failed';
  if (!done && !isBad) return t.reading;
  const { words, rule } = runStateWords(state, language);
  const remarks = state.remarks.map((remark) => remarkWords(remark, language));
  const [quiet] = remarks.filter((_, i) => state.remarks[i]?.kind !== 'restarted');
  const rules = remarks.map((remark) => [remark.words, remark.rule].filter(Boolean).join('\n'));
  return (
    <span title={[rule, ...rules].filter(Boolean).join('\n') || undefined}>
      <span className={isBad ? styles.bad : undefined}>{words}</span>
      {!isBad && quiet && ` · ${quiet.words}`}
    </span>
  );
}

function useTroubles({ checkpoints, defects }: RunDetails): readonly string[] {
  const t = useStrings(texts);
  const isIncomplete = checkpoints.some(({ judgement }) => judgement.verdict === 'incomplete');
  return [
    ...(isIncomplete ? [t.incomplete] : []),
    ...(defects.length > 0 ? [t.defects(defects.length)] : []),
  ];
}
