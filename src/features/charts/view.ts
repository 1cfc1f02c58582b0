import type { Smoothing, XAxis, YScale } from '#domain/history.ts';

const AXES = ['step', 'epoch', 'relative', 'wall', 'process'] as const satisfies readonly XAxis[];
const SCALES = ['linear', 'log', 'symlog'] as const satisfies readonly YScale[];
const CENTRES = ['mean', 'median'] as const;
const SPREADS = ['std', 'sem', 'ci95', 'range', 'none'] as const;
const SMOOTHINGS = ['none', 'ema', 'mean'] as const satisfies readonly Smoothing['kind'][];

/** What the charts show, as the URL says it. */
export interface ChartsView {
  readonly x: XAxis;
  readonly smooth: Smoothing['kind'];
  /** From 0 to below 1. */
  readonly amount: number;
  readonly logx: boolean;
  readonly y: YScale;
  /** The y axis leaves out what few points alone need. */
  readonly robust: boolean;
  /** A fixed y range, either end alone too; `null`: as the values are. */
  readonly low: number | null;
  readonly high: number | null;
  /**
   * By what runs are put together: `no-seed`, the whole configuration without the seed, or
   * `key:` and a key of it; `null`: not at all.
   */
  readonly group: string | null;
  readonly centre: (typeof CENTRES)[number];
  readonly spread: (typeof SPREADS)[number];
  /** Single runs are drawn with their groups. */
  readonly singles: boolean;
  /** Where the cursor is pinned on the x axis; `null`: it follows the pointer. */
  readonly at: number | null;
  /** What is in sight of the x axis, in its own unit; `null`: everything. */
  readonly from: number | null;
  readonly to: number | null;
  /** Part of the names of the metrics that are shown; `''`: all. */
  readonly find: string;
  /** The metric that is enlarged. */
  readonly big: string | null;
}

/** The most that smoothing can be set to: past it, 1000 points become one. */
export const MAX_AMOUNT = 0.999;

export function parseChartsView(search: Readonly<Record<string, unknown>>): ChartsView {
  const { find, big } = search;
  const range = parseRange(search['from'], search['to']);
  return {
    x: AXES.find((axis) => axis === search['x']) ?? 'step',
    smooth: SMOOTHINGS.find((kind) => kind === search['smooth']) ?? 'none',
    amount: parseAmount(search['amount']),
    logx: search['logx'] === true,
    y: SCALES.find((scale) => scale === search['y']) ?? 'linear',
    robust: search['robust'] === true,
    low: parseNumber(search['low']),
    high: parseNumber(search['high']),
    group: parseText(search['group']),
    centre: CENTRES.find((centre) => centre === search['centre']) ?? 'mean',
    spread: SPREADS.find((spread) => spread === search['spread']) ?? 'std',
    singles: search['singles'] === true,
    at: parseNumber(search['at']),
    ...range,
    find: typeof find === 'string' || typeof find === 'number' ? String(find) : '',
    big: parseText(big),
  };
}

function parseNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function parseText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function parseAmount(amount: unknown): number {
  if (typeof amount !== 'number' || !Number.isFinite(amount)) return 0.6;
  return Math.min(MAX_AMOUNT, Math.max(0, amount));
}

function parseRange(from: unknown, to: unknown): Pick<ChartsView, 'from' | 'to'> {
  const isRange =
    typeof from === 'number' &&
    typeof to === 'number' &&
    Number.isFinite(from) &&
    Number.isFinite(to) &&
    from < to;
  return isRange ? { from, to } : { from: null, to: null };
}
