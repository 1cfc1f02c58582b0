import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Backend } from '#domain/evaluation.ts';
import { diskDirectory, expected, FIXTURES, hasFixtures } from '#io/testing.ts';
import type { Reader } from './api.ts';
import { evaluateWhole, relativeDifference, scoresOf, type Whole } from './evaluation-testing.ts';
import { createReader } from './reader-api.ts';
import { CATEGORIES, type Category, type Evaluation, REFUSED } from './shared-evaluations.ts';

const BACKENDS: readonly Backend[] = ['wasm', 'cpu'];

async function open(directory: string): Promise<Reader> {
  const reader = createReader({ openGrant: () => diskDirectory(join(FIXTURES, directory)) });
  await reader.open({ kind: 'http', name: directory, url: '' });
  return reader;
}

function evaluationsOf(category: Category): readonly Evaluation[] {
  if (!hasFixtures) return [];
  const { evaluations } = expected(join(FIXTURES, category.directory));
  return (evaluations as Evaluation[]).filter(
    ({ graph, checkpoint, data }) =>
      graph !== null &&
      category.graphs.test(graph) &&
      !category.leftOut?.some(({ match }) => match.test(checkpoint) || match.test(data)),
  );
}

/** Full outputs by their keys in an npz, where the framework's are kept. */
async function fullOutputs(reader: Reader, one: Evaluation, count: number) {
  if (one.outputs === undefined || one.output_key === undefined) return null;
  const key = one.output_key;
  const keys = count === 1 ? [key] : Array.from({ length: count }, (_, i) => `${key}.${i}`);
  const { inputs } = await reader.batch({
    path: one.outputs,
    inputs: keys,
    label: null,
    from: 0,
    to: one.examples,
  });
  return inputs.map(({ values }) => values);
}

describe.runIf(hasFixtures).each(CATEGORIES)('$directory', (category) => {
  const evaluations = evaluationsOf(category);

  it('has evaluations', () => expect(evaluations.length).toBeGreaterThan(0));

  describe.each(BACKENDS)('on %s', (backend) => {
    it.each(evaluations)('$graph with $checkpoint gives what the framework gave', async (one) => {
      const reader = await open(category.directory);
      const prefix = category.prefixOf?.(one);
      const whole = await evaluateWhole(reader, one, { backend, prefix });
      const tolerance = Math.min(one.tolerance ?? 1e-5, 1e-5 * (category.looser ?? 1));
      await expectOutputs(reader, one, { whole, tolerance });
      expectScores(one, { whole, tolerance });
    });
  });
});

interface Found {
  readonly whole: Whole;
  readonly tolerance: number;
}

async function expectOutputs(reader: Reader, one: Evaluation, { whole, tolerance }: Found) {
  const { outputs } = whole;
  const wanted = await fullOutputs(reader, one, outputs.length);
  for (const [i, values] of (wanted ?? []).entries()) {
    expect(relativeDifference(outputs[i]?.values ?? [], values)).toBeLessThan(tolerance);
  }
  if (!one.logits_first) return;
  const first = (one.logits_first as readonly unknown[]).flat(3).map(Number);
  const found = (outputs[0]?.values ?? new Float32Array()).subarray(0, first.length);
  expect(relativeDifference(found, first)).toBeLessThan(tolerance);
}

function expectScores(one: Evaluation, { whole, tolerance }: Found) {
  if (whole.labels === null || one.cross_entropy === null) return;
  const { accuracy, crossEntropy } = scoresOf(whole.outputs[0], whole.labels, one);
  expect(Math.abs(crossEntropy - one.cross_entropy)).toBeLessThan(tolerance);
  // nearer to each other than that, two classes may change places
  if ((one.smallest_margin ?? 1) > tolerance) expect(accuracy).toBe(one.accuracy);
}

describe.runIf(hasFixtures)('graphs that cannot be computed', () => {
  it.each(REFUSED)('$directory/$graph is refused with its reasons', async (one) => {
    const reader = await open(one.directory);
    await expect(reader.graph({ kind: 'file', path: one.graph })).rejects.toMatchObject({
      problem: {
        kind: 'unfit',
        reasons: one.reasons.map((reason) => expect.stringMatching(reason)),
      },
    });
  });
});
