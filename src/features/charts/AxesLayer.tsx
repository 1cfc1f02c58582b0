import { memo, useMemo } from 'react';
import { CartesianGrid, LineChart, XAxis, YAxis } from 'recharts';
import { EDGES, type Geometry } from './plot-geometry.ts';
import { measure, type Scale } from './scale.ts';

export interface AxesLayerProps {
  readonly geometry: Geometry;
}

/** recharts would paint its own greys, which are lost on a dark ground. */
const LINE = 'var(--line)';
const TICK = { fill: 'var(--text-muted)', fontSize: 11 } as const;

const MARGIN = { top: EDGES.top, right: EDGES.right, bottom: 0, left: 0 } as const;

/** Axes and grid; nothing in here changes while the cursor moves. */
export const AxesLayer = memo(function AxesLayer({ geometry }: AxesLayerProps) {
  const { width, height, scales } = geometry;
  const x = useEvenAxis(scales.x, geometry.xTicks);
  const y = useEvenAxis(scales.y, geometry.yTicks);
  // The lines are drawn by a layer of their own; without any data recharts leaves the x axis without ticks.
  const ends = x.domain.map((x) => ({ x }));
  return (
    <LineChart width={width} height={height} margin={MARGIN} data={ends} accessibilityLayer={false}>
      <CartesianGrid stroke={LINE} vertical={false} syncWithTicks />
      <XAxis
        dataKey="x"
        type="number"
        domain={x.domain}
        allowDataOverflow
        ticks={x.ticks}
        tickFormatter={x.label}
        height={EDGES.bottom}
        tick={TICK}
        tickSize={4}
        stroke={LINE}
        interval={0}
      />
      <YAxis
        type="number"
        domain={y.domain}
        allowDataOverflow
        ticks={y.ticks}
        tickFormatter={y.label}
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

/** recharts gets every axis as an even one, measured along the screen: so it agrees with the curves. */
function useEvenAxis(scale: Scale, ticks: Geometry['xTicks']) {
  return useMemo(() => {
    const along = measure(scale);
    const values = new Map(ticks.at.map((tick) => [along(tick), tick]));
    return {
      domain: scale.domain.map(along),
      ticks: [...values.keys()],
      label: (place: number) => ticks.label(values.get(place) ?? place),
    };
  }, [scale, ticks]);
}
