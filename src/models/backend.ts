import {
  engine,
  backend as engineBackend,
  env,
  findBackendFactory,
  registerBackend,
  removeBackend,
  setBackend,
  type Tensor,
} from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgpu';
import { type BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plainWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import type { Backend } from '#domain/evaluation.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { Limits } from './limits.ts';
import { replaceSlices } from './wasm-slice.ts';

/** A backend that runs. tfjs has one at a time: `startBackend` makes it the one that computes. */
export interface Device {
  readonly backend: Backend;
  /** For people: `nvidia ampere`, `WebAssembly`. */
  readonly name: string;
  /** WebGPU without a GPU: correct, and slower than wasm. */
  readonly software: boolean;
  readonly limits: Limits;
  /** Makes it the one that computes. Throws `device` when it has failed since it was started. */
  use(): Promise<void>;
  /** Throws `device` where a tensor was made without room for it. */
  check(tensor: Tensor): void;
  /**
   * Compiles at once all shaders that some work will need, instead of one after the other as it comes to
   * them. The work is done for that alone: what it gives is worth nothing. Fails in silence.
   */
  compileFor(work: () => void): Promise<void>;
  /**
   * Does some work and waits for its results. Throws `device` when the device reported an error meanwhile or
   * is gone: the numbers are then worth nothing, whatever they look like. It is started anew next time.
   */
  watch<T>(work: () => Promise<T>): Promise<T>;
}

/** Best first. */
export const BACKENDS: readonly Backend[] = ['webgpu', 'wasm', 'cpu'];

/** Which backend computes the first batch again, so that two independent sets of kernels are compared. */
export const COMPARED_WITH: { readonly [B in Backend]: Backend } = {
  webgpu: 'wasm',
  wasm: 'cpu',
  cpu: 'wasm',
};

const GIB = 2 ** 30;

/** The address space is 4 GiB, and a failed allocation gives address 0 without a word. */
const WASM_LIMITS: Limits = { array: 2 * GIB - 1, total: 3.5 * GIB };

/** Past this, a tab is more likely to be ended than to finish. */
const CPU_LIMITS: Limits = { array: 2 * GIB - 1, total: 4 * GIB };

/** Fixed tiles: the default splits long sums over atomic adds, and gives other bits with every run. */
const PACKED_MATMUL = 3;

interface Running {
  readonly device: Device;
  /** What went wrong with it. */
  readonly fault: () => string | null;
}

const running = new Map<Backend, Running>();

/**
 * Makes `backend` the one that computes, starting it where it does not run.
 * @throws `device` with the reason when it will not start
 */
export async function startBackend(backend: Backend): Promise<Device> {
  const before = running.get(backend);
  if (before?.fault() === null) {
    await setBackend(backend);
    return before.device;
  }
  if (before) forget(backend);
  prepare();
  const why = backend === 'webgpu' ? await gpuMissing() : null;
  if (why !== null || !(await setBackend(backend).catch(() => false))) {
    throw problem(why ?? `the ${backend} backend does not start in this browser`, backend);
  }
  const started = backend === 'webgpu' ? gpu() : processor(backend);
  running.set(backend, started);
  return started.device;
}

async function use(backend: Backend, fault: string | null): Promise<void> {
  if (fault !== null) throw problem(fault, backend);
  await setBackend(backend);
}

function problem(what: string, backend: Backend): CheckpointError {
  return new CheckpointError({ kind: 'device', what }, { path: backend });
}

function prepare(): void {
  // A thread of wasm is a worker made of a blob, which the content security policy forbids.
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!running.has('wasm')) replaceSlices();
  if (env().getBool('IS_NODE') || running.has('wasm')) return;
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plainWasm,
    'tfjs-backend-wasm-simd.wasm': simdWasm,
    'tfjs-backend-wasm-threaded-simd.wasm': simdWasm,
  });
}

