/** Pictures over the columns of the runs table, as the URL says it; part of the view of that page. */
export interface ExploreView {
  /** Columns of the scatter plot, by id; `null`: chosen by Cairn, or none for size and colour. */
  readonly across: string | null;
  readonly up: string | null;
  readonly size: string | null;
  readonly colour: string | null;
  /** What is brushed of the scatter plot, in values: from and to across, from and to up. */
  readonly box: Box | null;
  /** Axes of the parallel coordinates in their order; `null`: chosen by Cairn. */
  readonly axes: readonly string[] | null;
  /** Axes that run from high to low. */
  readonly flipped: readonly string[];
  /** What is brushed of the parallel coordinates. */
  readonly brushes: Brushes;
  /** Columns on a logarithmic axis, wherever they are drawn. */
  readonly logs: readonly string[];
  /** The column that configuration is held against; `null`: chosen by Cairn. */
  readonly metric: string | null;
}

/** Ends that are numbers, or categories by name. */
export type Ends = readonly [number, number] | readonly [string, string];

export interface Box {
  readonly across: Ends;
  readonly up: Ends;
}

/** Of one axis; a run is in the brush when it is in one of the two. */
export interface AxisBrush {
  /** Both ends included. `null`: no value is brushed. */
  readonly range: Ends | null;
  /** Runs without a place on the axis. */
  readonly none: boolean;
}

/** By column id; a run must be in all of them. */
export type Brushes = Readonly<Record<string, AxisBrush>>;

export function parseExploreView(search: Readonly<Record<string, unknown>>): ExploreView {
  return {
    across: parseText(search['across']),
    up: parseText(search['up']),
    size: parseText(search['size']),
    colour: parseText(search['colour']),
    box: parseBox(search['box']),
    axes: Array.isArray(search['axes']) ? parseTexts(search['axes']) : null,
    flipped: parseTexts(search['flipped']),
    brushes: parseBrushes(search['brushes']),
    logs: parseTexts(search['logs']),
    metric: parseText(search['metric']),
  };
}

function parseText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function parseTexts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return [...new Set(value.filter((one): one is string => typeof one === 'string'))];
}

function parseBox(value: unknown): Box | null {
  if (typeof value !== 'object' || value === null) return null;
  const parts: Record<string, unknown> = { ...value };
  const across = parseEnds(parts['across']);
  const up = parseEnds(parts['up']);
  return across && up ? { across, up } : null;
}

function parseEnds(value: unknown): Ends | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [from, to]: readonly unknown[] = value;
  if (typeof from === 'string' && typeof to === 'string') return [from, to];
  const areNumbers = Number.isFinite(from) && Number.isFinite(to);
  return areNumbers ? [from as number, to as number] : null;
}

function parseBrushes(value: unknown): Brushes {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).flatMap(([id, brush]: [string, unknown]) => {
    if (typeof brush !== 'object' || brush === null) return [];
    const parts: Record<string, unknown> = { ...brush };
    const range = parseEnds(parts['range']);
    const none = parts['none'] === true;
    return range || none ? [[id, { range, none }] as const] : [];
  });
  return Object.fromEntries(entries);
}
