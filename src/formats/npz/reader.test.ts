import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '#domain/dataset.ts';
import { CheckpointError } from '#domain/problem.ts';
import { makeZip } from '#encodings/zip-testing.ts';
import {
  bytesSource,
  expected,
  FIXTURES,
  fileSource,
  fixture,
  hasFixtures,
  metered,
  sha256,
} from '#io/testing.ts';
import { npz } from './dataset.ts';
import { openNpz } from './reader.ts';

/** From `expected.json` of the shared fixtures: 80 handwritten digits, as float32 and as int64. */
const DIGITS = '89ca3480750eb2c9e92b794bfa1ece907ac32656f8adc76ad5b1c3556aa2a2e9';
const CLASSES = 'bb5ca69ac521183de55abe1fc6555db82a1286c8164caa5c5ea842c45ea78725';

const open = async (name: string) => openNpz(bytesSource(await fixture(`npz/${name}`), name));

/** Reads everything in batches of an odd size; hashes inputs as float32 and labels as int64. */
async function hashes(dataset: Dataset, input: string, label: string) {
  const inputs: Uint8Array[] = [];
  const labels: number[] = [];
  for (let from = 0; from < dataset.count; from += 33) {
    const to = Math.min(dataset.count, from + 33);
    const batch = await dataset.read({ inputs: [input], label, from, to });
    inputs.push(new Uint8Array(batch.inputs[0]?.values.buffer ?? new ArrayBuffer(0)));
    labels.push(...(batch.labels ?? []));
  }
  const wide = BigInt64Array.from(labels, BigInt);
  return { x: sha256(Buffer.concat(inputs)), y: sha256(new Uint8Array(wide.buffer)), labels };
}

describe('arrays of NumPy', () => {
  it('of Keras: those of the test go together', async () => {
    const dataset = await open('test_keras.npz');
    expect(dataset).toMatchObject({ count: 80, label: 'y_test', tabular: false });
    expect(dataset.columns).toEqual([
      { name: 'x_test', dtype: 'uint8', shape: [64] },
      { name: 'y_test', dtype: 'uint8', shape: [] },
    ]);
    expect(await hashes(dataset, 'x_test', 'y_test')).toMatchObject({ x: DIGITS, y: CLASSES });
  });

  it('with one-hot labels: the place of the one is the class', async () => {
    const dataset = await open('test_onehot.npz');
    expect(dataset.columns[1]).toEqual({ name: 'y', dtype: 'float32', shape: [10] });
    expect(await hashes(dataset, 'x', 'y')).toMatchObject({ x: DIGITS, y: CLASSES });
  });

  it('with words for labels: classes in the order of the alphabet', async () => {
    const dataset = await open('names.npz');
    const classes = 'eight five four nine one seven six three two zero'.split(' ');
    expect(dataset.columns[1]).toEqual({ name: 'y', dtype: 'string', shape: [], classes });
    const { labels } = await hashes(dataset, 'x', 'y');
    expect(classes[labels[0] ?? 0]).toBe('seven');
  });

  it('are read without labels where nobody asks for them', async () => {
    const dataset = await open('test_keras.npz');
    const { inputs, labels } = await dataset.read({ inputs: [], label: null, from: 0, to: 3 });
    expect({ inputs, labels }).toEqual({ inputs: [], labels: null });
  });
});

describe('what is no class', () => {
  const ints = (...values: number[]) => new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  const x = npy({ shape: '(3, 2)' }, floats(1, 2, 3, 4, 5, 6));
  const descr = "'<i8'";

  it.each<[string, Uint8Array, number[], number[]]>([
    ['a real number', npy({ shape: '(3,)' }, floats(0.5, 1.25, -3)), [3], [0.5, 1.25, -3]],
    [
      'several labels',
      npy({ descr, shape: '(3, 2)' }, ints(1, 1, 0, 0, 1, 0)),
      [3, 2],
      [1, 1, 0, 0, 1, 0],
    ],
    [
      'a label for each token',
      npy({ descr, shape: '(3, 2)' }, ints(2 ** 40 + 1, -100, 4, -100, 7, 8)),
      [3, 2],
      [2 ** 40 + 1, -100, 4, -100, 7, 8],
    ],
  ])('%s is a target', async (_, y, shape, values) => {
    const dataset = await openNpz(archive({ x, y }));
    expect(dataset).toMatchObject({ label: null, targets: ['y'] });
    const { targets } = await dataset.read({
      inputs: [],
      label: null,
      targets: ['y'],
      from: 0,
      to: 3,
    });
    expect(targets).toEqual({ shape, values: Float64Array.from(values) });
  });

  it('names of classes belong to the answer, and are no column', async () => {
    const y = npy({ descr, shape: '(3, 2)' }, ints(1, 1, 0, 0, 1, 0));
    const classes = npy({ descr: "'<U1'" }, new Uint8Array(Uint32Array.of(0x62, 0x61).buffer));
    const { columns, targets } = await openNpz(archive({ x, y, classes }));
    expect(targets).toEqual(['y']);
    expect(columns.map((column) => [column.name, column.classes])).toEqual([
      ['x', undefined],
      ['y', ['b', 'a']],
    ]);
  });

  it('any column tells groups apart', async () => {
    const site = npy({ descr: "'|S2'", shape: '(3,)' }, new TextEncoder().encode('b\0aab\0'));
    const age = npy({ shape: '(3,)' }, floats(20, Number.NaN, 41));
    const dataset = await openNpz(archive({ x, site, age }));
    const request = { inputs: [], label: null, slices: ['site', 'age'], from: 1, to: 3 };
    expect((await dataset.read(request)).slices).toEqual([
      ['aa', 'b'],
      [null, 41],
    ]);
  });

  it('whole numbers are tokens, bytes are pixels, by their names and shapes', async () => {
    const input_ids = npy({ descr, shape: '(3, 2)' }, ints(1, 2, 3, 4, 5, 6));
    const images = npy({ descr: "'|u1'", shape: '(3, 4, 4)' }, new Uint8Array(48));
    const { columns } = await openNpz(archive({ input_ids, images }));
    expect(columns.map(({ kind }) => kind)).toEqual(['tokens', 'image']);
  });
});

