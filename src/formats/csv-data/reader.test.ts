import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '#domain/dataset.ts';
import { CheckpointError } from '#domain/problem.ts';
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
import { csvData } from './dataset.ts';
import { openCsv } from './reader.ts';
import { readTable } from './rows.ts';

/** From `expected.json` of the shared fixtures: 60 handwritten digits, and 30 of them. */
const DIGITS = '288257a73350c1129d20b3150e92670227bdce9ada6f2db524609835028afa4a';
const CLASSES = '841a4d9dffaa0513584615f234cd6c146cbd46d904388ecf8ba211c021aea26c';

const open = async (name: string) => openCsv(bytesSource(await fixture(`csv-data/${name}`), name));
const parse = (text: string) => openCsv(bytesSource(new TextEncoder().encode(text), 'a.csv'));

/** Reads everything but the label in batches of an odd size. */
async function readAll(dataset: Dataset) {
  const inputs = dataset.columns.map(({ name }) => name).filter((name) => name !== dataset.label);
  const values: number[] = [];
  const labels: number[] = [];
  for (let from = 0; from < dataset.count; from += 23) {
    const to = Math.min(dataset.count, from + 23);
    const batch = await dataset.read({ inputs, label: dataset.label, from, to });
    expect(batch.inputs[0]?.shape).toEqual([to - from, inputs.length]);
    values.push(...(batch.inputs[0]?.values ?? []));
    labels.push(...(batch.labels ?? []));
  }
  const wide = BigInt64Array.from(labels, BigInt);
  const x = sha256(new Uint8Array(Float32Array.from(values).buffer));
  return { x, y: sha256(new Uint8Array(wide.buffer)), values, labels };
}

describe('tables', () => {
  it('without a header: the last column is the label', async () => {
    const dataset = await open('test_no_header.csv');
    expect(dataset).toMatchObject({ count: 60, label: 'column 64', tabular: true });
    expect(await readAll(dataset)).toMatchObject({ x: DIGITS, y: CLASSES });
  });

  it('packed', async () => {
    const dataset = await open('test.csv.gz');
    expect(dataset).toMatchObject({ count: 60, label: 'label' });
    expect(await readAll(dataset)).toMatchObject({ x: DIGITS, y: CLASSES });
  });

  it('with semicolons, decimal commas, a byte order mark and lines of Windows', async () => {
    const dataset = await open('test_semicolon.csv');
    expect(dataset.columns[0]).toEqual({ name: 'label', dtype: 'float64', shape: [] });
    const { values, y } = await readAll(dataset);
    expect(values.slice(0, 8)).toEqual([0, 0, 0, 0.5, 1.6, 0.3, 0, 0].map(Math.fround));
    expect(y).toBe(CLASSES);
  });

  it('with words for labels, in quotes: classes are sorted', async () => {
    const dataset = await open('test_quoted.csv');
    const classes = [
      '<b>three</b>',
      '=9',
      'eight',
      'five',
      'four',
      'one "1"',
      'seven',
      'six',
      'two\nlines',
      'zero, none',
    ];
    expect(dataset.columns[0]).toEqual({ name: 'label', dtype: 'string', shape: [], classes });
    const { labels } = await readAll(dataset);
    expect(classes[labels[0] ?? 0]).toBe('four');
  });
});

describe('the header', () => {
  it.each<[string, string, string[]]>([
    ['has words over numbers', 'a,b\n1,2\n', ['a', 'b']],
    ['has names that are numbers', '0,1,2,species\n5,3,1,cat\n', ['0', '1', '2', 'species']],
    ['is left out', '5.1,3.5,cat\n4.9,3.0,dog\n', ['column 0', 'column 1', 'column 2']],
    ['has a name twice, and none', ',a,a\n1,2,3\n', ['Unnamed: 0', 'a', 'a.1']],
    ['stands over words alone', 'text,label\ngood,yes\nbad,no\n', ['text', 'label']],
  ])('%s', async (_, text, names) => {
    expect((await parse(text)).columns.map(({ name }) => name)).toEqual(names);
  });
});

