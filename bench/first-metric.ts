import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { UNSCALED } from '#domain/dataset.ts';
import type { EvaluationPlan } from '#domain/evaluation.ts';
import { diskDirectory } from '#io/testing.ts';
import { createEvaluator } from '#workers/evaluator-api.ts';
import { createReader } from '#workers/reader-api.ts';

const RUNS = 5;
const EXAMPLES = 256;

/** Of a perceptron, so that its weights are 50 MB. */
const SIZES = [784, 3500, 2800, 10] as const;

/** At most, in milliseconds. */
const WANTED = 3000;

/** From a checkpoint of 50 MB on disk to its first metric, on wasm: opened, read, bound, computed, compared. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'));
  try {
    await writeFile(join(folder, 'model.safetensors'), safetensors(weights()));
    await writeFile(join(folder, 'test.safetensors'), safetensors(examples()));
    const times: number[] = [];
    for (let i = 0; i < RUNS; i++) times.push(await untilMetric(folder));
    const median = times.toSorted((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
    const all = times.map((ms) => Math.round(ms)).join(' ');
    console.log(
      `checkpoint of 50 MB to its first metric on wasm: median ${median.toFixed(0)} ms (${all})` +
        `${median > WANTED ? `, more than ${WANTED}` : ''}`,
    );
    if (median > WANTED) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function untilMetric(folder: string): Promise<number> {
  const start = performance.now();
  const reader = createReader({ openGrant: () => diskDirectory(folder) });
  await reader.open({ kind: 'http', name: 'bench', url: '' });
  const proposal = await reader.propose({ checkpoint: 'model.safetensors' });
  const plan: EvaluationPlan = {
    graph: { kind: 'proposal', proposal },
    checkpoints: ['model.safetensors'],
    dataset: 'test.safetensors',
    inputs: ['x'],
    label: 'y',
    scaling: UNSCALED,
    batchSize: 64,
    backend: 'wasm',
    fresh: true,
  };
  let first: number | null = null;
  const [done] = await createEvaluator({ reader }).evaluate(plan, {
    onProgress({ evaluations: [one] }) {
      if (one && one.accuracy !== null) first ??= performance.now() - start;
    },
  });
  if (first === null) throw new Error(`no metric: ${JSON.stringify(done?.defect)}`);
  return first;
}

type Arrays = Readonly<
  Record<string, { shape: readonly number[]; values: Float32Array | BigInt64Array }>
>;

function weights(): Arrays {
  const layers = SIZES.slice(1).map((outputs, index) => {
    const inputs = SIZES[index] ?? 0;
    const values = Float32Array.from({ length: inputs * outputs }, (_, i) => Math.sin(i) / inputs);
    return [
      [`fc${index + 1}.weight`, { shape: [outputs, inputs], values }],
      [`fc${index + 1}.bias`, { shape: [outputs], values: new Float32Array(outputs) }],
    ] as const;
  });
  return Object.fromEntries(layers.flat());
}

function examples(): Arrays {
  const pixels = Float32Array.from({ length: EXAMPLES * 784 }, (_, i) => Math.sin(i * 7));
  const labels = BigInt64Array.from({ length: EXAMPLES }, (_, i) => BigInt(i % 10));
  return {
    x: { shape: [EXAMPLES, 784], values: pixels },
    y: { shape: [EXAMPLES], values: labels },
  };
}

/** @see https://github.com/huggingface/safetensors#format */
function safetensors(arrays: Arrays): Buffer {
  let at = 0;
  const entries = Object.entries(arrays).map(([name, { shape, values }]) => {
    const from = at;
    at += values.byteLength;
    const dtype = values instanceof Float32Array ? 'F32' : 'I64';
    return [name, { dtype, shape, data_offsets: [from, at] }] as const;
  });
  const text = JSON.stringify(Object.fromEntries(entries));
  const header = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const bytes = Object.values(arrays).map(({ values }) => new Uint8Array(values.buffer));
  return Buffer.concat([length, header, ...bytes]);
}
