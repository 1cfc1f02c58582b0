import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '#domain/dataset.ts';
import { CheckpointError } from '#domain/problem.ts';
import { bytesSource, fixture, metered, sha256 } from '#io/testing.ts';
import { jsonData } from './dataset.ts';
import { openJson } from './reader.ts';

/** From `expected.json` of the shared fixtures, as float32. */
const RECORDS = '288257a73350c1129d20b3150e92670227bdce9ada6f2db524609835028afa4a';
const COLUMNS = '65c948aa450d70e30d53c74736ac85ab47a08bed7c6ed70ebd457f8949231ac9';

const open = async (name: string) =>
  openJson(bytesSource(await fixture(`json-data/${name}`), name));
const parse = (text: string, name = 'a.jsonl') =>
  openJson(bytesSource(new TextEncoder().encode(text), name));

async function inputsOf(dataset: Dataset, name: string) {
  const values: number[] = [];
  for (let from = 0; from < dataset.count; from += 7) {
    const to = Math.min(dataset.count, from + 7);
    const { inputs } = await dataset.read({ inputs: [name], label: null, from, to });
    values.push(...(inputs[0]?.values ?? []));
  }
  return values;
}

const hashOf = (values: readonly number[]) =>
  sha256(new Uint8Array(Float32Array.from(values).buffer));