describe('the label', () => {
  it.each<[string, string, string | null]>([
    ['by its name', 'y,a,b\n1,2,3\n0,4,5\n', 'y'],
    ['the last column', 'a,b,digit\n1.5,2,3\n2.5,4,5\n', 'digit'],
    ['the first of images', '7,0,3,0\n2,0,9,0\n', 'column 0'],
    ['none for a regression', 'a,target\n1,2.5\n2,3.5\n', null],
    ['none for several', 'a,label_cat,label_dog\n1,0,1\n2,1,1\n', null],
  ])('is %s', async (_, text, label) => {
    expect((await parse(text)).label).toBe(label);
  });
});

describe('what is no class', () => {
  it('a real number is a target, in full precision', async () => {
    const dataset = await parse('a,target\n1,0.1\n2,152.25\n');
    expect(dataset).toMatchObject({ label: null, targets: ['target'] });
    const request = { inputs: ['a'], label: null, targets: ['target'], from: 0, to: 2 };
    const { targets } = await dataset.read(request);
    expect(targets).toEqual({ shape: [2], values: Float64Array.of(0.1, 152.25) });
  });

  it('whole numbers far apart are targets, too', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i},${(i * 37) % 331}\n`);
    expect(await parse(`a,target\n${rows.join('')}`)).toMatchObject({ targets: ['target'] });
  });

  it('several labels stand side by side', async () => {
    const dataset = await parse('a,label_cat,label_dog\n1,0,1\n2,1,1\n');
    const names = ['label_cat', 'label_dog'];
    expect(dataset).toMatchObject({ label: null, targets: names });
    const { targets } = await dataset.read({
      inputs: [],
      label: null,
      targets: names,
      from: 0,
      to: 2,
    });
    expect(targets).toEqual({ shape: [2, 2], values: Float64Array.of(0, 1, 1, 1) });
  });

  it('any column tells groups apart, as its cells stand in the file', async () => {
    const dataset = await parse('age,site,y\n20,"a, b",0\n,é,1\nNA,,1\n');
    const request = { inputs: [], label: null, slices: ['site', 'age'], from: 0, to: 3 };
    expect((await dataset.read(request)).slices).toEqual([
      ['a, b', 'é', null],
      [20, null, null],
    ]);
  });
});

describe('a large table', () => {
  const rows = Array.from({ length: 9000 }, (_, i) => {
    const cells = Array.from({ length: 999 }, (_, j) => (i + j) % 10);
    return `"é${i % 3}\n",${cells.join(',')}`;
  });
  const bytes = new TextEncoder().encode(
    `\ufeffsite,${'x,'.repeat(998)}label\r\n${rows.join('\r\n')}`,
  );

  it.each([
    ['is read again row by row', bytes, 'a.csv'],
    ['is unpacked again', new Uint8Array(gzipSync(bytes, { level: 1 })), 'a.csv.gz'],
  ])('%s', async (_, contents, name) => {
    const { meter, source } = metered(bytesSource(contents, name));
    const dataset = await openCsv(source);
    expect(dataset).toMatchObject({ count: 9000, label: 'label' });
    const before = meter.bytes;
    for (const from of [0, 63, 4000, 8990]) {
      const batch = await dataset.read({
        inputs: ['x', 'x.2'],
        label: 'label',
        slices: ['site'],
        from,
        to: from + 10,
      });
      const numbers = Array.from({ length: 10 }, (_, i) => from + i);
      expect([...(batch.inputs[0]?.values ?? [])]).toEqual(
        numbers.flatMap((row) => [row % 10, (row + 2) % 10]),
      );
      expect([...(batch.labels ?? [])]).toEqual(numbers.map((row) => (row + 998) % 10));
      expect(batch.slices?.[0]).toEqual(numbers.map((row) => `é${row % 3}`));
    }
    if (name === 'a.csv') expect(meter.bytes - before).toBeLessThan(bytes.length / 4);
  });
});

it('a table of an old system is read in its code page', async () => {
  const text = Buffer.from('site,y\ncaf\xe9,0\nb,1\n', 'latin1');
  const dataset = await openCsv(bytesSource(new Uint8Array(text), 'a.csv'));
  expect(dataset.columns[0]?.classes).toEqual(['b', 'café']);
  const { slices } = await dataset.read({
    inputs: [],
    label: null,
    slices: ['site'],
    from: 1,
    to: 2,
  });
  expect(slices).toEqual([['b']]);
});

describe('cells', () => {
  it.each<[string, string, number[]]>([
    ['with spaces', 'a,y\n 1 , 2\n', [1]],
    ['in quotes', 'a,y\n"1",2\n', [1]],
    ['with exponents', 'a,y\n-1.5e-3,2\n', [Math.fround(-0.0015)]],
    ['between lines of old Macs', 'a,y\r3,4\r5,6\r', [3, 5]],
    ['between empty lines', 'a,y\n\n1,2\n\n\n3,4\n\n', [1, 3]],
    ['without a last line break', 'a,y\n1,2\n3,4', [1, 3]],
    ['of a table with tabs', 'a\ty\n1\t2\n', [1]],
  ])('%s', async (_, text, values) => {
    const dataset = await parse(text);
    const { inputs } = await dataset.read({
      inputs: ['a'],
      label: null,
      from: 0,
      to: dataset.count,
    });
    expect([...(inputs[0]?.values ?? [])]).toEqual(values);
  });

  it('columns come in the order in which they are asked for', async () => {
    const dataset = await parse('a,b,y\n1,2,0\n3,4,1\n');
    const { inputs, labels } = await dataset.read({
      inputs: ['b', 'a'],
      label: 'y',
      from: 1,
      to: 2,
    });
    expect(inputs).toEqual([{ shape: [1, 2], values: Float32Array.of(4, 3) }]);
    expect(labels).toEqual(Int32Array.of(1));
  });

  it.each(['a,y\n1,"2\n', 'a,y\n1,2"3\n', 'a,y\n"1"x,2\n'])(
    'in odd quotes are taken as they are: %j',
    async (text) => {
      expect((await parse(text)).count).toBe(1);
    },
  );
});

describe('what is wrong is said', () => {
  it.each<[string, string, string]>([
    ['nothing', '', 'it is empty'],
    ['a header alone', 'a,b,c\n', 'it has a header, and no rows'],
    ['a short row', 'a,b\n1,2\n3\n', 'row 1 (counted from 0, line 3) has 1 cells, the first row 2'],
  ])('%s', async (_, text, what) => {
    await expect(parse(text)).rejects.toMatchObject({ problem: { kind: 'data', what } });
  });

  it.each<[string, string, string]>([
    ['a word', 'a,y\n1,0\nx,1\n', 'row 1 of a (counted from 0): "x" is no finite number'],
    ['a gap', 'a,y\n1,0\n,1\n', 'row 1 of a (counted from 0): it is empty'],
    ['a NaN', 'a,y\n1,0\nNaN,1\n', 'row 1 of a (counted from 0): it is missing (NaN)'],
    ['an infinity', 'a,y\n1,0\ninf,1\n', 'row 1 of a (counted from 0): "inf" is no finite number'],
    ['a column of words', 'a,y\ncat,0\ndog,1\n', 'row 1 of a (counted from 0): it is text'],
  ])('%s, when it is asked for', async (_, text, what) => {
    const dataset = await parse(text);
    const reading = dataset.read({ inputs: ['a'], label: null, from: 1, to: 2 });
    await expect(reading).rejects.toMatchObject({ problem: { kind: 'data', what } });
    expect((await dataset.read({ inputs: [], label: 'y', from: 0, to: 2 })).labels).toHaveLength(2);
  });

  it('a label between classes', async () => {
    const dataset = await parse('a,y\n1,0\n2,1.5\n');
    const what = 'row 1 of y (counted from 0): 1.5 is no class index';
    const reading = dataset.read({ inputs: [], label: 'y', from: 0, to: 2 });
    await expect(reading).rejects.toMatchObject({ problem: { what } });
  });

  it('a packed table that is cut', async () => {
    const packed = gzipSync('a,y\n1,2\n'.repeat(1000)).subarray(0, 30);
    const source = bytesSource(new Uint8Array(packed), 'a.csv.gz');
    await expect(openCsv(source)).rejects.toMatchObject({ problem: { kind: 'truncated' } });
  });

  it('a cell without an end', async () => {
    const text = `a,y\n1,"${'x'.repeat(2 ** 20 + 1)}`;
    await expect(parse(text)).rejects.toMatchObject({ problem: { kind: 'too-large' } });
  });

  it('an abort reaches the file', async () => {
    const source = bytesSource(new TextEncoder().encode('a,y\n1,2\n'));
    await expect(openCsv(source, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it('whatever the text, a data set or a CheckpointError', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(...'ab1.,;\t|"\n\r -') }),
        async (text) => {
          const outcome = await parse(text).catch((error: unknown) => error);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
          else expect((outcome as Dataset).count).toBeGreaterThan(0);
        },
      ),
    ));
});

