import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Backend } from '#domain/evaluation.ts';
import type { Scan } from '#domain/run.ts';
import { widen } from '#domain/widen.ts';
import { openArrays } from '#formats/npz/arrays.ts';
import { diskDirectory, expected, FIXTURES, fileSource, hasFixtures } from '#io/testing.ts';
import type { Reader } from './api.ts';
import { computeOutput, type Given, relativeDifference, scoresOf } from './evaluation-testing.ts';
import { createReader } from './reader-api.ts';
import type { Evaluation } from './shared-evaluations.ts';

interface Row extends Evaluation {
  readonly directory: string;
  readonly tolerance: number;
  /** An adapter: the folder that it was trained on. */
  readonly base?: string;
}

const ROOTS = ['huggingface', 'misc'];

/** Models by their configuration where no graph is given, and ONNX; `.pt2` and others have tests of their own. */
const rows: readonly Row[] = hasFixtures
  ? ROOTS.flatMap((root) => readdirSync(join(FIXTURES, root)).map((name) => `${root}/${name}`))
      .filter((directory) => existsSync(join(FIXTURES, directory, 'expected.json')))
      .flatMap((directory) =>
        ((expected(join(FIXTURES, directory)).evaluations ?? []) as Row[])
          .filter((row) => isOurs(directory, row))
          .map((row) => ({ ...row, directory })),
      )
  : [];

function isOurs(directory: string, { graph }: Evaluation): boolean {
  return directory.startsWith('huggingface/') || (graph?.endsWith('.onnx') ?? false);
}

interface Opened {
  readonly reader: Reader;
  readonly scan: Scan;
}

