import type { DrawnLine } from './drawn-lines.ts';

/** What a key asks of a plot. */
export type PlotAct =
  | { readonly kind: 'move'; readonly to: number }
  /** By a part of what is in sight, to the right where it is above zero. */
  | { readonly kind: 'pan'; readonly part: number }
  /** What is in sight gets longer by a factor; `at` stays where it is. */
  | { readonly kind: 'zoom'; readonly factor: number; readonly at: number | null }
  | { readonly kind: 'pin'; readonly at: number | null }
  | { readonly kind: 'reset' };

export interface PlotState {
  /** Where the cursor is; `null`: nowhere. */
  readonly x: number | null;
  readonly isPinned: boolean;
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

/** Points that are passed at once. */
const LEAP = 10;

/** Of what is in sight. */
const PAN = 0.25;

/** `null` for a key that means nothing here. */
export function plotKey(key: Key, state: PlotState): PlotAct | null {
  if (key.altKey || key.ctrlKey || key.metaKey) return null;
  const { x, domain } = state;
  switch (key.key) {
    case 'ArrowRight':
      return key.shiftKey ? { kind: 'pan', part: PAN } : { kind: 'move', to: walk(state, 1, 1) };
    case 'ArrowLeft':
      return key.shiftKey ? { kind: 'pan', part: -PAN } : { kind: 'move', to: walk(state, -1, 1) };
    case 'PageDown':
      return { kind: 'move', to: walk(state, 1, LEAP) };
    case 'PageUp':
      return { kind: 'move', to: walk(state, -1, LEAP) };
    case 'Home':
      return { kind: 'move', to: domain[0] };
    case 'End':
      return { kind: 'move', to: domain[1] };
    case '+':
    case '=':
      return { kind: 'zoom', factor: 0.5, at: x };
    case '-':
      return { kind: 'zoom', factor: 2, at: x };
    case 'Enter':
    case 'Escape':
      return pinKey(key.key, state);
    default:
      return null;
  }
}

function pinKey(key: 'Enter' | 'Escape', { x, isPinned, isZoomed }: PlotState): PlotAct | null {
  if (isPinned) return { kind: 'pin', at: null };
  if (key === 'Enter') return x === null ? null : { kind: 'pin', at: x };
  // Of a plot that shows everything, it closes the dialog around it.
  return isZoomed ? { kind: 'reset' } : null;
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
