import { memo } from 'react';
import { CartesianGrid, LineChart, XAxis, YAxis } from 'recharts';
import { EDGES, type Geometry } from './plot-geometry.ts';

export interface AxesLayerProps {
  readonly geometry: Geometry;
}

/** recharts would paint its own greys, which are lost on a dark ground. */
const LINE = 'var(--line)';
const TICK = { fill: 'var(--text-muted)', fontSize: 11 } as const;

const MARGIN = { top: EDGES.top, right: EDGES.right, bottom: 0, left: 0 } as const;

/** Axes and grid; nothing in here changes while the cursor moves. */
export const AxesLayer = memo(function AxesLayer({ geometry }: AxesLayerProps) {
  const { width, height, scales, xTicks, yTicks } = geometry;
  // The lines are drawn by a layer of their own; without any data recharts leaves the x axis without ticks.
  const ends = scales.x.domain.map((x) => ({ x }));
  return (
    <LineChart width={width} height={height} margin={MARGIN} data={ends} accessibilityLayer={false}>
      <CartesianGrid stroke={LINE} vertical={false} syncWithTicks />
      <XAxis
        dataKey="x"
        type="number"
        domain={[...scales.x.domain]}
        allowDataOverflow
        ticks={[...xTicks.at]}
        tickFormatter={xTicks.label}
        height={EDGES.bottom}
        tick={TICK}
        tickSize={4}
        stroke={LINE}
        interval={0}
      />
      <YAxis
        type="number"
        domain={[...scales.y.domain]}
        scale={scales.y.isLog ? 'log' : 'linear'}
        allowDataOverflow
        ticks={[...yTicks.at]}
        tickFormatter={yTicks.label}
        width={EDGES.left}
        tick={TICK}
        tickSize={4}
        axisLine={false}
        tickLine={false}
        stroke={LINE}
        interval={0}
      />
    </LineChart>
  );
});
