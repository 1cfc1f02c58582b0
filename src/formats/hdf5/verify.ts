import type { Defect } from '#domain/problem.ts';
import type { Verification, VerifyOptions } from '#domain/tensor.ts';
import type { Hdf5Dataset } from '#encodings/hdf5/dataset.ts';

/**
 * Compares the checksums of all chunks and of their indexes; those of other metadata were compared when the
 * file was opened. `checked` only where every element of every dataset has one.
 */
export async function verifyDatasets(
  datasets: ReadonlyMap<string, Hdf5Dataset>,
  { signal, onProgress }: VerifyOptions,
): Promise<Verification> {
  const defects: Defect[] = [];
  let seen = 0;
  for (const [name, dataset] of datasets) {
    for await (const { bytes, defect } of dataset.verify(signal)) {
      seen += bytes;
      onProgress?.(seen);
      if (defect && defects.at(-1)?.place.tensor !== name)
        defects.push({ problem: defect.problem, place: { ...defect.place, tensor: name } });
    }
  }
  return { defects, checked: [...datasets.values()].every(({ checked }) => checked) };
}
