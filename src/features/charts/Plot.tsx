import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from 'react';
import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import { useStrings } from '#ui/strings.ts';
import { xWords } from './axis-format.ts';
import { CursorLayer } from './CursorLayer.tsx';
import type { ChartSetting } from './chart-setting.ts';
import { type DrawnLine, readingsAt, sortReadings } from './drawn-lines.ts';
import type { Column } from './extent.ts';
import { LineLayer } from './LineLayer.tsx';
import { MarkLayer } from './MarkLayer.tsx';
import { MovingAxes } from './MovingAxes.tsx';
import styles from './Plot.module.css';
import { PlotArea } from './PlotArea.tsx';
import { axesOf, type Geometry, geometry } from './plot-geometry.ts';
import { texts } from './strings.ts';
import { UnplacedLayer } from './UnplacedLayer.tsx';
import { useLive } from './use-live.ts';
import { viewRange } from './view-range.ts';

// recharts is half of the page: until it is there, the axes look the same without it.
const AxesLayer = lazy(async () => ({
  default: (await import('./AxesLayer.tsx')).AxesLayer,
}));

export interface PlotProps {
  readonly tag: string;
  readonly lines: readonly DrawnLine[];
  readonly setting: ChartSetting;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly isLowerBetter: boolean;
  /** What `layer` draws, as far as the axes must hold it; the same array while it is the same. */
  readonly more?: readonly Column[];
  /** Curves on which the checkpoints stand; those of `lines` by default. */
  readonly marked?: readonly DrawnLine[];
  /** Drawn under the curves. */
  readonly layer?: (geometry: Geometry) => ReactNode;
}

/** A screen reader is told the best of these many, not of a hundred. */
const SPOKEN = 5;

/** Marks that follow on every frame; of more, a move would not be smooth. */
const MOVING_MARKS = 60;

const NOTHING: readonly Column[] = [];

/** The curves of one metric between their axes. */
export function Plot(props: PlotProps) {
  const {
    tag,
    lines,
    setting,
    width,
    height,
    isLowerBetter,
    more = NOTHING,
    marked = lines,
  } = props;
  const t = useStrings(texts);
  const language = useLanguage();
  const { metric } = useNumberFormats();
  const { view, cursor } = setting;
  const axis = view.x;
  const [live, lead] = useLive(cursor.sight);
  const range = live ?? viewRange(view);
  const [from, to] = range ?? [null, null];
  const place = useMemo(() => {
    const inSight = from !== null && to !== null ? ([from, to] as const) : null;
    return geometry(lines, { ...axesOf(view, inSight), width, height, language }, more);
  }, [lines, more, width, height, from, to, view, language]);
  const isMoving = live !== null;
  // Those of recharts are too slow to follow.
  const resting = useResting(place, isMoving);
  const words = useCallback((x: number) => xWords(axis, x, language), [axis, language]);
  if (!place) {
    return (
      <p className={styles.nothing} style={{ blockSize: height }}>
        {t.noLines}
      </p>
    );
  }
  const valueText = (x: number) =>
    [
      words(x),
      ...sortReadings(readingsAt(lines, x), isLowerBetter)
        .slice(0, SPOKEN)
        .map(({ line, value, smoothed }) => `${line.name} ${metric(smoothed ?? value)}`),
    ].join(', ');
  const marks = isMoving ? marked.reduce((sum, { line }) => sum + line.marks.length, 0) : 0;
  return (
    <PlotArea
      label={t.cursorOf(tag)}
      description={t.plotKeys}
      valueText={valueText}
      setting={setting}
      lines={lines}
      geometry={place}
      lead={lead}
      above={
        marks <= MOVING_MARKS && (
          <MarkLayer tag={tag} lines={marked} geometry={place} setting={setting} />
        )
      }
    >
      <Suspense fallback={<MovingAxes geometry={place} />}>
        <div className={isMoving ? styles.away : undefined}>
          <AxesLayer geometry={resting ?? place} />
        </div>
        {isMoving && <MovingAxes geometry={place} />}
      </Suspense>
      {props.layer?.(place)}
      <LineLayer lines={lines} geometry={place} isMoving={isMoving} />
      <UnplacedLayer lines={lines} geometry={place} xWords={words} />
      <CursorLayer cursor={cursor} pinned={view.at} lines={lines} geometry={place} />
    </PlotArea>
  );
}

/** The last that was not moving. */
function useResting(place: Geometry | null, isMoving: boolean): Geometry | null {
  const [resting, setResting] = useState(place);
  if (isMoving || resting === place) return resting;
  setResting(place);
  return place;
}
