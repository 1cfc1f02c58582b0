import { memory } from '@tensorflow/tfjs';
import { UNSCALED } from '#domain/dataset.ts';
import type { Backend, EvaluationPlan } from '#domain/evaluation.ts';
import { diskDirectory } from '#io/testing.ts';
import { createEvaluator } from '#workers/evaluator-api.ts';
import { createReader } from '#workers/reader-api.ts';

const TIMES = 200;

const PLAN: EvaluationPlan = {
  graph: { kind: 'file', path: 'digits-pytorch/cnn-sgd-lr5e-2-seed0/model.pt2' },
  checkpoints: [],
  dataset: 'digits-pytorch/test.npz',
  inputs: ['x'],
  label: 'y',
  scaling: UNSCALED,
  batchSize: 64,
  backend: null,
  fresh: true,
};

/** What is left in memory after many evaluations of the sample: nothing may be. */
export async function run(): Promise<void> {
  const reader = createReader({ openGrant: () => diskDirectory('public/sample') });
  const { runs } = await reader.open({ kind: 'http', name: 'sample', url: '' });
  const checkpoints = runs
    .find(({ path }) => path.endsWith('cnn-sgd-lr5e-2-seed0'))
    ?.checkpoints.map(({ path }) => path)
    .slice(0, 1);
  if (!checkpoints?.length) throw new Error('the sample has changed');
  const evaluator = createEvaluator({ reader });
  for (const backend of ['wasm', 'cpu'] satisfies Backend[]) {
    const plan = { ...PLAN, checkpoints, backend };
    const [first] = await evaluator.evaluate(plan);
    if (first?.state !== 'done') throw new Error(JSON.stringify(first?.defect));
    const before = memory();
    const started = performance.now();
    let peak = 0;
    const onProgress = () => {
      peak = Math.max(peak, memory().numTensors);
    };
    for (let i = 0; i < TIMES; i++) await evaluator.evaluate(plan, { onProgress });
    const each = (performance.now() - started) / TIMES;
    const after = memory();
    const isBack = after.numTensors === before.numTensors && after.numBytes === before.numBytes;
    console.log(
      `${backend}: ${TIMES} evaluations of ${first.total} examples, ${each.toFixed(0)} ms each; ` +
        `tensors ${before.numTensors} → ${peak} at most → ${after.numTensors}, bytes ${before.numBytes} → ${after.numBytes}: ` +
        (isBack ? 'back to the start' : 'LEAK'),
    );
    if (!isBack) process.exitCode = 1;
  }
}
