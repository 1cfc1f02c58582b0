import { useMemo, useState } from 'react';
import { EmptyState } from '#ui/EmptyState.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { useWidth } from '#ui/use-width.ts';
import { visibleText } from '#ui/visible-text.ts';
import { AxesChoice } from './AxesChoice.tsx';
import { BrushBar } from './BrushBar.tsx';
import styles from './Explore.module.css';
import { NumbersTable } from './NumbersTable.tsx';
import { ParallelPlot } from './ParallelPlot.tsx';
import { firstAxes, parallelAxes, runsInBrushes } from './parallel-axes.ts';
import type { ExploreProps } from './props.ts';
import { texts } from './strings.ts';
import { useBrushed } from './use-brushed.ts';
import type { Brushes } from './view.ts';

/** With more runs, lines are painted again when a brush is let go, not while it moves. */
const LIVE_RUNS = 1000;

/** Runs as lines over any number of axes; brushes on the axes choose among them. */
export function ParallelCoordinates(props: ExploreProps) {
  const { columns, rows, view, onView } = props;
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const [ref, width] = useWidth();
  /** While a brush is dragged. */
  const [draft, setDraft] = useState<Brushes | null>(null);
  const { flipped, logs, brushes } = view;
  const ids = useMemo(
    () => view.axes ?? firstAxes(columns, view.metric),
    [view.axes, columns, view.metric],
  );
  const axes = useMemo(
    () => parallelAxes(rows, columns, { axes: ids, flipped, logs, brushes }),
    [rows, columns, ids, flipped, logs, brushes],
  );
  const drafted = useMemo(
    () => draft && parallelAxes(rows, columns, { axes: ids, flipped, logs, brushes: draft }),
    [rows, columns, ids, flipped, logs, draft],
  );
  const brushed = useMemo(() => runsInBrushes(rows, axes), [rows, axes]);
  const shown = useMemo(
    () => (drafted ? runsInBrushes(rows, drafted) : brushed),
    [rows, drafted, brushed],
  );
  useBrushed(brushed, props.onBrush);
  const drawn = useMemo(() => axes.map(({ axis }) => axis.column), [axes]);
  if (rows.length === 0) return <EmptyState title={t.noRows}>{t.noRowsWhy}</EmptyState>;
  if (columns.length === 0) return <EmptyState title={t.fewColumns}>{t.fewColumnsWhy}</EmptyState>;
  const titles = drawn.map(({ title }) => visibleText(title)).join(', ');
  return (
    <div className={styles.picture}>
      <div className={styles.toolbar}>
        <AxesChoice columns={columns} chosen={ids} onChoose={(axes) => onView({ axes })} />
        <BrushBar
          runs={shown}
          total={rows.length}
          onSelect={props.onSelect}
          onClear={() => onView({ brushes: {} })}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={ref} className={styles.scrolling} tabIndex={0} aria-label={t.parallelName}>
        {axes.length === 0 && <p className={styles.quiet}>{t.noAxes}</p>}
        {width > 0 && axes.length > 0 && (
          <ParallelPlot
            rows={rows}
            axes={drafted ?? axes}
            placed={axes}
            brushed={rows.length <= LIVE_RUNS ? shown : brushed}
            width={width}
            ids={ids}
            view={view}
            onView={onView}
            onDraft={setDraft}
          />
        )}
      </section>
      <p className={styles.note}>{t.parallelSummary(count(rows.length), titles)}</p>
      <NumbersTable name={t.parallelName} columns={drawn} rows={rows} />
    </div>
  );
}
