import type { DrawnLine } from './drawn-lines.ts';

/** What a key asks of a plot. */
export type PlotAct =
  | { readonly kind: 'move'; readonly to: number }
  | { readonly kind: 'zoom'; readonly range: readonly [number, number] | null };

export interface PlotState {
  /** Where the cursor is; `null`: nowhere. */
  readonly x: number | null;
  readonly domain: readonly [number, number];
  readonly isZoomed: boolean;
  readonly lines: readonly Pick<DrawnLine, 'finder'>[];
}

interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** Points that an arrow passes with Shift. */
const LEAP = 10;

/** `null` for a key that means nothing here. */
export function plotKey(key: Key, state: PlotState): PlotAct | null {
  if (key.altKey || key.ctrlKey || key.metaKey) return null;
  const { x, domain } = state;
  switch (key.key) {
    case 'ArrowRight':
      return { kind: 'move', to: walk(state, 1, key.shiftKey ? LEAP : 1) };
    case 'ArrowLeft':
      return { kind: 'move', to: walk(state, -1, key.shiftKey ? LEAP : 1) };
    case 'Home':
      return { kind: 'move', to: domain[0] };
    case 'End':
      return { kind: 'move', to: domain[1] };
    case '+':
    case '=':
      return { kind: 'zoom', range: around(domain, x, 0.5) };
    case '-':
      return { kind: 'zoom', range: around(domain, x, 2) };
    case 'Escape':
      // Of a plot that shows everything, it closes the dialog around it.
      return state.isZoomed ? { kind: 'zoom', range: null } : null;
    default:
      return null;
  }
}

/** To the next point of any line, so many times; it stops at the last one in sight. */
function walk({ x, domain, lines }: PlotState, direction: 1 | -1, times: number): number {
  const [from, to] = domain;
  let at = x ?? (direction === 1 ? from : to);
  for (let i = 0; i < times; i++) {
    const next = lines
      .map(({ finder }) => finder.next(at, direction))
      .filter((place) => place !== null)
      .filter((place) => place >= from && place <= to);
    if (next.length === 0) break;
    at = direction === 1 ? Math.min(...next) : Math.max(...next);
  }
  return at;
}

/** The cursor stays where it is on the screen. */
function around(
  [from, to]: readonly [number, number],
  x: number | null,
  factor: number,
): readonly [number, number] {
  const centre = x ?? (from + to) / 2;
  return [centre - (centre - from) * factor, centre + (to - centre) * factor];
}
