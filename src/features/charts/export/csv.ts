/** What a spreadsheet would run as a formula when it stands first in a cell. */
const FORMULA = /^[=+\-@\t\r]/;

/** A text as a cell: quoted where it must be, and with an apostrophe before what would be a formula. */
export function textCell(text: string): string {
  const inert = FORMULA.test(text) ? `'${text}` : text;
  return /["\n\r,]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** A number with all its digits, as numpy and pandas read it; empty for `null`. */
export function numberCell(value: number | null): string {
  if (value === null) return '';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Cells as a line with its end. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}