it.each([1, 2, 3, 7, 100])('pieces of %i characters give the same rows', async (size) => {
  const text = 'a,b,y\r\n"1,0",2,"x ""q"""\r\n\r\n3,4,"two\nlines"\r\n';
  async function* pieces() {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
  }
  const cells: (readonly string[])[] = [];
  const { rows } = await readTable(pieces(), 'a.csv');
  for await (const some of rows) cells.push(...some.map((row) => row.cells));
  expect(cells).toEqual([
    ['a', 'b', 'y'],
    ['1,0', '2', 'x "q"'],
    ['3', '4', 'two\nlines'],
  ]);
});

describe.runIf(hasFixtures)('files that pandas wrote', () => {
  const directory = join(FIXTURES, 'data/digits-text');
  const files = (hasFixtures ? expected(directory).datasets : []).filter(
    ({ format }: { format: string }) => format === 'csv' || format === 'tsv',
  );
  const rows: [string, (typeof files)[0]][] = files.map((file: { path: string }) => [
    file.path,
    file,
  ]);

  it.each(rows)('%s', async (path, file) => {
    const dataset = await openCsv(await fileSource(directory, path));
    expect(dataset.count).toBe(file.count);
    const { x, y, labels } = await readAll(dataset);
    expect(x).toBe(file.x_sha256);
    const label = dataset.columns.find(({ name }) => name === dataset.label);
    const names: string[] = file.class_names ?? [];
    const inFile = label?.classes
      ? labels.map((place) => names.indexOf(label.classes?.[place] ?? ''))
      : labels;
    expect(sha256(new Uint8Array(BigInt64Array.from(inFile, BigInt).buffer))).toBe(file.y_sha256);
    if (!label?.classes) expect(y).toBe(file.y_sha256);
  });

  it.each([
    ['ragged.csv', /row 3 .*62 cells, the first row 65/],
    ['header-only.csv', /no rows/],
    ['empty.csv', /empty/],
  ])('broken: %s', async (name, message) => {
    const source = await fileSource(join(FIXTURES, 'data/broken'), name);
    await expect(openCsv(source)).rejects.toThrow(message);
  });

  it.each([
    ['nan-cells.csv', /row 2 of px7/],
    ['not-a-number.csv', /row 1 of px3/],
  ])('broken: %s', async (name, message) => {
    const dataset = await openCsv(await fileSource(join(FIXTURES, 'data/broken'), name));
    await expect(readAll(dataset)).rejects.toThrow(message);
  });
});

describe('a table is known', () => {
  const detect = (path: string, text: string) => {
    const head = new TextEncoder().encode(text);
    return csvData.detect({ path, size: head.length, head, tail: head });
  };

  it.each([
    ['test.csv', 'a,b\n1,2\n', true],
    ['test.tsv', 'a\tb\n', true],
    ['metrics.csv', 'epoch,loss\n1,2\n', false],
    ['metrics.csv', 'train_loss,step\n1,2\n', false],
    ['page.csv', '<html>,\n', false],
    ['notes.txt', 'a,b\n', false],
    ['words.csv', 'alone\n', false],
    ['test.csv.gz', '\u001f\u008b', false],
  ])('%s %j: %s', (path, text, known) => {
    expect(detect(path, text)).toBe(known);
  });
});
