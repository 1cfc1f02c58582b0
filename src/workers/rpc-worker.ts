import { CheckpointError } from '#domain/problem.ts';
import { connect, type Method } from './rpc.ts';

export interface WorkerOptions<Api> {
  readonly spawn: () => Worker;
  /** For messages: `reader`. */
  readonly name: string;
  /** Brings a new worker to where the last one was, before it gets its first call. */
  readonly restore?: ((api: Api) => Promise<unknown>) | undefined;
  readonly onDeath?: ((error: CheckpointError) => void) | undefined;
}

interface Life<Api> {
  readonly api: Api;
  readonly ready: Promise<unknown>;
}

/**
 * A worker that is started when it is first called. When it dies, the calls that wait for it fail
 * with a `device` problem, and the next call starts another.
 */
export function connectWorker<Api extends Record<keyof Api, Method>>(
  options: WorkerOptions<Api>,
): Api {
  let life: Life<Api> | undefined;
  let deaths = 0;

  function start(): Life<Api> {
    const worker = options.spawn();
    const lost = new AbortController();
    const api = connect<Api>(worker, lost.signal);
    const ready = deaths > 0 ? Promise.resolve(options.restore?.(api)) : Promise.resolve();
    const started = { api, ready };

    function die(event: Event): void {
      if (lost.signal.aborted) return;
      deaths++;
      if (life === started) life = undefined;
      worker.terminate();
      const why = 'message' in event && event.message ? `: ${String(event.message)}` : '';
      const what = `the ${options.name} stopped${why}; it is started again when it is next needed`;
      const error = new CheckpointError({ kind: 'device', what }, { path: '' });
      lost.abort(error);
      options.onDeath?.(error);
    }
    worker.addEventListener('error', die);
    worker.addEventListener('messageerror', die);
    return started;
  }

  return new Proxy({} as Api, {
    // With a `then` it would pass for a promise wherever it is awaited.
    get: (_, method) =>
      method === 'then'
        ? undefined
        : async (...call: Parameters<Method>) => {
            life ??= start();
            const { api, ready } = life;
            await ready;
            return api[method as keyof Api](...call);
          },
  });
}
