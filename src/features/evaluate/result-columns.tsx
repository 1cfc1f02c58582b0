import { Fragment } from 'react';
import type { Evaluation } from '#domain/evaluation.ts';
import type { ScoreName, Task } from '#domain/scores.ts';
import { Button } from '#ui/Button.tsx';
import type { Column } from '#ui/data-table-columns.ts';
import { type NumberFormats, useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import { PathName } from '#ui/PathName.tsx';
import type { Hrefs } from '#ui/page-props.ts';
import { problemWords } from '#ui/problem-words.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './EvaluatePage.module.css';
import { resultTexts } from './result-strings.ts';
import { differenceWords } from './result-words.ts';
import resultStyles from './results/Results.module.css';
import { ScoreCell } from './results/ScoreCell.tsx';
import { bestOf, isLowerBetter, scoreOf, shownScores } from './results/score-names.ts';
import { detailTexts, scoreTexts } from './results/strings.ts';
import { texts } from './strings.ts';

type ResultTexts = ReturnType<typeof useStrings<(typeof resultTexts)['en']>>;

/** What the cells are drawn with. */
export interface ResultColumnsProps {
  readonly hrefs: Hrefs;
  readonly evaluations: readonly Evaluation[];
  readonly task: Task;
  /** Kept results whose files are others now, by `Evaluation.key`. */
  readonly stale: ReadonlySet<string>;
  readonly onProvenance: (checkpoint: string) => void;
}

/** The columns of the table of scores. */
export function useResultColumns(props: ResultColumnsProps): readonly Column<Evaluation>[] {
  const { hrefs, evaluations, task } = props;
  const t = useStrings(resultTexts);
  const formats = useNumberFormats();
  const titles = useStrings(scoreTexts);
  const shared = sharedFolder(evaluations.map(({ checkpoint }) => checkpoint));
  const name: Column<Evaluation> = {
    id: 'checkpoint',
    title: t.checkpoint,
    width: 180,
    grows: true,
    header: true,
    value: ({ checkpoint }) => checkpoint,
    cell: ({ checkpoint, provenance }) =>
      provenance?.plan.virtual?.[checkpoint] ? (
        <PathName path={checkpoint} />
      ) : (
        <a href={hrefs.checkpoint(checkpoint)} title={checkpoint}>
          <PathName path={checkpoint.slice(shared)} />
        </a>
      ),
  };
  const scores = shownScores(task).map((score) => scoreColumn(score, titles[score], evaluations));
  const more = counts(t, formats, evaluations);
  return [name, ...scores, ...more, trust(t), stateColumn(t, props)];
}

/** How many characters of their folders all paths share; those of one alone say where it is. */
function sharedFolder(paths: readonly string[]): number {
  const files = paths.filter((path) => path.includes('/'));
  const [first = ''] = files;
  if (files.length < 2) return 0;
  let end = first.lastIndexOf('/') + 1;
  while (end > 0 && !files.every((path) => path.startsWith(first.slice(0, end))))
    end = first.lastIndexOf('/', end - 2) + 1;
  return end;
}

function scoreColumn(
  name: ScoreName,
  title: string,
  evaluations: readonly Evaluation[],
): Column<Evaluation> {
  const best = bestOf(evaluations, name);
  return {
    id: name,
    title,
    width: 104,
    numeric: true,
    descendingFirst: !isLowerBetter(name),
    value: (evaluation) => scoreOf(evaluation, name),
    cell: (evaluation) => (
      <ScoreCell name={name} evaluation={evaluation} isBest={scoreOf(evaluation, name) === best} />
    ),
  };
}

function counts(
  t: ResultTexts,
  { count }: NumberFormats,
  evaluations: readonly Evaluation[],
): readonly Column<Evaluation>[] {
  const hasNonfinite = evaluations.some(({ nonfinite }) => nonfinite > 0);
  const nonfinite: Column<Evaluation> = {
    id: 'nonfinite',
    title: t.nonfinite,
    width: 88,
    numeric: true,
    descendingFirst: true,
    value: (evaluation) => evaluation.nonfinite,
    cell: (evaluation) =>
      evaluation.seen === 0 ? (
        <Nothing />
      ) : (
        <span className={evaluation.nonfinite > 0 ? styles.danger : undefined}>
          {count(evaluation.nonfinite)}
        </span>
      ),
  };
  return [
    {
      id: 'examples',
      title: t.exampleCount,
      width: 92,
      numeric: true,
      value: ({ seen }) => seen,
      cell: (evaluation) => <Examples evaluation={evaluation} />,
    },
    ...(hasNonfinite ? [nonfinite] : []),
  ];
}

function trust(t: ResultTexts): Column<Evaluation> {
  return {
    id: 'backend',
    title: t.usedBackend,
    width: 190,
    value: ({ backend }) => backend,
    cell: (evaluation) => <Computed evaluation={evaluation} />,
  };
}

/** On what it was computed, and how far another backend agrees. */
function Computed({ evaluation: { backend, seen, parity, state } }: { evaluation: Evaluation }) {
  const t = useStrings(resultTexts);
  const names = useStrings(texts);
  const { count } = useNumberFormats();
  if (seen === 0) return <Nothing />;
  if (!parity) {
    return (
      <>
        {names[backend]}
        {state === 'done' && <div className={styles.reason}>{t.noParity}</div>}
      </>
    );
  }
  const { difference, examples } = parity;
  return (
    <>
      {names[backend]}
      <div className={styles.reason} title={String(difference)}>
        <Unbroken
          text={t.agrees(names[parity.backend], differenceWords(difference), count(examples))}
        />
      </div>
    </>
  );
}

function Examples({ evaluation }: { evaluation: Evaluation }) {
  const { accuracy, seen, total, scores } = evaluation;
  // Tokens and values are right or wrong one by one, not by the example.
  const hasCorrect = scores?.task !== 'regression' && scores?.task !== 'next-token';
  const t = useStrings(resultTexts);
  const { count } = useNumberFormats();
  if (total === 0) return <Nothing />;
  return (
    <>
      {seen === total ? count(seen) : `${count(seen)} / ${count(total)}`}
      {accuracy !== null && hasCorrect && (
        <div className={styles.reason}>{t.correct(count(Math.round(accuracy * seen)))}</div>
      )}
    </>
  );
}

function stateColumn(t: ResultTexts, props: ResultColumnsProps): Column<Evaluation> {
  return {
    id: 'state',
    title: t.state,
    width: 120,
    grows: true,
    value: ({ state }) => state,
    cell: (evaluation) => (
      <State
        evaluation={evaluation}
        isStale={props.stale.has(evaluation.key ?? '')}
        onProvenance={() => props.onProvenance(evaluation.checkpoint)}
      />
    ),
  };
}

interface StateProps {
  readonly evaluation: Evaluation;
  readonly isStale: boolean;
  readonly onProvenance: () => void;
}

function State({ evaluation, isStale, onProvenance }: StateProps) {
  const t = useStrings(resultTexts);
  const d = useStrings(detailTexts);
  const language = useLanguage();
  const { count, date } = useNumberFormats();
  const { state, defect, seen, total, provenance, isKept = false, checkpoint } = evaluation;
  if (state === 'failed') {
    return (
      <span className={styles.danger}>
        {t.failed}
        {defect && (
          <div className={styles.reason}>{problemWords(defect.problem, language).what}</div>
        )}
        {defect && <div className={styles.reason}>{t.seeBelow}</div>}
      </span>
    );
  }
  const isCut = state === 'cancelled' && seen > 0;
  return (
    <>
      {isCut ? t.cancelledAt(count(seen), count(total)) : t[state]}
      {isKept && provenance && (
        <div className={styles.reason}>{d.isKept(date(provenance.date))}</div>
      )}
      {isStale && <div className={styles.caution}>{d.isStale}</div>}
      {provenance && (
        <div className={resultStyles.under}>
          <Button look="quiet" aria-label={`${d.provenance}: ${checkpoint}`} onPress={onProvenance}>
            {d.provenance}…
          </Button>
        </div>
      )}
    </>
  );
}

/** Breaks between words alone: `2e-7` stays in one piece. */
function Unbroken({ text }: { text: string }) {
  return text.split(' ').map((word, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a word is its place
    <Fragment key={index}>
      {index > 0 && ' '}
      <span className={styles.word}>{word}</span>
    </Fragment>
  ));
}

function Nothing() {
  return <span className={styles.quiet}>–</span>;
}