type Header = Partial<Record<'descr' | 'fortran_order' | 'shape', string>>;

/** A `.npy` file; what the header says is Python. */
function npy(header: Header, data: Uint8Array, version = 1): Uint8Array {
  const { descr = "'<f4'", fortran_order = 'False', shape = '(2,)' } = header;
  const text = `{'descr': ${descr}, 'fortran_order': ${fortran_order}, 'shape': ${shape}, }\n`;
  const bytes = new TextEncoder().encode(text);
  const prefix = Uint8Array.of(0x93, ...new TextEncoder().encode('NUMPY'), version, 0);
  const length = new Uint8Array(version === 1 ? 2 : 4);
  length[0] = bytes.length % 256;
  length[1] = Math.floor(bytes.length / 256);
  return Buffer.concat([prefix, length, bytes, data]);
}

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const archive = (arrays: Readonly<Record<string, Uint8Array>>) =>
  bytesSource(
    makeZip(Object.entries(arrays).map(([name, bytes]) => ({ name: `${name}.npy`, bytes }))),
    'a.npz',
  );

describe('element types and orders', () => {
  const y = npy({ descr: "'|b1'" }, Uint8Array.of(0, 1));
  it.each<[string, Uint8Array, number[]]>([
    ['big-endian', npy({ descr: "'>i2'" }, Uint8Array.of(1, 0, 0xff, 0xfe)), [256, -2]],
    [
      'column-major',
      npy({ fortran_order: 'True', shape: '(2, 3)' }, floats(1, 4, 2, 5, 3, 6)),
      [1, 2, 3, 4, 5, 6],
    ],
    ['of version 2', npy({}, floats(1, 2), 2), [1, 2]],
    ['of version 3', npy({}, floats(1, 2), 3), [1, 2]],
    ['of Python 2', npy({ shape: '(2L, 1L)' }, floats(1, 2)), [1, 2]],
    ['in half precision', npy({ descr: "'<f2'" }, Uint8Array.of(0, 0x3c, 0, 0xc0)), [1, -2]],
    [
      'in double precision',
      npy(
        { descr: "'>f8'" },
        Uint8Array.of(0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0),
      ),
      [1, -2],
    ],
  ])('%s', async (_, x, values) => {
    const dataset = await openNpz(archive({ x, y }));
    const batch = await dataset.read({ inputs: ['x'], label: 'y', from: 0, to: 2 });
    expect([...(batch.inputs[0]?.values ?? [])]).toEqual(values);
    expect(batch.labels).toEqual(Int32Array.of(0, 1));
  });

  it('texts in bytes, and beyond the basic plane', async () => {
    const bytes = npy({ descr: "'|S2'" }, new TextEncoder().encode('b\0aa'));
    const wide = npy({ descr: "'<U1'" }, new Uint8Array(Uint32Array.of(0x1f600, 0x61).buffer));
    const dataset = await openNpz(archive({ x: npy({}, floats(1, 2)), label: bytes, wide }));
    expect(dataset.columns.map(({ classes }) => classes)).toEqual([
      undefined,
      ['aa', 'b'],
      ['a', '😀'],
    ]);
  });
});

