import { CheckpointError } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { expected, sha256 } from '#io/testing.ts';
import type { Hdf5Dataset } from './dataset.ts';
import { fieldsOf, littleEndian } from './elements.ts';
import { type Hdf5, openHdf5 } from './hdf5.ts';

/** Small files that h5py wrote, with what it reads in them. */
export const FIXTURES_HERE = 'src/encodings/hdf5/fixtures';

/** A tensor as `expected.json` has it. */
export interface Wanted {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string | null;
}

export interface Case {
  readonly path: string;
  readonly tensors: readonly Wanted[];
  readonly refused?: readonly { readonly name: string; readonly kind: string }[];
}

export const casesHere: readonly Case[] = expected(FIXTURES_HERE).checkpoints;

/** Everything in a file: datasets by path, and why the rest is not followed or not read. */
export async function listAll(file: Hdf5) {
  const datasets = new Map<string, Hdf5Dataset>();
  const refused = new Map<string, string>();
  const damaged = new Map<string, CheckpointError>();
  for await (const found of file.walk()) {
    if (found.kind === 'dataset') datasets.set(found.path, found.dataset);
    if (found.kind === 'refused') refused.set(found.path, found.what);
    if (found.kind === 'damaged')
      damaged.set(found.path, new CheckpointError(found.defect.problem, found.defect.place));
    if (found.kind === 'dataset' || found.kind === 'group') await found.attributes();
  }
  for (const [path, dataset] of datasets) {
    if (dataset.refused !== null) refused.set(path, dataset.refused);
    if (dataset.unknownFilters.length) refused.set(path, dataset.unknownFilters.join());
  }
  return { datasets, refused, damaged };
}

/** Elements of a dataset. */
export function countOf({ shape }: Hdf5Dataset): number {
  return (shape ?? [0]).reduce((all, n) => all * n, 1);
}

/** SHA-256 of all elements, little-endian; of texts one after another. */
export async function hashOf(file: Hdf5, dataset: Hdf5Dataset): Promise<string> {
  const count = countOf(dataset);
  if (fieldsOf(dataset.type)[0]?.dtype !== 'string')
    return sha256(littleEndian(dataset.type, await dataset.read(0, count)));
  return sha256(Buffer.concat(await file.strings(dataset, 0, count)));
}

/** Reads all that there is; whatever the bytes, only a `CheckpointError` may come of it. */
export async function readEverything(source: ByteSource): Promise<'read' | 'refused'> {
  try {
    const file = await openHdf5(source);
    const { datasets } = await listAll(file);
    for (const dataset of datasets.values()) {
      await ignoreRefusal(() => dataset.read(0, countOf(dataset)));
      if (fieldsOf(dataset.type)[0]?.dtype === 'string')
        await ignoreRefusal(() => file.strings(dataset, 0, countOf(dataset)));
      for await (const piece of dataset.verify()) void piece;
    }
    return 'read';
  } catch (error) {
    if (error instanceof CheckpointError) return 'refused';
    throw error;
  }
}

async function ignoreRefusal(read: () => Promise<unknown>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
  }
}
