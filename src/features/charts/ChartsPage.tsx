import { lazy, Suspense, useMemo, useState } from 'react';
import { EmptyState } from '#ui/EmptyState.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { ProblemNote } from '#ui/ProblemNote.tsx';
import { Progress } from '#ui/Progress.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { useStrings } from '#ui/strings.ts';
import { AlsoLogged } from './AlsoLogged.tsx';
import { CardList } from './CardList.tsx';
import styles from './Charts.module.css';
import { ChartsToolbar } from './ChartsToolbar.tsx';
import { arrange, useChartLayout } from './chart-layout.ts';
import { ExportMenu } from './export/ExportMenu.tsx';
import { ExportNote } from './export/ExportNote.tsx';
import { useExport } from './export/use-export.ts';
import { GroupNote } from './GroupNote.tsx';
import { availableAxes, metricGroups } from './metric-groups.ts';
import { findMetrics, metricSearch } from './metric-search.ts';
import { texts } from './strings.ts';
import { TextLogs } from './TextLogs.tsx';
import { useCardActions } from './use-card-actions.ts';
import { useChartSetting } from './use-chart-setting.ts';
import type { ChartsView } from './view.ts';

const EnlargedChart = lazy(async () => ({
  default: (await import('./EnlargedChart.tsx')).EnlargedChart,
}));

const KindDialog = lazy(async () => ({
  default: (await import('./KindDialog.tsx')).KindDialog,
}));

const ReportDialog = lazy(async () => ({
  default: (await import('./report/ReportDialog.tsx')).ReportDialog,
}));

/** A card per metric of the selected runs, all over the same axis. */
export function ChartsPage(props: PageProps<ChartsView>) {
  const t = useStrings(texts);
  const { scan, runs, view, onView, directory, read } = props;
  const setting = useChartSetting(props);
  const [layout, remember] = useChartLayout(directory.key);
  const groups = useMemo(() => metricGroups(read.details), [read.details]);
  const sections = useMemo(() => arrange(groups, layout), [groups, layout]);
  const search = useMemo(() => metricSearch(view.find), [view.find]);
  const shown = useMemo(
    () => (view.find === '' ? sections : findMetrics(sections, search)),
    [sections, search, view.find],
  );
  const axes = useMemo(() => availableAxes(read.details), [read.details]);
  const metrics = useMemo(() => sections.flatMap((section) => section.metrics), [sections]);
  const [explained, explain] = useState<string | null>(null);
  const [isReporting, setReporting] = useState(false);
  const exporting = useExport(props, setting);
  const actions = useCardActions(
    { layout, remember, sections },
    {
      explain,
      save(kind, tag) {
        const metric = metrics.find((one) => one.tag === tag);
        if (metric) exporting.saveCard(kind, metric);
      },
    },
  );
  const big = metrics.find(({ tag }) => tag === view.big);

  if (scan.runs.length === 0) return null;
  if (runs.length === 0) {
    return (
      <EmptyState title={t.noRuns}>
        <p>{t.noRunsWhy}</p>
      </EmptyState>
    );
  }
  const note = exporting.isIdle ? undefined : <ExportNote saving={exporting.saving} />;
  const toolbar = { view, onView, axes, details: read.details, note };
  const found = shown.reduce((sum, section) => sum + section.metrics.length, 0);
  return (
    <div className={styles.page}>
      <ChartsToolbar {...toolbar} search={{ found, all: metrics.length, error: search.error }}>
        <ExportMenu
          isDisabled={metrics.length === 0}
          onReport={() => setReporting(true)}
          onAll={exporting.saveAll}
        />
      </ChartsToolbar>
      {setting.groups && <GroupNote groups={setting.groups} view={view} />}
      <TextLogs directory={directory} runs={runs} read={read} />
      <Reading {...props} hasMetrics={metrics.length > 0} />
      {metrics.length > 0 && found === 0 && <EmptyState title={t.noMatch} />}
      <CardList sections={shown} setting={setting} actions={actions} />
      <AlsoLogged directory={directory.key} details={read.details} names={setting.names} />
      <Suspense>
        {big && (
          <EnlargedChart
            metric={big}
            setting={setting}
            actions={actions}
            toolbar={<ChartsToolbar {...toolbar} search={null} />}
          />
        )}
        {explained !== null && (
          <KindDialog tag={explained} directory={directory.key} onClose={() => explain(null)} />
        )}
        {isReporting && (
          <ReportDialog
            page={props}
            setting={setting}
            sections={shown}
            onClose={() => setReporting(false)}
          />
        )}
      </Suspense>
    </div>
  );
}

interface ReadingProps extends Pick<PageProps<ChartsView>, 'runs' | 'read'> {
  readonly hasMetrics: boolean;
}

/** How far the logs are read, and what could not be. */
function Reading({ runs, read: { waiting, problems }, hasMetrics }: ReadingProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  return (
    <>
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
      {waiting === 0 && !hasMetrics && (
        <EmptyState title={t.noMetrics}>
          <p>{t.noMetricsWhy}</p>
        </EmptyState>
      )}
    </>
  );
}
