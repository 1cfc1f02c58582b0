import type { Dataset } from '#domain/dataset.ts';
import { findLabelName } from '#domain/labels.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { ExampleColumn } from '#formats/examples/column.ts';
import { dataError, datasetOf } from '#formats/examples/dataset.ts';
import { imageFiles } from '#formats/examples/image-files.ts';
import { IMAGE_FILE } from '#formats/image-folder/image-file.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { staysInside } from '#formats/stays-inside.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { joinPath, parentOf } from '#io/path.ts';
import { cellColumn } from './cell-column.ts';
import { type NamedTable, readNamedTable } from './table.ts';

/** Columns that name files, likely ones first. */
const FILE_NAMES = [
  /^file_?names?$/i,
  /^(?:image|img)(?:_?(?:file_?)?(?:name|path|file|id))?s?$/i,
  /^(?:file|path|file_?path)$/i,
];

/** Rows that show which column names the images. */
const SAMPLE = 50;

/**
 * A table whose rows name an image each, relative to its folder; every other column can be the label, a target
 * or a slice. Rows keep their order. Names that lead out of the folder are refused.
 *
 * @throws `data` where no column names images; `missing` for an image that is not there, when it is read
 */
export async function openImageTable(
  source: ByteSource,
  { signal, sibling }: OpenOptions = {},
): Promise<Dataset> {
  const { path } = source;
  const table = await readNamedTable(source, signal);
  const at = fileColumn(table);
  if (at < 0) throw dataError(path, 'no column names images');
  const nameOf = (row: number) => (table.rows[row]?.[at] ?? '').trim().replace(/^\.\//, '');
  const pathOf = (row: number) => joinPath(parentOf(path), nameOf(row));
  const open = async (row: number): Promise<ByteSource> => {
    const name = nameOf(row);
    if (!staysInside(name)) {
      const what = `row ${row} (counted from 0) names an image outside of the folder: ${name}`;
      throw new CheckpointError({ kind: 'unsafe', what }, { path });
    }
    if (!sibling) throw new CheckpointError({ kind: 'missing', path: pathOf(row) }, { path });
    return sibling(name);
  };
  const count = table.rows.length;
  const images = await imageFiles({ path, name: 'image', count, pathOf, open }, signal);
  const others = table.names.flatMap((name, column) =>
    column === at
      ? []
      : [
          cellColumn(
            name,
            table.rows.map((cells) => cells[column] ?? ''),
          ),
        ],
  );
  const files: ExampleColumn = {
    column: { name: table.names[at] ?? 'file', dtype: 'string', shape: [], kind: 'text' },
    words: async ({ from, to }) => Array.from({ length: to - from }, (_, i) => nameOf(from + i)),
  };
  const columns = [named(images.column, table.names), ...others, files];
  const defects: readonly Defect[] = images.defects;
  return datasetOf({ path, count, columns, answer: answerOf(others), defects, signal });
}

/** The column of images must not have the name of another. */
function named(one: ExampleColumn, names: readonly string[]): ExampleColumn {
  return names.includes('image') ? { ...one, column: { ...one.column, name: 'pixels' } } : one;
}

function fileColumn({ names, rows }: NamedTable): number {
  const sample = rows.slice(0, SAMPLE);
  const share = (column: number) =>
    sample.filter((cells) => IMAGE_FILE.test((cells[column] ?? '').trim())).length;
  const likely = FILE_NAMES.map((pattern) => names.findIndex((name) => pattern.test(name))).find(
    (column) => column >= 0 && share(column) > 0,
  );
  if (likely !== undefined) return likely;
  const shares = names.map((_, column) => share(column));
  const most = Math.max(0, ...shares);
  return most > 0 ? shares.indexOf(most) : -1;
}

/** The only other column, where none is called so that it must be the label. */
function answerOf(others: readonly ExampleColumn[]): string | undefined {
  const names = others.map(({ column }) => column.name);
  return findLabelName(names) ?? (names.length === 1 ? names[0] : undefined);
}
