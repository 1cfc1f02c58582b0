import { expect, it } from 'vitest';
import { diskDirectory } from '#io/testing.ts';
import type { StatisticsProgress } from './api.ts';
import { createReader } from './reader-api.ts';

const SOUND = 'digits-pytorch/mlp-adam-lr1e-3-seed0/checkpoints/epoch_12.pth';
const DIVERGED = 'digits-pytorch/mlp-adam-lr3e-1-diverged/checkpoints/epoch_12.pth';

/** How often files were read, of the sample. */
async function opened() {
  const directory = diskDirectory('public/sample');
  let reads = 0;
  const counted: typeof directory = {
    ...directory,
    async open(ref) {
      const source = await directory.open(ref);
      return {
        ...source,
        read: (...span) => {
          reads++;
          return source.read(...span);
        },
      };
    },
  };
  const reader = createReader({ openGrant: () => counted });
  await reader.open({ kind: 'http', name: '', url: '' });
  return { reader, reads: () => reads };
}

it('all tensors have the statistics that each has alone', async () => {
  const { reader } = await opened();
  const all = await reader.statisticsOfAll({ checkpoint: SOUND });
  expect(all).toHaveLength(16);
  for (const { tensor, statistics } of all) {
    expect(statistics).toEqual(await reader.statistics({ checkpoint: SOUND, tensor }));
  }
});

it('tensors with values that are not finite are found', async () => {
  const { reader } = await opened();
  const all = await reader.statisticsOfAll({ checkpoint: DIVERGED });
  const bad = all.filter(({ statistics }) => (statistics?.finite ?? 0) < (statistics?.count ?? 0));
  expect(bad.map(({ tensor }) => tensor)).toContain('model_state_dict.fc1.weight');
});

it('a version is read through once', async () => {
  const { reader, reads } = await opened();
  await reader.statisticsOfAll({ checkpoint: SOUND });
  const before = reads();
  await reader.statisticsOfAll({ checkpoint: SOUND });
  await reader.statistics({ checkpoint: SOUND, tensor: 'model_state_dict.fc1.weight' });
  expect(reads()).toBe(before);
});

it('nothing more is read when nobody waits for it', async () => {
  const { reader } = await opened();
  const signal = AbortSignal.abort();
  const progress: StatisticsProgress[] = [];
  const onProgress = (one: StatisticsProgress) => progress.push(one);
  await expect(
    reader.statisticsOfAll({ checkpoint: SOUND }, { signal, onProgress }),
  ).rejects.toMatchObject({ name: 'AbortError' });
  expect(progress).toEqual([]);
});
