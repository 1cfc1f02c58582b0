import { beforeAll, describe, expect, it } from 'vitest';
import { diskDirectory } from '#io/testing.ts';
import { createReader } from './reader-api.ts';

const reader = createReader({ openGrant: () => diskDirectory('src/workers/fixtures/seeds') });

describe('the validation loss of seeds at one place', () => {
  beforeAll(async () => {
    await reader.open({ kind: 'http', name: '', url: '' });
  });

  it.each([
    [0, 0, 2.2287492752075195],
    [0.9, 0, 2.2287492752075195],
    [11, 11, 0.30540454387664795],
    [1e9, 11, 0.30540454387664795],
  ])('at step %s is that of step %s', async (at, step, value) => {
    const runs = ['small_seed0', 'gone'];
    expect(await reader.valuesAt({ runs, tag: 'val_loss', axis: 'step', at })).toEqual([
      { run: 'small_seed0', value, step },
    ]);
  });

  it.each([
    ['before its first point', 'val_loss', -1],
    ['of a metric that nobody logged', 'foo', 1],
  ])('is none %s', async (_, tag, at) => {
    const found = await reader.valuesAt({ runs: ['small_seed0'], tag, axis: 'step', at });
    expect(found).toEqual([]);
  });
});
