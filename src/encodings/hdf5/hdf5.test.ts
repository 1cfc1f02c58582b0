import { describe, expect, it } from 'vitest';
import { expected, FIXTURES, fileSource, hasFixtures, sha256 } from '#io/testing.ts';
import type { Hdf5Dataset } from './dataset.ts';
import { dtypeOf, littleEndian } from './elements.ts';
import { type Hdf5, openHdf5 } from './hdf5.ts';

const ROOT = `${FIXTURES}/tensorflow/hdf5`;
const DIRECTORIES = [
  'layouts',
  'chunk-indexes',
  'superblocks',
  'groups-and-links',
  'attributes',
  'types',
  'fill-values',
  'keras-like',
  'refused',
];

interface Wanted {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string | null;
}

const cases = hasFixtures
  ? DIRECTORIES.flatMap((directory) =>
      // biome-ignore lint/suspicious/noExplicitAny: the fields of expected.json
      expected(`${ROOT}/${directory}`).checkpoints.map((entry: any) => [
        `${directory}/${entry.path}`,
        entry,
      ]),
    )
  : [];

async function listed(file: Hdf5) {
  const datasets = new Map<string, Hdf5Dataset>();
  const refused = new Set<string>();
  for await (const found of file.walk()) {
    if (found.kind === 'dataset') datasets.set(found.path, found.dataset);
    if (found.kind === 'refused') refused.add(found.path);
  }
  return { datasets, refused };
}

async function hashOf(file: Hdf5, dataset: Hdf5Dataset): Promise<string> {
  const count = (dataset.shape ?? [0]).reduce((all, n) => all * n, 1);
  if (dtypeOf(dataset.type) !== 'string')
    return sha256(littleEndian(dataset.type, await dataset.read(0, count)));
  const parts = await file.strings(dataset, 0, count);
  return sha256(Uint8Array.from(parts.flatMap((part) => [...part])));
}

async function compare(file: Hdf5, dataset: Hdf5Dataset, wanted: Wanted) {
  if (!wanted.sha256 || dataset.refused || dtypeOf(dataset.type) !== wanted.dtype) return;
  const inner = dataset.type.kind === 'array' ? dataset.type.shape : [];
  expect([...(dataset.shape ?? []), ...inner], wanted.name).toEqual(wanted.shape);
  expect(await hashOf(file, dataset), wanted.name).toBe(wanted.sha256);
}

describe.runIf(hasFixtures)('files written by h5py', () => {
  it.each(cases)('%s', async (path, entry) => {
    const source = await fileSource(ROOT, path);
    const file = await openHdf5(source);
    expect(file.endOfFile).toBe(source.size);
    const { datasets, refused } = await listed(file);
    for (const wanted of entry.tensors as Wanted[]) {
      const dataset = datasets.get(wanted.name);
      expect(dataset, wanted.name).toBeDefined();
      if (dataset) await compare(file, dataset, wanted);
    }
    for (const { name, kind } of entry.refused ?? [])
      if (kind !== 'expansion')
        expect(refused.has(name) || datasets.get(name)?.refused, name).toBeTruthy();
  });
});
