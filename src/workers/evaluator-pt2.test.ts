import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UNSCALED } from '#domain/dataset.ts';
import type { Backend } from '#domain/evaluation.ts';
import { largestDifference } from '#domain/metrics.ts';
import { diskDirectory, expected, FIXTURES, hasFixtures } from '#io/testing.ts';
import type { Reader } from './api.ts';
import { createEvaluator } from './evaluator-api.ts';
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
  readonly accuracy: number | null;
  readonly cross_entropy: number | null;
}

/** Those with labels; `shared-evaluations.test.ts` walks the outputs of all. */
const evaluations: readonly Expected[] = hasFixtures
  ? expected(ROOT).evaluations.filter(({ labels }: Expected) => labels !== null)
  : [];

async function open(): Promise<Reader> {
  const reader = createReader({ openGrant: () => diskDirectory(ROOT) });
  await reader.open({ kind: 'http', name: 'pt2', url: '' });
  return reader;
}

describe.runIf(hasFixtures).each<Backend>(['wasm', 'cpu'])(
  'programs of torch.export, on %s',
  (backend) => {
    it.each(evaluations)('$graph with $checkpoint scores what PyTorch scored', async (one) => {
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
    });
  },
);
