import { describe, expect, it } from 'vitest';
import { expectExamples, readAll } from '#formats/examples/testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { bytesSource, fixture } from '#io/testing.ts';
import { openParquet } from './reader.ts';

/** Of `expected.json` of the shared fixtures: 40 handwritten digits. */
const DIGITS = '46861b815bf08060734bb08284d7666be23e50c2c02f0565138abc0695783f69';

const open = async (name: string) =>
  openParquet(bytesSource(await fixture(`parquet/${name}`), name));

describe('digits', () => {
  it.each([
    ['test_list.parquet', 'lists, in GZIP'],
    ['test_fixed_names.parquet', 'lists of a fixed size, in Zstandard'],
  ])('%s: %s', async (name) => {
    const dataset = await open(name);
    expect(dataset).toMatchObject({ count: 40, label: 'label', tabular: false });
    expect(dataset.columns[0]).toMatchObject({ name: 'x', dtype: 'float32', shape: [64] });
    expect((await readAll(dataset, ['x'])).x).toBe(DIGITS);
  });

  it('of Hugging Face have the names of their classes', async () => {
    const { columns } = await open('test-00000-of-00001.parquet');
    expect(columns[1]?.classes?.slice(0, 3)).toEqual(['zero', 'one', 'two']);
  });

  it('without a value name its row', async () => {
    const dataset = await open('test_nulls.parquet');
    expect(dataset.tabular).toBe(true);
    await expect(readAll(dataset, ['px6', 'px7'])).rejects.toMatchObject({
      problem: { kind: 'data', row: 2, what: 'row 2 of px7 (counted from 0): it is missing' },
    });
    const request = { inputs: [], label: null, from: 1, to: 4, slices: ['px7'] };
    expect((await dataset.read(request)).slices?.[0]?.[1]).toBeNull();
  });
});

/** Written by `fixtures/write-images.mjs` with hyparquet-writer, in the columns of Hugging Face. */
it('images in records are decoded', async () => {
  const dataset = await open('images.parquet');
  expect(dataset).toMatchObject({ count: 3, label: 'label' });
  expect(dataset.columns).toEqual([
    { name: 'image', dtype: 'uint8', shape: [8, 8, 1], kind: 'image' },
    { name: 'label', dtype: 'int64', shape: [], classes: ['eight', 'four'] },
    { name: 'place', dtype: 'string', shape: [], classes: ['a', 'b'] },
  ]);
  const { values, labels } = await readAll(dataset, ['image']);
  expect(values.slice(0, 8)).toEqual([0, 15, 180, 225, 240, 195, 15, 0]);
  expect(labels).toEqual([0, 0, 1]);
  const request = { inputs: [], label: null, from: 1, to: 3, slices: ['label', 'place'] };
  expect((await dataset.read(request)).slices).toEqual([
    ['eight', 'four'],
    ['b', 'a'],
  ]);
});

describe('damage', () => {
  it('a file that is cut says so', async () => {
    const whole = await fixture('parquet/test_list.parquet');
    const source = bytesSource(whole.slice(0, 1000), 'a.parquet');
    await expect(openParquet(source)).rejects.toMatchObject({ problem: { kind: 'truncated' } });
  });

  it.each(['test_list.parquet', 'images.parquet', 'test_fixed_names.parquet'])(
    '%s with damage anywhere gives examples or a problem',
    async (name) => {
      const whole = await fixture(`parquet/${name}`);
      const random = seeded(9);
      for (let i = 0; i < 100; i++) {
        const source = bytesSource(mutate(whole, random), name);
        await expectExamples(() => openParquet(source));
      }
    },
  );
});
