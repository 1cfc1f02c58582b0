import { useMemo } from 'react';
import { EmptyState } from '#ui/EmptyState.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './CheckpointsPage.module.css';
import { CheckpointsTable } from './CheckpointsTable.tsx';
import { RunProblems } from './RunProblems.tsx';
import { checkpointRows, metricColumns, metricTags } from './rows.ts';
import { Suggestions } from './Suggestions.tsx';
import { texts } from './strings.ts';
import { useMetricValues, useRunDetails } from './use-runs.ts';
import type { CheckpointsView } from './view.ts';

/** Which checkpoint to go on from, and all there are. */
export function CheckpointsPage(props: PageProps<CheckpointsView>) {
  const { view, runs, scan, directory } = props;
  const t = useStrings(texts);
  const withCheckpoints = useMemo(
    () => runs.filter(({ checkpoints }) => checkpoints.length > 0),
    [runs],
  );
  const read = useRunDetails(directory.key, runs);
  const tags = useMemo(
    () => metricTags(read.details.filter((details) => details !== undefined)),
    [read.details],
  );
  const columns = useMemo(
    () => metricColumns(tags, view.columns, view.metric),
    [tags, view.columns, view.metric],
  );
  const known = useMetricValues(directory.key, { runs, details: read.details }, columns);
  const rows = useMemo(() => checkpointRows(known), [known]);

  if (runs.length === 0 && scan.done) {
    return <EmptyState title={t.noRuns}>{t.noRunsWhy}</EmptyState>;
  }
  if (rows.length === 0 && scan.done && read.done === runs.length) {
    return <EmptyState title={t.noCheckpoints}>{t.noCheckpointsWhy}</EmptyState>;
  }
  return (
    <div className={styles.page}>
      <Suggestions {...props} runs={withCheckpoints} known={known} tags={tags} />
      <RunProblems known={known} failures={read.failures} />
      <CheckpointsTable
        {...props}
        rows={rows}
        tags={tags}
        columns={columns}
        isBusy={!scan.done || read.done < runs.length}
        progress={{ done: read.done, total: runs.length }}
      />
    </div>
  );
}
