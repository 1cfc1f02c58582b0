import { memo, useMemo } from 'react';
import { classNames } from '#ui/class-names.ts';
import { useStrings } from '#ui/strings.ts';
import type { DrawnLine } from './drawn-lines.ts';
import styles from './Plot.module.css';
import { placedSigns, SIGNS } from './placed-signs.ts';
import type { Geometry } from './plot-geometry.ts';
import { texts } from './strings.ts';
import type { UnplacedKind } from './unplaced.ts';

export interface UnplacedLayerProps {
  readonly lines: readonly DrawnLine[];
  readonly geometry: Geometry;
  readonly xWords: (x: number) => string;
}

const WORDS = {
  nan: 'nan',
  above: 'above',
  below: 'below',
  nonpositive: 'notAboveZero',
  over: 'over',
  under: 'under',
} as const satisfies Record<UnplacedKind, string>;

/** NaN, infinities, and what the axes do not show: marked at the edge they went over. */
export const UnplacedLayer = memo(function UnplacedLayer(props: UnplacedLayerProps) {
  const { lines, geometry, xWords } = props;
  const t = useStrings(texts);
  const signs = useMemo(() => placedSigns(lines, geometry), [lines, geometry]);
  if (signs.length === 0) return null;
  return (
    <svg
      className={styles.layer}
      width={geometry.width}
      height={geometry.height}
      aria-hidden="true"
    >
      {signs.map(({ span, line, left, right, top, ...sign }) => (
        <g
          key={`${line?.run} ${span.kind} ${span.from}`}
          className={classNames(styles.unplaced, isBeyond(span.kind) && styles.beyond)}
          style={{ stroke: line?.mark.colour ?? 'var(--text-muted)' }}
        >
          <title>
            {t.unplacedAt(
              t[WORDS[span.kind]],
              line?.name ?? t.linesThere(sign.lines),
              xWords(span.from),
              xWords(span.to),
            )}
          </title>
          {right - left > 1 && <line x1={left} x2={right} y1={top} y2={top} />}
          <path d={SIGNS[span.kind]} transform={`translate(${left} ${top})`} />
        </g>
      ))}
    </svg>
  );
});

function isBeyond(kind: UnplacedKind): boolean {
  return kind === 'over' || kind === 'under';
}
