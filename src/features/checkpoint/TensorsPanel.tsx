import { useMemo } from 'react';
import type { DescribedTensor } from '#domain/summary.ts';
import { Button } from '#ui/Button.tsx';
import { classNames } from '#ui/class-names.ts';
import { DataTable } from '#ui/DataTable.tsx';
import { formatSort, parseSort } from '#ui/data-table-columns.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Progress } from '#ui/Progress.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { Select } from '#ui/Select.tsx';
import { Switch } from '#ui/Switch.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import styles from './CheckpointPage.module.css';
import type { CheckpointPlace } from './queries.ts';
import { texts } from './strings.ts';
import { TensorPanel } from './TensorPanel.tsx';
import { TensorTree } from './TensorTree.tsx';
import { nonfiniteIn, useTensorColumns } from './tensor-columns.tsx';
import {
  hasStatistics,
  matchingTensors,
  ROLES,
  type TensorRow,
  tensorRows,
} from './tensor-rows.ts';
import { isBelow } from './tensor-tree.ts';
import { type Outcomes, useOutcomes } from './use-outcomes.ts';
import type { CheckpointView } from './view.ts';

export interface TensorsPanelProps extends PageProps<CheckpointView> {
  readonly tensors: readonly DescribedTensor[];
  readonly place: CheckpointPlace;
}

/** Instead of a role: all of them. */
const ALL = '';

/** Every tensor of a checkpoint, as a tree and as a table, and the values of one. */
export function TensorsPanel(props: TensorsPanelProps) {
  const { tensors, view, onView, place } = props;
  const t = useStrings(texts);
  const rows = useMemo(() => tensorRows(tensors), [tensors]);
  const outcomes = useOutcomes(place);
  const shown = useShown(rows, view, outcomes.found);
  const sort = useMemo(() => parseSort(view.sort), [view.sort]);
  const onChoose = (tensor: string) => onView({ tensor });
  const columns = useTensorColumns({ rows, found: outcomes.found, onChoose });
  const chosen = rows.find(({ tensor }) => tensor.name === view.tensor);

  return (
    <section className={styles.tensors} aria-labelledby="tensors-title">
      <Tools {...props} rows={rows} shown={shown} outcomes={outcomes} />
      <OutcomesNote outcomes={outcomes} />
      <div
        className={classNames(styles.split, view.tree && styles.withTree, chosen && styles.opened)}
      >
        {view.tree && (
          <TensorTree
            rows={rows}
            branch={view.branch}
            tensor={view.tensor}
            onBranch={(branch) => onView({ branch })}
            onTensor={onChoose}
          />
        )}
        <DataTable
          name={t.tensors}
          columns={columns}
          rows={shown}
          rowId={({ tensor }) => tensor.name}
          sort={sort}
          onSort={(order) => onView({ sort: order && formatSort(order) }, { replace: true })}
          current={view.tensor}
          empty={rows.length === 0 ? t.noTensors : t.noMatch}
        />
      </div>
      {chosen ? (
        <TensorPanel
          key={chosen.tensor.name}
          row={chosen}
          place={place}
          onClose={() => onView({ tensor: null })}
          onChoose={onChoose}
        />
      ) : (
        <p className={styles.quiet}>{view.tensor === null ? t.choose : t.gone(view.tensor)}</p>
      )}
    </section>
  );
}

function useShown(
  rows: readonly TensorRow[],
  { find, role, branch, nonfinite }: CheckpointView,
  found: Outcomes['found'],
): readonly TensorRow[] {
  // Only where it decides: other results must not make the table sort its rows again.
  const outcomes = nonfinite ? found : null;
  return useMemo(
    () =>
      matchingTensors(rows, { find, role }).filter(
        (row) =>
          (branch === null || isBelow(row, branch)) &&
          (outcomes === null || nonfiniteIn(outcomes.get(row.tensor.name)) > 0),
      ),
    [rows, find, role, branch, outcomes],
  );
}

interface ToolsProps extends TensorsPanelProps {
  readonly rows: readonly TensorRow[];
  readonly shown: readonly TensorRow[];
  readonly outcomes: Outcomes;
}

function Tools({ rows, shown, outcomes, view, onView }: ToolsProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const roles = ROLES.filter((role) => rows.some(({ tensor }) => tensor.role === role));
  return (
    <header className={styles.tools}>
      <h2 id="tensors-title">{t.tensors}</h2>
      <span role="status" className={styles.quiet}>
        {t.shown(count(shown.length), count(rows.length))}
      </span>
      {view.branch !== null && (
        <Button onPress={() => onView({ branch: null })}>
          <code>{view.branch}</code> ×
        </Button>
      )}
      <Switch isSelected={view.tree} onChange={(tree) => onView({ tree })}>
        {t.showTree}
      </Switch>
      <TextField
        label={t.find}
        isLabelHidden
        isSearch
        placeholder={t.findHint}
        value={view.find}
        onChange={(find) => onView({ find }, { replace: true })}
      />
      <Select
        label={t.roleName}
        isLabelHidden
        value={view.role ?? ALL}
        options={[{ id: ALL, label: t.all }, ...roles.map((id) => ({ id, label: t[id] }))]}
        onChange={(role) => onView({ role: role === ALL ? null : role })}
      />
      <Button
        isDisabled={outcomes.running !== null || !rows.some(({ tensor }) => hasStatistics(tensor))}
        onPress={outcomes.start}
      >
        {t.computeAll}
      </Button>
      <NonfiniteFilter rows={rows} outcomes={outcomes} view={view} onView={onView} />
    </header>
  );
}

type NonfiniteFilterProps = Pick<ToolsProps, 'rows' | 'outcomes' | 'view' | 'onView'>;

/** How many tensors hold values that are not finite, and a way to see those alone. */
function NonfiniteFilter({ outcomes: { found }, view, onView }: NonfiniteFilterProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const bad = useMemo(
    () => [...found.values()].filter((outcome) => nonfiniteIn(outcome) > 0).length,
    [found],
  );
  if (bad === 0 && !view.nonfinite) return null;
  return (
    <Switch isSelected={view.nonfinite} onChange={(nonfinite) => onView({ nonfinite })}>
      {t.onlyNonfinite(count(bad))}
    </Switch>
  );
}

function OutcomesNote({ outcomes }: { outcomes: Outcomes }) {
  const t = useStrings(texts);
  const { bytes, count } = useNumberFormats();
  const { running, wasCancelled, error, found, cancel, start } = outcomes;
  const bad = [...found.values()].filter((outcome) => nonfiniteIn(outcome) > 0).length;
  return (
    <>
      {running && (
        <Progress
          label={t.computingAll}
          value={running.bytes}
          total={running.total || null}
          detail={running.total > 0 && t.of(bytes(running.bytes), bytes(running.total))}
          onCancel={cancel}
        />
      )}
      {wasCancelled && (
        <p role="status" className={styles.quiet}>
          {t.cancelledAll(count(found.size))}
        </p>
      )}
      {error !== null && <ErrorNote error={error} onRetry={start} />}
      {!running && bad > 0 && (
        <p role="status" className={styles.danger}>
          {t.badTensors(count(bad), count(found.size))}
        </p>
      )}
    </>
  );
}
