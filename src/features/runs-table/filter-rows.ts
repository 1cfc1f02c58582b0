import { type ColumnSpec, columnId } from './column-spec.ts';
import { type Expression, parseExpression, type ReadValue } from './expression.ts';
import { type Names, resolver } from './name-resolution.ts';
import { readColumn, type Sources } from './read-column.ts';
import type { RunRow } from './rows.ts';

export interface Filtered {
  readonly rows: readonly RunRow[];
  /** `null`: there is no filter. */
  readonly expression: Expression | null;
  /** Names in it that runs have no value of, and how many runs. */
  readonly lacking: readonly { readonly name: string; readonly runs: number }[];
}

/** The rows that a filter leaves; one that is none hides nothing. */
export function filterRows(
  rows: readonly RunRow[],
  text: string,
  { names, sources }: { readonly names: Names; readonly sources: Sources },
): Filtered {
  if (text.trim() === '') return { rows, expression: null, lacking: [] };
  const expression = parseExpression(text, resolver(names));
  if (!expression.ok) return { rows, expression, lacking: [] };
  const missing = new Map<string, number>();
  const left = rows.filter((row) => {
    const read: ReadValue = (spec) => readColumn(spec, row, sources).value;
    for (const [name, spec] of expression.names) {
      if (isMissing(spec, read)) missing.set(name, (missing.get(name) ?? 0) + 1);
    }
    return expression.test(read);
  });
  const lacking = [...missing].map(([name, runs]) => ({ name, runs }));
  return { rows: left, expression, lacking };
}

function isMissing(spec: ColumnSpec, read: ReadValue): boolean {
  return columnId(spec) !== 'name' && read(spec) === null;
}
