import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { build, type PreviewServer, preview } from 'vite';
import type { Evaluation, EvaluationPlan } from '#domain/evaluation.ts';
import config from '../vite.config.ts';
import type { EvaluationPage } from './evaluate-webgpu/page.ts';

/** What PyTorch and TensorFlow computed on the sample. */
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
  readonly logits_first: readonly (readonly number[])[];
}

const EXPECTED: readonly Expected[] = JSON.parse(
  readFileSync('src/workers/fixtures/sample-evaluations.json', 'utf8'),
);

/** Relative to max(1, |value|). */
const TOLERANCE = 1e-5;

const ROOT = 'e2e/evaluate-webgpu';
let server: PreviewServer;
let outDir: string;

declare global {
  interface Window {
    readonly page: EvaluationPage;
  }
}

test.describe.configure({ timeout: 300_000 });

test.beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'cairn-evaluate-'));
  const { worker, build: options } = config;
  const shared = { root: ROOT, base: './', configFile: false, logLevel: 'error' } as const;
  await build({
    ...shared,
    publicDir: resolve('public'),
    worker: worker ?? {},
    build: { ...options, outDir, emptyOutDir: true },
  });
  const headers = config.preview?.headers ?? {};
  server = await preview({ ...shared, build: { outDir }, preview: { port: 4174, headers } });
});

test.afterAll(async () => {
  await server.close();
  await rm(outDir, { recursive: true });
});

/** The page with the sample open; whatever it complains about, or asks another server for, is kept. */
async function open(page: Page): Promise<string[]> {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('http://localhost:4174/')) complaints.push(request.url());
  });
  await page.goto('http://localhost:4174/');
  await page.waitForFunction(() => 'page' in window);
  await page.evaluate(() => window.page.open());
  return complaints;
}

const planFor = (
  { graph, data, inputs, labels, batch }: Expected,
  checkpoints: readonly string[],
): EvaluationPlan => ({
  graph: { kind: 'file', path: graph ?? '' },
  checkpoints,
  dataset: data,
  inputs: [inputs],
  label: labels,
  scaling: { divide: 1, mean: [0], std: [1] },
  batchSize: batch,
  backend: 'webgpu',
});

function compare(expected: Expected, evaluation: Evaluation | undefined): void {
  const { checkpoint } = expected;
  expect(evaluation, checkpoint).toMatchObject({
    state: 'done',
    seen: expected.examples,
    defect: null,
  });
  expect(evaluation?.parity?.difference, checkpoint).toBeLessThan(TOLERANCE);
  if (expected.nonfinite_logits > 0) {
    // A GPU need not keep NaN, so these are computed elsewhere.
    expect(evaluation).toMatchObject({ accuracy: null, loss: Number.NaN, backend: 'wasm' });
    expect(evaluation?.nonfinite).toBe(expected.examples);
    return;
  }
  expect(evaluation).toMatchObject({ backend: 'webgpu', nonfinite: 0 });
  if ((expected.smallest_margin ?? 0) > TOLERANCE) {
    expect(evaluation?.accuracy, checkpoint).toBe(expected.accuracy);
  }
  expect(
    Math.abs((evaluation?.loss ?? 0) - (expected.cross_entropy ?? 0)),
    checkpoint,
  ).toBeLessThan(TOLERANCE);
  for (const [row, logits] of expected.logits_first.entries()) {
    for (const [column, logit] of logits.entries()) {
      const found = evaluation?.firstOutputs[row]?.[column] ?? Number.NaN;
      expect(Math.abs(found - logit) / Math.max(1, Math.abs(logit))).toBeLessThan(TOLERANCE);
    }
  }
}

test('every op gives on WebGPU what plain loops give', async ({ page }) => {
  const complaints = await open(page);
  expect(await page.evaluate(() => window.page.checkOps())).toEqual([]);
  expect(complaints).toEqual([]);
});

test('the same sum gives the same bits every time', async ({ page }) => {
  await open(page);
  const [first, ...others] = await page.evaluate(() => window.page.repeat(6));
  for (const other of others) expect(other).toEqual(first);
});

for (const graph of [...new Set(EXPECTED.map((one) => one.graph))]) {
  test(`evaluations with ${graph ?? 'a proposed graph'} are what the framework computed`, async ({
    page,
  }) => {
    const complaints = await open(page);
    const wanted = EXPECTED.filter((one) => one.graph === graph);
    const [first] = wanted;
    if (!first) throw new TypeError('nothing is expected of it');
    const plan = planFor(
      first,
      wanted.map(({ checkpoint }) => checkpoint),
    );
    const { evaluations } = await page.evaluate(
      async ([asked, proposed]) => {
        if (proposed === null) return window.page.evaluate(asked);
        const proposal = await window.page.propose(proposed);
        return window.page.evaluate({ ...asked, graph: { kind: 'proposal', proposal } });
      },
      [plan, graph === null ? first.checkpoint : null] as const,
    );
    for (const [i, one] of wanted.entries()) compare(one, evaluations[i]);
    expect(complaints).toEqual([]);
  });
}

test('the backends that start are named, best first', async ({ page }) => {
  await open(page);
  const backends = await page.evaluate(() => window.page.backends());
  expect(backends.map(({ backend }) => backend)).toEqual(['webgpu', 'wasm', 'cpu']);
  expect(backends[0]?.device).toMatch(/swiftshader/);
});

test('what was computed is there again after a reload', async ({ page }) => {
  await open(page);
  const [expected] = EXPECTED;
  if (!expected) throw new TypeError('nothing is expected');
  const plan: EvaluationPlan = {
    ...planFor(expected, [expected.checkpoint]),
    directory: 'sample',
    backend: 'wasm',
  };
  const first = await page.evaluate((asked) => window.page.evaluate(asked), plan);
  expect(first.evaluations[0]?.isKept).toBeUndefined();
  await open(page);
  const again = await page.evaluate((asked) => window.page.evaluate(asked), plan);
  expect(again.notes).toEqual([]);
  expect(again.evaluations).toEqual([{ ...first.evaluations[0], isKept: true }]);
  expect(again.evaluations[0]?.provenance?.checkpoints[0]?.path).toBe(expected.checkpoint);
});

const HARMS = [
  ['lost', { code: 'device-lost', backend: 'webgpu', to: 'webgpu' }],
  // What is invalid on it is a buffer that is too large.
  ['error', { code: 'batch-halved', from: 4, to: 2 }],
] as const;

for (const [harm, note] of HARMS) {
  test(`a GPU that is harmed (${harm}) is started anew, and no score is lost`, async ({ page }) => {
    await open(page);
    const [expected] = EXPECTED;
    if (!expected) throw new TypeError('nothing is expected');
    const plan = planFor(expected, [expected.checkpoint]);
    const harmed = await page.evaluate(([asked, how]) => window.page.evaluateWhile(asked, how), [
      { ...plan, batchSize: 4 },
      harm,
    ] as const);
    compare(expected, harmed.evaluations[0]);
    expect(harmed.notes).toContainEqual(expect.objectContaining(note));
    const after = await page.evaluate((asked) => window.page.evaluateWhile(asked, null), plan);
    compare(expected, after.evaluations[0]);
  });
}
