import type { ImagePreparation } from '#domain/dataset.ts';
import type { Task } from '#domain/scores.ts';

/** How a data set goes into a network and is scored, as a person said; `null`: by itself. */
export interface DataSettings {
  /** Columns in the order of the graph's inputs, `''` for one that is filled. */
  readonly inputs: readonly string[] | null;
  readonly label: string | null;
  /** Which class of the network each word of the label column stands for. */
  readonly classes: readonly number[] | null;
  readonly task: Task | null;
  readonly targets: readonly string[] | null;
  readonly slices: readonly string[] | null;
  readonly positive: number | null;
  /** A column that is 0 at places that do not count; `''`: none. */
  readonly mask: string | null;
  readonly output: string | null;
  readonly image: ImagePreparation | null;
  /** Input scaling, as it was typed. */
  readonly divide: number | null;
  readonly mean: string | null;
  readonly std: string | null;
}

/** All by itself. */
export const AUTOMATIC: DataSettings = {
  inputs: null,
  label: null,
  classes: null,
  task: null,
  targets: null,
  slices: null,
  positive: null,
  mask: null,
  output: null,
  image: null,
  divide: null,
  mean: null,
  std: null,
};

export const TASKS: readonly Task[] = [
  'multi-class',
  'binary',
  'multi-label',
  'regression',
  'next-token',
];

/** From a URL, or from what was kept in the browser: other versions may have written it. */
export function parseDataSettings(from: Readonly<Record<string, unknown>>): DataSettings {
  const { divide, positive, mask } = from;
  return {
    inputs: texts(from['inputs']),
    label: text(from['label']),
    classes: indices(from['classes']),
    task: TASKS.find((task) => task === from['task']) ?? null,
    targets: texts(from['targets']),
    slices: texts(from['slices']),
    positive: isIndex(positive) ? positive : null,
    mask: mask === '' ? '' : text(mask),
    output: text(from['output']),
    image: imageOf(from['image']),
    divide: typeof divide === 'number' ? divide : null,
    mean: text(from['mean']),
    std: text(from['std']),
  };
}

/** What the URL says, else what was kept. */
export function settled(view: DataSettings, kept: DataSettings): DataSettings {
  const said = Object.entries(view).filter(([key, value]) => key in AUTOMATIC && value !== null);
  return { ...kept, ...(Object.fromEntries(said) as Partial<DataSettings>) };
}

const INTERPOLATIONS: readonly ImagePreparation['interpolation'][] = [
  'nearest',
  'bilinear',
  'bilinear-antialias',
  'bicubic-antialias',
];

/** Sides of images that a network is fed with, in pixels. */
export const LARGEST_SIDE = 4096;

function imageOf(value: unknown): ImagePreparation | null {
  if (typeof value !== 'object' || value === null) return null;
  const { resize, interpolation, crop, channels, order } = value as Record<string, unknown>;
  const known = INTERPOLATIONS.find((one) => one === interpolation);
  if (!known || (order !== 'rgb' && order !== 'bgr')) return null;
  return {
    resize: isSide(resize) ? resize : sides(resize),
    interpolation: known,
    crop: sides(crop),
    channels: channels === 1 || channels === 3 ? channels : null,
    order,
  };
}

function isSide(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= LARGEST_SIDE;
}

function sides(value: unknown): readonly [number, number] | null {
  if (!Array.isArray(value)) return null;
  const [height, width] = value as readonly unknown[];
  return isSide(height) && isSide(width) ? [height, width] : null;
}

function isIndex(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

function indices(value: unknown): readonly number[] | null {
  return Array.isArray(value) && value.length > 0 && value.every(isIndex) ? value : null;
}

/** The router reads a number where digits were written. */
function text(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function texts(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return null;
  return value.filter((item) => typeof item === 'string');
}
