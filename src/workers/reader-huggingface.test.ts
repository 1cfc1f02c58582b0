import { describe, expect, it } from 'vitest';
import type { CheckpointSummary } from '#domain/summary.ts';
import { handleDirectory } from '#io/handle-directory.ts';
import {
  diskDirectory,
  expected,
  type FakeTree,
  FIXTURES,
  fakeHandle,
  hasFixtures,
  sha256,
} from '#io/testing.ts';
import type { Reader } from './api.ts';
import { createReader } from './reader-api.ts';

const ROOT = `${FIXTURES}/huggingface`;

async function openDirectory(name: string) {
  const reader = createReader({ openGrant: () => diskDirectory(`${ROOT}/${name}`) });
  const scan = await reader.open({ kind: 'http', name: '', url: '' });
  const rows = new Map<string, CheckpointSummary>();
  for (const { path } of scan.runs) {
    for (const row of (await reader.run({ run: path })).checkpoints) rows.set(row.ref.path, row);
  }
  return { reader, rows };
}

/** Golden paths of folders are those of our checkpoints, but for a model alone in a folder. */
function find(rows: ReadonlyMap<string, CheckpointSummary>, path: string) {
  if (rows.has(path)) return rows.get(path);
  const inside = [...rows.values()].filter(({ ref }) => {
    const folder = ref.main.slice(0, Math.max(0, ref.main.lastIndexOf('/')));
    return folder === (path === '.' ? '' : path) || ref.main === path;
  });
  return inside[0];
}

interface Golden {
  readonly path: string;
  readonly format: string;
  readonly step: number | null;
  readonly epoch: number | null;
  readonly tensors: { name: string; dtype: string; shape: number[]; sha256: string }[];
  readonly tensor_count: number;
  readonly problem: string | null;
  readonly part?: string;
}

async function expectRow(
  golden: Golden,
  reader: Reader,
  rows: ReadonlyMap<string, CheckpointSummary>,
): Promise<void> {
  const row = find(rows, golden.path);
  if (!row) throw new Error(`${golden.path} is not found`);
  const usable = ['sound', 'unverified'].includes(row.judgement.verdict);
  expect(usable, golden.path).toBe(golden.problem === null);
  // The model at the end of a training does not say at which step that was.
  if (/checkpoint-\d+$/.test(golden.path)) {
    expect(row.step?.value, golden.path).toBe(golden.step);
    if (golden.epoch !== null) expect(row.epoch?.value).toBe(golden.epoch);
  }
  if (golden.tensors.length === 0) return;
  const checkpoint = row.ref.path;
  const { tensors } = await reader.checkpoint({ checkpoint });
  const found = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  for (const { name: tensor, dtype, shape, sha256: hash } of golden.tensors) {
    expect(found.get(tensor)).toMatchObject({ dtype, shape });
    expect(sha256(await reader.tensor({ checkpoint, tensor }))).toBe(hash);
  }
  const weights = tensors.filter(({ role }) => role === 'weight' || role === 'buffer');
  expect(weights).toHaveLength(golden.tensor_count);
}

describe.runIf(hasFixtures)('directories that transformers wrote', () => {
  const names = [
    ...['bert-bin', 'bert-interrupted', 'bert-lora', 'bert-nan', 'bert-topics'],
    ...['gpt2-exports', 'gpt2-parity'],
  ];
  it.each(names)('%s', async (name) => {
    const { reader, rows } = await openDirectory(name);
    const goldens: readonly Golden[] = expected(`${ROOT}/${name}`).checkpoints;
    for (const golden of goldens.filter(({ part }) => part === undefined)) {
      // Git keeps no empty directory.
      if (golden.problem !== 'empty-directory') await expectRow(golden, reader, rows);
    }
    for (const golden of goldens.filter(({ part }) => part === 'optimizer')) {
      const checkpoint = golden.path.replace('/optimizer.pt', '');
      for (const { name: tensor, sha256: hash } of golden.tensors) {
        const bytes = await reader.tensor({ checkpoint, tensor: `optimizer.${tensor}` });
        expect(sha256(bytes)).toBe(hash);
      }
    }
  });

  it('say what is wrong where a save or a copy was interrupted', async () => {
    const { rows } = await openDirectory('bert-interrupted');
    const found = Object.fromEntries(
      [...rows].map(([path, { judgement, readiness }]) => [
        path,
        [
          judgement.verdict,
          judgement.defects.map(({ problem, place }) => `${problem.kind} ${place.path}`)[0],
          readiness && Object.entries(readiness).flatMap(([part, has]) => (has ? [part] : [])),
        ],
      ]),
    );
    expect(found).toEqual({
      'checkpoint-25': ['unverified', undefined, ['weights', 'optimizer', 'scheduler', 'rng']],
      'checkpoint-50': ['incomplete', 'truncated checkpoint-50/optimizer.pt', ['weights']],
      'checkpoint-75': [
        'corrupt',
        'malformed checkpoint-75/trainer_state.json',
        ['weights', 'optimizer', 'scheduler', 'rng'],
      ],
      'checkpoint-100': ['incomplete', 'truncated checkpoint-100/model.safetensors', ['weights']],
      'tmp-checkpoint-125': ['incomplete', 'unfinished tmp-checkpoint-125/model.safetensors', null],
    });
  });
});

describe('a folder of the Trainer', () => {
  const open = async (tree: FakeTree) => {
    const reader = createReader({ openGrant: () => handleDirectory(fakeHandle('run', tree)) });
    await reader.open({ kind: 'http', name: '', url: '' });
    return (await reader.run({ run: '' })).checkpoints;
  };
  const weights = '\x02\0\0\0\0\0\0\0{}';

  it('that is empty has lost its model', async () => {
    const rows = await open({
      'checkpoint-25': { 'model.safetensors': weights },
      'checkpoint-300': {},
    });
    expect(
      rows.map(({ ref, step, judgement }) => [ref.path, step?.value, judgement]),
    ).toMatchObject([
      ['checkpoint-25', 25, { verdict: 'unverified' }],
      [
        'checkpoint-300',
        300,
        {
          verdict: 'incomplete',
          defects: [{ problem: { kind: 'missing', path: 'checkpoint-300/model.safetensors' } }],
        },
      ],
    ]);
  });

  it('that still has its temporary name was not finished, though its files are whole', async () => {
    const [row] = await open({ 'tmp-checkpoint-9': { 'model.safetensors': weights } });
    expect(row?.judgement).toMatchObject({
      verdict: 'incomplete',
      defects: [{ problem: { kind: 'unfinished', path: 'checkpoint-9' } }],
    });
  });

  it('says how far the training was, and what it counted as best', async () => {
    const [row] = await open({
      'checkpoint-9': {
        'model.safetensors': weights,
        'trainer_state.json':
          '{"global_step": 9, "epoch": 0.5, "best_metric": NaN, "log_history": [{"loss": 1}]}',
      },
    });
    expect(row).toMatchObject({
      step: { value: 9, where: 'trainer_state.global_step' },
      epoch: { value: 0.5, where: 'trainer_state.epoch' },
      readiness: { optimizer: false, scheduler: false, rng: false },
    });
  });
});
