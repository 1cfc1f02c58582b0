import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo } from 'react';
import type { Evaluation } from '#domain/evaluation.ts';
import type { LeftOut } from '#domain/scores.ts';
import { datasetQuery } from '#features/evaluate/queries.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { type TabContent, Tabs } from '#ui/Tabs.tsx';
import { visibleText } from '#ui/visible-text.ts';
import { Calibration } from './Calibration.tsx';
import { ClassTable } from './ClassTable.tsx';
import { Compare } from './Compare.tsx';
import { ConfusionPart } from './ConfusionPart.tsx';
import type { DetailProps, OneProps } from './detail-props.ts';
import { ExamplesPart } from './ExamplesPart.tsx';
import { MetricCurve } from './MetricCurve.tsx';
import styles from './Results.module.css';
import { ScoresTable } from './ScoresTable.tsx';
import { SlicesTable } from './SlicesTable.tsx';
import { ranked, shownScores } from './score-names.ts';
import { detailTexts } from './strings.ts';
import { TokensPart } from './TokensPart.tsx';
import { ValuesPart } from './ValuesPart.tsx';

/** Everything behind the table of scores; parts that have nothing to show are not there. */
export function ResultDetails(props: DetailProps) {
  const { run, view, onView } = props;
  const t = useStrings(detailTexts);
  const complete = run.evaluations.filter(({ scores }) => scores !== undefined);
  const task = complete[0]?.scores?.task ?? 'multi-class';
  const best = ranked(complete, shownScores(task)[0] ?? 'accuracy');
  const evaluation = complete.find(({ checkpoint }) => checkpoint === view.of) ?? best[0];
  const className = useClassName(props);
  if (!evaluation?.scores) return null;
  const one: OneProps = { ...props, evaluation, scores: evaluation.scores, className };
  const of = (content: ReactNode) => (
    <div className={styles.part}>
      {complete.length > 1 && <Chosen evaluation={evaluation} all={best} onView={onView} />}
      {content}
    </div>
  );
  return (
    <Tabs
      label={t.parts}
      value={view.part}
      onChange={(part) => onView({ part }, { replace: true })}
      tabs={partsOf(one, of, t, complete.length)}
    />
  );
}

/** In the order in which they are looked at. */
function partsOf(
  one: OneProps,
  of: (content: ReactNode) => ReactNode,
  t: (typeof detailTexts)['en'],
  complete: number,
): readonly TabContent[] {
  const { scores, evaluation } = one;
  const { task } = scores;
  const isOfClasses = task === 'multi-class' || task === 'binary';
  const hasExamples = evaluation.key !== undefined;
  const parts: readonly (readonly [keyof typeof t & string, boolean, () => ReactNode])[] = [
    ['curve', complete > 1, () => <MetricCurve {...one} />],
    ['compare', complete > 1, () => <Compare {...one} />],
    ['scores', true, () => <Scored {...one} />],
    ['confusion', isOfClasses, () => of(<ConfusionPart {...one} />)],
    ['classes', scores.classes.length > 0, () => of(<ClassTable {...one} />)],
    ['calibration', scores.reliability.length > 0, () => of(<Calibration {...one} />)],
    ['values', task === 'regression', () => of(<ValuesPart {...one} />)],
    ['slices', scores.slices.length > 0, () => of(<SlicesTable {...one} />)],
    ['tokens', task === 'next-token' && hasExamples, () => of(<TokensPart {...one} />)],
    ['examples', true, () => of(<ExamplesPart {...one} />)],
  ];
  return parts.flatMap(([id, isThere, content]) =>
    isThere ? [{ id, label: t[id] as string, content: content() }] : [],
  );
}

interface ChosenProps extends Pick<DetailProps, 'onView'> {
  readonly evaluation: Evaluation;
  readonly all: readonly Evaluation[];
}

function Chosen({ evaluation, all, onView }: ChosenProps) {
  const t = useStrings(detailTexts);
  return (
    <div className={styles.tools}>
      <Select
        label={t.of}
        value={evaluation.checkpoint}
        options={all.map(({ checkpoint }) => ({ id: checkpoint, label: checkpoint }))}
        onChange={(of) => onView({ of }, { replace: true })}
      />
    </div>
  );
}

function Scored(props: OneProps) {
  const t = useStrings(detailTexts);
  const { count } = useNumberFormats();
  const { bootstrap, leftOut } = props.scores;
  return (
    <div className={styles.part}>
      <ScoresTable {...props} />
      <p className={styles.note}>
        {bootstrap.resamples > 0
          ? t.intervalsWhy(count(bootstrap.resamples), String(bootstrap.seed))
          : t.noIntervals}
      </p>
      {leftOut.map((one) => (
        <p key={JSON.stringify(one)} className={styles.note}>
          {leftOutWords(one, t, count)}
        </p>
      ))}
    </div>
  );
}

function leftOutWords(
  one: LeftOut,
  t: (typeof detailTexts)['en'],
  count: (value: number) => string,
): string {
  switch (one.code) {
    case 'areas':
      return t['left-areas'](count(one.values), count(one.limit));
    case 'area-intervals':
      return t['left-area-intervals'](count(one.values));
    case 'classes':
      return t['left-classes'](count(one.count), count(one.limit));
    case 'slices':
      return t['left-slices'](one.column, count(one.count), count(one.limit));
  }
}

/** The words of the label column, by the class that each of them stands for. */
function useClassName({ run, directory }: DetailProps): (index: number) => string {
  const { dataset: path, label, classes } = run.plan;
  const dataset = useQuery(datasetQuery(directory.key, path)).data;
  const words = useMemo(() => {
    const found = dataset?.columns.find(({ name }) => name === label)?.classes ?? [];
    return new Map(found.map((word, index) => [classes?.[index] ?? index, visibleText(word)]));
  }, [dataset, label, classes]);
  return useCallback((index) => words.get(index) ?? String(index), [words]);
}
