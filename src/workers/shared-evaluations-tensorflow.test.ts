import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Backend } from '#domain/evaluation.ts';
import { widen } from '#domain/widen.ts';
import { openArrays } from '#formats/npz/arrays.ts';
import { diskDirectory, expected, FIXTURES, fileSource, hasFixtures } from '#io/testing.ts';
import type { Reader } from './api.ts';
import { computeOutput, type Given, relativeDifference, scoresOf } from './evaluation-testing.ts';
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

async function arraysOf(directory: string, name: string): Promise<Map<string, Given>> {
  const arrays = new Map<string, Given>();
  const source = await fileSource(join(FIXTURES, directory), name);
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
