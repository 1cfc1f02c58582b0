import { COLOURS, colourOf } from '#ui/run-marks.ts';
import { createAxis, placeOn, valueOn } from './axis.ts';
import type { ExploreColumn, ExploreRow } from './columns.ts';

export const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'cross'] as const;

export type Shape = (typeof SHAPES)[number];

/** How a point is drawn. */
export interface Look {
  readonly colour: string;
  readonly shape: Shape;
  /** Pixels. */
  readonly radius: number;
  /** Not filled: it has no value in the column that colours. */
  readonly isHollow: boolean;
}

export interface Looks {
  readonly of: (row: ExploreRow) => Look;
  /** What colours and shapes mean; empty while they are the runs'. */
  readonly legend: readonly { readonly label: number | string | null; readonly look: Look }[];
}

const RADIUS = 4;
const LEAST_RADIUS = 2.5;
const MOST_RADIUS = 11;

/** Parts of a scale of colours that its legend shows. */
const LEGEND_PARTS = [0, 0.5, 1] as const;

/** Looks by up to two columns; without them, points are as large as each other, in their runs' colours. */
export function pointLooks(
  rows: readonly ExploreRow[],
  columns: { readonly size: ExploreColumn | null; readonly colour: ExploreColumn | null },
  logs: readonly string[],
): Looks {
  const radius = radii(rows, columns.size, logs);
  const colours = colouring(rows, columns.colour, logs);
  return {
    of: (row) => ({ ...colours.of(row), radius: radius(row) }),
    legend: colours.legend.map(({ label, look }) => ({ label, look: { ...look, radius: RADIUS } })),
  };
}

/** By area, as sizes are read. */
function radii(
  rows: readonly ExploreRow[],
  column: ExploreColumn | null,
  logs: readonly string[],
): (row: ExploreRow) => number {
  if (!column) return () => RADIUS;
  const axis = createAxis(column, rows, { isLog: logs.includes(column.id), air: 0 });
  return (row) => {
    const place = placeOn(axis, valueOn(axis, row));
    if (Number.isNaN(place)) return LEAST_RADIUS;
    return Math.sqrt(LEAST_RADIUS ** 2 + place * (MOST_RADIUS ** 2 - LEAST_RADIUS ** 2));
  };
}

type Paint = Omit<Look, 'radius'>;

interface Colouring {
  readonly of: (row: ExploreRow) => Paint;
  readonly legend: readonly { readonly label: number | string | null; readonly look: Paint }[];
}

const NO_VALUE: Paint = { colour: 'var(--text-muted)', shape: 'circle', isHollow: true };

function colouring(
  rows: readonly ExploreRow[],
  column: ExploreColumn | null,
  logs: readonly string[],
): Colouring {
  if (!column) {
    return {
      of: ({ mark }) => ({ colour: mark.colour, shape: 'circle', isHollow: false }),
      legend: [],
    };
  }
  const axis = createAxis(column, rows, { isLog: logs.includes(column.id), air: 0 });
  const paint = (place: number): Paint => {
    if (Number.isNaN(place)) return NO_VALUE;
    return axis.kind === 'category'
      ? ofCategory(Math.round(place * axis.names.length - 0.5))
      : { colour: ofPart(place), shape: 'circle', isHollow: false };
  };
  const known =
    axis.kind === 'category'
      ? axis.names.map((label, i) => ({ label, look: ofCategory(i) }))
      : LEGEND_PARTS.map((part) => ({ label: partValue(axis, part), look: paint(part) }));
  const isMissing = rows.some((row) => Number.isNaN(placeOn(axis, valueOn(axis, row))));
  return {
    of: (row) => paint(placeOn(axis, valueOn(axis, row))),
    legend: isMissing ? [...known, { label: null, look: NO_VALUE }] : known,
  };
}

function partValue(
  { isLog, domain }: { readonly isLog: boolean; readonly domain: readonly [number, number] },
  part: number,
): number {
  const [from, to] = domain;
  return isLog ? from * (to / from) ** part : from * (1 - part) + to * part;
}

/** Where colours come round again, shapes differ. */
function ofCategory(index: number): Paint {
  const shape = SHAPES[(index + Math.floor(index / COLOURS)) % SHAPES.length] ?? 'circle';
  return { colour: colourOf((index % COLOURS) + 1), shape, isHollow: false };
}

/** Steps of the scale of colours: more cannot be told apart. */
const STEPS = 12;
/** The faintest that still shows. */
const FAINTEST = 30;

function ofPart(part: number): string {
  const strength = FAINTEST + (Math.round(part * STEPS) / STEPS) * (100 - FAINTEST);
  return `color-mix(in oklab, var(--accent-strong) ${strength.toFixed(0)}%, var(--fill-strong))`;
}

/** The outline of a shape around the origin, as SVG writes paths. */
export function shapePath(shape: Shape, radius: number): string {
  const r = Number(radius.toFixed(2));
  switch (shape) {
    case 'circle':
      return `M${r} 0A${r} ${r} 0 1 1 ${-r} 0A${r} ${r} 0 1 1 ${r} 0Z`;
    case 'square': {
      const s = Number((r * 0.88).toFixed(2));
      return `M${-s} ${-s}H${s}V${s}H${-s}Z`;
    }
    case 'triangle':
      return `M0 ${-r * 1.2}L${r * 1.1} ${r * 0.8}H${-r * 1.1}Z`;
    case 'diamond':
      return `M0 ${-r * 1.25}L${r * 1.1} 0L0 ${r * 1.25}L${-r * 1.1} 0Z`;
    case 'cross': {
      const [w, l] = [r * 0.4, r * 1.15];
      return `M${-w} ${-l}H${w}V${-w}H${l}V${w}H${w}V${l}H${-w}V${w}H${-l}V${-w}H${-w}Z`;
    }
  }
}
