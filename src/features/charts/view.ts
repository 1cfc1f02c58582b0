import type { Smoothing, XAxis } from '#domain/history.ts';

const AXES = ['step', 'epoch', 'relative', 'wall'] as const satisfies readonly XAxis[];
const SMOOTHINGS = ['none', 'ema', 'mean'] as const satisfies readonly Smoothing['kind'][];

/** What the charts show, as the URL says it. */
export interface ChartsView {
  readonly x: XAxis;
  readonly smooth: Smoothing['kind'];
  /** From 0 to below 1. */
  readonly amount: number;
  readonly log: boolean;
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
    log: search['log'] === true,
    ...range,
    find: typeof find === 'string' || typeof find === 'number' ? String(find) : '',
    big: typeof big === 'string' && big !== '' ? big : null,
  };
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
