import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Backend } from '#domain/evaluation.ts';
import { widen } from '#domain/widen.ts';
import { openArrays } from '#formats/npz/arrays.ts';
import {
  diskDirectory,
  expected,
  FIXTURES,
  fileSource,
  hasCorpus,
  hasFixtures,
  SHARED,
} from '#io/testing.ts';
import type { Reader } from './api.ts';
import { computeOutput, type Given, relativeDifference, scoresOf } from './evaluation-testing.ts';
import { bindCheckpoint } from './evaluator-weights.ts';
import { createReader } from './reader-api.ts';

/** One run of a graph by TensorFlow itself, as `expected.json` has it. */
interface Expected {
  readonly checkpoint: string;
  readonly graph: string;
  readonly data: string | null;
  readonly inputs: string | readonly string[];
  readonly outputs?: string;
  readonly labels: string | null;
  readonly preprocessing: string | null;
  readonly tolerance: number;
  readonly accuracy: number | null;
  readonly cross_entropy: number | null;
  readonly smallest_margin?: number;
  readonly logits_first: readonly (readonly number[])[] | null;
}

interface Row extends Expected {
  readonly directory: string;
}

const ROOTS = ['tensorflow/savedmodel', 'tensorflow/tf1', 'misc', 'sample-training'];

/** Graphs of TensorFlow: folders of a SavedModel, MetaGraphs, graph models of TensorFlow.js. */
const GRAPH = /(?:^|\/)(?:saved_model|module)$|\.meta$|^graph\/model\.json$/;

/** Rows of other graphs are walked by the tests of those. */
const rows: readonly Row[] = hasFixtures
  ? ROOTS.flatMap((root) => readdirSync(join(FIXTURES, root)).map((name) => `${root}/${name}`))
      .filter((directory) => existsSync(join(FIXTURES, directory, 'expected.json')))
      .flatMap((directory) =>
        ((expected(join(FIXTURES, directory)).evaluations ?? []) as Expected[])
          .filter(({ graph }) => graph !== null && GRAPH.test(graph))
          .map((one) => ({ ...one, directory })),
      )
  : [];

const pathOf = ({ graph }: Expected) =>
  /\.(?:meta|json)$/.test(graph) ? graph : `${graph}/saved_model.pb`;

async function open(root: string): Promise<Reader> {
  const reader = createReader({ openGrant: () => diskDirectory(root) });
  await reader.open({ kind: 'http', name: root, url: '' });
  return reader;
}

const arraysOf = (directory: string, name: string) => arraysIn(join(FIXTURES, directory), name);

async function arraysIn(root: string, name: string): Promise<Map<string, Given>> {
  const arrays = new Map<string, Given>();
  const source = await fileSource(root, name);
  for (const { name: key, header, rows: read } of await openArrays(source)) {
    const { element, shape } = header;
    if (element.kind !== 'number') continue;
    const values = widen(await read(0, shape[0] ?? 0), element.dtype);
    if (values) arrays.set(key, { shape, values });
  }
  return arrays;
}

describe.runIf(hasFixtures)('graphs of TensorFlow give what TensorFlow gave', () => {
  it('are there', () => expect(rows.length).toBeGreaterThan(20));

  it.each(rows)('$directory: $graph with $checkpoint on $data', async (row) => {
    const { directory, tolerance } = row;
    const reader = await open(join(FIXTURES, directory));
    const graph = await reader.graph({ kind: 'file', path: pathOf(row) });
    const data = await arraysOf(directory, row.data ?? String(row.inputs));
    const columns = row.data === null ? [...data.keys()] : [row.inputs].flat();
    const scale = row.preprocessing === 'x / 16' ? 1 / 16 : 1;
    const inputs = new Map(
      graph.inputs.map(({ name }, i): [string, Given] => {
        const { shape, values } = data.get(name) ?? data.get(columns[i] ?? '') ?? NOTHING;
        return [name, { shape, values: values.map((value) => value * scale) }];
      }),
    );
    for (const backend of ['wasm', 'cpu'] satisfies Backend[]) {
      const checkpoint = row.checkpoint;
      const outputs = new Map<string, Float32Array>();
      for (const { name } of graph.outputs) {
        const one = { graph, output: name, checkpoint, inputs, backend };
        outputs.set(name, await computeOutput(reader, one));
      }
      await expectOutputs(row, [...outputs.values()], outputs);
      expectScores(row, [...outputs.values()][0] ?? new Float32Array(), data, tolerance);
    }
  });
});

/** Small ones that are here in any case: copies of `tensorflow/savedmodel/mlp`. */
const OWN = 'src/workers/fixtures/saved-model';

describe.each<Backend>(['wasm', 'cpu'])('a SavedModel on %s', (backend) => {
  it.each([
    ['saved_model', 'outputs.npz'],
    ['other-weights-1', 'outputs_other.npz'],
  ])('computes with the weights of %s', async (checkpoint, file) => {
    const reader = await open(OWN);
    const graph = await reader.graph({ kind: 'file', path: 'saved_model/saved_model.pb' });
    expect(graph.signatures).toEqual(['serving_default']);
    const inputs = await arraysIn(OWN, 'inputs.npz');
    const [wanted] = (await arraysIn(OWN, file)).values();
    const given = new Map([['inputs', [...inputs.values()][0] ?? NOTHING]]);
    const outputs = await computeOutput(reader, { graph, checkpoint, inputs: given, backend });
    expect(relativeDifference(outputs, wanted?.values ?? [])).toBeLessThan(1e-5);
  });
});

