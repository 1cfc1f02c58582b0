import { useMemo } from 'react';
import { EmptyState } from '#ui/EmptyState.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { useWidth } from '#ui/use-width.ts';
import { visibleText } from '#ui/visible-text.ts';
import { BrushBar } from './BrushBar.tsx';
import type { ExploreColumn } from './columns.ts';
import styles from './Explore.module.css';
import { LeftOutNote } from './LeftOutNote.tsx';
import { NumbersTable } from './NumbersTable.tsx';
import type { ExploreProps } from './props.ts';
import { ScatterLegend } from './ScatterLegend.tsx';
import { ScatterPlot } from './ScatterPlot.tsx';
import { ScatterToolbar } from './ScatterToolbar.tsx';
import { scatterColumns } from './scatter-columns.ts';
import { pointLooks } from './scatter-look.ts';
import { paretoFront, runsInBox, scatterPoints } from './scatter-points.ts';
import { texts } from './strings.ts';
import { useBrushed } from './use-brushed.ts';

/** Runs as points over two columns; a box chooses among them. */
export function Scatter(props: ExploreProps) {
  const t = useStrings(texts);
  const chosen = scatterColumns(props.columns, props.view);
  if (props.rows.length === 0) return <EmptyState title={t.noRows}>{t.noRowsWhy}</EmptyState>;
  if (!chosen) return <EmptyState title={t.fewColumns}>{t.fewColumnsWhy}</EmptyState>;
  return <ScatterOf {...props} {...chosen} />;
}

interface ScatterOfProps extends ExploreProps {
  readonly across: ExploreColumn;
  readonly up: ExploreColumn;
  readonly size: ExploreColumn | null;
  readonly colour: ExploreColumn | null;
}

function ScatterOf({ across, up, size, colour, ...props }: ScatterOfProps) {
  const { rows, view, onView } = props;
  const { logs, box } = view;
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const [ref, width] = useWidth();
  const points = useMemo(() => scatterPoints(rows, [across, up], logs), [rows, across, up, logs]);
  const front = useMemo(() => paretoFront(points), [points]);
  const looks = useMemo(() => pointLooks(rows, { size, colour }, logs), [rows, size, colour, logs]);
  const brushed = useMemo(() => box && runsInBox(points, box), [points, box]);
  useBrushed(brushed, props.onBrush);
  const shown = useMemo(
    () => [...new Set([across, up, size, colour])].filter((column) => column !== null),
    [across, up, size, colour],
  );
  const titles = [visibleText(up.title), visibleText(across.title)] as const;
  return (
    <div className={styles.picture}>
      <ScatterToolbar {...props} across={across} up={up} size={size} colour={colour}>
        <BrushBar
          runs={brushed}
          total={rows.length}
          onSelect={props.onSelect}
          onClear={() => onView({ box: null })}
        />
      </ScatterToolbar>
      <div ref={ref} className={styles.frame}>
        {width > 0 && (
          <ScatterPlot
            points={points}
            looks={looks}
            front={front}
            shown={shown}
            box={box}
            brushed={brushed}
            width={width}
            onBox={(box) => onView({ box }, { replace: true })}
          />
        )}
      </div>
      <ScatterLegend legend={looks.legend} />
      <p className={styles.note}>
        {t.scatterSummary(...titles, count(points.points.length))}
        {front && front.length > 0 && ` ${t.front(count(front.length))}`}
      </p>
      <LeftOutNote leftOut={points.leftOut} />
      <NumbersTable name={t.scatterName(...titles)} columns={shown} rows={rows} />
    </div>
  );
}
