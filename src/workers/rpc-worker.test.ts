import { expect, it, vi } from 'vitest';
import type { CheckpointError } from '#domain/problem.ts';
import { type CallOptions, type Method, serve } from './rpc.ts';
import { connectWorker } from './rpc-worker.ts';

type Api = {
  open(name: string, options?: CallOptions): Promise<string>;
  opened(input: null, options?: CallOptions): Promise<string>;
  hang(input: null, options?: CallOptions): Promise<void>;
};

/** Workers over message channels, each with a state of its own, that die when they are told to. */
function startWorkers() {
  const workers: { die(message: string): void }[] = [];
  const spawn = (): Worker => {
    const { port1, port2 } = new MessageChannel();
    let name = '';
    const api: Record<keyof Api, Method> = {
      open: async (given: string) => {
        name = given;
        return given;
      },
      opened: async () => name,
      hang: () => new Promise(() => {}),
    };
    serve(api, port2);
    port1.start();
    port2.start();
    const events = new EventTarget();
    workers.push({ die: (message) => events.dispatchEvent(errorEvent(message)) });
    return {
      postMessage: port1.postMessage.bind(port1),
      terminate: () => port1.close(),
      addEventListener: (type: string, listener: EventListener) =>
        (type === 'message' ? port1 : events).addEventListener(type, listener),
    } as unknown as Worker;
  };
  return { workers, spawn };
}

function errorEvent(message: string): Event {
  return Object.assign(new Event('error'), { message });
}

it('starts no worker before the first call', async () => {
  const { workers, spawn } = startWorkers();
  const client = connectWorker<Api>({ name: 'reader', spawn });
  expect(workers).toHaveLength(0);
  await client.open('a');
  expect(workers).toHaveLength(1);
});

it('fails the calls that wait when the worker dies, and says so', async () => {
  const { workers, spawn } = startWorkers();
  const onDeath = vi.fn<(error: CheckpointError) => void>();
  const client = connectWorker<Api>({ name: 'reader', spawn, onDeath });
  await client.open('a');
  const calls = [client.hang(null), client.hang(null)];
  const outcomes = Promise.allSettled(calls);
  await vi.waitFor(() => expect(workers).toHaveLength(1));
  workers[0]?.die('out of memory');
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { problem: { kind: 'device', what: expect.stringContaining('reader stopped') } },
    });
  }
  expect(onDeath).toHaveBeenCalledOnce();
});

it('starts another for the next call, and brings it to where the last one was', async () => {
  const { workers, spawn } = startWorkers();
  const client = connectWorker<Api>({ name: 'reader', spawn, restore: (api) => api.open('again') });
  await client.open('a');
  workers[0]?.die('crashed');
  expect(await client.opened(null)).toBe('again');
  expect(workers).toHaveLength(2);
});
