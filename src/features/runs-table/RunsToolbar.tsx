import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { NumberField } from '#ui/NumberField.tsx';
import type { RunsRead } from '#ui/page-props.ts';
import { SegmentedControl } from '#ui/SegmentedControl.tsx';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import { ColumnChooser } from './ColumnChooser.tsx';
import { FilterField } from './FilterField.tsx';
import type { Filtered } from './filter-rows.ts';
import type { Names } from './name-resolution.ts';
import styles from './RunsTable.module.css';
import type { RunRow } from './rows.ts';
import type { RunColumn } from './run-columns.ts';
import { texts } from './strings.ts';
import type { Layout } from './use-layout.ts';
import type { RunsView } from './view.ts';

export interface RunsToolbarProps {
  readonly view: RunsView;
  readonly onView: (change: Partial<RunsView>, options?: { readonly replace?: boolean }) => void;
  readonly read: RunsRead;
  readonly rows: readonly RunRow[];
  readonly filtered: Filtered;
  readonly names: Names;
  readonly spellings: readonly string[];
  readonly columns: readonly RunColumn[];
  readonly layout: Layout;
  readonly base: RunRow | null;
  readonly onCsv: () => void;
}

/** What is shown of the runs, and how. */
export function RunsToolbar(props: RunsToolbarProps) {
  const { view, onView, filtered, columns } = props;
  const t = useStrings(texts);
  return (
    <>
      <header className={styles.tools}>
        <h2>{t.runs}</h2>
        <SegmentedControl
          label={t.tabs}
          isLabelHidden
          value={view.tab}
          segments={[
            { id: 'table', label: t.table },
            { id: 'scatter', label: t.scatter },
            { id: 'parallel', label: t.parallel },
            { id: 'correlation', label: t.correlation },
          ]}
          onChange={(tab) => onView({ tab })}
        />
      </header>
      <div className={styles.tools}>
        <FilterField
          value={view.filter}
          onChange={(filter) => onView({ filter }, { replace: true })}
          expression={filtered.expression}
          spellings={props.spellings}
        />
        <GroupSelect {...props} />
        {columns.some(({ spec }) => spec.kind === 'metric' && spec.value === 'cursor') && (
          <NumberField
            label={t.cursorAt}
            value={view.at ?? Number.NaN}
            onChange={(at) => onView({ at: Number.isNaN(at) ? null : at })}
            isPlain
          />
        )}
        <ColumnChooser layout={props.layout} names={props.names} columns={columns} />
        <Button onPress={props.onCsv} isDisabled={filtered.rows.length === 0}>
          {t.csv}
        </Button>
      </div>
      <Remarks {...props} />
    </>
  );
}

/** Keys to group by that are listed: more cannot be overlooked. */
const GROUP_KEYS = 200;

function GroupSelect({ view, onView, layout }: RunsToolbarProps) {
  const t = useStrings(texts);
  const value = view.group ?? 'none';
  const keys = layout.keys.differing.slice(0, GROUP_KEYS).map((key) => `key:${key}`);
  const known = value === 'none' || value === 'no-seed' || keys.includes(value);
  return (
    <Select
      label={t.groupBy}
      isLabelHidden
      value={value}
      options={[
        { id: 'none', label: t.noGroup },
        { id: 'no-seed', label: t.withoutSeed },
        ...[...keys, ...(known ? [] : [value])].map((id) => ({
          id,
          label: visibleText(id.slice('key:'.length)),
        })),
      ]}
      onChange={(id) => onView({ group: id === 'none' ? null : id, folded: [] })}
    />
  );
}

/** How many runs there are, what the filter could not look at, and what they are compared with. */
function Remarks({ read, rows, filtered, view, base, onView }: RunsToolbarProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const total = read.details.length + read.waiting;
  const shown = filtered.rows.length;
  return (
    <div className={styles.tools}>
      <span role="status" className={styles.quiet}>
        {shown === rows.length
          ? t.all(count(shown), shown === 1)
          : t.shown(count(shown), count(rows.length))}
        {read.waiting > 0 && ` · ${t.reading(count(total - read.waiting), count(total))}`}
        {filtered.lacking.map(({ name, runs }) => ` · ${t.lacking(name, count(runs))}`)}
      </span>
      {view.base !== null && (
        <span>
          <span className={styles.quiet}>{t.baseline} </span>
          {base ? visibleText(base.name) : read.waiting === 0 && t.baselineGone}{' '}
          <Button look="quiet" isSquare aria-label={t.unpin} onPress={() => onView({ base: null })}>
            ×
          </Button>
        </span>
      )}
    </div>
  );
}
