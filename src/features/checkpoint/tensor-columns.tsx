import type { TensorStatistics } from '#domain/statistics.ts';
import type { Column } from '#ui/data-table-columns.ts';
import { type NumberFormats, useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import type { TensorOutcome } from '#workers/api.ts';
import styles from './CheckpointPage.module.css';
import { texts } from './strings.ts';
import { areTied, ROLES, type TensorRow } from './tensor-rows.ts';

export interface TensorColumnSettings {
  readonly rows: readonly TensorRow[];
  /** By name of the tensor; without any, there are no columns for them. */
  readonly found: ReadonlyMap<string, TensorOutcome>;
  readonly onChoose: (tensor: string) => void;
}

type Texts = ReturnType<typeof useStrings<(typeof texts)['en']>>;

/** The columns of the table of tensors. */
export function useTensorColumns(settings: TensorColumnSettings): readonly Column<TensorRow>[] {
  const { rows, found } = settings;
  const t = useStrings(texts);
  const formats = useNumberFormats();
  return [
    ...identity(t, settings),
    ...description(t),
    ...sizes(t, formats),
    ...(found.size > 0 ? statisticsColumns(t, formats, found) : []),
    ...(rows.some(({ sharedWith }) => sharedWith.length > 0) ? [storage(t)] : []),
  ];
}

function identity(
  t: Texts,
  { rows, found, onChoose }: TensorColumnSettings,
): readonly Column<TensorRow>[] {
  const name: Column<TensorRow> = {
    id: 'name',
    title: t.name,
    width: 200,
    grows: true,
    header: true,
    value: ({ tensor }) => tensor.name,
    cell: ({ tensor }) => (
      <>
        <button type="button" className={styles.name} onClick={() => onChoose(tensor.name)}>
          {tensor.name}
        </button>
        {nonfiniteIn(found.get(tensor.name)) > 0 && (
          <>
            {' '}
            <span className={styles.mark}>! {t.notFinite}</span>
          </>
        )}
      </>
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
  return [name, ...(rows.some(({ tensor }) => tensor.label !== undefined) ? [label] : [])];
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
      width: 84,
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
      width: 104,
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
      width: 84,
      numeric: true,
      descendingFirst: true,
      value: ({ elements }) => elements,
      cell: ({ elements }) => count(elements),
    },
    {
      id: 'bytes',
      title: t.bytes,
      width: 72,
      numeric: true,
      descendingFirst: true,
      value: ({ tensor }) => tensor.bytes,
      cell: ({ tensor }) => <span title={`${count(tensor.bytes)} B`}>{bytes(tensor.bytes)}</span>,
    },
  ];
}

const MOMENTS = ['min', 'max', 'mean', 'std'] as const;

function statisticsColumns(
  t: Texts,
  { metric, count }: NumberFormats,
  found: ReadonlyMap<string, TensorOutcome>,
): readonly Column<TensorRow>[] {
  const of = ({ tensor }: TensorRow) => found.get(tensor.name);
  const number = (id: (typeof MOMENTS)[number]): Column<TensorRow> => ({
    id,
    title: t[`${id}Short`],
    width: 80,
    numeric: true,
    value: (row) => of(row)?.statistics?.[id] ?? null,
    cell: (row) => <Moment statistics={of(row)?.statistics} id={id} format={metric} />,
  });
  const nonfinite: Column<TensorRow> = {
    id: 'nonfinite',
    title: t.nonfiniteShort,
    width: 76,
    numeric: true,
    descendingFirst: true,
    value: (row) => (of(row) ? nonfiniteIn(of(row)) : null),
    cell: (row) => {
      const outcome = of(row);
      if (outcome?.defect) return <span className={styles.danger}>{t.unreadable}</span>;
      const bad = nonfiniteIn(outcome);
      return bad > 0 ? <span className={styles.danger}>{count(bad)}</span> : outcome && '0';
    },
  };
  return [...MOMENTS.map(number), nonfinite];
}

interface MomentProps {
  readonly statistics: TensorStatistics | null | undefined;
  readonly id: (typeof MOMENTS)[number];
  readonly format: (value: number) => string;
}

function Moment({ statistics, id, format }: MomentProps) {
  const value = statistics?.[id];
  if (value === undefined) return null;
  return value === null ? <span className={styles.quiet}>–</span> : format(value);
}

/** Elements that are NaN or infinite. */
export function nonfiniteIn(outcome: TensorOutcome | undefined): number {
  const { nan = 0, positiveInfinity = 0, negativeInfinity = 0 } = outcome?.statistics ?? {};
  return nan + positiveInfinity + negativeInfinity;
}

function storage(t: Texts): Column<TensorRow> {
  return {
    id: 'storage',
    title: t.storage,
    width: 132,
    value: ({ sharedWith }) => sharedWith.length,
    descendingFirst: true,
    cell: ({ tensor, sharedWith }) => {
      const others = sharedWith.filter((other) => other !== tensor);
      const [first] = others;
      if (!first) return null;
      const tied = others.find((other) => areTied(tensor, other));
      const words = tied ? t.tied(tied.name) : t.shared(first.name);
      return (
        <span
          title={others
            .slice(0, 50)
            .map(({ name }) => name)
            .join('\n')}
        >
          {words}
          {others.length > 1 && ` +${others.length - 1}`}
        </span>
      );
    },
  };
}
