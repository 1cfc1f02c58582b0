import { lazy, Suspense, useMemo, useState } from 'react';
import { EmptyState } from '#ui/EmptyState.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { ProblemNote } from '#ui/ProblemNote.tsx';
import { Progress } from '#ui/Progress.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { useStrings } from '#ui/strings.ts';
import type { RunDetails } from '#workers/api.ts';
import styles from './Charts.module.css';
import { ChartsToolbar } from './ChartsToolbar.tsx';
import type { ChartSetting } from './chart-setting.ts';
import { createCursor } from './cursor.ts';
import { MetricGroupSection } from './MetricGroupSection.tsx';
import { availableAxes, findMetrics, metricGroups } from './metric-groups.ts';
import { runNames } from './run-names.ts';
import { texts } from './strings.ts';
import type { ChartsView } from './view.ts';

const EnlargedChart = lazy(async () => ({
  default: (await import('./EnlargedChart.tsx')).EnlargedChart,
}));

/** A card per metric of the selected runs, all over the same axis. */
export function ChartsPage(props: PageProps<ChartsView>) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const { runs, view, onView, scan } = props;
  const { details, waiting, problems } = props.read;
  const setting = useSetting(props, details);
  const groups = useMemo(() => metricGroups(details), [details]);
  const found = useMemo(() => findMetrics(groups, view.find), [groups, view.find]);
  const axes = useMemo(() => availableAxes(details), [details]);
  const metrics = groups.flatMap((group) => group.metrics);
  const big = metrics.find(({ tag }) => tag === view.big);

  if (scan.runs.length === 0) return null;
  if (runs.length === 0) {
    return (
      <EmptyState title={t.noRuns}>
        <p>{t.noRunsWhy}</p>
      </EmptyState>
    );
  }
  return (
    <div className={styles.page}>
      <ChartsToolbar view={view} onView={onView} axes={axes} />
      {waiting > 0 && (
        <Progress
          label={t.readingLogs}
          value={runs.length - waiting}
          total={runs.length}
          detail={t.ofRuns(count(runs.length - waiting), count(runs.length))}
        />
      )}
      {problems.map((problem) => (
        <ProblemNote key={problem.place.path} defect={problem} />
      ))}
      {waiting === 0 && metrics.length === 0 && (
        <EmptyState title={t.noMetrics}>
          <p>{t.noMetricsWhy}</p>
        </EmptyState>
      )}
      {metrics.length > 0 && found.length === 0 && <EmptyState title={t.noMatch} />}
      {found.map((group) => (
        <MetricGroupSection key={group.prefix} group={group} setting={setting} />
      ))}
      {big && (
        <Suspense>
          <EnlargedChart metric={big} setting={setting} />
        </Suspense>
      )}
    </div>
  );
}

function useSetting(
  { scan, directory, view, onView, hrefs, marks, kindOf }: PageProps<ChartsView>,
  details: readonly RunDetails[],
): ChartSetting {
  const [cursor] = useState(createCursor);
  const paths = useMemo(() => scan.runs.map(({ path }) => path), [scan.runs]);
  const names = useMemo(() => runNames(paths, directory.name), [paths, directory.name]);
  const judgements = useMemo(
    () =>
      new Map(
        details.flatMap(({ checkpoints }) =>
          checkpoints.map(({ ref, judgement }) => [ref.path, judgement] as const),
        ),
      ),
    [details],
  );
  return useMemo(
    () => ({
      directory: directory.key,
      view,
      onView,
      cursor,
      marks,
      names,
      judgements,
      hrefs,
      kindOf,
    }),
    [directory.key, view, onView, cursor, marks, names, judgements, hrefs, kindOf],
  );
}
