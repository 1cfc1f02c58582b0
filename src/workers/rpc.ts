import { CheckpointError, type Place, type Problem } from '#domain/problem.ts';

/** What may go with any call. The other side gets a `signal` of its own, aborted with this one. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with what a method reports while it works; each method says what. */
  // biome-ignore lint/suspicious/noExplicitAny: each method narrows its own progress
  readonly onProgress?: ((progress: any) => void) | undefined;
}

/** Every remote method: one plain-data input, options last. */
// biome-ignore lint/suspicious/noExplicitAny: each method narrows its own input
export type Method = (input: any, options?: CallOptions) => Promise<unknown>;

/** One end of a channel: a `Worker`, a worker's own scope or a `MessagePort`. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

type Call = { id: number; method: string; input: unknown } | { id: number; abort: true };
type Reply =
  | { id: number; value: unknown }
  | { id: number; progress: unknown }
  | { id: number; failure: Failure };
type Failure = { problem: Problem; place: Place } | { message: string };

/**
 * Calls the methods of `Api` at the other end of `port`, as if they were here.
 *
 * @param lost aborted when the other end is gone: calls that wait for it, and later ones, fail with its reason
 */
export function connect<Api extends Record<keyof Api, Method>>(
  port: Port,
  lost?: AbortSignal,
): Api {
  const waiting = new Map<number, PromiseCallbacks>();
  let lastId = 0;

  lost?.addEventListener('abort', () => {
    for (const call of waiting.values()) {
      call.settled();
      call.reject(lost.reason);
    }
    waiting.clear();
  });

  port.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
    const call = waiting.get(data.id);
    if ('progress' in data) {
      call?.onProgress?.(data.progress);
      return;
    }
    waiting.delete(data.id);
    call?.settled();
    if ('value' in data) call?.resolve(data.value);
    else call?.reject(revive(data.failure));
  });

  function invoke(method: string, input: unknown, options: CallOptions): Promise<unknown> {
    const { signal, onProgress } = options;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      lost?.throwIfAborted();
      const id = ++lastId;
      const abort = () => {
        waiting.delete(id);
        port.postMessage({ id, abort: true } satisfies Call, []);
        reject(signal?.reason);
      };
      // A signal may outlive thousands of calls, so each takes its listener away again.
      const settled = () => signal?.removeEventListener('abort', abort);
      waiting.set(id, { resolve, reject, onProgress, settled });
      // A port cannot be cloned, only given away.
      const ports = input instanceof MessagePort ? [input] : [];
      port.postMessage({ id, method, input } satisfies Call, ports);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  return new Proxy({} as Api, {
    // With a `then` it would pass for a promise wherever it is awaited.
    get: (_, method) =>
      method === 'then'
        ? undefined
        : (input: unknown, options?: CallOptions) => invoke(String(method), input, options ?? {}),
  });
}

interface PromiseCallbacks {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
  onProgress: CallOptions['onProgress'];
  settled(): void;
}

/** Answers what comes through `connect`. */
export function serve(api: Readonly<Record<string, Method>>, port: Port): void {
  const running = new Map<number, AbortController>();

  async function answer(id: number, method: string, input: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const handler = api[method];
      if (!handler) throw new TypeError(`The worker has no method ${method}`);
      const onProgress = (progress: unknown) =>
        port.postMessage({ id, progress } satisfies Reply, []);
      const value = await handler(input, { signal: controller.signal, onProgress });
      port.postMessage({ id, value } satisfies Reply, buffersOf(value));
    } catch (error) {
      port.postMessage({ id, failure: flatten(error) } satisfies Reply, []);
    } finally {
      running.delete(id);
    }
  }

  port.addEventListener('message', ({ data }: MessageEvent<Call>) => {
    if ('abort' in data) running.get(data.id)?.abort();
    else void answer(data.id, data.method, data.input);
  });
}

/** Structured cloning keeps no class and no field of an error, so ours travels as its data. */
function flatten(error: unknown): Failure {
  if (error instanceof CheckpointError) return { problem: error.problem, place: error.place };
  return { message: String(error) };
}

function revive(failure: Failure): Error {
  return 'problem' in failure
    ? new CheckpointError(failure.problem, failure.place)
    : new Error(failure.message);
}

/** Values nested deeper than this hold no columns. */
const MAX_DEPTH = 6;

/**
 * Buffers of the typed arrays anywhere in `value`: moved to the caller, not copied. An array that is
 * a part of a larger buffer is cloned, as others may look at the rest.
 */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  collect(value, found, 0);
  return [...found];
}

function collect(value: unknown, found: Set<ArrayBuffer>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteLength } = value;
    if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) found.add(buffer);
  } else for (const field of fieldsOf(value)) collect(field, found, depth + 1);
}

function fieldsOf(value: object): Iterable<unknown> {
  if (value instanceof Map) return value.values();
  // Lists of numbers or of text can be long, and hold no columns.
  if (Array.isArray(value)) return typeof value[0] === 'object' ? value : [];
  return Object.values(value);
}
