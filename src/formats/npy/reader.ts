import type { Dataset } from '#domain/dataset.ts';
import { isLabelFile } from '#formats/label-file.ts';
import { openNpyArray } from '#formats/npz/arrays.ts';
import { examplesOf } from '#formats/npz/examples.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { baseOf } from '#io/path.ts';

/**
 * An array of inputs as a data set, with the labels of another file where `parts` has one.
 * Throws `data` when there are not as many of both.
 */
export async function openNpy(
  source: ByteSource,
  { signal, parts = [] }: OpenOptions = {},
): Promise<Dataset> {
  const { path } = source;
  const arrays = [await openNpyArray(nameOf(path), source, { signal })];
  const other = parts.find((part) => part.path !== path);
  let answer = isLabelFile(path) ? nameOf(path) : undefined;
  if (other) {
    answer = nameOf(other.path);
    arrays.push(await openNpyArray(answer, await other.open(), { signal }));
  }
  return examplesOf({ path, arrays, answer: other ? answer : undefined, signal });
}

const nameOf = (path: string) => baseOf(path).replace(/\.npy$/i, '');
