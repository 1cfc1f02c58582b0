import type { Column } from './scale.ts';

/** Why a value has no place on the y axis. */
export type UnplacedKind = 'nan' | 'above' | 'below' | 'nonpositive';

/** Consecutive points without a place, all for the same reason; `from` and `to` are on the x axis. */
export interface Unplaced {
  readonly kind: UnplacedKind;
  readonly from: number;
  readonly to: number;
}

/** What a line cannot show, so that it can be marked at the edge of the plot. */
export function unplacedSpans({ x, y }: Column, isLog: boolean): Unplaced[] {
  const spans: { kind: UnplacedKind; from: number; to: number }[] = [];
  let open: (typeof spans)[number] | undefined;
  for (let i = 0; i < y.length; i++) {
    const kind = unplacedKind(y[i] as number, isLog);
    const at = x[i] as number;
    if (kind === null) open = undefined;
    else if (open?.kind === kind && at >= open.to) open.to = at;
    else {
      open = { kind, from: at, to: at };
      spans.push(open);
    }
  }
  return spans;
}

function unplacedKind(value: number, isLog: boolean): UnplacedKind | null {
  if (Number.isNaN(value)) return 'nan';
  if (value === Number.POSITIVE_INFINITY) return 'above';
  if (value === Number.NEGATIVE_INFINITY) return 'below';
  return isLog && value <= 0 ? 'nonpositive' : null;
}
