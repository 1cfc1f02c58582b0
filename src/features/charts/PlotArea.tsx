import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import { type Cursor, useCursor } from './cursor.ts';
import type { DrawnLine } from './drawn-lines.ts';
import styles from './Plot.module.css';
import { EDGES, type Geometry } from './plot-geometry.ts';
import { plotKey } from './plot-keys.ts';
import { fromPixel, shortRange } from './scale.ts';

export interface PlotAreaProps {
  readonly label: string;
  /** What the keys do. */
  readonly description: string;
  /** What the read-out says at the cursor, in one sentence. */
  readonly valueText: (x: number) => string;
  readonly cursor: Cursor;
  readonly lines: readonly DrawnLine[];
  readonly geometry: Geometry;
  readonly isZoomed: boolean;
  /** `null`: everything. */
  readonly onZoom: (range: readonly [number, number] | null) => void;
  readonly children: ReactNode;
  /** What has keys of its own: the slider must not hold it. */
  readonly above: ReactNode;
}

/** A shorter drag is a click with an unsteady hand. */
const SHORTEST_DRAG = 4;

/** Takes pointer and keys: both move the cursor, a drag zooms, Escape and a double click show all. */
export function PlotArea(props: PlotAreaProps) {
  const { cursor, lines, geometry, onZoom } = props;
  const { scales, width, height } = geometry;
  const x = useCursor(cursor);
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);
  const [from, to] = scales.x.domain;
  const clamp = (pixel: number) => Math.min(width - EDGES.right, Math.max(EDGES.left, pixel));
  const pixelOf = (event: PointerEvent) =>
    clamp(event.clientX - event.currentTarget.getBoundingClientRect().left);

  const onPointerMove = (event: PointerEvent) => {
    const pixel = pixelOf(event);
    cursor.set(fromPixel(scales.x, pixel));
    if (drag) setDrag([drag[0], pixel]);
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest('a')))
      return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag([pixelOf(event), pixelOf(event)]);
  };
  const onPointerUp = () => {
    if (drag && Math.abs(drag[1] - drag[0]) >= SHORTEST_DRAG) {
      const [left, right] = [Math.min(...drag), Math.max(...drag)];
      // What is under the pointer will be somewhere else.
      cursor.set(null);
      onZoom(shortRange(fromPixel(scales.x, left), fromPixel(scales.x, right)));
    }
    setDrag(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = plotKey(event, { x, domain: [from, to], isZoomed: props.isZoomed, lines });
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    if (act.kind === 'move') cursor.set(act.to);
    else onZoom(act.range && shortRange(...act.range));
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer; the slider in it has the keys
    <div
      className={styles.area}
      style={{ blockSize: height }}
      onPointerMove={onPointerMove}
      onPointerDown={onPointerDown}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setDrag(null)}
      onPointerLeave={() => {
        if (!drag) cursor.set(null);
      }}
      onDoubleClick={() => onZoom(null)}
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
        aria-valuetext={x === null ? undefined : props.valueText(x)}
        onKeyDown={onKeyDown}
      />
      {props.above}
      {drag && <DragBox drag={drag} geometry={geometry} />}
    </div>
  );
}

interface DragBoxProps {
  readonly drag: readonly [number, number];
  readonly geometry: Geometry;
}

function DragBox({ drag, geometry: { width, height } }: DragBoxProps) {
  return (
    <svg className={styles.layer} width={width} height={height} aria-hidden="true">
      <rect
        className={styles.drag}
        x={Math.min(...drag)}
        y={EDGES.top}
        width={Math.abs(drag[1] - drag[0])}
        height={height - EDGES.top - EDGES.bottom}
      />
    </svg>
  );
}
