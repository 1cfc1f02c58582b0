import { useMemo, useState } from 'react';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import { useAxisWords } from './axis-words.ts';
import type { ExploreColumn } from './columns.ts';
import styles from './Explore.module.css';
import { PointCard } from './PointCard.tsx';
import { ScatterAxes } from './ScatterAxes.tsx';
import { ScatterBox } from './ScatterBox.tsx';
import { ScatterDots } from './ScatterDots.tsx';
import { areaOf, outerHeight } from './scatter-geometry.ts';
import type { Looks } from './scatter-look.ts';
import type { Point, ScatterPoints } from './scatter-points.ts';
import { texts } from './strings.ts';
import { useScatterKeys } from './use-scatter-keys.ts';
import { useScatterPointer } from './use-scatter-pointer.ts';
import type { Box } from './view.ts';

export interface ScatterPlotProps {
  readonly points: ScatterPoints;
  readonly looks: Looks;
  readonly front: readonly Point[] | null;
  /** Columns whose values a hovered point tells. */
  readonly shown: readonly ExploreColumn[];
  readonly box: Box | null;
  readonly brushed: ReadonlySet<string> | null;
  /** Pixels. */
  readonly width: number;
  readonly onBox: (box: Box | null) => void;
}

/** The points between their axes. Pointer and keys go from point to point, and draw a box. */
export function ScatterPlot(props: ScatterPlotProps) {
  const { points, onBox, width } = props;
  const t = useStrings(texts);
  const words = useAxisWords();
  const area = useMemo(() => areaOf(width), [width]);
  const [hovered, setHovered] = useState<Point | null>(null);
  // Rows that were read again are others.
  const current = points.points.find(({ row }) => row.run === hovered?.row.run) ?? null;

  const { drag, on } = useScatterPointer({ points, area, onBox, onHover: setHovered });
  const keys = useScatterKeys({ points, current, onBox, onHover: setHovered });
  const tell = ({ row }: Point) =>
    [
      visibleText(row.name),
      ...props.shown.map(
        ({ id, title }) => `${visibleText(title)} ${words.value(row.values.get(id) ?? null)}`,
      ),
    ].join(', ');

  return (
    <div className={styles.area} style={{ blockSize: outerHeight(area) }} {...on}>
      <ScatterAxes points={points} area={area} />
      <ScatterDots {...props} area={area} />
      <ScatterBox points={points} box={props.box} drag={drag} area={area} />
      {points.points.length === 0 && <p className={styles.nothing}>{t.noPoints}</p>}
      <div
        className={styles.keys}
        role="slider"
        tabIndex={0}
        aria-label={t.scatterName(
          visibleText(points.up.column.title),
          visibleText(points.across.column.title),
        )}
        aria-description={t.scatterKeys}
        aria-valuemin={0}
        aria-valuemax={points.points.length}
        aria-valuenow={keys.number}
        aria-valuetext={current ? tell(current) : undefined}
        onKeyDown={keys.onKeyDown}
        onBlur={keys.onBlur}
      />
      {current && !drag && <PointCard point={current} columns={props.shown} area={area} />}
    </div>
  );
}
