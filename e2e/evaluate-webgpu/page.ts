import { env, findBackend } from '@tensorflow/tfjs';
import type { Backend, Evaluation, EvaluationNote, EvaluationPlan } from '#domain/evaluation.ts';
import { largestDifference } from '#domain/metrics.ts';
import type { Proposal } from '#domain/proposal.ts';
import { startBackend } from '#models/backend.ts';
import { OP_CASES } from '#models/cases/all.ts';
import { node, some } from '#models/cases/reference.ts';
import { compute } from '#models/testing.ts';
import { evaluator } from '#workers/evaluator.ts';
import { createEvaluator } from '#workers/evaluator-api.ts';
import { reader } from '#workers/reader.ts';

/** What the spec calls: everything of the evaluator, without the screens. */
export interface EvaluationPage {
  /** Opens the sample, which lies beside this page. */
  open(): Promise<void>;
  /** What is wrong with each op on WebGPU; empty when all give what they must. */
  checkOps(): Promise<string[]>;
  /** The outputs of a long sum, computed several times on WebGPU. */
  repeat(times: number): Promise<number[][]>;
  propose(checkpoint: string): Promise<Proposal>;
  /** In its worker, as the app does it. */
  evaluate(plan: EvaluationPlan): Promise<Outcome>;
  /** In this thread, where the device can be harmed once the first batch is done. */
  evaluateWhile(plan: EvaluationPlan, harm: Harm | null): Promise<Outcome>;
  backends(): Promise<readonly { readonly backend: Backend; readonly device: string }[]>;
}

/** `lost`: the GPU goes away. `error`: something on it is invalid. */
type Harm = 'lost' | 'error';

interface Outcome {
  readonly evaluations: readonly Evaluation[];
  readonly notes: readonly EvaluationNote[];
}

const gpu = () => (findBackend('webgpu') as unknown as { readonly device: GPUDevice }).device;

const HARMS: { readonly [H in Harm]: () => void } = {
  lost: () => gpu().destroy(),
  error: () => {
    gpu().createBuffer({ size: 2 ** 50, usage: GPUBufferUsage.STORAGE });
  },
};

async function wrongWith({ name, graph, expected }: (typeof OP_CASES)[number]): Promise<string[]> {
  try {
    const { shape, values } = await compute(graph, 'webgpu');
    if (shape.join() !== expected.shape.join()) return [`${name}: shape [${shape.join(', ')}]`];
    const difference = largestDifference(
      Float32Array.from(values),
      Float32Array.from(expected.values),
    );
    return difference < 1e-5 ? [] : [`${name}: differs by ${difference}`];
  } catch (error) {
    return [`${name}: ${String(error)}`];
  }
}

const page: EvaluationPage = {
  async open() {
    await reader.open({ kind: 'http', name: 'sample', url: '/sample/' });
  },
  async checkOps() {
    await startBackend('webgpu');
    // Arrays this small would be computed on the CPU: the shaders are to be tried.
    env().set('WEBGPU_CPU_FORWARD', false);
    const wrong: string[] = [];
    for (const one of OP_CASES) wrong.push(...(await wrongWith(one)));
    return wrong;
  },
  async repeat(times) {
    const graph = {
      nodes: [node('linear', { weight: 'OI' }, ['x', 'w', null], 'y')],
      inputs: { x: some([8, 4096]) },
      weights: { w: some([10, 4096], 2) },
    };
    const runs: number[][] = [];
    for (let i = 0; i < times; i++) runs.push([...(await compute(graph, 'webgpu')).values]);
    return runs;
  },
  propose: (checkpoint) => reader.propose({ checkpoint }),
  async evaluate(plan) {
    let notes: readonly EvaluationNote[] = [];
    const evaluations = await evaluator.evaluate(plan, {
      onProgress: (progress) => {
        notes = progress.notes;
      },
    });
    return { evaluations, notes };
  },
  async evaluateWhile(plan, harm) {
    let harmed = harm === null;
    let notes: readonly EvaluationNote[] = [];
    const evaluations = await createEvaluator({ reader }).evaluate(plan, {
      onProgress: ({ evaluations: [first], phase, notes: told }) => {
        notes = told;
        if (harmed || phase !== 'computing' || !first?.seen || first.state === 'done') return;
        harmed = true;
        if (harm) HARMS[harm]();
      },
    });
    return { evaluations, notes };
  },
  backends: () => evaluator.backends(null),
};

Object.assign(window, { page });
