import type { Metadata } from '#domain/tensor.ts';

/** A number and the key that leads to it, nested keys joined by `.`. */
export interface KeyedNumber {
  /** As written. */
  readonly where: string;
  /** The last key, in lower case. */
  readonly key: string;
  readonly value: number;
  /** 0 at the top. */
  readonly depth: number;
}

/** Deeper numbers are the inside of something: parameter groups, callbacks. */
const MAX_DEPTH = 1;

/** More than these are a table, not metadata. */
const MAX_NUMBERS = 2000;

/** The numbers near the top of metadata: those that may say where a training stood. */
export function numbersIn(metadata: { readonly [key: string]: Metadata }): readonly KeyedNumber[] {
  const found: KeyedNumber[] = [];
  collect(metadata, '', 0, found);
  return found.sort((a, b) => a.depth - b.depth);
}

function collect(
  record: { readonly [key: string]: Metadata },
  prefix: string,
  depth: number,
  found: KeyedNumber[],
): void {
  for (const [name, value] of Object.entries(record)) {
    if (found.length >= MAX_NUMBERS) return;
    const number = asNumber(value);
    const where = prefix + name;
    const key = (where.split(/[./]/).at(-1) ?? name).toLowerCase();
    if (number !== null) found.push({ where, key, value: number, depth });
    else if (isRecord(value) && depth < MAX_DEPTH) collect(value, `${where}.`, depth + 1, found);
  }
}

/** Numbers, also those that were written as text, as all metadata of safetensors is. */
export function asNumber(value: Metadata | undefined): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (
    typeof value !== 'string' ||
    !/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(value.trim())
  ) {
    return null;
  }
  return Number(value);
}

export function isRecord(
  value: Metadata | undefined,
): value is { readonly [key: string]: Metadata } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
