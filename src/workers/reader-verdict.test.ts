import { appendFile, copyFile, mkdtemp, readFile, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { diskDirectory } from '#io/testing.ts';
import { createReader } from './reader-api.ts';

const GOOD = 'public/sample/digits-pytorch/mlp-adam-lr1e-3-seed0/checkpoints/epoch_12.pth';
const LONG_AGO = new Date('2024-01-01');

/** A checkpoint on disk, of which the first `part` has been written. */
async function writing(part: number) {
  const root = await mkdtemp(join(tmpdir(), 'cairn-'));
  const path = join(root, 'epoch_01.pth');
  const bytes = await readFile(GOOD);
  const end = Math.floor(bytes.length * part);
  await writeFile(path, bytes.subarray(0, end));
  const reader = createReader({ openGrant: () => diskDirectory(root) });
  await reader.open({ kind: 'http', name: '', url: '' });
  const verdict = async () =>
    (await reader.summary({ checkpoint: 'epoch_01.pth' })).judgement.verdict;
  return { path, verdict, finish: () => appendFile(path, bytes.subarray(end)) };
}

it('a checkpoint is being written until it is whole', async () => {
  const { verdict, finish } = await writing(0.6);
  expect(await verdict()).toBe('being-written');
  await finish();
  expect(await verdict()).toBe('unverified');
});

it('one that nobody goes on writing is incomplete', async () => {
  const { path, verdict } = await writing(0.6);
  expect(await verdict()).toBe('being-written');
  await utimes(path, LONG_AGO, LONG_AGO);
  expect(await verdict()).toBe('incomplete');
});

it('a flipped bit in a tensor is found, with its tensor and its bytes', async () => {
  const root = await mkdtemp(join(tmpdir(), 'cairn-'));
  const path = join(root, 'epoch_01.pth');
  await copyFile(GOOD, path);
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 4;
  await writeFile(path, bytes);
  const reader = createReader({ openGrant: () => diskDirectory(root) });
  await reader.open({ kind: 'http', name: '', url: '' });
  const { verdict, defects } = await reader.verify({ checkpoint: 'epoch_01.pth' });
  expect(verdict).toBe('corrupt');
  const [place] = defects.map((defect) => defect.place);
  expect(place?.tensor).toMatch(/weight|exp_avg/);
  expect(place?.offset).toBeLessThanOrEqual(middle);
  expect(place?.end).toBeGreaterThan(middle);
});

it('a tensor is not read from another version than the one it was asked of', async () => {
  const root = await mkdtemp(join(tmpdir(), 'cairn-'));
  const path = join(root, 'epoch_01.pth');
  await copyFile(GOOD, path);
  const reader = createReader({ openGrant: () => diskDirectory(root) });
  await reader.open({ kind: 'http', name: '', url: '' });
  const checkpoint = 'epoch_01.pth';
  const { version, tensors } = await reader.checkpoint({ checkpoint });
  const wanted = { checkpoint, version, tensor: tensors[0]?.name ?? '' };
  await expect(reader.tensor(wanted)).resolves.toBeInstanceOf(Uint8Array);
  await utimes(path, LONG_AGO, LONG_AGO);
  await expect(reader.tensor(wanted)).rejects.toMatchObject({ problem: { kind: 'changed' } });
});
