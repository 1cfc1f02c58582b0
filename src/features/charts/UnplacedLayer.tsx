import { memo } from 'react';
import { useStrings } from '#ui/strings.ts';
import type { DrawnLine } from './drawn-lines.ts';
import styles from './Plot.module.css';
import { EDGES, type Geometry } from './plot-geometry.ts';
import { fromPixel, toPixel } from './scale.ts';
import { texts } from './strings.ts';
import { type Unplaced, type UnplacedKind, unplacedSpans } from './unplaced.ts';

export interface UnplacedLayerProps {
  readonly lines: readonly DrawnLine[];
  readonly geometry: Geometry;
  readonly xWords: (x: number) => string;
}

/** Pixels from the edge, so that a sign is not cut in half. */
const INSET = 5;

/** Signs around their own middle, so many pixels wide. */
const SIGN_WIDTH = 7;

const SIGNS: Record<UnplacedKind, string> = {
  nan: 'M-3 -3L3 3M-3 3L3 -3',
  above: 'M-3.5 3L0 -3L3.5 3Z',
  below: 'M-3.5 -3L0 3L3.5 -3Z',
  nonpositive: 'M-3 -3V3H3',
};

/** NaN, infinities and what a logarithmic axis cannot show: marked at the edge they went over. */
export const UnplacedLayer = memo(function UnplacedLayer(props: UnplacedLayerProps) {
  const { lines, geometry } = props;
  const { width, height, scales } = geometry;
  const [from, to] = scales.x.domain;
  const gap = fromPixel(scales.x, EDGES.left + SIGN_WIDTH) - from;
  const spans = lines.flatMap((line) =>
    unplacedSpans(line.raw, scales.y.isLog, gap)
      .filter((span) => span.to >= from && span.from <= to)
      .map((span) => ({ line, span })),
  );
  if (spans.length === 0) return null;
  return (
    <svg className={styles.layer} width={width} height={height} aria-hidden="true">
      {spans.map(({ line, span }) => (
        <Sign key={`${line.run} ${span.kind} ${span.from}`} {...props} line={line} span={span} />
      ))}
    </svg>
  );
});

interface SignProps extends UnplacedLayerProps {
  readonly line: DrawnLine;
  readonly span: Unplaced;
}

function Sign({ line, span, geometry, xWords }: SignProps) {
  const t = useStrings(texts);
  const { scales, height } = geometry;
  const [from, to] = scales.x.domain;
  const left = toPixel(scales.x, Math.max(from, span.from));
  const right = toPixel(scales.x, Math.min(to, span.to));
  const top = span.kind === 'above' ? EDGES.top + INSET : height - EDGES.bottom - INSET;
  const kind = span.kind === 'nonpositive' ? t.notAboveZero : t[span.kind];
  return (
    <g className={styles.unplaced} style={{ stroke: line.mark.colour }}>
      <title>{t.unplacedAt(kind, line.name, xWords(span.from), xWords(span.to))}</title>
      {right - left > 1 && <line x1={left} x2={right} y1={top} y2={top} />}
      <path d={SIGNS[span.kind]} transform={`translate(${left} ${top})`} />
    </g>
  );
}
