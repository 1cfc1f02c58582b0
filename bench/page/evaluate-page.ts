import { env, InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import { startBackend } from '#models/backend.ts';
import { createNetwork } from '#models/network.ts';
import { planValue } from '#models/plan.ts';
import { NETWORKS, randomNumbers } from './networks.ts';
import { writeOnnx } from './onnx-writer.ts';

/** What the benchmark calls in the page. */
declare global {
  interface Window {
    compare(network: string, backend: 'wasm' | 'webgpu', runs: number): Promise<Compared>;
    /** Why WebGPU is not measured; `null` where it is. */
    withoutGpu(): Promise<string | null>;
  }
}

export interface Compared {
  /** Milliseconds of each batch. */
  readonly cairn: readonly number[];
  readonly onnxruntime: readonly number[];
  /** Between outputs, relative to `max(1, |y|)`. */
  readonly difference: number;
}

env.wasm.numThreads = 1;
env.wasm.wasmPaths = '/onnxruntime/';

/** In turns, so that what else the machine does falls on both alike. */
window.compare = async (name, backend, runs) => {
  const network = NETWORKS[name]?.();
  if (!network) throw new Error(`There is no network ${name}`);
  const { graph, weights, shape } = network;
  const shapes = new Map([['x', shape]]);
  const bytes = writeOnnx(graph, shapes, weights);
  const other = await InferenceSession.create(bytes, { executionProviders: [backend] });
  const device = await startBackend(backend);
  const output = graph.outputs[0]?.name ?? '';
  const plan = planValue(graph, shapes, output);
  const arrays = new Map([...weights].map(([key, { values }]) => [key, values]));
  const own = await createNetwork(device, plan, arrays);
  const random = randomNumbers(2);
  const x = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() * 2 - 1);
  const ways = {
    cairn: () => own.run(new Map([['x', x]])),
    onnxruntime: async () => {
      const results = await other.run({ x: new Tensor('float32', x, shape) });
      return (await results[output]?.getData()) as Float32Array;
    },
  };
  const [ours, theirs] = [await ways.cairn(), await ways.onnxruntime()];
  const times: Record<keyof typeof ways, number[]> = { cairn: [], onnxruntime: [] };
  for (let run = 0; run < runs; run++) {
    for (const way of ['cairn', 'onnxruntime'] as const) {
      const start = performance.now();
      await ways[way]();
      times[way].push(performance.now() - start);
    }
  }
  own.dispose();
  await other.release();
  return { ...times, difference: largest(ours, theirs) };
};

function largest(ours: Float32Array, theirs: Float32Array): number {
  if (ours.length !== theirs.length) throw new Error('The outputs differ in length');
  return ours.reduce((most, y, i) => {
    const other = theirs[i] ?? Number.NaN;
    const difference = Math.abs(y - other) / Math.max(1, Math.abs(other));
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(most, difference);
  }, 0);
}

window.withoutGpu = async () => {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return 'the browser offers no adapter';
  const { info } = adapter;
  return info.isFallbackAdapter || info.architecture === 'swiftshader'
    ? `the adapter is a fallback (${info.vendor} ${info.architecture})`
    : null;
};
