import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UNSCALED } from '#domain/dataset.ts';
import { largestDifference } from '#domain/metrics.ts';
import { diskDirectory, expected, FIXTURES, hasFixtures } from '#io/testing.ts';
import { createEvaluator } from './evaluator-api.ts';
import { createReader } from './reader-api.ts';

interface Expected {
  readonly directory: string;
  readonly checkpoint: string;
  readonly weights?: string;
  readonly strip_prefix?: string;
  readonly preprocessing: string | null;
  readonly graph: string;
  readonly data: string;
  readonly inputs: string | readonly string[];
  readonly labels: string;
  readonly examples: number;
  readonly accuracy: number | null;
  readonly cross_entropy: number | null;
  readonly smallest_margin: number;
  readonly logits_first: readonly (readonly number[])[];
}

const DIRECTORIES = [
  'pytorch/lightning',
  'pytorch/views',
  'safetensors/run-mlp',
  'tensorflow/distributed/mirrored-two-replicas',
  'tensorflow/distributed/multi-worker',
  'tensorflow/distributed/multi-worker-temp-left',
  'tensorflow/distributed/changed-model',
];

/** A link, which browsers do not list; and what a save of several workers left behind. */
const LEFT_OUT = /version_1\/checkpoints\/last\.ckpt|^workertemp_/;

/** Two sets of weights in one file: which one is meant has to be said. */
const TWOFOLD = /version_2|ema\.pth/;

const evaluations: readonly Expected[] = hasFixtures
  ? DIRECTORIES.filter((directory) => existsSync(join(FIXTURES, directory))).flatMap((directory) =>
      (expected(join(FIXTURES, directory)).evaluations as Expected[])
        .filter(({ graph, labels }) => graph && labels)
        .filter(({ checkpoint }) => !LEFT_OUT.test(checkpoint))
        .map((one) => ({ ...one, directory })),
    )
  : [];

describe.runIf(hasFixtures)('evaluations of other directories', () => {
  it.each(evaluations)('$directory: $graph with $checkpoint', async (one) => {
    const root = join(FIXTURES, one.directory);
    const reader = createReader({ openGrant: () => diskDirectory(root) });
    await reader.open({ kind: 'http', name: one.directory, url: '' });
    const [evaluation] = await createEvaluator({ reader }).evaluate({
      graph: { kind: 'file', path: one.graph },
      checkpoints: [one.checkpoint],
      dataset: one.data,
      inputs: [one.inputs].flat(),
      label: one.labels,
      scaling: one.preprocessing === 'x / 16' ? { ...UNSCALED, divide: 16 } : UNSCALED,
      batchSize: 64,
      prefix: TWOFOLD.test(one.checkpoint) ? `${one.weights}.${one.strip_prefix}` : undefined,
      backend: 'wasm',
    });
    expect(evaluation).toMatchObject({ state: 'done', defect: null });
    const first = Float32Array.from(evaluation?.firstOutputs.flat() ?? []);
    const wanted = Float32Array.from(one.logits_first.slice(0, 8).flat());
    expect(largestDifference(first, wanted)).toBeLessThan(1e-5);
    expect(evaluation?.accuracy).toBe(one.accuracy);
    expect(Math.abs((evaluation?.loss ?? 0) - (one.cross_entropy ?? 0))).toBeLessThan(1e-5);
  });
});
