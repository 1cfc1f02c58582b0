import { lazy, memo, Suspense, useDeferredValue, useMemo, useState } from 'react';
import type { Run } from '#domain/run.ts';
import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useRemembered } from '#ui/remembered.ts';
import type { RunMark } from '#ui/run-marks.ts';
import { SegmentedControl } from '#ui/SegmentedControl.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import { parseFilter } from './filter.ts';
import styles from './RunList.module.css';
import { RunTree, type RunTreeProps } from './RunTree.tsx';
import { texts } from './strings.ts';
import { type RunListView, selectedRuns, selectionView } from './view.ts';

const GroupedTree = lazy(async () => ({
  default: (await import('./GroupedTree.tsx')).GroupedTree,
}));

export interface RunListProps {
  /** All runs of the directory, complete or so far. */
  readonly runs: readonly Run[];
  readonly directory: { readonly key: string; readonly name: string };
  readonly marks: ReadonlyMap<string, RunMark>;
  /** More may come. */
  readonly isReading: boolean;
  readonly view: RunListView;
  readonly onView: (view: RunListView) => void;
}

/** The runs of a directory by folder, with what became of each; those that are selected are shown. */
export const RunList = memo(function RunList(props: RunListProps) {
  const { runs, directory, marks, isReading, view, onView } = props;
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const [nesting, nest] = useRemembered(`nesting.${directory.key}`, parseNesting);
  const [text, setText] = useState('');
  const filter = useMemo(() => parseFilter(text), [text]);
  const found = useMemo(() => runs.filter(({ path }) => filter.matches(path)), [runs, filter]);
  const shown = useDeferredValue(found);
  const selected = useMemo(
    () => new Set(selectedRuns(runs, view).map(({ path }) => path)),
    [runs, view],
  );
  const select = (paths: readonly string[], isSelected: boolean) => {
    const next = new Set(selected);
    for (const path of paths) isSelected ? next.add(path) : next.delete(path);
    onView(selectionView(runs, next));
  };
  const paths = found.map(({ path }) => path);

  return (
    <section className={styles.list} aria-label={t.title}>
      <header className={styles.head}>
        <h2>{t.title}</h2>
        <span className={styles.counts}>
          {t.selected(count(selected.size), count(runs.length))}
        </span>
        <Button look="quiet" aria-label={t.allLabel} onPress={() => select(paths, true)}>
          {t.all}
        </Button>
        <Button look="quiet" aria-label={t.noneLabel} onPress={() => select(paths, false)}>
          {t.none}
        </Button>
      </header>
      <div className={styles.filter}>
        <TextField
          label={t.filter}
          isLabelHidden
          isSearch
          value={text}
          onChange={setText}
          placeholder={t.filterHint}
          error={filter.error === null ? undefined : t.badPattern(filter.error)}
        />
      </div>
      {runs.length > 1 && (
        <div className={styles.nesting}>
          <SegmentedControl
            label={t.nesting}
            isLabelHidden
            value={nesting}
            onChange={nest}
            segments={NESTINGS.map((id) => ({ id, label: t[id] }))}
          />
        </div>
      )}
      {shown.length === 0 ? (
        <p className={styles.nothing}>
          {runs.length > 0 ? t.noMatch : isReading ? t.noneYet : t.noRuns}
        </p>
      ) : (
        <Tree
          nesting={nesting}
          runs={runs}
          marks={marks}
          shown={shown}
          directory={directory}
          selected={selected}
          onSelect={select}
          onSolo={(solo) => onView(selectionView(runs, new Set(solo)))}
        />
      )}
    </section>
  );
});

const NESTINGS = ['folders', 'groups'] as const;

type Nesting = (typeof NESTINGS)[number];

function parseNesting(kept: unknown): Nesting {
  return kept === 'groups' ? 'groups' : 'folders';
}

interface TreeProps extends RunTreeProps {
  readonly nesting: Nesting;
  readonly runs: readonly Run[];
}

function Tree({ nesting, runs, ...props }: TreeProps) {
  const folders = <RunTree {...props} />;
  if (nesting === 'folders') return folders;
  return (
    <Suspense fallback={folders}>
      <GroupedTree {...props} runs={runs} />
    </Suspense>
  );
}
