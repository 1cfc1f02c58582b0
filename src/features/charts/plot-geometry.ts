import type { XAxis } from '#domain/history.ts';
import type { Language } from '#ui/language.ts';
import { type Ticks, xTicks, yTicks } from './axis-format.ts';
import type { DrawnLine } from './drawn-lines.ts';
import { xExtent, yDomain } from './scale.ts';
import type { Scales } from './trace.ts';

/** Pixels around the plot: labels of the y axis at the left, of the x axis below. */
export const EDGES = { left: 54, right: 10, top: 8, bottom: 24 } as const;

export interface Geometry {
  /** Of the whole chart, pixels. */
  readonly width: number;
  readonly height: number;
  readonly scales: Scales;
  readonly xTicks: Ticks;
  readonly yTicks: Ticks;
}

export interface GeometryRequest {
  readonly width: number;
  readonly height: number;
  readonly axis: XAxis;
  /** What is in sight; `null`: everything. */
  readonly range: readonly [number, number] | null;
  readonly isLog: boolean;
  readonly language: Language;
}

/** Where everything of a chart is; `null` when there is nothing to show. */
export function geometry(lines: readonly DrawnLine[], request: GeometryRequest): Geometry | null {
  const { width, height, axis, range, isLog, language } = request;
  const domain = range ?? xExtent(lines.map(({ raw }) => raw));
  if (!domain) return null;
  const columns = lines.flatMap(({ raw, smooth }) => (smooth ? [raw, smooth] : [raw]));
  const values = yDomain(columns, { range, isLog });
  const right = width - EDGES.right;
  const bottom = height - EDGES.bottom;
  return {
    width,
    height,
    scales: {
      x: { domain, pixels: [EDGES.left, right], isLog: false },
      y: { domain: values, pixels: [bottom, EDGES.top], isLog },
    },
    xTicks: xTicks(axis, { domain, size: right - EDGES.left, language }),
    yTicks: yTicks(isLog, { domain: values, size: bottom - EDGES.top, language }),
  };
}

/** Pixel columns that lines are drawn on. */
export function plotWidth(width: number): number {
  return Math.max(1, width - EDGES.left - EDGES.right);
}
