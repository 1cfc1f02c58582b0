import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UNSCALED } from '#domain/dataset.ts';
import type { Backend } from '#domain/evaluation.ts';
import { largestDifference } from '#domain/metrics.ts';
import { diskDirectory, expected, FIXTURES, hasFixtures } from '#io/testing.ts';
import { startBackend } from '#models/backend.ts';
import { createNetwork } from '#models/network.ts';
import { planValue } from '#models/plan.ts';
import type { Reader } from './api.ts';
import { createEvaluator } from './evaluator-api.ts';
import { bindCheckpoint, readWeights } from './evaluator-weights.ts';
import { createReader } from './reader-api.ts';

const ROOT = join(FIXTURES, 'pytorch/pt2');

interface Expected {
  readonly checkpoint: string;
  readonly graph: string;
  readonly data: string;
  readonly inputs: readonly string[];
  readonly labels: string | null;
  /** Rows that PyTorch was given: of `static-batch`, the first of them alone. */
  readonly examples: number;
  readonly logits_first: readonly (readonly number[])[];
  readonly outputs: string;
  readonly output_key: string;
  readonly accuracy: number | null;
  readonly cross_entropy: number | null;
}

/** Programs of multi-layer perceptrons and ordinary convolutional networks; the others follow. */
const READ_NOW = /wine-mlp|lenet|small-resnet|resnet-core-aten|static-batch|transposed-parameter/;

const evaluations: readonly Expected[] = hasFixtures
  ? expected(ROOT).evaluations.filter(({ graph }: Expected) => READ_NOW.test(graph))
  : [];

async function open(): Promise<Reader> {
  const reader = createReader({ openGrant: () => diskDirectory(ROOT) });
  await reader.open({ kind: 'http', name: 'pt2', url: '' });
  return reader;
}

/** Every output of a graph, as the evaluator computes it. */
async function outputsOf(reader: Reader, one: Expected, backend: Backend): Promise<Float32Array> {
  const graph = await reader.graph({ kind: 'file', path: one.graph });
  const { inputs } = await reader.batch({
    path: one.data,
    inputs: one.inputs,
    label: null,
    from: 0,
    to: one.examples,
  });
  const shapes = graph.inputs.map(({ name }, i) => [name, inputs[i]?.shape ?? []] as const);
  const plan = planValue(graph, new Map(shapes), graph.outputs[0]?.name ?? '');
  const signal = undefined;
  const bound = await bindCheckpoint(reader, graph, {
    checkpoint: one.checkpoint,
    prefix: undefined,
    signal,
  });
  expect(bound.defect).toBeNull();
  const { values } = await readWeights(reader, plan, { graph, bound, signal });
  const network = await createNetwork(await startBackend(backend), plan, values);
  const given = graph.inputs.map(
    ({ name }, i) => [name, inputs[i]?.values ?? new Float32Array()] as const,
  );
  const outputs = await network.run(new Map(given));
  network.dispose();
  return outputs;
}

describe.runIf(hasFixtures).each<Backend>(['wasm', 'cpu'])(
  'programs of torch.export, on %s',
  (backend) => {
    it.each(evaluations)('$graph with $checkpoint gives what PyTorch gave', async (one) => {
      const reader = await open();
      const wanted = await reader.batch({
        path: one.outputs,
        inputs: [one.output_key],
        label: null,
        from: 0,
        to: one.examples,
      });
      const outputs = await outputsOf(reader, one, backend);
      expect(
        largestDifference(outputs, wanted.inputs[0]?.values ?? new Float32Array()),
      ).toBeLessThan(1e-5);
    });

    it.each(evaluations.filter(({ labels }) => labels !== null))(
      '$graph with $checkpoint scores what PyTorch scored',
      async (one) => {
        const [evaluation] = await createEvaluator({ reader: await open() }).evaluate({
          graph: { kind: 'file', path: one.graph },
          checkpoints: [one.checkpoint],
          dataset: one.data,
          inputs: one.inputs,
          label: one.labels ?? '',
          scaling: UNSCALED,
          batchSize: 20,
          backend,
        });
        expect(evaluation).toMatchObject({ state: 'done', defect: null });
        const rows = Math.min(8, one.examples);
        const first = Float32Array.from(evaluation?.firstOutputs.slice(0, rows).flat() ?? []);
        const logits = Float32Array.from(one.logits_first.flat());
        expect(largestDifference(first, logits)).toBeLessThan(1e-5);
        if (one.examples < (evaluation?.seen ?? 0)) return;
        expect(evaluation?.accuracy).toBe(one.accuracy);
        expect(Math.abs((evaluation?.loss ?? 0) - (one.cross_entropy ?? 0))).toBeLessThan(1e-5);
      },
    );
  },
);
