import { describe, expect, it } from 'vitest';
import type { CheckpointSummary } from '#domain/summary.ts';
import { diskDirectory, expected, FIXTURES, hasFixtures } from '#io/testing.ts';
import { createReader } from './reader-api.ts';

interface Golden {
  readonly path: string;
  readonly step: number | null;
  readonly problem: string | null;
  readonly tensor_count: number;
}

const DIRECTORIES = [
  ...['orbax-mlp', 'orbax-layouts', 'orbax-sharded', 'orbax-interrupted', 'flax-msgpack'],
];

describe.runIf(hasFixtures)('directories that JAX wrote', () => {
  it.each(DIRECTORIES)('%s', async (name) => {
    const root = `${FIXTURES}/jax/${name}`;
    const reader = createReader({ openGrant: () => diskDirectory(root) });
    const scan = await reader.open({ kind: 'http', name: '', url: '' });
    const rows = new Map<string, CheckpointSummary>();
    for (const { path } of scan.runs) {
      for (const row of (await reader.run({ run: path })).checkpoints) rows.set(row.ref.path, row);
    }
    const goldens: readonly Golden[] = expected(root).checkpoints;
    expect([...rows.keys()].sort()).toEqual(goldens.map(({ path }) => path).sort());
    for (const golden of goldens) {
      const row = rows.get(golden.path);
      const isUsable = ['sound', 'unverified'].includes(row?.judgement.verdict ?? '');
      expect(isUsable, golden.path).toBe(golden.problem === null);
      if (golden.step !== null) expect(row?.step?.value, golden.path).toBe(golden.step);
      if (golden.problem === null) {
        expect(row?.tensors, golden.path).toBe(golden.tensor_count);
        expect(row?.framework).toBe('jax');
      }
    }
  });
});
