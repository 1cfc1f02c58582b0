import { useMemo } from 'react';
import type { MetricKind } from '#domain/metric-kind.ts';
import { orderMetrics } from '#domain/metric-kind.ts';
import { differingKeys } from '#domain/run-groups.ts';
import { useRemembered } from '#ui/remembered.ts';
import {
  type ALL,
  type ColumnList,
  DIFFERING,
  expandColumns,
  hideColumn,
  type Keys,
  moveColumn,
  showColumn,
  withToken,
} from './column-list.ts';
import { columnId, type MetricValue } from './column-spec.ts';
import type { RunRow } from './rows.ts';

/** Which columns the table has, in which order and how wide. */
export interface Layout {
  readonly list: ColumnList;
  readonly keys: Keys;
  /** Of the columns that are shown. */
  readonly ids: readonly string[];
  /** Pixels, by column id, where the person has set them. */
  readonly widths: Readonly<Record<string, number>>;
  readonly move: (id: string, before: string | null) => void;
  readonly hide: (id: string) => void;
  readonly show: (id: string) => void;
  readonly resize: (id: string, width: number) => void;
  readonly showKeys: (which: typeof DIFFERING | typeof ALL | null) => void;
  /** As at first. */
  readonly forget: () => void;
}

interface Kept {
  readonly columns: ColumnList | null;
  readonly widths: Readonly<Record<string, number>>;
}

interface Given {
  readonly directory: string;
  readonly rows: readonly RunRow[];
  readonly kindOf: (tag: string) => MetricKind;
  /** As the URL says; `null`: it does not. */
  readonly columns: ColumnList | null;
  readonly onColumns: (columns: ColumnList | null) => void;
}

/** The columns that the URL names, else those that the person last had in this directory, else the usual ones. */
export function useLayout({ directory, rows, kindOf, columns, onColumns }: Given): Layout {
  const [kept, keep] = useRemembered(`runs-table.${directory}`, parseKept);
  const keys = useMemo(() => keysOf(rows), [rows]);
  const usual = useMemo(() => usualColumns(rows, kindOf), [rows, kindOf]);
  const list = columns ?? kept.columns ?? usual;
  const ids = useMemo(() => expandColumns(list, keys), [list, keys]);
  return useMemo(() => {
    const change = (next: ColumnList | null) => {
      keep({ ...kept, columns: next });
      onColumns(next);
    };
    return {
      list,
      keys,
      ids,
      widths: kept.widths,
      move: (id, before) => change(moveColumn(list, keys, { id, before })),
      hide: (id) => change(hideColumn(list, keys, id)),
      show: (id) => change(showColumn(list, keys, id)),
      resize: (id, width) => keep({ ...kept, widths: { ...kept.widths, [id]: width } }),
      showKeys: (which) => change(withToken(list, keys, which)),
      forget() {
        keep({ columns: null, widths: {} });
        onColumns(null);
      },
    };
  }, [list, keys, ids, kept, keep, onColumns]);
}

function parseKept(kept: unknown): Kept {
  if (typeof kept !== 'object' || kept === null) return { columns: null, widths: {} };
  const { columns, widths }: { columns?: unknown; widths?: unknown } = kept;
  const pairs = typeof widths === 'object' && widths !== null ? Object.entries(widths) : [];
  return {
    columns: Array.isArray(columns) ? columns.filter((id) => typeof id === 'string') : null,
    widths: Object.fromEntries(
      pairs.filter((pair): pair is [string, number] => Number.isFinite(pair[1])),
    ),
  };
}

function keysOf(rows: readonly RunRow[]): Keys {
  const configured = rows.map(({ run, details: { configuration } }) => ({ run, configuration }));
  const all = new Set(configured.flatMap(({ configuration }) => Object.keys(configuration)));
  return { differing: differingKeys(configured), all: [...all].sort() };
}

/** Metrics that have a column at first. */
const USUAL_METRICS = 3;

/** What nobody has is left out: a column of nothing tells nothing. */
function usualColumns(rows: readonly RunRow[], kindOf: (tag: string) => MetricKind): ColumnList {
  const tags = new Map<string, number>();
  for (const { metrics } of rows) {
    for (const tag of metrics.keys()) tags.set(tag, (tags.get(tag) ?? 0) + 1);
  }
  const most = Math.max(0, ...tags.values());
  // Those that few of the runs have come last.
  const isRare = (tag: string) => ((tags.get(tag) ?? 0) * 2 < most ? 1 : 0);
  const ordered = orderMetrics([...tags.keys()])
    .filter((tag) => kindOf(tag).measures !== 'progress')
    .sort((a, b) => isRare(a) - isRare(b));
  const judged = ordered.filter((tag) => kindOf(tag).better !== null);
  const column = (value: MetricValue, tag: string) =>
    columnId({ kind: 'metric', value, tag, step: null });
  const main = judged.slice(0, USUAL_METRICS);
  const metrics =
    main.length > 0
      ? main.flatMap((tag, i) =>
          i === 0 ? [column('best', tag), column('last', tag)] : [column('best', tag)],
        )
      : ordered.slice(0, USUAL_METRICS).map((tag) => column('last', tag));
  return [
    'state',
    ...(tags.size > 0 ? ['spark'] : []),
    ...metrics,
    ...(rows.some(({ details }) => details.duration !== null) ? ['duration'] : []),
    ...(rows.some(({ details }) => details.checkpoints.length > 0) ? ['checkpoints', 'bytes'] : []),
    // A directory of several frameworks has dozens that differ: the metrics stay in sight.
    DIFFERING,
  ];
}
