import { expect, it, vi } from 'vitest';
import { createCache } from './reader-cache.ts';

/** Work that ends when it is told to, or is aborted. */
function pending() {
  const signals: AbortSignal[] = [];
  let finish: (value: string) => void = () => {};
  const work = vi.fn(
    (signal: AbortSignal) =>
      new Promise<string>((resolve, reject) => {
        signals.push(signal);
        finish = resolve;
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  );
  return { work, signals, finish: (value: string) => finish(value) };
}

it('is computed once however many ask', async () => {
  const cache = createCache<string>(10);
  const { work, finish } = pending();
  const both = Promise.all([cache.get('a', work), cache.get('a', work)]);
  finish('made');
  expect(await both).toEqual(['made', 'made']);
  expect(await cache.get('a', work)).toBe('made');
  expect(work).toHaveBeenCalledOnce();
});

it('goes on while one of those who asked still waits, and ends when none does', async () => {
  const cache = createCache<string>(10);
  const { work, signals } = pending();
  const [first, second] = [new AbortController(), new AbortController()];
  const calls = [cache.get('a', work, first.signal), cache.get('a', work, second.signal)];
  const outcomes = Promise.allSettled(calls);
  first.abort();
  await Promise.resolve();
  expect(signals[0]?.aborted).toBe(false);
  second.abort();
  await outcomes;
  expect(signals[0]?.aborted).toBe(true);
});

it('is begun again by the next who asks after it was left or has failed', async () => {
  const cache = createCache<string>(10);
  const left = new AbortController();
  const call = cache.get('a', pending().work, left.signal);
  left.abort();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await cache.get('a', async () => 'made')).toBe('made');
});

it('forgets what was not asked for the longest', async () => {
  const cache = createCache<string>(2);
  const make = vi.fn(async () => 'made');
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(key, make);
  expect(make).toHaveBeenCalledTimes(4);
});