async function open(root: string): Promise<Opened> {
  const reader = createReader({ openGrant: () => diskDirectory(root) });
  const scan = await reader.open({ kind: 'http', name: root, url: '' });
  return { reader, scan };
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

/** The checkpoint under the path that the reader gives it. */
function checkpointOf({ scan }: Opened, { checkpoint }: Row): string {
  const refs = scan.runs.flatMap(({ checkpoints }) => checkpoints);
  const folder = checkpoint === '.' ? '' : `${checkpoint}/`;
  const found =
    refs.find(({ path }) => path === checkpoint) ??
    refs.find(({ main }) => main.startsWith(folder) && !main.slice(folder.length).includes('/'));
  return found?.path ?? checkpoint;
}

/** The graph that is offered first, unless the row names an ONNX file: each of our own formats. */
async function graphOf(reader: Reader, row: Row, checkpoint: string): Promise<string> {
  if (row.graph?.endsWith('.onnx')) return row.graph;
  const offered = await reader.graphs({ checkpoint });
  return offered.find((path) => path.endsWith('config.json')) ?? '';
}

describe.runIf(hasFixtures)('configurations of transformers and models of ONNX', () => {
  it('are there', () => expect(rows.length).toBeGreaterThan(20));

  it.each(rows)('$directory: $checkpoint gives what its framework gave', async (row) => {
    const { directory, tolerance } = row;
    const opened = await open(join(FIXTURES, directory));
    const { reader } = opened;
    const checkpoint = checkpointOf(opened, row);
    const graph = await reader.graph({
      kind: 'file',
      path: await graphOf(reader, row, checkpoint),
    });
    const data = await arraysOf(directory, row.data);
    const scale = row.preprocessing === 'x / 16' ? 1 / 16 : 1;
    const inputs = new Map(
      graph.inputs.map(({ name, fallback }, i): [string, Given] => {
        const given =
          data.get(name) ?? (fallback === undefined ? undefined : filled(data, fallback));
        const { shape, values } = given ?? data.get([row.inputs].flat()[i] ?? '') ?? NOTHING;
        return [name, { shape, values: values.map((value) => value * scale) }];
      }),
    );
    for (const backend of ['wasm', 'cpu'] satisfies Backend[]) {
      const outputs = await computeOutput(reader, { graph, checkpoint, inputs, backend });
      const first = row.logits_first?.flat(2) ?? [];
      const begin = counted(outputs, row, data).slice(0, first.length);
      expect(relativeDifference(begin, first)).toBeLessThanOrEqual(tolerance);
      const examples = [...inputs.values()][0]?.shape[0] ?? 1;
      expectScores(row, { values: Float32Array.from(outputs), shape: [examples] }, data);
    }
  });
});

const NOTHING: Given = { shape: [0], values: new Float32Array() };

function filled(data: ReadonlyMap<string, Given>, value: number): Given {
  const { shape, values } = data.get('input_ids') ?? NOTHING;
  return { shape, values: values.map(() => value) };
}

/** Of a language model, the outputs at places whose next token counts. */
function counted(outputs: Float32Array, row: Row, data: ReadonlyMap<string, Given>): number[] {
  const { shape, values } = data.get('labels') ?? NOTHING;
  if (!row.shift) return [...outputs];
  const classes = outputs.length / values.length;
  const length = shape[1] ?? 1;
  return [...values].flatMap((_, at) => {
    const isLast = at % length === length - 1;
    if (isLast || values[at + 1] === row.ignore_index) return [];
    return [...outputs.subarray(at * classes, (at + 1) * classes)];
  });
}

function expectScores(row: Row, outputs: Given, data: ReadonlyMap<string, Given>) {
  const labels = data.get(row.labels ?? 'labels')?.values;
  expect(labels).toBeDefined();
  if (!labels || row.cross_entropy === null) return;
  const { accuracy, crossEntropy } = scoresOf(outputs, labels, row);
  expect(Math.abs(crossEntropy - row.cross_entropy)).toBeLessThanOrEqual(row.tolerance);
  if ((row.smallest_margin ?? 1) > row.tolerance)
    expect(accuracy).toBeCloseTo(row.accuracy ?? 0, 6);
}

describe.runIf(hasFixtures)('what cannot be computed', () => {
  it.each(['external-missing', 'external-short', 'external-hostile', 'truncated'])(
    'the damaged model misc/onnx/%s is refused',
    async (folder) => {
      const { reader } = await open(join(FIXTURES, 'misc/onnx'));
      const checkpoint = `${folder}/model.onnx`;
      const { shape, values } = (await arraysOf('misc/onnx', 'test.npz')).get('x') ?? NOTHING;
      const compute = async () => {
        const graph = await reader.graph({ kind: 'file', path: checkpoint });
        const inputs = new Map([['x', { shape, values }]]);
        return computeOutput(reader, { graph, checkpoint, inputs, backend: 'wasm' });
      };
      await expect(compute()).rejects.toThrow();
    },
  );

  it('weights that are NaN give outputs that are not finite', async () => {
    const { reader } = await open(join(FIXTURES, 'huggingface/bert-nan'));
    const checkpoint = 'checkpoint-8/model.safetensors';
    const graph = await reader.graph({ kind: 'file', path: 'checkpoint-8/config.json' });
    const inputs = new Map(
      graph.inputs.map(({ name, fallback = 3 }): [string, Given] => [
        name,
        { shape: [2, 3], values: new Float32Array(6).fill(fallback) },
      ]),
    );
    const one = { graph, checkpoint, inputs, backend: 'wasm' } as const;
    expect([...(await computeOutput(reader, one))].every(Number.isNaN)).toBe(true);
  });

  it('an adapter says which model it was added to', async () => {
    const { reader } = await open(join(FIXTURES, 'huggingface/bert-lora'));
    const path = 'adapter-run/checkpoint-30/adapter_config.json';
    const graph = await reader.graph({ kind: 'file', path });
    const base = 'base/model.safetensors';
    expect(graph.base).toBe(base);
    expect(graph.notes).toEqual([{ code: 'base-model', checkpoint: base }]);
  });
});
