import { type Scaling, UNSCALED } from '#domain/dataset.ts';

/** Input scaling as a person types it. */
export interface ScalingText {
  readonly divide: number;
  readonly mean: string;
  readonly std: string;
}

export const UNSCALED_TEXT: ScalingText = { divide: 1, mean: '0', std: '1' };

/** What is wrong with each field; `null`: nothing. */
export interface ScalingFaults {
  readonly divide: 'zero' | null;
  readonly mean: 'not-numbers' | null;
  readonly std: 'not-numbers' | 'zero' | null;
}

/** `null` when a field cannot be used; see `scalingFaults`. */
export function parseScaling(text: ScalingText): Scaling | null {
  const { divide, mean, std } = scalingFaults(text);
  if (divide || mean || std) return null;
  return {
    divide: text.divide,
    mean: numbers(text.mean) ?? UNSCALED.mean,
    std: numbers(text.std) ?? UNSCALED.std,
  };
}

export function scalingFaults({ divide, mean, std }: ScalingText): ScalingFaults {
  const stds = numbers(std);
  return {
    divide: Number.isFinite(divide) && divide !== 0 ? null : 'zero',
    mean: numbers(mean) ? null : 'not-numbers',
    std: stds ? (stds.includes(0) ? 'zero' : null) : 'not-numbers',
  };
}

/** One number, or one per channel: `0.485, 0.456, 0.406`, as Python or NumPy prints them too. */
function numbers(text: string): readonly number[] | null {
  const parts = text
    .replaceAll(/[[\]()]/g, ' ')
    .split(/[\s,;]+/)
    .filter((part) => part !== '');
  const values = parts.map(Number);
  return values.length > 0 && values.every(Number.isFinite) ? values : null;
}

/** The scaling last used with a data set is kept in this browser, by directory and path. */
const KEY = 'cairn.scaling';

/** Kept for as many data sets. */
const MAX_KEPT = 200;

export function keptScaling(directory: string, dataset: string): ScalingText {
  const found = readKept().find(([key]) => key === keyOf(directory, dataset))?.[1];
  return found ?? UNSCALED_TEXT;
}

export function keepScaling(directory: string, dataset: string, text: ScalingText): void {
  const key = keyOf(directory, dataset);
  const others = readKept().filter(([other]) => other !== key);
  try {
    localStorage.setItem(KEY, JSON.stringify([...others, [key, text]].slice(-MAX_KEPT)));
  } catch {
    // Storage is switched off or full: it holds until the page is closed, in the URL.
  }
}

function keyOf(directory: string, dataset: string): string {
  return `${directory}\n${dataset}`;
}

function readKept(): readonly (readonly [string, ScalingText])[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isKept) : [];
  } catch {
    return [];
  }
}

function isKept(entry: unknown): entry is readonly [string, ScalingText] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
  const { divide, mean, std } = (entry[1] ?? {}) as Partial<Record<keyof ScalingText, unknown>>;
  return typeof divide === 'number' && typeof mean === 'string' && typeof std === 'string';
}