/** Takes a broken backend away and leaves a factory for the next. */
function forget(backend: Backend): void {
  running.delete(backend);
  const factory = findBackendFactory(backend);
  try {
    removeBackend(backend);
  } catch {
    // A device that is lost cannot be torn down in order, and tfjs then keeps it.
    Reflect.deleteProperty(engine().registry, backend);
  }
  if (factory && !findBackendFactory(backend)) registerBackend(backend, factory);
}

function processor(backend: 'wasm' | 'cpu'): Running {
  let fault: string | null = null;
  const device: Device = {
    backend,
    name: backend === 'wasm' ? 'WebAssembly' : 'JavaScript',
    software: true,
    limits: backend === 'wasm' ? WASM_LIMITS : CPU_LIMITS,
    use: () => use(backend, fault),
    check({ dataId, size, shape }) {
      if (backend === 'cpu' || size === 0) return;
      if ((engineBackend() as BackendWasm).getMemoryOffset(dataId) !== 0) return;
      fault = `WebAssembly has no memory left for an array of shape [${shape.join(', ')}]`;
      throw problem(fault, backend);
    },
    compileFor: async () => undefined,
    watch: (work) => work(),
  };
  return { device, fault: () => fault };
}

async function gpuMissing(): Promise<string | null> {
  if (typeof navigator === 'undefined' || !navigator.gpu) return 'this browser has no WebGPU';
  const adapter = await navigator.gpu.requestAdapter().catch(() => null);
  return adapter ? null : 'the browser offers no WebGPU adapter';
}

/** @see https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-backend-webgpu/src/backend_webgpu.ts */
interface Compiler {
  /** By what they do; a promise while they are compiled. */
  readonly pipelineCache: Record<string, unknown>;
  checkCompileCompletionAsync(): Promise<void>;
}

async function compileFor(work: () => void): Promise<void> {
  const compiler = engineBackend() as unknown as Compiler;
  try {
    env().set('WEBGPU_ENGINE_COMPILE_ONLY', true);
    work();
  } catch {
    // Work that looks at numbers on its way comes no further; the rest is compiled when it is reached.
  } finally {
    env().set('WEBGPU_ENGINE_COMPILE_ONLY', false);
  }
  try {
    await compiler.checkCompileCompletionAsync();
  } catch {
    // Those that failed are compiled again when they are reached, and it is said then.
    for (const [key, pipeline] of Object.entries(compiler.pipelineCache)) {
      if (pipeline instanceof Promise) Reflect.deleteProperty(compiler.pipelineCache, key);
    }
  }
}

const ERROR_SCOPES = ['out-of-memory', 'internal', 'validation'] as const;

function gpu(): Running {
  env().set('WEBGPU_MATMUL_PROGRAM_TYPE', PACKED_MATMUL);
  const { device: gpuDevice } = engineBackend() as unknown as { readonly device: GPUDevice };
  const { adapterInfo, limits } = gpuDevice;
  let fault: string | null = null;
  const report = (what: string) => {
    fault ??= what;
  };
  gpuDevice.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    report(event.error.message);
  });
  gpuDevice.lost.then(
    ({ message, reason }) => report(`the GPU is gone (${message || reason})`),
    () => undefined,
  );
  const device: Device = {
    backend: 'webgpu',
    name: [adapterInfo.vendor, adapterInfo.architecture].filter(Boolean).join(' ') || 'GPU',
    software: adapterInfo.isFallbackAdapter || adapterInfo.architecture === 'swiftshader',
    limits: {
      array: Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize),
      total: null,
    },
    use: () => use('webgpu', fault),
    check: () => undefined,
    compileFor,
    async watch(work) {
      for (const scope of ERROR_SCOPES) gpuDevice.pushErrorScope(scope);
      const [result] = await Promise.allSettled([work()]);
      for (const _ of ERROR_SCOPES) {
        const error = await gpuDevice.popErrorScope().catch(() => null);
        if (error) report(error.message);
      }
      if (fault !== null) throw problem(fault, 'webgpu');
      if (result.status === 'fulfilled') return result.value;
      if (result.reason instanceof CheckpointError) throw result.reason;
      throw problem(String(result.reason), 'webgpu');
    },
  };
  return { device, fault: () => fault };
}
