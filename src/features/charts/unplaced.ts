import type { Column } from './extent.ts';

/** Why a value has no place on the y axis: the last two are beyond its ends. */
export type UnplacedKind = 'nan' | 'above' | 'below' | 'nonpositive' | 'over' | 'under';

/** Consecutive points without a place, all for the same reason; `from` and `to` are on the x axis. */
export interface Unplaced {
  readonly kind: UnplacedKind;
  readonly from: number;
  readonly to: number;
}

export interface UnplacedOptions {
  /** A logarithmic y axis. */
  readonly isLog: boolean;
  /** The ends of a y axis that does not hold all values. */
  readonly ends?: readonly [number, number] | null;
  /** Along the x axis: spans of one reason that are closer than `gap` cannot be told apart, and are joined. */
  readonly place?: (x: number) => number;
  readonly gap?: number;
}

/** What a line cannot show, so that it can be marked at the edge of the plot. */
export function unplacedSpans({ x, y }: Column, options: UnplacedOptions): Unplaced[] {
  const { place = (at) => at, gap = 0 } = options;
  const kindOf = kinds(options);
  const spans: { kind: UnplacedKind; from: number; to: number }[] = [];
  const last = new Map<UnplacedKind, (typeof spans)[number]>();
  let before: UnplacedKind | null = null;
  for (let i = 0; i < y.length; i++) {
    const kind = kindOf(y[i] as number);
    const at = x[i] as number;
    const open = kind === null ? undefined : last.get(kind);
    const goesOn = open && at >= open.to && (kind === before || place(at) - place(open.to) < gap);
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

function kinds({ isLog, ends }: UnplacedOptions): (value: number) => UnplacedKind | null {
  const [low, high] = ends ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return (value) => {
    if (Number.isNaN(value)) return 'nan';
    if (value === Number.POSITIVE_INFINITY) return 'above';
    if (value === Number.NEGATIVE_INFINITY) return 'below';
    if (isLog && value <= 0) return 'nonpositive';
    if (value > high) return 'over';
    return value < low ? 'under' : null;
  };
}

/** Spans of several lines as one, where they are too many to be told apart. */
export interface JoinedSpan extends Unplaced {
  readonly lines: number;
}

/** @param spans of each line */
export function joinSpans(
  spans: readonly (readonly Unplaced[])[],
  { place = (at) => at, gap = 0 }: Omit<UnplacedOptions, 'isLog'>,
): JoinedSpan[] {
  const all = spans.flatMap((list, line) => list.map((span) => ({ ...span, line })));
  const joined: { kind: UnplacedKind; from: number; to: number; of: Set<number> }[] = [];
  const last = new Map<UnplacedKind, (typeof joined)[number]>();
  for (const { kind, from, to, line } of all.sort((a, b) => a.from - b.from)) {
    const open = last.get(kind);
    if (open && place(from) - place(open.to) < gap) {
      open.to = Math.max(open.to, to);
      open.of.add(line);
    } else {
      const span = { kind, from, to, of: new Set([line]) };
      last.set(kind, span);
      joined.push(span);
    }
  }
  return joined.map(({ of, ...span }) => ({ ...span, lines: of.size }));
}
