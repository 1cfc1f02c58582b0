import type { Column } from './scale.ts';

/** Why a value has no place on the y axis. */
export type UnplacedKind = 'nan' | 'above' | 'below' | 'nonpositive';

/** Consecutive points without a place, all for the same reason; `from` and `to` are on the x axis. */
export interface Unplaced {
  readonly kind: UnplacedKind;
  readonly from: number;
  readonly to: number;
}

/**
 * What a line cannot show, so that it can be marked at the edge of the plot.
 *
 * @param gap on the x axis: spans of one reason that are closer cannot be told apart, and are joined
 */
export function unplacedSpans({ x, y }: Column, isLog: boolean, gap = 0): Unplaced[] {
  const spans: { kind: UnplacedKind; from: number; to: number }[] = [];
  const last = new Map<UnplacedKind, (typeof spans)[number]>();
  let before: UnplacedKind | null = null;
  for (let i = 0; i < y.length; i++) {
    const kind = unplacedKind(y[i] as number, isLog);
    const at = x[i] as number;
    const open = kind === null ? undefined : last.get(kind);
    const goesOn = open && at >= open.to && (kind === before || at - open.to < gap);
    if (goesOn) open.to = at;
    else if (kind !== null) {
      const span = { kind, from: at, to: at };
      last.set(kind, span);
      spans.push(span);
    }
    before = kind;
  }
  return spans;
}

function unplacedKind(value: number, isLog: boolean): UnplacedKind | null {
  if (Number.isNaN(value)) return 'nan';
  if (value === Number.POSITIVE_INFINITY) return 'above';
  if (value === Number.NEGATIVE_INFINITY) return 'below';
  return isLog && value <= 0 ? 'nonpositive' : null;
}
