import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { compare, type Outcome, type Paired, pair, placesOf } from '#domain/metrics/compare.ts';
import {
  type Comparison,
  type Estimate,
  type Predictions,
  SCORE_NAMES,
  type ScoreName,
} from '#domain/scores.ts';
import { DataTable } from '#ui/DataTable.tsx';
import type { Column } from '#ui/data-table-columns.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { comparisonSides, differenceText } from './comparison.ts';
import type { OneProps } from './detail-props.ts';
import { ExampleList } from './ExampleList.tsx';
import styles from './Results.module.css';
import { isLowerBetter } from './score-names.ts';
import { detailTexts, scoreTexts } from './strings.ts';
import { WithPredictions } from './WithPredictions.tsx';

/** Two checkpoints over the same examples: what the second fixed, and what it broke. */
export function Compare(props: OneProps) {
  const { run, view, onView } = props;
  const t = useStrings(detailTexts);
  const complete = run.evaluations.filter(({ key, scores }) => key !== undefined && scores);
  const [first, second] = comparisonSides(complete, view);
  if (!first || !second) return <p className={styles.quiet}>{t.chooseTwo}</p>;
  const options = complete.map(({ checkpoint }) => ({ id: checkpoint, label: checkpoint }));
  return (
    <div className={styles.part}>
      <div className={styles.tools}>
        <Select
          label={t.first}
          value={first.checkpoint}
          options={options.filter(({ id }) => id !== second.checkpoint)}
          onChange={(against) => onView({ against, of: second.checkpoint }, { replace: true })}
        />
        <Select
          label={t.second}
          value={second.checkpoint}
          options={options.filter(({ id }) => id !== first.checkpoint)}
          onChange={(of) => onView({ of, against: first.checkpoint }, { replace: true })}
        />
      </div>
      <WithPredictions of={first}>
        {(before) => (
          <WithPredictions of={second}>
            {(after) => (
              <Both {...props} keys={`${first.key} ${second.key}`} before={before} after={after} />
            )}
          </WithPredictions>
        )}
      </WithPredictions>
    </div>
  );
}

interface BothProps extends OneProps {
  readonly keys: string;
  readonly before: Predictions;
  readonly after: Predictions;
}

const OUTCOMES: readonly Outcome[] = ['fixed', 'broken', 'both-wrong', 'both-right'];

function Both(props: BothProps) {
  const { keys, before, after, view, onView, scores, run } = props;
  const t = useStrings(detailTexts);
  const paired = useMemo(() => pair(before, after), [before, after]);
  const classes = Math.max(2, scores.classes.length);
  const { positive } = run.plan;
  // Resampling takes a second on large data: it is done once, and not while the page is drawn.
  const comparison = useQuery({
    queryKey: ['comparison', keys, classes, positive],
    queryFn: async () => compare(paired, classes, positive),
    structuralSharing: false,
  }).data;
  const chosen = OUTCOMES.find((outcome) => outcome === view.list) ?? null;
  if (paired.first.examples.length === 0) return <p className={styles.caution}>{t.sameData}</p>;
  if (!comparison) return <Loading label={t.comparing} />;
  return (
    <>
      {scores.task !== 'regression' && (
        <Outcomes
          comparison={comparison}
          chosen={chosen}
          onChoose={(list) => onView({ list }, { replace: true })}
        />
      )}
      <Test comparison={comparison} />
      {chosen && <Listed {...props} paired={paired} outcome={chosen} />}
      <Differences comparison={comparison} />
    </>
  );
}

interface OutcomesProps {
  readonly comparison: Comparison;
  readonly chosen: Outcome | null;
  readonly onChoose: (outcome: Outcome | null) => void;
}

function Outcomes({ comparison, chosen, onChoose }: OutcomesProps) {
  const t = useStrings(detailTexts);
  const { count } = useNumberFormats();
  const counts: Readonly<Record<Outcome, number>> = {
    fixed: comparison.fixed,
    broken: comparison.broken,
    'both-wrong': comparison.bothWrong,
    'both-right': comparison.bothRight,
  };
  return (
    <>
      <p className={styles.note}>{t.onBoth(count(comparison.examples))}</p>
      <div className={styles.outcomes}>
        {OUTCOMES.map((outcome) => (
          <button
            key={outcome}
            type="button"
            className={styles.outcome}
            aria-pressed={outcome === chosen}
            onClick={() => onChoose(outcome === chosen ? null : outcome)}
          >
            <span>{t[outcome]}</span>
            <b>{count(counts[outcome])}</b>
            <span className={styles.note}>{t[`${outcome}_why`]}</span>
          </button>
        ))}
      </div>
    </>
  );
}

/** The usual border between chance and more than that. */
const SIGNIFICANT = 0.05;

function Test({ comparison: { mcnemar, fixed, broken } }: { readonly comparison: Comparison }) {
  const t = useStrings(detailTexts);
  const { metric } = useNumberFormats();
  if (!mcnemar) return fixed + broken === 0 ? <p className={styles.quiet}>{t.noTest}</p> : null;
  const { p, isExact } = mcnemar;
  return (
    <p>
      {t.mcnemar(metric(Number(p.toPrecision(3))), isExact ? t.exact : t.chi)}{' '}
      <span className={styles.quiet}>{p < SIGNIFICANT ? t.significant : t.notSignificant}</span>
    </p>
  );
}

interface Change extends Estimate {
  readonly name: ScoreName;
}

function Differences({ comparison: { differences } }: { readonly comparison: Comparison }) {
  const t = useStrings(detailTexts);
  const titles = useStrings(scoreTexts);
  const rows = useMemo(
    () =>
      SCORE_NAMES.flatMap((name): Change[] => {
        const estimate = differences[name];
        return estimate ? [{ name, ...estimate }] : [];
      }),
    [differences],
  );
  const columns: readonly Column<Change>[] = [
    { id: 'score', title: t.score, width: 160, header: true, cell: ({ name }) => titles[name] },
    {
      id: 'change',
      title: t.change,
      width: 120,
      numeric: true,
      cell: ({ value }) => differenceText(value),
    },
    {
      id: 'interval',
      title: '95 %',
      width: 190,
      numeric: true,
      cell: ({ low, high }) =>
        low === null || high === null ? '–' : t.between(differenceText(low), differenceText(high)),
    },
    {
      id: 'means',
      title: t.meaning,
      width: 140,
      grows: true,
      cell: (change) => <Meaning change={change} />,
    },
  ];
  return (
    <>
      <p className={styles.note}>{t.changeWhy}</p>
      <div className={styles.table}>
        <DataTable name={t.change} columns={columns} rows={rows} rowId={({ name }) => name} />
      </div>
    </>
  );
}

function Meaning({ change: { name, low, high } }: { readonly change: Change }) {
  const t = useStrings(detailTexts);
  if (low === null || high === null) return null;
  if (low <= 0 && high >= 0) return <span className={styles.quiet}>{t.unclear}</span>;
  const isBetter = isLowerBetter(name) ? high < 0 : low > 0;
  return (
    <span className={isBetter ? styles.right : styles.wrong}>{isBetter ? t.better : t.worse}</span>
  );
}

interface ListedProps extends BothProps {
  readonly paired: Paired;
  readonly outcome: Outcome;
}

function Listed({ paired, outcome, ...props }: ListedProps) {
  const t = useStrings(detailTexts);
  const places = useMemo(() => placesOf(paired, outcome), [paired, outcome]);
  return (
    <ExampleList
      key={outcome}
      {...props}
      title={t[outcome]}
      predictions={paired.second}
      before={paired.first}
      places={places}
    />
  );
}
