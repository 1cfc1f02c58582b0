import type { Dataset } from '#domain/dataset.ts';
import { classesOf } from '#domain/labels.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { DatasetFolder } from '#formats/dataset-folder-format.ts';
import type { ExampleColumn } from '#formats/examples/column.ts';
import { datasetOf } from '#formats/examples/dataset.ts';
import { imageFiles } from '#formats/examples/image-files.ts';
import { joinPath, parentOf } from '#io/path.ts';
import { IMAGE_FILE } from './image-file.ts';

/**
 * Images in a folder per class. Classes are the folders in order of their names; images come in the order in
 * which `torchvision.datasets.ImageFolder` has them: by class, by folder below it, by name, all by code points.
 *
 * Pixels of PNG and JPEG are those that PIL reads, to the bit; of WebP, BMP and GIF those of the browser. Files
 * of images outside of all folders, and hidden ones, are left out.
 *
 * @throws `unsupported` where it has images of a kind that no browser decodes alone: TIFF, PPM
 */
export async function openImageFolder(
  folder: DatasetFolder,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Dataset> {
  const files = sortedImages(folder.files);
  const classes = classesOf(files.map(classOf));
  const pathOf = (row: number) => joinPath(folder.path, files[row] ?? '');
  const { column, defects } = await imageFiles(
    {
      path: folder.path,
      name: 'image',
      count: files.length,
      pathOf,
      open: (row) => folder.open(files[row] ?? ''),
    },
    signal,
  );
  refuseOthers(folder);
  const label: ExampleColumn = {
    column: { name: 'class', dtype: 'string', shape: [], classes },
    words: async ({ from, to }) => files.slice(from, to).map(classOf),
  };
  const names: ExampleColumn = {
    column: { name: 'file', dtype: 'string', shape: [], kind: 'text' },
    words: async ({ from, to }) => files.slice(from, to),
  };
  const columns = [column, label, names];
  return datasetOf({
    path: folder.path,
    count: files.length,
    columns,
    answer: 'class',
    defects,
    signal,
  });
}

const classOf = (file: string) => file.slice(0, file.indexOf('/'));

/** A leading dot hides a file; macOS and editors leave some behind. */
const HIDDEN = /(?:^|\/)\./;

/** Only with these is the order of JavaScript, by UTF-16, not that of code points, which is slow. */
const SURROGATE = /[\ud800-\udfff]/;

function sortedImages(files: readonly string[]): string[] {
  const images = files.filter(
    (file) => file.includes('/') && IMAGE_FILE.test(file) && !HIDDEN.test(file),
  );
  const parts = [...new Set(images.flatMap(partsOf))];
  const sorted = parts.some((part) => SURROGATE.test(part)) ? classesOf(parts) : parts.sort();
  const rank = new Map(sorted.map((part, place) => [part, place]));
  const ranked = images.map((file) => ({
    file,
    ranks: partsOf(file).map((p) => rank.get(p) ?? 0),
  }));
  return ranked.sort((a, b) => compare(a.ranks, b.ranks)).map(({ file }) => file);
}

/** Class, folder and name: `ImageFolder` sorts folders by their whole path. */
function partsOf(file: string): string[] {
  const folder = parentOf(file);
  return [classOf(file), folder, file.slice(folder.length + 1)];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, one] of a.entries()) {
    const other = b[i] ?? 0;
    if (one !== other) return one - other;
  }
  return 0;
}

/** Images that `ImageFolder` would read and Cairn cannot: leaving them out would change every score. */
function refuseOthers({ path, files }: DatasetFolder): void {
  const other = files.find((file) => file.includes('/') && /\.(?:tiff?|p[gp]m)$/i.test(file));
  if (other === undefined) return;
  const feature = `an image of kind ${other.slice(other.lastIndexOf('.') + 1)}`;
  throw new CheckpointError({ kind: 'unsupported', feature }, { path: joinPath(path, other) });
}
