import type { XAxis, YScale } from '#domain/history.ts';
import type { Language } from '#ui/language.ts';
import { type Ticks, xTicks, yTicks } from './axis-format.ts';
import type { DrawnLine } from './drawn-lines.ts';
import { type Column, xExtent, type YRequest, yExtent } from './extent.ts';
import type { Scale } from './scale.ts';
import type { Range } from './sight.ts';
import type { Scales } from './trace.ts';
import type { ChartsView } from './view.ts';
import { viewRange } from './view-range.ts';

/** Pixels around the plot: labels of the y axis at the left, of the x axis below. */
export const EDGES = { left: 54, right: 10, top: 8, bottom: 24 } as const;

export interface Geometry {
  /** Of the whole chart, pixels. */
  readonly width: number;
  readonly height: number;
  readonly scales: Scales;
  readonly xTicks: Ticks;
  readonly yTicks: Ticks;
  /** The y axis does not hold all values: what is beyond its ends is marked. */
  readonly isCut: boolean;
}

/** What the axes show, as the view has it. */
export interface GeometryRequest extends Pick<YRequest, 'low' | 'high'> {
  readonly width: number;
  readonly height: number;
  readonly axis: XAxis;
  /** What is in sight; `null`: everything. */
  readonly range: readonly [number, number] | null;
  readonly logX?: boolean;
  readonly y: YScale;
  /** Only what most values need is in sight. */
  readonly isRobust?: boolean;
  readonly language: Language;
}

/**
 * Where everything of a chart is; `null` when there is nothing to show.
 *
 * @param more what other layers draw, and is to be in sight too: the edges of a band, as two columns
 */
export function geometry(
  lines: readonly DrawnLine[],
  request: GeometryRequest,
  more: readonly Column[] = [],
): Geometry | null {
  const { width, height, axis, logX = false, y: kind, language } = request;
  const domain = xDomain(lines, request, more);
  if (!domain) return null;
  const values = yExtent(columnsOf(lines, more), {
    ...request,
    kind,
    range: request.range && domain,
    robust: request.isRobust ? robustSpans(lines) : null,
  });
  const right = width - EDGES.right;
  const bottom = height - EDGES.bottom;
  const x: Scale = { domain, pixels: [EDGES.left, right], kind: logX ? 'log' : 'linear' };
  const y: Scale = { ...values, pixels: [bottom, EDGES.top], kind };
  return {
    width,
    height,
    scales: { x, y },
    xTicks: xTicks(axis, { domain, size: right - EDGES.left, language }, logX),
    isCut: request.isRobust === true || isEnd(request.low) || isEnd(request.high),
    yTicks: yTicks(y, { domain: values.domain, size: bottom - EDGES.top, language }),
  };
}

function isEnd(end: number | null | undefined): boolean {
  return end !== null && end !== undefined;
}

function columnsOf(lines: readonly DrawnLine[], more: readonly Column[]): Column[] {
  return [...lines.flatMap(({ raw, smooth }) => (smooth ? [raw, smooth] : [raw])), ...more];
}

/** `null` where the lines know of none: then all is in sight. */
function robustSpans(lines: readonly DrawnLine[]): (readonly [number, number])[] | null {
  const spans = lines.map(({ line }) => line.robust).filter((span) => span !== null);
  return spans.length > 0 ? spans : null;
}

function xDomain(
  lines: readonly DrawnLine[],
  { range, logX = false }: GeometryRequest,
  more: readonly Column[],
): readonly [number, number] | null {
  if (lines.length === 0 && more.length === 0) return null;
  if (range && (range[0] > 0 || !logX)) return range;
  const [span] = lines.map(({ line }) => line.span).filter((one) => one !== undefined);
  const all = span ?? xExtent([...lines.map(({ raw }) => raw), ...more], logX);
  if (!all || (logX && all[0] <= 0))
    return xExtent([...lines.map(({ raw }) => raw), ...more], logX);
  return range && range[1] > all[0] ? [all[0], range[1]] : all;
}

/** Pixel columns that lines are drawn on. */
export function plotWidth(width: number): number {
  return Math.max(1, width - EDGES.left - EDGES.right);
}

/** The screen's own pixels, of which lines are thinned to the columns. */
export function pixelsAcross(width: number): number {
  return Math.max(1, Math.round(width * window.devicePixelRatio));
}

/** What a view asks of the geometry. */
export function axesOf(
  { x: axis, logx: logX, y, robust: isRobust, low, high }: ChartsView,
  range: Range | null,
): Pick<GeometryRequest, 'axis' | 'logX' | 'y' | 'isRobust' | 'low' | 'high' | 'range'> {
  return { axis, logX, y, isRobust, low, high, range };
}

/** How many lines have values in sight that the y axis does not hold, because the view cuts it. */
export function runsBeyond(lines: readonly DrawnLine[], view: ChartsView): number {
  const { y: kind, robust, low, high } = view;
  if (!robust && low === null && high === null) return 0;
  const range = viewRange(view);
  const spans = robust ? robustSpans(lines) : null;
  const [least, most] = yExtent(columnsOf(lines, []), {
    kind,
    range,
    low,
    high,
    robust: spans,
  }).domain;
  const [start, end] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return lines.filter(({ raw: { x, y } }) => {
    for (let i = 0; i < y.length; i++) {
      const value = y[i] as number;
      const at = x[i] as number;
      const isBeyond = value > most || (value < least && (kind !== 'log' || value > 0));
      if (isBeyond && Number.isFinite(value) && at >= start && at <= end) return true;
    }
    return false;
  }).length;
}
