/** Words for a value that was not logged. `nan` is none of them: that is a value. */
const MISSING = /^(?:|na|n\/a|null|none|undefined|-+)$/i;

const NOT_FINITE: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
};

/** A date with its time, as ISO 8601 and Python's `str` have it. */
const DATE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/;

/**
 * What a cell says: a number, also `NaN` and infinities; `undefined` when it says that nothing was
 * logged; `null` when it is text.
 *
 * @param decimalComma also take `0,5` for a number
 */
export function parseCell(cell: string, decimalComma: boolean): number | undefined | null {
  const value = Number(cell);
  // An empty cell, and one of spaces, would be 0.
  if (value !== 0 && !Number.isNaN(value)) return value;
  return parseOddCell(cell.trim(), value, decimalComma);
}

function parseOddCell(text: string, value: number, decimalComma: boolean) {
  if (MISSING.test(text)) return undefined;
  if (!Number.isNaN(value)) return value;
  const sign = text.startsWith('-') ? -1 : 1;
  const special = NOT_FINITE[text.replace(/^[+-]/, '').toLowerCase()];
  if (special !== undefined) return sign * special;
  if (!(decimalComma && text.includes(','))) return null;
  const other = Number(text.replace(',', '.'));
  return Number.isNaN(other) ? null : other;
}

/** Seconds since 1970 of a date in words, in the zone of the reader unless it names one; `NaN` if none. */
export function parseDate(cell: string): number {
  const text = cell.trim();
  return DATE.test(text) ? Date.parse(text.replace(' ', 'T').replace(',', '.')) / 1000 : Number.NaN;
}
