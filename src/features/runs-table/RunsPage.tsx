import { lazy, Suspense, useDeferredValue, useMemo, useState } from 'react';
import { Button } from '#ui/Button.tsx';
import { EmptyState } from '#ui/EmptyState.tsx';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import { ProblemNote } from '#ui/ProblemNote.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { SavingNote } from '#ui/SavingNote.tsx';
import { useStrings } from '#ui/strings.ts';
import { useSaving } from '#ui/use-saving.ts';
import styles from './RunsTable.module.css';
import { RunsTable } from './RunsTable.tsx';
import { RunsToolbar } from './RunsToolbar.tsx';
import { texts } from './strings.ts';
import { tableFile } from './table-csv.ts';
import { parseGroupBy, tableRows } from './table-rows.ts';
import { useRunsModel } from './use-runs-model.ts';
import type { RunsView } from './view.ts';

const Pictures = lazy(async () => ({ default: (await import('./Pictures.tsx')).Pictures }));

/** The selected runs as a table: what each was given, and what came of it. */
export function RunsPage(props: PageProps<RunsView>) {
  const { view, onView, runs, read, scan, directory } = props;
  const t = useStrings(texts);
  const saving = useSaving();
  const model = useRunsModel(props);
  const [brushed, setBrushed] = useState<ReadonlySet<string> | null>(null);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const isPictured = view.tab !== 'table';
  const { filtered, columns } = model;
  const group = useMemo(() => parseGroupBy(view.group), [view.group]);
  const shown = useMemo(
    () =>
      isPictured && brushed ? filtered.rows.filter(({ run }) => brushed.has(run)) : filtered.rows,
    [filtered.rows, isPictured, brushed],
  );
  const lines = useDeferredValue(useMemo(() => tableRows(shown, group), [shown, group]));
  const chosen = useMemo(
    () => new Set(shown.map(({ run }) => run).filter((run) => ticked.has(run))),
    [shown, ticked],
  );

  if (runs.length === 0 && scan.done)
    return <EmptyState title={t.noRuns}>{t.noRunsWhy}</EmptyState>;
  return (
    <div className={styles.page}>
      <RunsToolbar
        {...props}
        {...model}
        onCsv={() => saving.start(tableFile(directory.name, columns, lines))}
      />
      <SavingNote saving={saving} />
      <Problems {...props} error={model.error} />
      {isPictured && (
        <Suspense fallback={<Loading label={t[view.tab]} />}>
          <Pictures {...props} {...model} onBrush={setBrushed} />
        </Suspense>
      )}
      <Chosen
        {...props}
        chosen={chosen}
        shown={shown.map(({ run }) => run)}
        onDone={() => setTicked(new Set())}
      />
      <div className={styles.list}>
        <RunsTable
          directory={directory.key}
          view={view}
          onView={onView}
          lines={lines}
          columns={columns}
          layout={model.layout}
          base={model.base}
          chosen={chosen}
          onChosen={setTicked}
          isBusy={!scan.done || read.waiting > 0}
        />
      </div>
    </div>
  );
}

interface ProblemsProps extends PageProps<RunsView> {
  readonly error: Error | null;
}

function Problems({ read, error }: ProblemsProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  return (
    <>
      {error && <ErrorNote error={error} />}
      {read.problems.length > 0 && (
        <details>
          <summary className={styles.bad}>{t.problems(count(read.problems.length))}</summary>
          {read.problems.map((defect) => (
            <ProblemNote key={JSON.stringify(defect)} defect={defect} />
          ))}
        </details>
      )}
    </>
  );
}

interface ChosenProps extends PageProps<RunsView> {
  readonly chosen: ReadonlySet<string>;
  /** What the filter and the brush leave, by `Run.path`. */
  readonly shown: readonly string[];
  readonly onDone: () => void;
}

/** What can be done with the runs that are ticked, and with those that a filter leaves. */
function Chosen({ runs, onRuns, chosen, shown, onDone }: ChosenProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const isLess = shown.length < runs.length && shown.length > 0;
  if (chosen.size === 0 && !isLess) return null;
  function select(paths: readonly string[]) {
    onRuns(paths);
    onDone();
  }
  return (
    <div className={styles.chosen}>
      {chosen.size > 0 ? (
        <>
          <span role="status">{t.chosen(count(chosen.size))}</span>
          <Button onPress={() => select([...chosen])}>{t.only}</Button>
          <Button
            onPress={() => select(runs.map(({ path }) => path).filter((path) => !chosen.has(path)))}
          >
            {t.hide}
          </Button>
        </>
      ) : (
        <Button onPress={() => select(shown)}>{t.selectThese}</Button>
      )}
    </div>
  );
}
