import { describe, expect, it } from 'vitest';
import { expectExamples, readAll } from '#formats/examples/testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { bytesSource, fixture } from '#io/testing.ts';
import { openArrow } from './reader.ts';

/** Of `expected.json` of the shared fixtures: 40 handwritten digits. */
const DIGITS = '11489b1ff893972d76713152d0fee107388e2faf73595d87df9dc4d31ed0a37e';
const CLASSES = 'bea8c30c12d555b2b5d10dd5a9d78b302e8837f56e0aad2bdf3cd2ee6ece8a3b';
const WORDS = ['eight', 'five', 'four', 'nine', 'one', 'seven', 'six', 'three', 'two', 'zero'];

const open = async (name: string) => openArrow(bytesSource(await fixture(`arrow/${name}`), name));

describe('digits', () => {
  it.each(['test.feather', 'test_zstd.feather', 'test_v1.feather'])(
    '%s is a table of numbers',
    async (name) => {
      const dataset = await open(name);
      expect(dataset).toMatchObject({ count: 40, label: 'label', tabular: true });
      const pixels = Array.from({ length: 64 }, (_, i) => `px${i}`);
      expect(await readAll(dataset, pixels)).toMatchObject({ x: DIGITS, y: CLASSES });
    },
  );

  it('in a stream of batches have words for labels, from a dictionary', async () => {
    const dataset = await open('test_stream.arrows');
    expect(dataset).toMatchObject({ count: 40, label: 'label', tabular: false });
    expect(dataset.columns).toEqual([
      { name: 'x', dtype: 'float32', shape: [64] },
      { name: 'label', dtype: 'string', shape: [], classes: WORDS },
    ]);
    const { x, labels } = await readAll(dataset, ['x']);
    expect(x).toBe(DIGITS);
    expect(WORDS[labels[0] ?? -1]).toBe('two');
  });
});

/** Written by `fixtures/write-kinds.mjs` with apache-arrow 21.2. */
describe.each(['kinds.arrow', 'kinds.arrows', 'batches.arrow'])('%s', (name) => {
  const values = async (column: string) => {
    const request = { inputs: [column], label: null, from: 0, to: 7 };
    const { inputs } = await (await open(name)).read(request);
    return [inputs[0]?.shape, [...(inputs[0]?.values ?? [])]];
  };

  it.each<[string, readonly number[], readonly number[]]>([
    ['u16', [7], [1, 65535, 3, 4, 5, 6, 7]],
    ['f64', [7], [0.1, 2, 3, 4, 5, 6, 7].map(Math.fround)],
    ['dictn', [7], [10, 20, 10, 30, 10, 20, 10]],
    ['fixed', [7, 3], Array.from({ length: 7 }, (_, i) => [i, i + 1, i + 2]).flat()],
    ['nested', [7, 3, 2], Array.from({ length: 7 }, (_, i) => [i, 1, 2, 3, 4, i]).flat()],
    ['tokens_ids', [7, 3], [1, 0, 0, 2, 3, 0, 4, 5, 6, 0, 0, 0, 7, 0, 0, 8, 9, 0, 1, 0, 0]],
    ['raw', [7, 3], Array.from({ length: 7 }, (_, i) => [i, 0, 255]).flat()],
  ])('gives %s', async (column, shape, expected) => {
    expect(await values(column)).toEqual([shape, expected]);
  });

  it('gives words, and null where there is none', async () => {
    const request = { inputs: [], label: null, from: 1, to: 6, slices: ['word', 'dict', 'i8'] };
    const { slices } = await (await open(name)).read(request);
    expect(slices).toEqual([
      ['a', null, 'b', 'ü', 'a'],
      ['y', 'x', null, 'z', 'x'],
      [-2, 3, null, 5, 6],
    ]);
  });

  it.each([
    ['i8', 3, 'it is missing'],
    ['flag', 5, 'it is missing'],
  ])('names the row in which %s is missing', async (column, row, what) => {
    const full = `row ${row} of ${column} (counted from 0): ${what}`;
    await expect(values(column)).rejects.toMatchObject({
      problem: { kind: 'data', row, what: full },
    });
  });

  it('names the row of a list that is longer or shorter than others', async () => {
    await expect(values('ragged')).rejects.toMatchObject({ problem: { kind: 'data' } });
  });

  it('leaves records out', async () => {
    expect((await open(name)).columns.map((column) => column.name)).not.toContain('rec');
  });
});

describe('damage', () => {
  it('a file that is cut says so', async () => {
    const whole = await fixture('arrow/test.feather');
    const source = bytesSource(whole.slice(0, whole.length / 2), 'a.feather');
    await expect(openArrow(source)).rejects.toMatchObject({ problem: { kind: 'truncated' } });
  });

  it.each(['kinds.arrow', 'kinds.arrows', 'test_v1.feather', 'test_stream.arrows'])(
    '%s with damage anywhere gives examples or a problem',
    async (name) => {
      const whole = await fixture(`arrow/${name}`);
      const random = seeded(5);
      for (let i = 0; i < 150; i++) {
        const source = bytesSource(mutate(whole, random), name);
        await expectExamples(() => openArrow(source));
      }
    },
  );

  it('stops when it is told to', async () => {
    const dataset = await open('kinds.arrow');
    const signal = AbortSignal.abort();
    const request = { inputs: ['u16'], label: null, from: 0, to: 7, signal };
    await expect(dataset.read(request)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
