import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { type KeyboardEvent, lazy, Suspense, useId, useRef, useState } from 'react';
import type { Run } from '#domain/run.ts';
import { NO_MARK, type RunMark } from '#ui/run-marks.ts';
import { useStrings } from '#ui/strings.ts';
import { FolderRow } from './FolderRow.tsx';
import styles from './RunList.module.css';
import { RunRow } from './RunRow.tsx';
import { texts } from './strings.ts';
import { treeAct } from './tree-keys.ts';
import type { TreeOptions, TreeRow } from './tree-rows.ts';
import { useTree } from './use-tree.ts';

const ColourDialog = lazy(async () => ({
  default: (await import('./ColourDialog.tsx')).ColourDialog,
}));

export interface RunTreeProps {
  readonly marks: ReadonlyMap<string, RunMark>;
  /** Those that the filter leaves. */
  readonly shown: readonly Run[];
  readonly directory: { readonly key: string; readonly name: string };
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (paths: readonly string[], isSelected: boolean) => void;
  readonly onSolo: (paths: readonly string[]) => void;
  /** How the runs are put into rows; by folder if not otherwise. */
  readonly rowsOf?: (runs: readonly Run[], options: TreeOptions) => readonly TreeRow[];
}

/** Pixels, as the style sheet has them. */
const RUN_HEIGHT = 40;
const FOLDER_HEIGHT = 28;

/** A tree of which only the rows in sight exist; the active row is told by `aria-activedescendant`. */
export function RunTree(props: RunTreeProps) {
  const { marks, directory, selected } = props;
  const t = useStrings(texts);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const tree = useTree(props);
  const { rows, active } = tree;
  const [colouring, setColouring] = useState<TreeRow | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.run ? RUN_HEIGHT : FOLDER_HEIGHT),
    getItemKey: (index) => rows[index]?.path ?? index,
    overscan: 8,
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const act = treeAct(event.key, rows, active);
    if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (act.kind === 'colour') setColouring(rows[active] ?? null);
    else tree.perform(act, active);
    if (act.kind === 'move') virtual.scrollToIndex(act.to);
  };

  const renderRow = ({ index, key, start }: VirtualItem) => {
    const row = rows[index];
    if (!row) return null;
    const shared = {
      id: `${id}-${index}`,
      row,
      top: start,
      isActive: index === active,
      selected,
      onToggle: () => tree.perform({ kind: 'toggle' }, index),
      onSolo: () => tree.perform({ kind: 'solo' }, index),
      onColour: () => setColouring(row),
      onFold: () => tree.perform({ kind: row.isExpanded ? 'fold' : 'unfold' }, index),
    };
    if (!row.run) return <FolderRow key={key} {...shared} />;
    const mark = marks.get(row.path) ?? NO_MARK;
    return <RunRow key={key} {...shared} run={row.run} directory={directory.key} mark={mark} />;
  };

  const list = (
    <div
      ref={scroller}
      className={styles.tree}
      role="tree"
      aria-label={t.title}
      aria-multiselectable
      aria-activedescendant={`${id}-${active}`}
      aria-description={t.keys}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div
        role="presentation"
        className={styles.rows}
        style={{ blockSize: virtual.getTotalSize() }}
      >
        {virtual.getVirtualItems().map(renderRow)}
      </div>
    </div>
  );
  return (
    <>
      {list}
      {colouring && <Colouring {...props} row={colouring} onClose={() => setColouring(null)} />}
    </>
  );
}

interface ColouringProps extends Pick<RunTreeProps, 'directory' | 'marks'> {
  readonly row: TreeRow;
  readonly onClose: () => void;
}

/** Beside the tree, whose keys it must not press. */
function Colouring({ directory, marks, row, onClose }: ColouringProps) {
  const { path, label } = row;
  const mark = marks.get(path) ?? NO_MARK;
  return (
    <Suspense>
      <ColourDialog
        directory={directory.key}
        run={path}
        name={label}
        mark={mark}
        onClose={onClose}
      />
    </Suspense>
  );
}
