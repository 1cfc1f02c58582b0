import { useLayoutEffect, useMemo, useRef } from 'react';
import { AxisHead } from './AxisHead.tsx';
import { AxisStrip } from './AxisStrip.tsx';
import type { ExploreRow } from './columns.ts';
import { NoneButton } from './NoneButton.tsx';
import styles from './Parallel.module.css';
import { ParallelLines } from './ParallelLines.tsx';
import { moved, type ParallelAxis, withNone, withRange } from './parallel-axes.ts';
import { nearestAxis, parallelArea } from './parallel-geometry.ts';
import type { ExploreProps } from './props.ts';
import type { Brushes } from './view.ts';

export interface ParallelPlotProps extends Pick<ExploreProps, 'view' | 'onView'> {
  readonly rows: readonly ExploreRow[];
  /** With their brushes as they are at this moment. */
  readonly axes: readonly ParallelAxis[];
  /** The same, kept while a brush moves: lines do not depend on it. */
  readonly placed: readonly ParallelAxis[];
  readonly brushed: ReadonlySet<string> | null;
  /** Pixels that there are; many axes take more. */
  readonly width: number;
  /** Of all axes in their order, those too that have no column at present. */
  readonly ids: readonly string[];
  /** Brushes while one is dragged; `null`: it was let go. */
  readonly onDraft: (brushes: Brushes | null) => void;
}

/** The lines, and on them the axes with their brushes. */
export function ParallelPlot(props: ParallelPlotProps) {
  const { rows, axes, brushed, width, ids, view, onView, onDraft } = props;
  const area = useMemo(() => parallelArea(width, axes.length), [width, axes.length]);
  const plot = useRef<HTMLDivElement>(null);
  /** Of the axis that was moved: in its new place the browser has lost the focus. */
  const refocus = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (refocus.current === null) return;
    const heads = plot.current?.querySelectorAll<HTMLElement>('[data-axis]') ?? [];
    for (const head of heads) if (head.dataset['axis'] === refocus.current) head.focus();
    refocus.current = null;
  });
  const move = (id: string, to: number) => {
    const target = ids.indexOf(axes[to]?.axis.column.id ?? '');
    if (target < 0) return;
    refocus.current = id;
    onView({ axes: moved(ids, ids.indexOf(id), target) });
  };
  const toggle = (list: readonly string[], id: string) =>
    list.includes(id) ? list.filter((one) => one !== id) : [...list, id];

  return (
    <div ref={plot} className={styles.parallel} style={{ width: area.width, height: area.height }}>
      <ParallelLines rows={rows} axes={props.placed} brushed={brushed} area={area} />
      {axes.map((one, i) => {
        const { id } = one.axis.column;
        return (
          <div
            key={id}
            className={styles.axis}
            style={{ insetInlineStart: area.x[i], blockSize: area.height }}
          >
            <AxisHead
              axis={one}
              isLog={view.logs.includes(id)}
              onMove={(by) => move(id, i + by)}
              onDrop={(by) => move(id, nearestAxis(area, (area.x[i] ?? 0) + by))}
              onFlip={() => onView({ flipped: toggle(view.flipped, id) })}
              onLog={() => onView({ logs: toggle(view.logs, id) })}
            />
            <AxisStrip
              axis={one}
              area={area}
              onDraft={(range) => onDraft(withRange(view.brushes, id, range))}
              onBrush={(range) => {
                onDraft(null);
                onView({ brushes: withRange(view.brushes, id, range) }, { replace: true });
              }}
            />
            <NoneButton
              axis={one}
              area={area}
              onToggle={(none) => onView({ brushes: withNone(view.brushes, id, none) })}
            />
          </div>
        );
      })}
    </div>
  );
}
