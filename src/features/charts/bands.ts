import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Band, BandsRequest } from '#workers/api.ts';
import { reader } from '#workers/reader.ts';
import type { ChartGroup, ChartGroups } from './chart-groups.ts';
import type { DrawnLine } from './drawn-lines.ts';
import type { Column } from './extent.ts';
import { pointFinder } from './nearest.ts';
import type { LinesKey } from './queries.ts';
import type { ChartsView } from './view.ts';

/** Milliseconds: zooming asks for many; those that are not in sight need not be kept for long. */
const KEPT = 60_000;

export interface BandsKey {
  readonly directory: string;
  /** Points known of; bands are asked for again when there are more. */
  readonly count: number;
  readonly request: BandsRequest;
}

/** The groups of one metric, thinned to the pixels they are drawn on. */
export const bandsQuery = ({ directory, count, request }: BandsKey) =>
  queryOptions({
    queryKey: ['bands', directory, request.tag, count, request],
    queryFn: ({ signal }) => reader.bands(request, { signal }),
    placeholderData: keepPreviousData,
    structuralSharing: false,
    gcTime: KEPT,
  });

/** What to ask for instead of single runs. */
export function bandsKey(
  { directory, count, request: { runs, ...request } }: LinesKey,
  { groups }: ChartGroups,
  { centre, spread }: Pick<ChartsView, 'centre' | 'spread'>,
): BandsKey {
  const known = new Set(runs);
  const asked = groups
    .map(({ id, runs }) => ({ id, runs: runs.filter((run) => known.has(run)) }))
    .filter((group) => group.runs.length > 0);
  return { directory, count, request: { ...request, groups: asked, centre, spread } };
}

/** A group, ready to be drawn. */
export interface DrawnBand {
  readonly group: ChartGroup;
  readonly band: Band;
  /** Its centre, as any other line: its `run` is the id of the group. */
  readonly line: DrawnLine;
}

export function drawnBands(bands: readonly Band[], { groups }: ChartGroups): DrawnBand[] {
  const byId = new Map(groups.map((group) => [group.id, group]));
  return bands.flatMap((band) => {
    const group = byId.get(band.group);
    return group ? [{ group, band, line: lineOf(group, band) }] : [];
  });
}

const NOTHING = new Float64Array();

function lineOf({ id, name, mark }: ChartGroup, { x, centre, robust, span }: Band): DrawnLine {
  return {
    run: id,
    name,
    mark,
    line: {
      run: id,
      x,
      y: centre,
      steps: x,
      smoothX: NOTHING,
      smoothY: NOTHING,
      ghostX: NOTHING,
      ghostY: NOTHING,
      robust,
      span,
      total: x.length,
      nonpositive: 0,
      marks: [],
    },
    raw: { x, y: centre },
    smooth: null,
    ghost: null,
    finder: pointFinder(x),
    smoothFinder: null,
  };
}

/** What the axes must hold beside the centres. */
export function edgesOf(bands: readonly DrawnBand[]): Column[] {
  return bands.flatMap(({ band: { x, low, high } }) => [
    { x, y: low },
    { x, y: high },
  ]);
}

/** What a group says at one place of the x axis: its nearest point. */
export interface BandReading {
  readonly group: ChartGroup;
  readonly x: number;
  readonly centre: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** @param x a place on the axis; `null`: the end of each group */
export function bandReadings(bands: readonly DrawnBand[], x: number | null): BandReading[] {
  return bands.flatMap(({ group, band, line }) => {
    const reading = bandReadingAt(band, line.finder.nearest(x ?? Number.POSITIVE_INFINITY));
    return reading ? [{ group, ...reading }] : [];
  });
}

/** @param at index of a point; `null` when there is none */
export function bandReadingAt(band: Band, at: number): Omit<BandReading, 'group'> | null {
  const x = band.x[at];
  if (x === undefined) return null;
  return {
    x,
    centre: band.centre[at] ?? Number.NaN,
    low: band.low[at] ?? Number.NaN,
    high: band.high[at] ?? Number.NaN,
    n: band.n[at] ?? 0,
  };
}

/** Best first; groups in which nothing counts come last. */
export function sortBandReadings(
  readings: readonly BandReading[],
  isLowerBetter: boolean,
): BandReading[] {
  const sign = isLowerBetter ? 1 : -1;
  const rank = ({ centre }: BandReading) =>
    Number.isFinite(centre) ? sign * centre : Number.POSITIVE_INFINITY;
  return [...readings].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

/** `0.295 ± 0.02`, the spread to 3 digits; around a median, or an interval: `0.295 (0.28 – 0.31)`. */
export function spreadText(
  { centre, low, high }: Pick<BandReading, 'centre' | 'low' | 'high'>,
  { centre: kind, spread }: Pick<ChartsView, 'centre' | 'spread'>,
  metric: (value: number) => string,
): string {
  if (Number.isNaN(low) || Number.isNaN(high)) return metric(centre);
  const isEven = kind === 'mean' && (spread === 'std' || spread === 'sem');
  return isEven
    ? `${metric(centre)} ± ${metric(Number((high / 2 - low / 2).toPrecision(3)))}`
    : `${metric(centre)} (${metric(low)} – ${metric(high)})`;
}
