import { useMemo } from 'react';
import type { DescribedTensor } from '#domain/summary.ts';
import { classNames } from '#ui/class-names.ts';
import { DataTable } from '#ui/DataTable.tsx';
import { type Column, formatSort, parseSort } from '#ui/data-table-columns.ts';
import { type NumberFormats, useNumberFormats } from '#ui/format-number.ts';
import type { PageProps } from '#ui/page-props.ts';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import styles from './CheckpointPage.module.css';
import { texts } from './strings.ts';
import { TensorPanel } from './TensorPanel.tsx';
import { matchingTensors, ROLES, type TensorRow, tensorRows } from './tensor-rows.ts';
import type { CheckpointView } from './view.ts';

export interface TensorsPanelProps extends PageProps<CheckpointView> {
  readonly tensors: readonly DescribedTensor[];
}

/** Instead of a role: all of them. */
const ALL = '';

/** Every tensor of a checkpoint, and the values of one. */
export function TensorsPanel({ tensors, view, onView, directory }: TensorsPanelProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const rows = useMemo(() => tensorRows(tensors), [tensors]);
  const shown = useMemo(
    () => matchingTensors(rows, { find: view.find, role: view.role }),
    [rows, view.find, view.role],
  );
  const sort = useMemo(() => parseSort(view.sort), [view.sort]);
  const columns = useTensorColumns(rows, (tensor) => onView({ tensor }));
  const chosen = rows.find(({ tensor }) => tensor.name === view.tensor);
  const roles = ROLES.filter((role) => rows.some(({ tensor }) => tensor.role === role));

  return (
    <div className={styles.tensors}>
      <header className={styles.tools}>
        <h2>{t.tensors}</h2>
        <span role="status" className={styles.quiet}>
          {t.shown(count(shown.length), count(rows.length))}
        </span>
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
      </header>
      <div className={classNames(styles.split, view.tensor !== null && styles.opened)}>
        <div className={styles.table}>
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
        {chosen && (
          <TensorPanel
            key={chosen.tensor.name}
            row={chosen}
            directory={directory.key}
            checkpoint={view.path}
            onClose={() => onView({ tensor: null })}
          />
        )}
        {!chosen && (
          <p className={classNames(styles.hint, styles.quiet)}>
            {view.tensor === null ? t.choose : t.gone(view.tensor)}
          </p>
        )}
      </div>
    </div>
  );
}

type Texts = ReturnType<typeof useStrings<(typeof texts)['en']>>;

function useTensorColumns(
  rows: readonly TensorRow[],
  onChoose: (tensor: string) => void,
): readonly Column<TensorRow>[] {
  const t = useStrings(texts);
  const formats = useNumberFormats();
  const name: Column<TensorRow> = {
    id: 'name',
    title: t.name,
    width: 200,
    grows: true,
    header: true,
    value: ({ tensor }) => tensor.name,
    cell: ({ tensor }) => (
      <button type="button" className={styles.name} onClick={() => onChoose(tensor.name)}>
        {tensor.name}
      </button>
    ),
  };
  const label: Column<TensorRow> = {
    id: 'label',
    title: t.label,
    width: 160,
    grows: true,
    value: ({ tensor }) => tensor.label ?? null,
    cell: ({ tensor }) => tensor.label,
  };
  const hasLabels = rows.some(({ tensor }) => tensor.label !== undefined);
  return [name, ...(hasLabels ? [label] : []), ...description(t), ...sizes(t, formats)];
}

function description(t: Texts): readonly Column<TensorRow>[] {
  return [
    {
      id: 'role',
      title: t.role,
      width: 92,
      value: ({ tensor }) => ROLES.indexOf(tensor.role),
      cell: ({ tensor }) => t[tensor.role],
    },
    {
      id: 'dtype',
      title: t.dtype,
      width: 92,
      value: ({ tensor }) => tensor.dtype,
      cell: ({ tensor }) => (
        <>
          <code>{tensor.dtype}</code>
          {tensor.kind && <span className={styles.quiet}> {t[tensor.kind]}</span>}
        </>
      ),
    },
    {
      id: 'shape',
      title: t.shape,
      width: 116,
      numeric: true,
      value: ({ tensor }) => tensor.shape.length,
      cell: ({ tensor }) =>
        tensor.shape.length === 0 ? (
          <span className={styles.quiet}>{t.scalar}</span>
        ) : (
          tensor.shape.join(' × ')
        ),
    },
  ];
}

function sizes(t: Texts, { count, bytes }: NumberFormats): readonly Column<TensorRow>[] {
  return [
    {
      id: 'elements',
      title: t.elements,
      width: 92,
      numeric: true,
      descendingFirst: true,
      value: ({ elements }) => elements,
      cell: ({ elements }) => count(elements),
    },
    {
      id: 'bytes',
      title: t.bytes,
      width: 76,
      numeric: true,
      descendingFirst: true,
      value: ({ tensor }) => tensor.bytes,
      cell: ({ tensor }) => <span title={`${count(tensor.bytes)} B`}>{bytes(tensor.bytes)}</span>,
    },
    {
      id: 'storage',
      title: t.storage,
      width: 116,
      value: ({ sharedWith }) => sharedWith,
      descendingFirst: true,
      cell: ({ sharedWith }) => sharedWith > 0 && t.shared(count(sharedWith)),
    },
  ];
}
