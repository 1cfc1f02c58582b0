import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { classNames } from '#ui/class-names.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import { texts } from './strings.ts';
import styles from './TensorTree.module.css';
import type { TensorRow } from './tensor-rows.ts';
import {
  foldedAtFirst,
  type TensorNode,
  type TreeLine,
  tensorTree,
  treeLines,
} from './tensor-tree.ts';
import { type TreeAct, treeAct } from './tensor-tree-keys.ts';

export interface TensorTreeProps {
  readonly rows: readonly TensorRow[];
  /** Key of the branch that the table is about; `null`: all of them. */
  readonly branch: string | null;
  /** Name of the tensor that is shown. */
  readonly tensor: string | null;
  readonly onBranch: (key: string | null) => void;
  readonly onTensor: (name: string) => void;
}

/** Pixels, as the style sheet has them. */
const LINE_HEIGHT = 24;

/** Up to here all lines are drawn. */
const DRAWN_WHOLE = 200;

/** Tensors by the prefixes of their names, with what each branch comes to. */
export function TensorTree(props: TensorTreeProps) {
  const { rows } = props;
  const t = useStrings(texts);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { lines, active, perform } = useTree(props);
  const virtual = useVirtualizer({
    count: lines.length,
    enabled: lines.length > DRAWN_WHOLE,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 8,
  });
  const shown =
    lines.length > DRAWN_WHOLE
      ? virtual.getVirtualItems().map(({ index }) => index)
      : lines.map((_, index) => index);

  function onKeyDown(event: KeyboardEvent) {
    const act = treeAct(event.key, lines, active);
    if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    perform(act, active);
    if (act.kind !== 'move') return;
    if (lines.length > DRAWN_WHOLE) virtual.scrollToIndex(act.to);
    else
      scroller.current
        ?.querySelector(`[data-index="${act.to}"]`)
        ?.scrollIntoView?.({ block: 'nearest' });
  }

  if (rows.length === 0) return null;
  return (
    <div
      ref={scroller}
      role="tree"
      tabIndex={0}
      className={styles.tree}
      aria-label={t.tree}
      aria-description={t.treeKeys}
      aria-activedescendant={`${id}-${active}`}
      onKeyDown={onKeyDown}
    >
      <div
        role="presentation"
        className={styles.lines}
        style={{ blockSize: lines.length * LINE_HEIGHT }}
      >
        {shown.map((index) => {
          const line = lines[index];
          return (
            line && (
              <TreeItem
                key={line.node.key}
                id={`${id}-${index}`}
                line={line}
                index={index}
                isActive={index === active}
                isChosen={isChosen(line.node, props)}
                onAct={(act) => perform(act, index)}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

function isChosen(
  { key, row, children }: TensorNode,
  { branch, tensor }: TensorTreeProps,
): boolean {
  const isTensor = row !== null && row.tensor.name === tensor;
  return isTensor || (children.length > 0 && key === branch);
}

/** The lines in sight, which of them has the keyboard, and what can be done to them. */
function useTree({ rows, branch, onBranch, onTensor }: TensorTreeProps) {
  const nodes = useMemo(() => tensorTree(rows), [rows]);
  const [folded, setFolded] = useState<ReadonlySet<string>>(() => foldedAtFirst(nodes));
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const lines = useMemo(() => treeLines(nodes, folded), [nodes, folded]);
  const active = Math.max(
    0,
    lines.findIndex(({ node }) => node.key === activeKey),
  );

  function fold(keys: readonly string[], isFolded: boolean): void {
    const next = new Set(folded);
    for (const key of keys) {
      if (isFolded) next.add(key);
      else next.delete(key);
    }
    setFolded(next);
  }

  function choose({ key, row, children }: TensorNode): void {
    if (children.length > 0) onBranch(key === branch ? null : key);
    if (row) onTensor(row.tensor.name);
  }

  function perform(act: TreeAct, index: number): void {
    const line = lines[act.kind === 'move' ? act.to : index];
    if (!line) return;
    const { node, level } = line;
    setActiveKey(node.key);
    if (act.kind === 'choose') choose(node);
    else if (act.kind === 'unfold-all') {
      fold(
        lines.filter((other) => other.level === level).map((other) => other.node.key),
        false,
      );
    } else if (act.kind !== 'move') fold([node.key], act.kind === 'fold');
  }

  return { lines, active, perform };
}

interface TreeItemProps {
  readonly id: string;
  readonly line: TreeLine;
  readonly index: number;
  readonly isActive: boolean;
  readonly isChosen: boolean;
  readonly onAct: (act: TreeAct) => void;
}

function TreeItem({ id, line, index, isActive, isChosen: chosen, onAct }: TreeItemProps) {
  const t = useStrings(texts);
  const { count, bytes } = useNumberFormats();
  const { node, level, isExpanded, position, siblings } = line;
  const isBranch = node.children.length > 0;
  const role = node.role === null ? null : t[node.role];
  const alias = node.row?.tensor.label;
  const name = [
    visibleText(node.label),
    ...(role === null ? [] : [role]),
    ...(isBranch ? [t.tensorCount(count(node.tensors))] : []),
    bytes(node.bytes),
  ].join(', ');
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree itself has the focus
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree itself has the keys
    <div
      id={id}
      role="treeitem"
      aria-label={name}
      data-index={index}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-selected={chosen}
      aria-expanded={isBranch ? isExpanded : undefined}
      className={classNames(styles.line, isActive && styles.active, chosen && styles.chosen)}
      style={{ insetBlockStart: index * LINE_HEIGHT, paddingInlineStart: (level - 1) * 14 }}
      onClick={() => onAct({ kind: 'choose' })}
    >
      <span
        aria-hidden="true"
        className={styles.fold}
        onClick={(event) => {
          event.stopPropagation();
          if (isBranch) onAct({ kind: isExpanded ? 'fold' : 'unfold' });
        }}
      >
        {isBranch && (isExpanded ? '▾' : '▸')}
      </span>
      <span
        className={styles.label}
        title={alias === undefined ? node.key : `${node.key}\n${alias}`}
      >
        {visibleText(node.label)}
        {alias !== undefined && <span className={styles.alias}> {visibleText(alias)}</span>}
      </span>
      {role !== null && (
        <span className={classNames(styles.role, node.role && styles[node.role])}>{role}</span>
      )}
      <span className={styles.size}>
        {isBranch && <>{count(node.tensors)} · </>}
        {bytes(node.bytes)}
      </span>
    </div>
  );
}
