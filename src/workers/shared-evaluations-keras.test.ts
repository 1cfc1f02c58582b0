import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UNSCALED } from '#domain/dataset.ts';
import type { Backend } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { widen } from '#domain/widen.ts';
import { openArrays } from '#formats/npz/arrays.ts';
import { diskDirectory, expected, FIXTURES, fileSource, hasFixtures } from '#io/testing.ts';
import { startBackend } from '#models/backend.ts';
import { createNetwork } from '#models/network.ts';
import { planValue } from '#models/plan.ts';
import { createEvaluator } from './evaluator-api.ts';
import { bindCheckpoint, readWeights } from './evaluator-weights.ts';
import { createReader } from './reader-api.ts';

/** One run of a model by Keras itself, as `expected.json` has it. */
interface Expected {
  readonly directory: string;
  readonly checkpoint: string;
  readonly graph: string | null;
  readonly inputs: string;
  readonly outputs: string;
  readonly output: string;
  readonly tolerance: number;
}

interface Numbers {
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

const ROOTS = ['tensorflow/keras3'];

/** What cannot be computed, and why. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'lambda-layer': /Lambda/,
  'functional-custom-layer': /ScaledShift/,
  'subclassed-custom': /SubclassedNet/,
};

/** An archive that was unpacked: the files in it that are chosen. */
const UNPACKED = {
  checkpoint: 'model_dir/model.weights.h5',
  graph: 'model_dir/config.json',
} as const;

const directories = hasFixtures
  ? ROOTS.flatMap((root) =>
      [...new Set(evaluationsIn(root).map(({ directory }) => directory))].map((name) => name),
    )
  : [];

const evaluations: readonly Expected[] = directories.flatMap((directory) =>
  (expected(join(FIXTURES, directory)).evaluations as Expected[])
    .filter(({ output }) => output === 'values')
    .map((one) => ({ ...one, ...(one.checkpoint === 'model_dir' && UNPACKED), directory })),
);

function evaluationsIn(root: string): { directory: string }[] {
  const { readdirSync } = process.getBuiltinModule('node:fs');
  return readdirSync(join(FIXTURES, root))
    .map((name) => ({ directory: `${root}/${name}` }))
    .filter(({ directory }) => existsSync(join(FIXTURES, directory, 'expected.json')));
}

async function numbersOf(directory: string, name: string): Promise<Map<string, Numbers>> {
  const arrays = new Map<string, Numbers>();
  for (const { name: key, header, rows } of await openArrays(
    await fileSource(join(FIXTURES, directory), name),
  )) {
    const { element, shape } = header;
    if (element.kind !== 'number') continue;
    const values = widen(await rows(0, shape[0] ?? 0), element.dtype);
    if (values) arrays.set(key, { shape, values });
  }
  return arrays;
}

/** All outputs of a graph with the weights of a checkpoint, in the order of the graph. */
async function compute(
  { directory, checkpoint }: Expected,
  graph: Graph,
  { inputs, backend }: { inputs: ReadonlyMap<string, Numbers>; backend: Backend },
): Promise<Float32Array[]> {
  const reader = await open(directory);
  const signal = undefined;
  const bound = await bindCheckpoint(reader, graph, { checkpoint, prefix: undefined, signal });
  expect(bound.defect).toBeNull();
  const device = await startBackend(backend);
  const unnamed = [...inputs.values()];
  const given = graph.inputs.map(({ name }, i) => [name, inputs.get(name) ?? unnamed[i]] as const);
  const shapes = new Map(given.map(([name, array]) => [name, array?.shape ?? []]));
  const feed = new Map(given.map(([name, array]) => [name, array?.values ?? new Float32Array()]));
  const outputs: Float32Array[] = [];
  for (const { name } of graph.outputs) {
    const plan = planValue(graph, shapes, name);
    const { values } = await readWeights(reader, plan, { graph, bound, signal });
    const network = await createNetwork(device, plan, values);
    outputs.push(await network.run(feed));
    network.dispose();
  }
  return outputs;
}

async function open(directory: string) {
  const root = join(FIXTURES, directory);
  const reader = createReader({ openGrant: () => diskDirectory(root) });
  await reader.open({ kind: 'http', name: directory, url: '' });
  return reader;
}

describe.runIf(hasFixtures)('models of Keras give what Keras gave', () => {
  it.each(evaluations)('$directory: $checkpoint with $graph', async (one) => {
    const { directory, checkpoint, tolerance } = one;
    const reader = await open(directory);
    const path = one.graph ?? checkpoint;
    const refused = REFUSED[directory.slice(directory.lastIndexOf('/') + 1)];
    if (refused) {
      const outcome = await reader.graph({ kind: 'file', path }).catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(CheckpointError);
      expect((outcome as CheckpointError).message).toMatch(refused);
      return;
    }
    const graph = await reader.graph({ kind: 'file', path });
    const inputs = await numbersOf(directory, one.inputs);
    const wanted = await numbersOf(directory, one.outputs);
    for (const backend of ['wasm', 'cpu'] as const) {
      const outputs = await compute(one, graph, { inputs, backend });
      expect(outputs).toHaveLength(wanted.size);
      for (const [i, { values }] of [...wanted.values()].entries()) {
        expect(outputs[i]).toHaveLength(values.length);
        expect(difference(outputs[i], values)).toBeLessThanOrEqual(tolerance);
      }
    }
  });
});

interface Scored {
  readonly directory: string;
  readonly checkpoint: string;
  readonly graph: string | null;
  readonly data: string;
  readonly inputs: string | readonly string[];
  readonly labels: string;
  readonly preprocessing: string | null;
  readonly tolerance: number;
  readonly accuracy: number;
  readonly cross_entropy: number;
  readonly smallest_margin?: number;
}

const SCORED = ['misc/tfjs', 'sample-training/digits-tensorflow'];

/** Graphs of operations, which other readers bring; saves that browsers do not list. */
const SCORED_LEFT_OUT = /^graph\/|saved_model$/;

const scored: readonly Scored[] = hasFixtures
  ? SCORED.flatMap((directory) =>
      (expected(join(FIXTURES, directory)).evaluations as Scored[])
        .filter(({ checkpoint }) => !SCORED_LEFT_OUT.test(checkpoint))
        .map((one) => ({ ...one, directory })),
    )
  : [];

describe.runIf(hasFixtures)('models of Keras and TensorFlow.js score as in their framework', () => {
  it.each(scored)('$directory: $checkpoint with $graph', async (one) => {
    for (const backend of ['wasm', 'cpu'] as const) {
      const [evaluation] = await createEvaluator({ reader: await open(one.directory) }).evaluate({
        graph: { kind: 'file', path: one.graph ?? one.checkpoint },
        checkpoints: [one.checkpoint],
        dataset: one.data,
        inputs: [one.inputs].flat(),
        label: one.labels,
        scaling: one.preprocessing === 'x / 16' ? { ...UNSCALED, divide: 16 } : UNSCALED,
        batchSize: 64,
        backend,
      });
      expect(evaluation).toMatchObject({ state: 'done', defect: null, accuracy: one.accuracy });
      const loss = Math.abs((evaluation?.loss ?? Number.NaN) - one.cross_entropy);
      expect(loss).toBeLessThanOrEqual(one.tolerance * Math.max(1, one.cross_entropy));
    }
  });
});

function difference(a: Float32Array | undefined, b: Float32Array): number {
  return Math.max(
    ...[...b].map(
      (value, i) => Math.abs(value - (a?.[i] ?? Number.NaN)) / Math.max(1, Math.abs(value)),
    ),
  );
}
