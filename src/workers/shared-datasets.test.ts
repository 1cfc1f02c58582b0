import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DatasetColumn, DatasetSummary } from '#domain/dataset.ts';
import { CheckpointError } from '#domain/problem.ts';
import { diskDirectory, expected, FIXTURES, hasFixtures, sha256 } from '#io/testing.ts';
import { createReader } from './reader-api.ts';

/** Folders of data sets of numbers; those of images and tables by column have a test of their own. */
const FOLDERS = ['digits-numpy', 'digits-text', 'digits-idx', 'digits-tensors', 'targets'];

interface Golden {
  readonly folder: string;
  readonly path: string;
  readonly inputs: string | null;
  readonly labels: string | null;
  readonly task?: string;
  readonly count: number;
  readonly x_shape?: readonly number[];
  readonly x_sha256?: string;
  readonly y_sha256?: string;
  readonly y_sha256_as?: string;
  readonly first_row: readonly number[];
  readonly first_label?: number | readonly number[];
  readonly class_counts?: Readonly<Record<string, number>>;
  readonly class_names?: readonly string[];
  readonly flat_sha256?: string;
  readonly lengths?: readonly number[];
}

const goldens: readonly Golden[] = hasFixtures
  ? FOLDERS.flatMap((folder) =>
      (expected(join(FIXTURES, 'data', folder)).datasets as Golden[]).map((one) => ({
        ...one,
        folder,
      })),
    )
  : [];

async function opened(folder: string) {
  const reader = createReader({ openGrant: () => diskDirectory(join(FIXTURES, 'data', folder)) });
  const scan = await reader.open({ kind: 'http', name: folder, url: '' });
  return { reader, scan };
}

const BATCH = 33;

async function readAll(
  { reader }: Awaited<ReturnType<typeof opened>>,
  { path, count, label, targets, tabular, columns }: DatasetSummary,
  inputs: readonly string[],
) {
  const values: number[] = [];
  const answers: number[] = [];
  for (let from = 0; from < count; from += BATCH) {
    const to = Math.min(count, from + BATCH);
    const batch = await reader.batch({ path, inputs, label, targets, from, to });
    for (const input of batch.inputs) values.push(...input.values);
    answers.push(...(batch.labels ?? batch.targets?.values ?? []));
  }
  const each = tabular
    ? [inputs.length]
    : (columns.find(({ name }) => name === inputs[0])?.shape ?? []);
  return { values, answers, shape: [count, ...each] };
}

/** Columns that are inputs: those of a table, or the one that its writer names, or the only one that is no answer. */
function inputsOf({ inputs }: Golden, summary: DatasetSummary): string[] {
  const { columns, label, targets = [], tabular } = summary;
  const others = columns.filter(({ name }) => name !== label && !targets.includes(name));
  if (tabular) return others.map(({ name }) => name);
  const named = others.find(({ name }) => name === inputs?.replace('*.', ''));
  return [named ?? others[0]].map((column) => column?.name ?? '');
}

/** Classes or several labels in the order in which the model has them. */
function inOrder(
  answers: readonly number[],
  column: DatasetColumn | undefined,
  names: readonly string[] | undefined,
): number[] {
  const { classes, shape = [] } = column ?? {};
  if (!classes || !names) return [...answers];
  const places = classes.map((word) => names.indexOf(word));
  if (shape.length === 0) return answers.map((answer) => places[answer] ?? -1);
  return answers.map((_, i) => {
    const row = Math.floor(i / places.length) * places.length;
    return answers[row + places.indexOf(i - row)] ?? -1;
  });
}

const hashes = {
  float32: (values: readonly number[]) => sha256(new Uint8Array(Float32Array.from(values).buffer)),
  float64: (values: readonly number[]) => sha256(new Uint8Array(Float64Array.from(values).buffer)),
  int64: (values: readonly number[]) =>
    sha256(new Uint8Array(BigInt64Array.from(values, BigInt).buffer)),
};

