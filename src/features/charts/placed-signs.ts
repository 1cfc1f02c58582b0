import type { DrawnLine } from './drawn-lines.ts';
import { EDGES, type Geometry } from './plot-geometry.ts';
import { placer } from './scale.ts';
import { joinSpans, type Unplaced, type UnplacedKind, unplacedSpans } from './unplaced.ts';

/** What has no place in a plot, and where its sign stands at the edge; pixels. */
export interface PlacedSign {
  readonly span: Unplaced;
  /** `null`: it stands for several lines. */
  readonly line: DrawnLine | null;
  /** How many it stands for. */
  readonly lines: number;
  readonly left: number;
  /** A stroke goes on to here. */
  readonly right: number;
  readonly top: number;
}

/** Paths around the middle of a sign. */
export const SIGNS: Record<UnplacedKind, string> = {
  nan: 'M-3 -3L3 3M-3 3L3 -3',
  above: 'M-3.5 3L0 -3L3.5 3Z',
  below: 'M-3.5 -3L0 3L3.5 -3Z',
  nonpositive: 'M-3 -3V3H3',
  over: 'M-3 2L0 -2L3 2',
  under: 'M-3 -2L0 2L3 -2',
};

/** Pixels from the edge, so that a sign is not cut in half. */
const INSET = 5;

/** Pixels. */
const SIGN_WIDTH = 7;

/** More signs than these lie on each other: one then stands for several lines. */
const MANY = 120;

/** NaN, infinities, what a logarithmic axis cannot show, and what is beyond the ends of one that is cut. */
export function placedSigns(
  lines: readonly DrawnLine[],
  { scales, height, isCut }: Geometry,
): PlacedSign[] {
  const [from, to] = scales.x.domain;
  const place = placer(scales.x);
  const ends = isCut ? scales.y.domain : null;
  const options = { isLog: scales.y.kind === 'log', ends, place, gap: SIGN_WIDTH };
  const spans = lines.map(({ raw, isOdd }) =>
    isOdd !== false || isCut || options.isLog
      ? unplacedSpans(raw, options).filter((span) => span.to >= from && span.from <= to)
      : [],
  );
  const stand = (span: Unplaced) => {
    const isUp = span.kind === 'above' || span.kind === 'over';
    return {
      span,
      left: place(Math.max(from, span.from)),
      right: place(Math.min(to, span.to)),
      top: isUp ? EDGES.top + INSET : height - EDGES.bottom - INSET,
    };
  };
  if (spans.reduce((sum, list) => sum + list.length, 0) > MANY) {
    return joinSpans(spans, options).map((span) => ({
      ...stand(span),
      line: null,
      lines: span.lines,
    }));
  }
  return lines.flatMap((line, i) =>
    (spans[i] ?? []).map((span) => ({ ...stand(span), line, lines: 1 })),
  );
}
