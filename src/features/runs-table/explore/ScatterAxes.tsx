import { memo } from 'react';
import { visibleText } from '#ui/visible-text.ts';
import { useAxisWords } from './axis-words.ts';
import styles from './Explore.module.css';
import { type Area, outerHeight } from './scatter-geometry.ts';
import type { ScatterPoints } from './scatter-points.ts';

export interface ScatterAxesProps {
  readonly points: ScatterPoints;
  readonly area: Area;
}

/** Pixels that a label takes, with the room beside it. */
const LABEL_WIDTH = 80;
const LABEL_HEIGHT = 40;
/** Letters that fit; the rest is told on hovering the select. */
const MAX_LETTERS = { across: 14, up: 10 } as const;

export const ScatterAxes = memo(function ScatterAxes({ points, area }: ScatterAxesProps) {
  const words = useAxisWords();
  const { left, top, width, height } = area;
  const across = words.ticks(points.across, Math.max(2, Math.floor(width / LABEL_WIDTH)));
  const up = words.ticks(points.up, Math.max(2, Math.floor(height / LABEL_HEIGHT)));
  const bottom = top + height;
  return (
    <svg
      className={styles.axes}
      width={left + width + 16}
      height={outerHeight(area)}
      aria-hidden="true"
    >
      {up.map(({ place, label }) => {
        const y = top + (1 - place) * height;
        return (
          <g key={place}>
            <line x1={left} x2={left + width} y1={y} y2={y} />
            <text x={left - 6} y={y} dy="0.32em" textAnchor="end">
              {cut(label, MAX_LETTERS.up)}
            </text>
          </g>
        );
      })}
      {across.map(({ place, label }) => {
        const x = left + place * width;
        return (
          <g key={place}>
            <line x1={x} x2={x} y1={top} y2={bottom + 4} />
            <text x={x} y={bottom + 16} textAnchor="middle">
              {cut(label, MAX_LETTERS.across)}
            </text>
          </g>
        );
      })}
      <line className={styles.base} x1={left} x2={left + width} y1={bottom} y2={bottom} />
      <line className={styles.base} x1={left} x2={left} y1={top} y2={bottom} />
      <text className={styles.axisTitle} x={left + width} y={bottom + 34} textAnchor="end">
        {visibleText(points.across.column.title)}
      </text>
      <text
        className={styles.axisTitle}
        transform={`translate(12 ${top}) rotate(-90)`}
        textAnchor="end"
      >
        {visibleText(points.up.column.title)}
      </text>
    </svg>
  );
});

function cut(text: string, most: number): string {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : text;
}
