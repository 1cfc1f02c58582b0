import type { Dataset } from '#domain/dataset.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { openArrays } from './arrays.ts';
import { examplesOf } from './examples.ts';

/** Arrays of an `.npz` archive as columns. Throws as `examplesOf` does. */
export async function openNpz(source: ByteSource, { signal }: OpenOptions = {}): Promise<Dataset> {
  const arrays = await openArrays(source, signal);
  return examplesOf({ path: source.path, arrays, signal });
}
