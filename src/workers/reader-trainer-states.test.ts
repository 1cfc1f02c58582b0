import { describe, expect, it } from 'vitest';
import { parentOf } from '#io/path.ts';
import { diskDirectory, FIXTURES, hasFixtures } from '#io/testing.ts';
import { createReader } from './reader-api.ts';
import { readTrainerStates } from './reader-trainer-states.ts';

/** A state whose loss was logged up to a step; -1: nothing could be read. */
function state(folder: string, last: number, isBroken = last < 0) {
  const path = `${folder}/trainer_state.json`;
  const steps = Float64Array.of(...(last < 0 ? [] : [1, last]));
  const all = { tag: 'loss', steps, values: steps, epochs: steps, times: steps };
  const problem = { kind: 'malformed', what: path } as const;
  return {
    logs: [{ series: [{ all }] }],
    defects: isBroken ? [{ problem, place: { path } }] : [],
    path,
  };
}

async function chosen(...states: readonly ReturnType<typeof state>[]) {
  const read: string[] = [];
  const byPath = new Map(states.map((one) => [one.path, one]));
  const found = await readTrainerStates([...byPath.keys()], async (path) => {
    read.push(path);
    return byPath.get(path) ?? state('none', -1);
  });
  return {
    path: found && parentOf(found.path),
    told: found?.defects.map(({ place }) => parentOf(place.path)),
    read: read.map(parentOf),
  };
}

describe('of the states of a training', () => {
  it('the one beside the checkpoints is taken where it goes on as long', async () => {
    const found = await chosen(
      state('a', 90),
      state('checkpoint-90', 90),
      state('checkpoint-60', 60),
    );
    expect(found).toEqual({ path: 'a', told: [], read: ['a', 'checkpoint-90'] });
  });

  it('that of the last checkpoint is taken where the training has gone on', async () => {
    expect(await chosen(state('a', 50), state('checkpoint-90', 90))).toMatchObject({
      path: 'checkpoint-90',
    });
  });

  it('the one before a broken one is taken, and the broken one told', async () => {
    const found = await chosen(
      state('checkpoint-90', 70, true),
      state('checkpoint-60', 60),
      state('checkpoint-30', 30),
    );
    expect(found).toEqual({
      path: 'checkpoint-60',
      told: ['checkpoint-90'],
      read: ['checkpoint-90', 'checkpoint-60'],
    });
  });

  it('what is left of a broken one is taken where none is sound', async () => {
    const found = await chosen(state('checkpoint-90', 70, true), state('checkpoint-60', -1));
    expect(found).toMatchObject({
      path: 'checkpoint-90',
      told: ['checkpoint-90', 'checkpoint-60'],
    });
  });
});

describe.runIf(hasFixtures)('the shared fixtures', () => {
  it('an interrupted training keeps its history under the names it logged', async () => {
    const root = `${FIXTURES}/huggingface/bert-interrupted`;
    const reader = createReader({ openGrant: () => diskDirectory(root) });
    await reader.open({ kind: 'http', name: '', url: '' });
    const { metrics, defects } = await reader.run({ run: '' });
    expect(metrics.find(({ tag }) => tag === 'loss')).toMatchObject({
      count: 5,
      sources: ['checkpoint-25/trainer_state.json'],
    });
    expect(defects).toMatchObject([
      { problem: { kind: 'truncated' }, place: { path: 'checkpoint-75/trainer_state.json' } },
    ]);
  });
});
