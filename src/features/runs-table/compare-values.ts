import { numberIn } from './read-column.ts';

export const COMPARISONS = ['=', '==', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** `null`: there is none. */
export type Value = number | string | null;

const collator = new Intl.Collator('en', { numeric: true });

/**
 * A number and a text that is one are compared as numbers; `NaN` equals `NaN` alone. What is not there compares as
 * false, with `!=` too.
 */
export function compareValues(left: Value, sign: Comparison, right: Value): boolean {
  if (left === null || right === null) return false;
  const areTexts = typeof left === 'string' && typeof right === 'string';
  switch (sign) {
    case '=':
    case '==':
      return areTexts ? left === right : isEqual(left, right);
    case '!=':
      return areTexts ? left !== right : !isEqual(left, right);
    case '<':
      return order(left, right) < 0;
    case '<=':
      return order(left, right) <= 0;
    case '>':
      return order(left, right) > 0;
    case '>=':
      return order(left, right) >= 0;
  }
}

function isEqual(left: number | string, right: number | string): boolean {
  const a = numberIn(left);
  const b = numberIn(right);
  if (a === null || b === null) return false;
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** `NaN` where there is no order. */
function order(left: number | string, right: number | string): number {
  const a = numberIn(left);
  const b = numberIn(right);
  if (a !== null && b !== null) return a === b ? 0 : a - b;
  if (typeof left === 'string' && typeof right === 'string') return collator.compare(left, right);
  return Number.NaN;
}
