import { csvLine, numberCell, textCell } from '#ui/csv.ts';
import { fileName, type SavedFile } from '#ui/saved-file.ts';
import type { RunColumn } from './run-columns.ts';
import type { GroupLine, RunLine, TableRow } from './table-rows.ts';

/** Written at a time. */
const LINES = 500;

/**
 * The table as a file: a line for every run, and for every group the mean, the deviation and n of its columns.
 *
 * @param lines in the order in which they are shown
 */
export function tableFile(
  directory: string,
  columns: readonly RunColumn[],
  lines: readonly TableRow[],
): SavedFile {
  return {
    name: `${fileName(directory, 'runs')}-runs.csv`,
    size: null,
    async *pieces(signal) {
      const encoder = new TextEncoder();
      let text = '';
      let count = 0;
      for (const line of csvLines(columns, lines)) {
        text += line;
        if (++count % LINES !== 0) continue;
        signal.throwIfAborted();
        yield encoder.encode(text);
        text = '';
      }
      yield encoder.encode(text);
    },
  };
}

export function* csvLines(
  columns: readonly RunColumn[],
  lines: readonly TableRow[],
): Generator<string> {
  const own = columns.filter(({ id }) => id !== 'name' && id !== 'spark');
  const isGrouped = lines.some(({ kind }) => kind === 'group');
  const spread = isGrouped ? own.filter(isSpread) : [];
  const titles = ['run', 'path', ...own.map(({ title }) => title)];
  const more = spread.flatMap(({ title }) => [`${title} std`, `${title} n`]);
  yield csvLine([...(isGrouped ? ['group'] : []), ...titles, ...more].map(textCell));
  for (const line of lines) {
    if (line.kind === 'run') {
      yield csvLine([...runCells(line, own), ...spread.flatMap(() => ['', ''])]);
      continue;
    }
    const group = textCell(line.group.label);
    yield csvLine([
      group,
      ...groupCells(line, own),
      ...spread.flatMap((one) => spreadOf(line, one)),
    ]);
    for (const run of line.lines)
      yield csvLine([group, ...runCells(run, own), ...spread.flatMap(() => ['', ''])]);
  }
}

function isSpread({ kind, source }: RunColumn): boolean {
  return kind === 'number' && source !== 'configuration';
}

function runCells({ row }: RunLine, columns: readonly RunColumn[]): string[] {
  return [
    textCell(row.name),
    textCell(row.run),
    ...columns.map((column) => cellOf(column.read(row).value)),
  ];
}

function cellOf(value: number | string | null): string {
  return typeof value === 'string' ? textCell(value) : numberCell(value);
}

function groupCells(line: GroupLine, columns: readonly RunColumn[]): string[] {
  const cells = columns.map((column) => {
    const aggregate = line.aggregate(column);
    if (aggregate.kind === 'same') return cellOf(aggregate.value);
    return aggregate.kind === 'mean' && isSpread(column) ? numberCell(aggregate.mean) : '';
  });
  return ['', '', ...cells];
}

function spreadOf(line: GroupLine, column: RunColumn): [string, string] {
  const aggregate = line.aggregate(column);
  if (aggregate.kind !== 'mean') return ['', ''];
  return [numberCell(aggregate.std), numberCell(aggregate.n)];
}
