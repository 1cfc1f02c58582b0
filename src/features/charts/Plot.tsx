import { useCallback, useMemo } from 'react';
import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import { useStrings } from '#ui/strings.ts';
import { AxesLayer } from './AxesLayer.tsx';
import { xWords } from './axis-format.ts';
import { CursorLayer } from './CursorLayer.tsx';
import type { ChartSetting } from './chart-setting.ts';
import { type DrawnLine, readingsAt, sortReadings } from './drawn-lines.ts';
import { LineLayer } from './LineLayer.tsx';
import { MarkLayer } from './MarkLayer.tsx';
import styles from './Plot.module.css';
import { PlotArea } from './PlotArea.tsx';
import { geometry } from './plot-geometry.ts';
import { texts } from './strings.ts';
import { UnplacedLayer } from './UnplacedLayer.tsx';

export interface PlotProps {
  readonly tag: string;
  readonly lines: readonly DrawnLine[];
  readonly setting: ChartSetting;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly isLowerBetter: boolean;
}

/** A screen reader is told the best of these many, not of a hundred. */
const SPOKEN = 5;

/** The curves of one metric between their axes. */
export function Plot({ tag, lines, setting, width, height, isLowerBetter }: PlotProps) {
  const t = useStrings(texts);
  const language = useLanguage();
  const { metric } = useNumberFormats();
  const { view, onView, cursor } = setting;
  const { x: axis, from, to } = view;
  const isLog = view.y === 'log';
  const place = useMemo(() => {
    const range = from !== null && to !== null ? ([from, to] as const) : null;
    return geometry(lines, { width, height, axis, range, isLog, language });
  }, [lines, width, height, axis, from, to, isLog, language]);
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
  return (
    <PlotArea
      label={t.cursorOf(tag)}
      description={t.plotKeys}
      valueText={valueText}
      cursor={cursor}
      lines={lines}
      geometry={place}
      isZoomed={from !== null}
      above={<MarkLayer tag={tag} lines={lines} geometry={place} setting={setting} />}
      onZoom={(range) => onView({ from: range?.[0] ?? null, to: range?.[1] ?? null })}
    >
      <AxesLayer geometry={place} />
      <LineLayer lines={lines} geometry={place} />
      <UnplacedLayer lines={lines} geometry={place} xWords={words} />
      <CursorLayer cursor={cursor} lines={lines} geometry={place} />
    </PlotArea>
  );
}
