import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { expected, FIXTURES, fileSource, hasFixtures, metered } from '#io/testing.ts';
import type { Hdf5Dataset } from './dataset.ts';
import { dtypeOf, fieldsOf } from './elements.ts';
import { type Hdf5, openHdf5 } from './hdf5.ts';
import { type Case, casesHere, FIXTURES_HERE, hashOf, listAll, type Wanted } from './testing.ts';

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

const cases: [string, Case][] = hasFixtures
  ? DIRECTORIES.flatMap((directory) =>
      expected(`${ROOT}/${directory}`).checkpoints.map((entry: Case) => [
        `${directory}/${entry.path}`,
        entry,
      ]),
    )
  : [];

async function compare(file: Hdf5, dataset: Hdf5Dataset, wanted: Wanted) {
  if (!wanted.sha256 || dataset.refused || dtypeOf(dataset.type) !== wanted.dtype) return;
  const inner = fieldsOf(dataset.type)[0]?.shape ?? [];
  expect([...(dataset.shape ?? []), ...inner], wanted.name).toEqual(wanted.shape);
  try {
    expect(await hashOf(file, dataset), wanted.name).toBe(wanted.sha256);
  } catch (error) {
    const isUnknown = error instanceof CheckpointError && error.problem.kind === 'unsupported';
    if (!isUnknown || dataset.unknownFilters.length === 0) throw error;
  }
}

async function expectAll(source: ByteSource, { tensors, refused: refusals = [] }: Case) {
  const file = await openHdf5(source);
  const { datasets, refused } = await listAll(file);
  for (const wanted of tensors) {
    const dataset = datasets.get(wanted.name);
    expect(dataset, wanted.name).toBeDefined();
    if (dataset) await compare(file, dataset, wanted);
  }
  for (const { name, kind } of refusals)
    if (kind !== 'expansion') expect(refused.get(name), name).toBeDefined();
  return file;
}

describe('small files that h5py wrote', () => {
  it.each(casesHere.map((entry) => [entry.path, entry] as const))('%s', async (path, entry) => {
    const source = await fileSource(FIXTURES_HERE, path);
    const file = await expectAll(source, entry);
    expect(file.endOfFile).toBe(source.size);
  });

  it('a filter that is not known does not matter where it was left out', async () => {
    const file = await openHdf5(await fileSource(FIXTURES_HERE, 'unknown-filter-optional.h5'));
    const dataset = (await listAll(file)).datasets.get('/unknown_filter');
    expect(dataset?.unknownFilters).toEqual(['Blosc']);
    expect(await dataset?.read(0, 8)).toHaveLength(32);
  });

  it('a part of a chunked dataset is that part of the whole', async () => {
    const file = await openHdf5(await fileSource(FIXTURES_HERE, 'model-earliest-gzip.weights.h5'));
    for (const dataset of (await listAll(file)).datasets.values()) {
      const count = (dataset.shape ?? [0]).reduce((all, n) => all * n, 1);
      const whole = await dataset.read(0, count);
      const size = dataset.type.size;
      for (const [from, to] of [
        [0, 1],
        [count - 1, count],
        [count >> 2, count >> 1],
        [3, 3],
      ] as const) {
        if (to > count) continue;
        expect(await dataset.read(from, to)).toEqual(whole.slice(from * size, to * size));
      }
    }
  });
});

describe('what is wrong with a file', () => {
  const open = async (name: string) => openHdf5(await fileSource(FIXTURES_HERE, name));

  it('a dataset that claims more than any file could hold is not read', async () => {
    const { datasets } = await listAll(await open('shape-bomb-one-chunk.h5'));
    const bomb = datasets.get('/bomb');
    expect(bomb?.refused).toMatch('it claims 274877906944 bytes, in a file of 6712');
    await expect(bomb?.read(0, 1)).rejects.toMatchObject({ problem: { kind: 'unsupported' } });
  });

  it('a wrong fletcher32 checksum is found where it is', async () => {
    const { datasets } = await listAll(await open('fletcher32-bit.h5'));
    const found = [];
    for await (const { defect } of datasets.get('/layers/dense/vars/0')?.verify() ?? [])
      if (defect) found.push(defect);
    expect(found).toMatchObject([
      { problem: { kind: 'corrupt' }, place: { path: 'fletcher32-bit.h5' } },
    ]);
    expect(found[0]?.place.offset).toBeGreaterThan(0);
  });

  it('a damaged object header takes its own object along, and says so', async () => {
    const { damaged } = await listAll(await open('object-header-bit.h5'));
    expect([...damaged.values()].map(({ problem }) => problem.kind)).toEqual(['corrupt']);
  });
});

describe.runIf(hasFixtures)('files written by h5py', () => {
  it.each(cases)('%s', async (path, entry) => {
    const source = await fileSource(ROOT, path);
    const file = await expectAll(source, entry);
    expect(file.endOfFile).toBe(source.size);
  });

  it('a small file is read once to see all that is in it', async () => {
    const { meter, source } = metered(await fileSource(ROOT, 'groups-and-links/links-earliest.h5'));
    await listAll(await openHdf5(source));
    expect(meter).toEqual({ reads: 1, bytes: source.size });
  });
});
