import { expect, it } from 'vitest';
import type { Evaluation } from '#domain/evaluation.ts';
import { emptyPredictions } from '#domain/metrics/collector.ts';
import { passingResults } from './result-store.ts';

const made = (key: string, date: number) =>
  ({ checkpoint: key, key, provenance: { date } }) as unknown as Evaluation;

async function filled(count: number) {
  const store = passingResults();
  for (let i = 0; i < count; i++) {
    const key = `k${i}`;
    const result = { key, directory: i % 2 === 0 ? 'even' : 'odd', evaluation: made(key, i) };
    await store.put(result, emptyPredictions('regression', i, 0));
  }
  return store;
}

it('lists the results of a directory, newest first', async () => {
  const store = await filled(5);
  const keys = (await store.list('even')).map(({ key }) => key);
  expect(keys).toEqual(['k4', 'k2', 'k0']);
  expect(await store.get('odd', 'k2')).toBeNull();
  expect((await store.get('even', 'k2'))?.checkpoint).toBe('k2');
});

it('keeps the predictions of the newest alone', async () => {
  const store = await filled(60);
  expect(await store.predictions('k9')).toBeNull();
  expect((await store.predictions('k10'))?.total).toBe(10);
  expect(await store.list('even')).toHaveLength(30);
});

it('forgets what it is told to', async () => {
  const store = await filled(3);
  await store.forget(['k0', 'k1']);
  expect(await store.list('odd')).toEqual([]);
  expect(await store.predictions('k0')).toBeNull();
  expect(await store.predictions('k2')).not.toBeNull();
});
