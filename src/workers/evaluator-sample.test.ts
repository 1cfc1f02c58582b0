import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { UNSCALED } from '#domain/dataset.ts';
import type { Backend, Evaluation } from '#domain/evaluation.ts';
import type { GraphChoice } from '#domain/graph.ts';
import { diskDirectory } from '#io/testing.ts';
import type { Reader } from './api.ts';
import { createEvaluator } from './evaluator-api.ts';
import { createReader } from './reader-api.ts';

const SAMPLE = 'public/sample';

/** What PyTorch and TensorFlow computed. */
interface Expected {
  readonly checkpoint: string;
  readonly graph: string | null;
  readonly data: string;
  readonly inputs: string;
  readonly labels: string;
  readonly batch: number;
  readonly examples: number;
  readonly accuracy: number | null;
  readonly cross_entropy: number | null;
  readonly smallest_margin: number | null;
  readonly nonfinite_logits: number;
  /** Probabilities, where the network gives those. */
  readonly logits_first: readonly (readonly (number | null)[])[];
}

const EXPECTED: readonly Expected[] = JSON.parse(
  readFileSync('src/workers/fixtures/sample-evaluations.json', 'utf8'),
);

/** Relative to max(1, |value|). */
const TOLERANCE = 1e-5;

const graphs = [...new Set(EXPECTED.map(({ graph }) => graph))];

async function openSample(): Promise<Reader> {
  const reader = createReader({ openGrant: () => diskDirectory(SAMPLE) });
  await reader.open({ kind: 'http', name: 'sample', url: '' });
  return reader;
}

async function choose(
  reader: Reader,
  graph: string | null,
  checkpoint: string,
): Promise<GraphChoice> {
  if (graph !== null) return { kind: 'file', path: graph };
  return { kind: 'proposal', proposal: await reader.propose({ checkpoint }) };
}

async function evaluateAll(reader: Reader, graph: string | null, backend: Backend) {
  const wanted = EXPECTED.filter((one) => one.graph === graph);
  const [{ checkpoint = '', data = '', inputs = '', labels = '', batch = 0 } = {}] = wanted;
  const evaluations = await createEvaluator({ reader }).evaluate({
    graph: await choose(reader, graph, checkpoint),
    checkpoints: wanted.map((one) => one.checkpoint),
    dataset: data,
    inputs: [inputs],
    label: labels,
    scaling: UNSCALED,
    batchSize: batch,
    backend,
  });
  return wanted.map((expected, i) => ({ expected, evaluation: evaluations[i] }));
}

function compare(expected: Expected, evaluation: Evaluation | undefined): void {
  expect(evaluation?.defect).toBeNull();
  expect(evaluation).toMatchObject({ state: 'done', seen: expected.examples });
  expect(evaluation?.parity?.difference).toBeLessThan(TOLERANCE);
  if (expected.nonfinite_logits > 0) {
    const rows = expected.nonfinite_logits / 10;
    expect(evaluation).toMatchObject({ accuracy: null, loss: Number.NaN, nonfinite: rows });
    return;
  }
  expect(evaluation?.nonfinite).toBe(0);
  if ((expected.smallest_margin ?? 0) > TOLERANCE) {
    expect(evaluation?.accuracy).toBe(expected.accuracy);
  }
  expect(Math.abs((evaluation?.loss ?? 0) - (expected.cross_entropy ?? 0))).toBeLessThan(TOLERANCE);
  for (const [row, logits] of expected.logits_first.entries()) {
    for (const [column, logit] of logits.entries()) {
      const found = evaluation?.firstOutputs[row]?.[column] ?? Number.NaN;
      const scale = Math.max(1, Math.abs(logit ?? 0));
      expect(Math.abs(found - (logit ?? 0)) / scale).toBeLessThan(TOLERANCE);
    }
  }
}

describe('the same examples as a table', () => {
  const table = (graph: string | null) => EXPECTED.find((one) => one.graph === graph);

  it.each([
    ['digits-pytorch/cnn-sgd-lr5e-2-seed0/model.pt2', 'digits-pytorch/test.csv'],
    [null, 'simple-model/test.csv'],
  ])('with %s', async (graph, path) => {
    const reader = await openSample();
    const wanted = table(graph);
    const { columns, label } = await reader.dataset({ path });
    const checkpoint = wanted?.checkpoint ?? '';
    const [evaluation] = await createEvaluator({ reader }).evaluate({
      graph: await choose(reader, graph, checkpoint),
      checkpoints: [checkpoint],
      dataset: path,
      inputs: columns.map(({ name }) => name).filter((name) => name !== label),
      label: label ?? '',
      scaling: UNSCALED,
      batchSize: 50,
      backend: 'wasm',
    });
    if (wanted) compare(wanted, evaluation);
  });
});

describe.each<Backend>(['wasm', 'cpu'])('every evaluation of the sample, on %s', (backend) => {
  let reader: Reader;

  beforeAll(async () => {
    reader = await openSample();
  });

  it.each(graphs)('with %s', async (graph) => {
    const results = await evaluateAll(reader, graph, backend);
    for (const { expected, evaluation } of results) compare(expected, evaluation);
  });
});