describe('JSON lines', () => {
  it('lists of lists are arrays, words are classes, other texts tell groups apart', async () => {
    const dataset = await open('test_records.jsonl');
    expect(dataset).toMatchObject({ count: 60, label: 'label' });
    const [id, features, label] = dataset.columns;
    expect(features).toMatchObject({ name: 'features', dtype: 'int64', shape: [8, 8] });
    expect(label?.classes).toHaveLength(10);
    expect(hashOf(await inputsOf(dataset, 'features'))).toBe(RECORDS);
    const request = { inputs: [], label: 'label', slices: [id?.name ?? ''], from: 1, to: 3 };
    expect((await dataset.read(request)).slices).toEqual([['s1', 's2']]);
  });

  it('are read in parts, packed or not', async () => {
    const bytes = await fixture('json-data/test_records.jsonl');
    const { meter, source } = metered(bytesSource(bytes, 'a.jsonl'));
    const dataset = await openJson(source);
    const before = meter.bytes;
    await dataset.read({ inputs: ['features'], label: 'label', from: 10, to: 12 });
    expect(meter.bytes - before).toBeLessThan(bytes.length / 10);
    const packed = bytesSource(new Uint8Array(gzipSync(bytes)), 'a.jsonl.gz');
    expect(hashOf(await inputsOf(await openJson(packed), 'features'))).toBe(RECORDS);
  });

  it('several labels are targets', async () => {
    const dataset = await open('multilabel_test.jsonl');
    expect(dataset).toMatchObject({ label: null, targets: ['labels'] });
    const classes = ['<u>nil</u>', 'even', 'high', 'prime'];
    expect(dataset.columns[1]).toEqual({ name: 'labels', dtype: 'bool', shape: [4], classes });
    const request = { inputs: [], label: null, targets: ['labels'], from: 0, to: 2 };
    const { targets } = await dataset.read(request);
    expect([...(targets?.values ?? [])]).toEqual([0, 1, 0, 0, 0, 1, 1, 0]);
  });

  it('tokens are filled up to the longest list, and a mask says which are', async () => {
    const dataset = await open('tokens_test.jsonl');
    expect(dataset).toMatchObject({ count: 30, label: null });
    expect(dataset.columns).toEqual([
      { name: 'input_ids', dtype: 'int64', shape: [16], kind: 'tokens' },
      { name: 'attention_mask', dtype: 'int64', shape: [16] },
    ]);
    const request = { inputs: ['input_ids', 'attention_mask'], label: null, from: 1, to: 2 };
    const { inputs } = await dataset.read(request);
    expect(inputs.map(({ values }) => [...values])).toEqual([
      [45, 20, 12, 40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]);
  });

  it('labels of tokens are filled up with what does not count', async () => {
    const text = '{"input_ids":[1,2,3],"labels":[1,2,3]}\n{"input_ids":[4],"labels":[4]}\n';
    const dataset = await parse(text);
    expect(dataset.targets).toEqual(['labels']);
    const request = { inputs: [], label: null, targets: ['labels'], from: 0, to: 2 };
    const { targets } = await dataset.read(request);
    expect([...(targets?.values ?? [])]).toEqual([1, 2, 3, 4, -100, -100]);
  });
});

describe('documents', () => {
  it('have a list for each column', async () => {
    const dataset = await open('test.json');
    expect(dataset).toMatchObject({ count: 20, label: 'y' });
    expect(hashOf(await inputsOf(dataset, 'x'))).toBe(COLUMNS);
  });

  it.each([
    ['a list of objects', '[{"x":[1,2],"y":0},{"x":[3,4],"y":1}]'],
    ['a list of objects in one', '{"version":1,"data":[{"x":[1,2],"y":0},{"x":[3,4],"y":1}]}'],
    ['lists, and names of classes', '{"x":[[1,2],[3,4]],"y":[0,1],"class_names":["a","b","c"]}'],
  ])('are %s', async (_, text) => {
    const dataset = await parse(text, 'a.json');
    expect(dataset).toMatchObject({ count: 2, label: 'y' });
    expect(await inputsOf(dataset, 'x')).toEqual([1, 2, 3, 4]);
  });
});

describe('what is wrong is said', () => {
  it.each<[string, string, unknown]>([
    ['no example', '', { kind: 'data', what: 'it holds no examples' }],
    ['a list', '{"x":[1],"y":0}\n[1]\n', { kind: 'malformed', what: 'line 2 is no object' }],
    ['no numbers', '{"meta":{"a":1}}\n', { kind: 'data' }],
  ])('%s', async (_, text, problem) => {
    await expect(parse(text)).rejects.toMatchObject({ problem });
  });

  it('a line that is no JSON', async () => {
    const problem = { kind: 'malformed', what: expect.stringMatching(/^line 5 is not JSON/) };
    await expect(open('bad-line.jsonl')).rejects.toMatchObject({ problem });
  });

  it('counts that differ', async () => {
    const problem = { kind: 'data', what: 'x has 1 examples, y has 2 examples' };
    await expect(parse('{"x":[[1]],"y":[0,1]}', 'a.json')).rejects.toMatchObject({ problem });
  });

  it('lists of different lengths', async () => {
    const dataset = await open('ragged.jsonl');
    const what = 'row 1 of x (counted from 0): it is [2], those before it [3]';
    await expect(inputsOf(dataset, 'x')).rejects.toMatchObject({ problem: { kind: 'data', what } });
  });

  it.each([
    ['null', 'it is missing'],
    ['"?"', '"?" is no finite number'],
    ['NaN', 'it is missing'],
  ])('a cell that is %s', async (cell, said) => {
    const dataset = await parse(`{"a":1,"y":0}\n{"a":2,"y":0}\n{"a":${cell},"y":1}\n`);
    const what = `row 2 of a (counted from 0): ${said}`;
    await expect(inputsOf(dataset, 'a')).rejects.toMatchObject({ problem: { what, row: 2 } });
  });
});

it.each([
  ['test.jsonl', '{"x": [1, 2], "y": 0}\n', true],
  ['a.jsonl', '{"text": "good", "label": "yes"}\n', true],
  ['a.jsonl', '{"role": "user", "content": "hi"}\n', false],
  ['a.json', '[{"x": [1], "y": 2}]', true],
  ['a.json', '{"x": [[1], [2]], "y": [0, 1]}', true],
  ['config.json', '{"layers": [1, 2], "name": "x"}', false],
  ['model.json', '{"class_name": "Sequential", "config": {"layers": []}}', false],
])('%s %j is known: %s', (path, text, known) => {
  const head = new TextEncoder().encode(text);
  expect(jsonData.detect({ path, head, tail: head, size: head.length })).toBe(known);
});

it('whatever the values, a data set or a CheckpointError, and so is a batch of it', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(fc.constantFrom('x', 'y', 'input_ids', 'text'), fc.jsonValue()), {
        maxLength: 6,
      }),
      fc.boolean(),
      async (examples, isLines) => {
        const lines = examples.map((one) => JSON.stringify(one)).join('\n');
        const text = isLines ? lines : JSON.stringify(examples);
        const outcome = await parse(text, isLines ? 'a.jsonl' : 'a.json')
          .then(async (dataset) => {
            const { columns, count, label } = dataset;
            const inputs = columns.map(({ name }) => name).filter((name) => name !== label);
            return dataset.read({ inputs, label, from: 0, to: count });
          })
          .catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
      },
    ),
  ));
