import { Fragment } from 'react';
import type { Evaluation } from '#domain/evaluation.ts';
import type { Column } from '#ui/data-table-columns.ts';
import { type NumberFormats, useNumberFormats } from '#ui/format-number.ts';
import { type Language, useLanguage } from '#ui/language.ts';
import { PathName } from '#ui/PathName.tsx';
import type { Hrefs } from '#ui/page-props.ts';
import { problemWords } from '#ui/problem-words.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './EvaluatePage.module.css';
import { resultTexts } from './result-strings.ts';
import { differenceWords, lossWords } from './result-words.ts';
import { texts } from './strings.ts';

type ResultTexts = ReturnType<typeof useStrings<(typeof resultTexts)['en']>>;

/** The columns of the table of scores. */
export function useResultColumns(hrefs: Hrefs): readonly Column<Evaluation>[] {
  const t = useStrings(resultTexts);
  const formats = useNumberFormats();
  const language = useLanguage();
  const name: Column<Evaluation> = {
    id: 'checkpoint',
    title: t.checkpoint,
    width: 200,
    grows: true,
    header: true,
    value: ({ checkpoint }) => checkpoint,
    cell: ({ checkpoint }) => (
      <a href={hrefs.checkpoint(checkpoint)}>
        <PathName path={checkpoint} />
      </a>
    ),
  };
  return [name, ...scores(t, formats, language), ...trust(t, formats), stateColumn(t)];
}

function scores(
  t: ResultTexts,
  { percent, count }: NumberFormats,
  language: Language,
): readonly Column<Evaluation>[] {
  return [
    {
      id: 'accuracy',
      title: t.accuracy,
      width: 92,
      numeric: true,
      descendingFirst: true,
      value: ({ accuracy }) => accuracy,
      cell: ({ accuracy }) => (accuracy === null ? <Nothing /> : percent(accuracy)),
    },
    {
      id: 'loss',
      title: t.loss,
      width: 100,
      numeric: true,
      value: ({ loss }) => loss,
      cell: ({ loss }) =>
        loss === null ? (
          <Nothing />
        ) : (
          <span title={`${String(loss)} · ${t.lossUnit}`}>{lossWords(loss, language)}</span>
        ),
    },
    {
      id: 'examples',
      title: t.exampleCount,
      width: 92,
      numeric: true,
      value: ({ seen }) => seen,
      cell: (evaluation) => <Examples evaluation={evaluation} />,
    },
    {
      id: 'nonfinite',
      title: t.nonfinite,
      width: 88,
      numeric: true,
      descendingFirst: true,
      value: ({ nonfinite }) => nonfinite,
      cell: ({ nonfinite, seen }) =>
        seen === 0 ? (
          <Nothing />
        ) : (
          <span className={nonfinite > 0 ? styles.danger : undefined}>{count(nonfinite)}</span>
        ),
    },
  ];
}

function trust(t: ResultTexts, { count }: NumberFormats): readonly Column<Evaluation>[] {
  return [
    {
      id: 'backend',
      title: t.usedBackend,
      width: 108,
      value: ({ backend }) => backend,
      cell: (evaluation) => <UsedBackend evaluation={evaluation} />,
    },
    {
      id: 'parity',
      title: t.parity,
      width: 200,
      value: ({ parity }) => parity?.difference ?? null,
      cell: ({ parity, state }) => {
        if (!parity) return state === 'done' ? t.noParity : <Nothing />;
        const { backend, difference, examples } = parity;
        return (
          <span title={String(difference)}>
            <Unbroken text={t.agrees(backend, differenceWords(difference), count(examples))} />
          </span>
        );
      },
    },
  ];
}

function Examples({ evaluation: { accuracy, seen, total } }: { evaluation: Evaluation }) {
  const t = useStrings(resultTexts);
  const { count } = useNumberFormats();
  if (total === 0) return <Nothing />;
  return (
    <>
      {seen === total ? count(seen) : `${count(seen)} / ${count(total)}`}
      {accuracy !== null && (
        <div className={styles.reason}>{t.correct(count(Math.round(accuracy * seen)))}</div>
      )}
    </>
  );
}

function UsedBackend({ evaluation: { backend, seen } }: { evaluation: Evaluation }) {
  const t = useStrings(texts);
  return seen === 0 ? <Nothing /> : t[backend];
}

function stateColumn(t: ResultTexts): Column<Evaluation> {
  return {
    id: 'state',
    title: t.state,
    width: 160,
    grows: true,
    value: ({ state }) => state,
    cell: (evaluation) => <State evaluation={evaluation} />,
  };
}

function State({ evaluation }: { evaluation: Evaluation }) {
  const t = useStrings(resultTexts);
  const language = useLanguage();
  const { count } = useNumberFormats();
  const { state, defect, seen, total } = evaluation;
  if (state === 'cancelled')
    return seen > 0 ? t.cancelledAt(count(seen), count(total)) : t.cancelled;
  if (state !== 'failed') return t[state];
  return (
    <span className={styles.danger}>
      {t.failed}
      {defect && <div className={styles.reason}>{problemWords(defect.problem, language).what}</div>}
      {defect && <div className={styles.reason}>{t.seeBelow}</div>}
    </span>
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
