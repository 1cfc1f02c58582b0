import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BatchRequest, DatasetSummary } from '#domain/dataset.ts';
import { diskDirectory, expected, FIXTURES, hasFixtures, sha256 } from '#io/testing.ts';
import { readBatch, summarizeDataset } from './reader-datasets.ts';
import { scanDirectory } from './reader-scan.ts';
import { createSession } from './reader-session.ts';

/** Folders of `fixtures/data` whose formats are read here. */
const FOLDERS = [
  'digits-images',
  'digits-tfrecord',
  'digits-parquet',
  'digits-arrow',
  'digits-hf',
] as const;

/** Where the data set is found under another path than its writer calls it by. */
const PATHS: Readonly<Record<string, string>> = {
  listed: 'listed/labels.csv',
  shards: 'shards/test-00000-of-00002.tfrecord',
};

interface Entry {
  readonly path: string;
  readonly inputs: string;
  readonly labels: string;
  readonly count: number;
  readonly x_shape: readonly number[];
  readonly x_sha256: string;
  readonly y_sha256: string;
  readonly first_row: readonly number[];
  readonly first_label: number;
  readonly class_counts: Readonly<Record<string, number>>;
  readonly class_names?: readonly string[];
  readonly problem: string | null;
  readonly complete: boolean;
  readonly nulls?: readonly (readonly [number, string])[];
}

const open = (folder: string) => createSession(diskDirectory(join(FIXTURES, 'data', folder)));
const entries = (folder: string): readonly Entry[] =>
  expected(join(FIXTURES, 'data', folder)).datasets;

/** All examples in batches of an odd size. */
async function readAll(
  session: ReturnType<typeof open>,
  { path, count, label }: DatasetSummary,
  request: Pick<BatchRequest, 'inputs'>,
) {
  const values: number[] = [];
  const labels: number[] = [];
  for (let from = 0; from < count; from += 23) {
    const to = Math.min(count, from + 23);
    const batch = await readBatch(session, path, { ...request, label, from, to });
    expect(batch.inputs).toHaveLength(1);
    expect(batch.inputs[0]?.shape[0]).toBe(to - from);
    values.push(...(batch.inputs[0]?.values ?? []));
    labels.push(...(batch.labels ?? []));
  }
  return { values: Float32Array.from(values), labels };
}

/** Names of the columns that make up the input, as the fixtures write them. */
function inputsOf({ inputs }: Entry, { columns }: DatasetSummary): string[] {
  if (inputs === 'pixels' || inputs === 'filename') return ['image'];
  const [, first, last] = /^([a-z]+)0\.\.[a-z]+(\d+)$/.exec(inputs) ?? [];
  if (first === undefined) return [inputs];
  const names = Array.from({ length: Number(last) + 1 }, (_, i) => `${first}${i}`);
  expect(columns.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  return names;
}

describe.runIf(hasFixtures)('data sets of the fixtures', () => {
  const cases = FOLDERS.flatMap((folder) =>
    (hasFixtures ? entries(folder) : [])
      .filter(({ problem }) => problem === null)
      .map((entry) => [`${folder}/${entry.path}`, folder, entry] as const),
  );

  it.each(cases)('%s has the examples that its writer says', async (_, folder, entry) => {
    const session = open(folder);
    const path = PATHS[entry.path] ?? entry.path;
    const scan = await scanDirectory(session, {});
    expect(scan.datasets).toContain(path);
    const summary = await summarizeDataset(session, path);
    expect(summary.count).toBe(entry.count);
    expect(summary.label).not.toBeNull();
    const inputs = inputsOf(entry, summary);
    const { values, labels } = await readAll(session, summary, { inputs });
    expect(values).toHaveLength(entry.x_shape.reduce((product, size) => product * size));
    expect([...values.subarray(0, entry.first_row.length)]).toEqual(entry.first_row);
    expect(sha256(new Uint8Array(values.buffer))).toBe(entry.x_sha256);
    const column = summary.columns.find(({ name }) => name === summary.label);
    const numbers = labels.map((label) => {
      const word = column?.classes?.[label];
      const place = word === undefined ? label : (entry.class_names?.indexOf(word) ?? label);
      return entry.class_names ? place : label;
    });
    expect(numbers[0]).toBe(entry.first_label);
    expect(sha256(new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer))).toBe(entry.y_sha256);
    const counts: Record<string, number> = {};
    for (const one of numbers) counts[one] = (counts[one] ?? 0) + 1;
    expect(counts).toEqual(entry.class_counts);
  });
});

/** All examples, or what reading them throws. */
async function problemOf(folder: string, path: string): Promise<unknown> {
  const session = open(folder);
  try {
    const summary = await summarizeDataset(session, path);
    const tabular = summary.columns.filter(({ name }) => name !== summary.label);
    const inputs = summary.tabular
      ? tabular.map(({ name }) => name)
      : tabular.filter(({ kind }) => kind === 'image').map(({ name }) => name);
    await readAll(session, summary, { inputs });
    return null;
  } catch (error) {
    return error;
  }
}

describe.runIf(hasFixtures)('broken data sets', () => {
  it.each([
    [
      'broken',
      'bad-image',
      { problem: { kind: 'truncated' }, place: { path: 'bad-image/0/cut.png' } },
    ],
    ['broken', 'missing-image/labels.csv', { problem: { path: 'missing-image/gone.png' } }],
    [
      'broken',
      'crc.tfrecord',
      { problem: { kind: 'corrupt', what: expect.stringContaining('record 0') } },
    ],
    ['digits-parquet', 'truncated.parquet', { problem: { kind: 'truncated' } }],
    ['digits-parquet', 'test_nulls.parquet', { problem: { kind: 'data', row: 2 } }],
    ['digits-arrow', 'truncated.feather', { problem: { kind: 'truncated' } }],
  ])('%s/%s says what is wrong', async (folder, path, problem) => {
    expect(await problemOf(folder, path)).toMatchObject(problem);
  });

  it('tells of all images that cannot be had when it is opened', async () => {
    const { defects } = await summarizeDataset(open('broken'), 'bad-image');
    expect(defects?.map(({ place, problem }) => [place.path, problem.kind])).toEqual([
      ['bad-image/0/cut.png', 'truncated'],
      ['bad-image/1/text.png', 'malformed'],
    ]);
    const missing = await summarizeDataset(open('broken'), 'missing-image/labels.csv');
    expect(missing.defects?.map(({ problem }) => problem.kind)).toEqual(['unsafe', 'missing']);
  });
});