describe.runIf(hasFixtures)('data sets that their own libraries wrote', () => {
  const whole = goldens.filter(({ x_sha256 }) => x_sha256 !== undefined);

  it.each(whole)('$folder/$path', async (golden) => {
    const session = await opened(golden.folder);
    expect(session.scan.datasets).toContain(golden.path);
    const summary = await session.reader.dataset({ path: golden.path });
    expect(summary.count).toBe(golden.count);
    const { values, answers, shape } = await readAll(session, summary, inputsOf(golden, summary));
    expect(shape).toEqual(golden.x_shape);
    expect(values.slice(0, golden.first_row.length)).toEqual(golden.first_row.map(Math.fround));
    expect(hashes.float32(values)).toBe(golden.x_sha256);
    expect(summary.label === null).toBe(golden.task !== undefined);
    const answer = summary.label ?? summary.targets?.[0];
    const column = summary.columns.find(({ name }) => name === answer);
    const ordered = inOrder(answers, column, golden.class_names);
    const first = [golden.first_label].flat();
    expect(ordered.slice(0, first.length)).toEqual(first);
    const as = golden.y_sha256_as === 'float64' ? 'float64' : 'int64';
    expect(hashes[as](ordered)).toBe(golden.y_sha256);
    for (const [name, count] of Object.entries(golden.class_counts ?? {})) {
      expect(ordered.filter((one) => one === Number(name))).toHaveLength(count);
    }
  });

  it('lists of tokens are as long as they were', async () => {
    const session = await opened('targets');
    const golden = goldens.find(({ path }) => path === 'tokens_test.jsonl');
    const summary = await session.reader.dataset({ path: 'tokens_test.jsonl' });
    const ids = await readAll(session, summary, ['input_ids']);
    const mask = await readAll(session, summary, ['attention_mask']);
    const [count = 0, length = 0] = ids.shape;
    const lengths = Array.from({ length: count }, (_, row) =>
      mask.values.slice(row * length, (row + 1) * length).reduce((sum, one) => sum + one, 0),
    );
    expect(lengths).toEqual(golden?.lengths);
    const tokens = ids.values.filter((_, i) => mask.values[i] === 1);
    expect(hashes.int64(tokens)).toBe(golden?.flat_sha256);
  });

  it('token ids are all there, in windows of any length', async () => {
    const { reader, scan } = await opened('targets');
    const golden = goldens.find(({ path }) => path === 'tokens_test.bin');
    const path = 'tokens_test.bin';
    expect(scan.datasets).toContain(path);
    const { count, window } = await reader.dataset({ path, window: 18 });
    expect(count * (window ?? 0)).toBe(golden?.count);
    const batch = await reader.batch({
      path,
      window: 18,
      inputs: ['input_ids'],
      label: null,
      from: 0,
      to: count,
    });
    expect(hashes.int64([...(batch.inputs[0]?.values ?? [])])).toBe(golden?.flat_sha256);
  });
});

describe.runIf(hasFixtures)('the test data of the sample', () => {
  it('are the same in all forms in which they are there', async () => {
    const root = join(FIXTURES, 'sample-training/digits-pytorch');
    const reader = createReader({ openGrant: () => diskDirectory(root) });
    const scan = await reader.open({ kind: 'http', name: 'sample', url: '' });
    const found: string[][] = [];
    for (const form of ['npz', 'csv', 'pt', 'safetensors']) {
      const summary = await reader.dataset({ path: `test.${form}` });
      const golden = { inputs: 'x' } as Golden;
      const session = { reader, scan };
      const { values, answers } = await readAll(session, summary, inputsOf(golden, summary));
      found.push([hashes.float32(values), hashes.int64(answers)]);
    }
    const [first] = found;
    for (const other of found) expect(other).toEqual(first);
  });
});

/** What is said of a broken data set, when it is opened or read to its end. */
async function problemOf(path: string) {
  const session = await opened('broken');
  try {
    const summary = await session.reader.dataset({ path });
    const { columns, label, targets = [] } = summary;
    const inputs = columns
      .map(({ name }) => name)
      .filter((name) => name !== label && !targets.includes(name));
    const { answers, shape } = await readAll(session, summary, inputs);
    return { count: shape[0], features: shape[1], answers };
  } catch (error) {
    return error instanceof CheckpointError ? error.problem : error;
  }
}

describe.runIf(hasFixtures)('broken data sets', () => {
  it.each<[string, object]>([
    ['label-fraction.npz', { kind: 'data', row: 3 }],
    ['ragged.csv', { kind: 'data', row: 3, what: /62 cells.* 65/ }],
    ['nan-cells.npz', { kind: 'data', row: 2, what: /NaN at 7/ }],
    ['nan-cells.csv', { kind: 'data', row: 2, what: /px7/ }],
    ['not-a-number.csv', { kind: 'data', row: 1, what: /px3/ }],
    ['empty.csv', { kind: 'data' }],
    ['header-only.csv', { kind: 'data', what: /no rows/ }],
    ['no-rows.npz', { kind: 'data', what: /no examples/ }],
    ['count-mismatch.npz', { kind: 'data', what: /x has 24.* y has 21/ }],
    ['object-array.npz', { kind: 'unsafe' }],
    ['truncated.npz', { kind: 'truncated' }],
    ['flipped-byte.npz', { kind: 'corrupt' }],
    ['short-idx3-ubyte', { kind: 'truncated' }],
    ['magic-idx3-ubyte', { kind: 'malformed' }],
    ['cut-idx3-ubyte.gz', { kind: 'truncated' }],
    ['bad-line.jsonl', { kind: 'malformed', what: /line 5/ }],
    ['ragged.jsonl', { kind: 'data', row: 1 }],
    ['headless.npy', { kind: 'truncated' }],
    ['short.npy', { kind: 'truncated' }],
    ['evil-header.npy', { kind: 'malformed' }],
    ['empty.npz', { kind: 'data' }],
  ])('%s: %j', async (path, wanted) => {
    const { what, ...problem } = wanted as { readonly what?: RegExp };
    const said = await problemOf(path);
    expect(said).toMatchObject(problem);
    if (what) expect(said).toMatchObject({ what: expect.stringMatching(what) });
  });

  /** Whether these go with a model only the model tells: the evaluator refuses them. */
  it.each<[string, object]>([
    ['label-out-of-range.npz', { count: 24, answers: expect.arrayContaining([12, -1]) }],
    ['label-out-of-range.csv', { count: 24, answers: expect.arrayContaining([12, -1]) }],
    ['wrong-feature-count.npz', { features: 65 }],
    ['wrong-feature-count.csv', { features: 63 }],
  ])('%s is read as it is', async (path, wanted) => {
    expect(await problemOf(path)).toMatchObject(wanted);
  });
});
