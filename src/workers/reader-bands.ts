import {
  type AggregateColumn,
  aggregate,
  type CentreAndSpread,
  centreAndSpread,
} from '#domain/aggregate.ts';
import { percentiles } from '#domain/percentile.ts';
import { smooth } from '#domain/smooth.ts';
import { thin } from '#domain/thin.ts';
import { findSeries } from '#runs/run-series.ts';
import type { Band, BandsRequest } from './api.ts';
import { countAlike, placesOf } from './reader-axis.ts';
import { spanOf } from './reader-lines.ts';
import type { RunModel } from './reader-model.ts';

/** What groups of runs amount to, over one span of x, thinned to the pixels; groups without the metric left out. */
export function bandsOf(models: readonly RunModel[], request: BandsRequest): Band[] {
  const { axis, tag } = request;
  const alike = axis === 'step' ? countAlike(models, tag) : models;
  const columns = new Map(alike.flatMap((model) => columnOf(model, request)));
  const span = spanOf(
    [...columns.values()].map(({ x }) => x),
    request,
  );
  return request.groups.flatMap(({ id, runs }) => {
    const members = runs.map((run) => columns.get(run)).filter((column) => column !== undefined);
    return members.length > 0 ? [bandOf(id, members, { ...request, range: span })] : [];
  });
}

type Column = AggregateColumn & { readonly x: Float64Array<ArrayBuffer> };

function columnOf(model: RunModel, { tag, axis, smoothing }: BandsRequest): [string, Column][] {
  const series = findSeries(model.series, tag);
  const x = series && placesOf(model, series, axis);
  return x ? [[model.run.path, { x, y: smooth(series.drawn.values, smoothing) }]] : [];
}

type BandRequest = BandsRequest & { readonly range: readonly [number, number] };

function bandOf(group: string, members: readonly Column[], request: BandRequest): Band {
  const { range, centre, spread } = request;
  const all = aggregate(members, { range, hasMedian: centre === 'median' });
  const drawn = centreAndSpread(all, centre, spread);
  const kept = keptOf(all.x, spread === 'none' ? [drawn.centre] : Object.values(drawn), request);
  const take = (column: Float64Array) => Float64Array.from(kept, (i) => column[i] as number);
  return {
    group,
    x: take(all.x),
    centre: take(drawn.centre),
    low: take(drawn.low),
    high: take(drawn.high),
    n: take(all.n),
    robust: request.robust ? robustOf(all.x, drawn, range) : null,
    span: range,
    runs: members.length,
    nonfinite: all.nonfinite,
    isInterpolated: all.isInterpolated,
    isSample: all.isSample,
  };
}

/** Ascending: what any of the columns needs to be drawn. */
function keptOf(
  x: Float64Array,
  columns: readonly Float64Array[],
  { range, width, logX, y }: BandRequest,
): Uint32Array {
  const indices = columns.flatMap((column) => [
    ...thin(x, column, { range, width, logX, logY: y === 'log' }).index,
  ]);
  return Uint32Array.from(new Set(indices)).sort();
}

/** What an axis leaves out that is made for most of the values. */
const ROBUST = [0.02, 0.98] as const;

function robustOf(
  x: Float64Array,
  { centre, low, high }: CentreAndSpread,
  [from, to]: readonly [number, number],
): readonly [number, number] | null {
  const isInSight = (_: number, i: number) => (x[i] as number) >= from && (x[i] as number) <= to;
  // A run alone has no spread.
  const edge = (column: Float64Array) =>
    percentiles(
      column
        .map((value, i) => (Number.isNaN(value) ? (centre[i] as number) : value))
        .filter(isInSight),
      ROBUST,
    );
  const [least] = edge(low) ?? [];
  const most = edge(high)?.[1];
  return least === undefined || most === undefined ? null : [least, most];
}
