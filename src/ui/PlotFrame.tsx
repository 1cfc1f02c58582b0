import { type ReactNode, useId } from 'react';
import { CartesianGrid, LineChart, XAxis, YAxis } from 'recharts';
import styles from './PlotFrame.module.css';
import { roundTicks } from './plot-ticks.ts';
import { useWidth } from './use-width.ts';

export interface PlotAxis {
  readonly title: string;
  readonly domain: readonly [number, number];
  readonly format: (value: number) => string;
}

/** Where values are, in pixels. */
export interface PlotPlaces {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly width: number;
  readonly height: number;
}

export interface PlotFrameProps {
  /** The picture in one sentence. */
  readonly summary: string;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  /** Pixels. */
  readonly height: number;
  /** Drawn between the axes, as parts of an SVG. */
  readonly children: (places: PlotPlaces) => ReactNode;
}

const EDGES = { left: 56, right: 12, top: 8, bottom: 24 } as const;
const MARGIN = { top: EDGES.top, right: EDGES.right, bottom: 0, left: 0 } as const;

/** recharts would paint its own greys, which are lost on a dark ground. */
const LINE = 'var(--line)';
const TICK = { fill: 'var(--text-muted)', fontSize: 11 } as const;

/** Even axes with their grid; what is between them is the caller's. */
export function PlotFrame({ summary, x, y, height, children }: PlotFrameProps) {
  const id = useId();
  const [ref, width] = useWidth();
  const across = width - EDGES.left - EDGES.right;
  const along = height - EDGES.top - EDGES.bottom;
  const share = ([from, to]: readonly [number, number], value: number) =>
    to > from ? (value - from) / (to - from) : 0.5;
  const places: PlotPlaces = {
    x: (value) => EDGES.left + share(x.domain, value) * across,
    y: (value) => EDGES.top + (1 - share(y.domain, value)) * along,
    width,
    height,
  };
  return (
    <figure className={styles.figure}>
      <p className={styles.title} aria-hidden="true">
        {y.title}
      </p>
      <div ref={ref} className={styles.plot} style={{ blockSize: height }}>
        {across > 0 && (
          <>
            <Axes x={x} y={y} width={width} height={height} />
            <svg
              role="img"
              aria-label={summary}
              className={styles.layer}
              width={width}
              height={height}
            >
              <clipPath id={id}>
                <rect
                  x={EDGES.left}
                  y={0}
                  width={across + EDGES.right}
                  height={EDGES.top + along}
                />
              </clipPath>
              <g clipPath={`url(#${id})`}>{children(places)}</g>
            </svg>
          </>
        )}
      </div>
      <p className={styles.below} aria-hidden="true">
        {x.title}
      </p>
    </figure>
  );
}

interface AxesProps extends Pick<PlotFrameProps, 'x' | 'y' | 'height'> {
  readonly width: number;
}

function Axes({ x, y, width, height }: AxesProps) {
  return (
    <div className={styles.layer} aria-hidden="true">
      <LineChart
        width={width}
        height={height}
        margin={MARGIN}
        // Without any data recharts leaves the x axis without ticks.
        data={x.domain.map((end) => ({ x: end }))}
        accessibilityLayer={false}
      >
        <CartesianGrid stroke={LINE} vertical={false} syncWithTicks />
        <XAxis
          dataKey="x"
          type="number"
          domain={[...x.domain]}
          allowDataOverflow
          ticks={roundTicks(x.domain, Math.max(2, Math.floor(width / 110)))}
          tickFormatter={x.format}
          height={EDGES.bottom}
          tick={TICK}
          tickSize={4}
          stroke={LINE}
          interval={0}
        />
        <YAxis
          type="number"
          domain={[...y.domain]}
          allowDataOverflow
          ticks={roundTicks(y.domain, Math.max(2, Math.floor(height / 50)))}
          tickFormatter={y.format}
          width={EDGES.left}
          tick={TICK}
          tickSize={4}
          axisLine={false}
          tickLine={false}
          stroke={LINE}
          interval={0}
        />
      </LineChart>
    </div>
  );
}