describe('what is wrong is said', () => {
  const x = npy({}, floats(1, 2));

  it.each<[string, Record<string, Uint8Array>, unknown]>([
    ['nothing in it', {}, { kind: 'data' }],
    [
      'no rows',
      { x: npy({ shape: '(0, 3)' }, floats()) },
      { kind: 'data', what: 'it holds no examples' },
    ],
    [
      'records of several fields',
      { x: npy({ descr: "[('a', '<f4'), ('b', '<i8')]" }, floats(1, 2)) },
      { kind: 'unsupported', feature: 'an array of records' },
    ],
    ['pickled objects', { x: npy({ descr: "'|O'" }, floats(1, 2)) }, { kind: 'unsafe' }],
    ['an array that is cut', { x: npy({}, floats(1)) }, { kind: 'truncated' }],
    ['a header that is cut', { x: x.subarray(0, 30) }, { kind: 'truncated' }],
    ['no header', { x: new Uint8Array(3) }, { kind: 'truncated' }],
    ['something else', { x: new Uint8Array(80) }, { kind: 'malformed' }],
    ['another version', { x: npy({}, floats(1, 2), 9) }, { kind: 'unsupported' }],
    [
      'code in its header',
      { x: npy({ shape: '(__import__("os"),)' }, floats()) },
      { kind: 'malformed' },
    ],
    ['a negative length', { x: npy({ shape: '(-2,)' }, floats()) }, { kind: 'malformed' }],
    [
      'a size past all bounds',
      { x: npy({ shape: '(99999999999, 99999999999)' }, floats()) },
      { kind: 'too-large' },
    ],
    ['a deep header', { x: npy({ shape: '('.repeat(9000) }, floats()) }, { kind: 'malformed' }],
  ])('%s', async (_, arrays, problem) => {
    await expect(openNpz(archive(arrays))).rejects.toMatchObject({ problem });
  });

  const bad = npy({}, floats(0, 0.5));
  const nan = npy({ shape: '(2, 2)' }, floats(1, 2, 3, Number.NaN));
  const rows = npy({ shape: '(2, 2)' }, floats(0, 1, 1, 1));
  it.each<[string, Uint8Array, string]>([
    ['a label between classes', bad, 'row 1 of y (counted from 0): 0.5 is no class index'],
    [
      'rows that are not one-hot',
      rows,
      'row 1 of y (counted from 0): it is not one-hot: one 1 among zeros',
    ],
  ])('%s', async (_, y, what) => {
    const dataset = await openNpz(archive({ x, y }));
    const reading = dataset.read({ inputs: ['x'], label: 'y', from: 0, to: 2 });
    await expect(reading).rejects.toMatchObject({ problem: { kind: 'data', what, row: 1 } });
  });

  it('an input that is not finite', async () => {
    const dataset = await openNpz(archive({ nan, x, y: x }));
    const reading = dataset.read({ inputs: ['nan'], label: null, from: 1, to: 2 });
    const what = 'row 1 of nan (counted from 0): it holds NaN at 1';
    await expect(reading).rejects.toMatchObject({ problem: { kind: 'data', what, row: 1 } });
  });

  it.each([
    ['count-mismatch.npz', { kind: 'data', what: 'x has 24 examples, y has 21 examples' }],
    ['object-array.npz', { kind: 'unsafe', what: 'its elements are pickled objects' }],
  ])('%s', async (name, problem) => {
    await expect(open(name)).rejects.toMatchObject({ problem });
  });

  it('a flipped byte, before any number is used', async () => {
    const dataset = await open('flipped-byte.npz');
    const reading = dataset.read({ inputs: ['x'], label: null, from: 0, to: 1 });
    await expect(reading).rejects.toMatchObject({ problem: { kind: 'corrupt' } });
  });

  it('whatever the bytes, a data set or a CheckpointError', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), fc.string(), async (bytes, shape) => {
        const arrays = { a: new Uint8Array(bytes), x: npy({ shape }, bytes) };
        const outcome = await openNpz(archive(arrays)).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
      }),
    ));
});

describe.runIf(hasFixtures)('files that NumPy wrote', () => {
  const directory = join(FIXTURES, 'data/digits-numpy');
  const files = (hasFixtures ? expected(directory).datasets : []).filter(
    ({ format }: { format: string }) => format === 'npz',
  );

  const rows: [string, (typeof files)[0]][] = files.map((file: { path: string }) => [
    file.path,
    file,
  ]);
  it.each(rows)('%s', async (path, file) => {
    const { meter, source } = metered(await fileSource(directory, path));
    const dataset = await openNpz(source);
    expect(meter.bytes).toBeLessThan(2 * source.size);
    expect(dataset).toMatchObject({ count: file.count, label: file.labels });
    const { x, y, labels } = await hashes(dataset, file.inputs, file.labels);
    expect(x).toBe(file.x_sha256);
    const classes = dataset.columns.find(({ name }) => name === file.labels)?.classes;
    const counts = Object.values(file.class_counts);
    expect(counts).toEqual(
      Object.keys(file.class_counts).map((_, i) => labels.filter((l) => l === i).length),
    );
    if (!classes) expect(y).toBe(file.y_sha256);
  });

  it.each([
    ['truncated.npz', /ends at byte|no end/],
    ['no-rows.npz', /no examples/],
    ['empty.npz', /./],
  ])('broken: %s', async (name, message) => {
    const source = await fileSource(join(FIXTURES, 'data/broken'), name);
    await expect(openNpz(source)).rejects.toThrow(message);
  });
});

it('is known by its name and its first bytes', () => {
  const probe = (path: string, head: number[]) =>
    npz.detect({ path, size: 9, head: Uint8Array.from(head), tail: new Uint8Array() });
  expect(probe('a/test.npz', [0x50, 0x4b, 3, 4])).toBe(true);
  expect(probe('a/test.zip', [0x50, 0x4b, 3, 4])).toBe(false);
  expect(probe('a/test.npz', [0x3c, 0x68])).toBe(false);
});
