import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckpointSummary } from '#domain/summary.ts';
import { diskDirectory, expected, FIXTURES, hasFixtures } from '#io/testing.ts';
import { createReader } from './reader-api.ts';

async function openDirectory(name: string) {
  const root = join(FIXTURES, name);
  const reader = createReader({ openGrant: () => diskDirectory(root) });
  const scan = await reader.open({ kind: 'http', name: '', url: '' });
  const rows: CheckpointSummary[] = [];
  for (const { path } of scan.runs) rows.push(...(await reader.run({ run: path })).checkpoints);
  return { reader, rows, scan };
}

interface Golden {
  readonly path: string;
  readonly step: number | null;
  readonly problem: string | null;
  readonly part?: string;
  readonly tensor_count: number;
}

function goldensOf(name: string): readonly Golden[] {
  const folder = join(FIXTURES, name);
  return existsSync(folder) ? expected(folder).checkpoints : [];
}

describe.runIf(hasFixtures)('directories that several processes wrote', () => {
  it.each([
    'pytorch/dcp',
    'misc/torchtitan',
    'misc/deepspeed-zero2',
    'misc/deepspeed-zero3',
    'misc/megatron',
  ])('%s has a row for each checkpoint, and no other', async (name) => {
    const whole = goldensOf(name).filter(({ part }) => part === undefined);
    const { reader, rows } = await openDirectory(name);
    const folderOf = (path: string) => path.replace(/\/mp_rank_\d+\/.*$/, '');
    expect(rows.map(({ ref }) => ref.path).sort()).toEqual(
      [...new Set(whole.map(({ path }) => folderOf(path)))].sort(),
    );
    for (const { path, step, problem } of whole) {
      const row = rows.find(({ ref }) => ref.path === folderOf(path));
      const { verdict } = row?.judgement ?? {};
      expect(verdict, path).toBe(problem === null ? 'sound' : 'incomplete');
      if (/\d$/.test(folderOf(path)) && step !== null) expect(row?.step?.value, path).toBe(step);
      if (problem !== null) continue;
      const checkpoint = folderOf(path);
      const details = await reader.checkpoint({ checkpoint });
      const [first] = details.tensors.filter(({ role }) => role === 'weight');
      const tensor = first?.name ?? '';
      expect((await reader.tensor({ checkpoint, tensor })).length, path).toBe(first?.bytes);
    }
  });
});