/** Files of others: read, or refused with every reason. */
const CORPUS: readonly (readonly [string, string, string | undefined, readonly RegExp[] | null])[] =
  [
    ['savedmodel-multishard', 'lso_savedmodel_tf2.2/saved_model.pb', undefined, null],
    ['savedmodel-tf2', '00000123/saved_model.pb', undefined, null],
    ['savedmodel-tf2', '00000123/saved_model.pb', 'classify_x2_to_y3', null],
    [
      'savedmodel-tf2',
      '00000123/saved_model.pb',
      'regress_x_to_y',
      [/it is string/, /the op ParseExampleV2/],
    ],
    [
      'savedmodel-tf2',
      '00000123/saved_model.pb',
      'other',
      [/no signature other, but serving_default/],
    ],
    ['tfjs-models', 'graph_model/model.json', undefined, null],
    ['tfjs-models', 'graph_model/model_new.json', undefined, null],
    ['tfjs-models', 'dense_model/model/model.json', undefined, null],
    [
      'tf1-saver-v2',
      'checkpoint/model.meta',
      undefined,
      [/X: the file does not say how many axes/],
    ],
    [
      'tf1-v1-export',
      '00000123/export.meta',
      undefined,
      [/a single number/, /the op ParseExample /],
    ],
  ];

describe.runIf(hasCorpus)('graphs of others', () => {
  it.each(CORPUS)('%s: %s %s', async (folder, end, signature, reasons) => {
    const root = join(SHARED, 'corpus', folder);
    const path = readdirSync(root, { recursive: true, encoding: 'utf8' }).find((one) =>
      one.endsWith(end),
    );
    const reader = await open(root);
    const graph = reader.graph({ kind: 'file', path: path ?? '', signature });
    if (reasons === null) {
      expect((await graph).nodes.length).toBeGreaterThan(0);
      return;
    }
    const matching = reasons.map((reason) => expect.stringMatching(reason));
    await expect(graph).rejects.toMatchObject({ problem: { kind: 'unfit', reasons: matching } });
  });

  it('texts and their tables are refused by name', async () => {
    const reader = await open(join(FIXTURES, 'tensorflow/savedmodel/module-assets'));
    const path = 'module/saved_model.pb';
    const reasons = [/it is string/, /HashTableV2/, /LookupTableFindV2/].map((reason) =>
      expect.stringMatching(reason),
    );
    await expect(reader.graph({ kind: 'file', path, signature: 'embed' })).rejects.toMatchObject({
      problem: { kind: 'unfit', reasons },
    });
  });
});

describe.runIf(hasFixtures)('a SavedModel of a run', () => {
  it.each(['ckpt-6', 'ckpt-7', 'ckpt-8'])('is offered for %s and fits it', async (name) => {
    const reader = await open(join(FIXTURES, 'sample-training/digits-tensorflow'));
    const checkpoint = `cnn-checkpoint-manager/${name}`;
    const path = 'cnn-checkpoint-manager/saved_model/saved_model.pb';
    expect(await reader.graphs({ checkpoint })).toContain(path);
    const graph = await reader.graph({ kind: 'file', path });
    const signal = undefined;
    const bound = await bindCheckpoint(reader, graph, { checkpoint, prefix: undefined, signal });
    expect(bound.defect).toBeNull();
  });
});

const NOTHING: Given = { shape: [0], values: new Float32Array() };

async function expectOutputs(
  { directory, outputs: file, tolerance, logits_first }: Row,
  found: readonly Float32Array[],
  byName: ReadonlyMap<string, Float32Array>,
) {
  const wanted = file ? await arraysOf(directory, file) : new Map<string, Given>();
  for (const [i, [name, { values }]] of [...wanted].entries()) {
    const one = byName.get(name) ?? found[i] ?? new Float32Array();
    expect(relativeDifference(one, values)).toBeLessThanOrEqual(tolerance);
  }
  const first = logits_first?.flat() ?? [];
  const begin = (found[0] ?? new Float32Array()).subarray(0, first.length);
  expect(relativeDifference(begin, first)).toBeLessThanOrEqual(tolerance);
  expect(wanted.size + first.length).toBeGreaterThan(0);
}

function expectScores(
  row: Row,
  outputs: Float32Array,
  data: ReadonlyMap<string, Given>,
  tolerance: number,
) {
  const labels = row.labels === null ? undefined : data.get(row.labels)?.values;
  if (!labels || row.cross_entropy === null) return;
  const shape = [labels.length, outputs.length / labels.length];
  const one = { shift: false } as Parameters<typeof scoresOf>[2];
  const { accuracy, crossEntropy } = scoresOf(
    { values: Float32Array.from(outputs), shape },
    labels,
    one,
  );
  expect(Math.abs(crossEntropy - row.cross_entropy)).toBeLessThanOrEqual(tolerance);
  if ((row.smallest_margin ?? 1) > tolerance) expect(accuracy).toBe(row.accuracy);
}
