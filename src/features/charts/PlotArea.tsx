import { type KeyboardEvent, type ReactNode, useState } from 'react';
import type { ChartSetting } from './chart-setting.ts';
import { useCursor } from './cursor.ts';
import type { DrawnLine } from './drawn-lines.ts';
import type { Listener } from './frame-store.ts';
import styles from './Plot.module.css';
import { EDGES, type Geometry } from './plot-geometry.ts';
import { plotKey } from './plot-keys.ts';
import { usePlotActs } from './use-plot-acts.ts';
import { usePlotPointer } from './use-plot-pointer.ts';

export interface PlotAreaProps {
  readonly label: string;
  /** What the keys do. */
  readonly description: string;
  /** What the read-out says at the cursor, in one sentence. */
  readonly valueText: (x: number) => string;
  readonly setting: ChartSetting;
  readonly lines: readonly DrawnLine[];
  readonly geometry: Geometry;
  /** The listener by which this card hears that the sight moves. */
  readonly lead: Listener;
  readonly children: ReactNode;
  /** What has keys of its own: the slider must not hold it. */
  readonly above: ReactNode;
}

/** Takes pointer and keys: both move the cursor, pin it, zoom and pan. */
export function PlotArea(props: PlotAreaProps) {
  const { setting, lines, geometry } = props;
  const { cursor, view } = setting;
  const x = useCursor(cursor, view.at);
  const [isFocused, setFocused] = useState(false);
  const acts = usePlotActs(setting, geometry, props.lead);
  const { drag, ...pointer } = usePlotPointer(geometry, acts);
  const [from, to] = geometry.scales.x.domain;

  const onKeyDown = (event: KeyboardEvent) => {
    const isPinned = view.at !== null;
    const isZoomed = view.from !== null || cursor.sight.live.get() !== null;
    const act = plotKey(event, { x, isPinned, domain: [from, to], isZoomed, lines });
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    acts.act(act);
  };

  return (
    <div
      {...pointer}
      className={styles.area}
      style={{ blockSize: geometry.height }}
      data-pan={drag?.kind === 'pan' ? '' : undefined}
    >
      {props.children}
      <div
        className={styles.keys}
        role="slider"
        tabIndex={0}
        aria-label={props.label}
        aria-description={props.description}
        aria-valuemin={from}
        aria-valuemax={to}
        aria-valuenow={x ?? from}
        // Only who is here hears it; of a hundred runs, it takes a while to say.
        aria-valuetext={x === null || !isFocused ? undefined : props.valueText(x)}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onKeyDown={onKeyDown}
      />
      {props.above}
      {drag?.kind === 'zoom' && <DragBox drag={drag} geometry={geometry} />}
    </div>
  );
}

interface DragBoxProps {
  /** Pixels. */
  readonly drag: { readonly from: number; readonly to: number };
  readonly geometry: Geometry;
}

function DragBox({ drag: { from, to }, geometry: { width, height } }: DragBoxProps) {
  return (
    <svg className={styles.layer} width={width} height={height} aria-hidden="true">
      <rect
        className={styles.drag}
        x={Math.min(from, to)}
        y={EDGES.top}
        width={Math.abs(to - from)}
        height={height - EDGES.top - EDGES.bottom}
      />
    </svg>
  );
}
