import { mkdtemp, readFile, writeFile as writeToDisk } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planSafetensors, safetensorsMetadata } from '#domain/safetensors-file.ts';
import { readNpyHeader } from '#encodings/npy.ts';
import { open } from '#formats/safetensors/reader.ts';
import { bytesSource, diskDirectory, FIXTURES, hasFixtures, sha256 } from '#io/testing.ts';
import type { SaveTarget } from '#ui/save-target.ts';
import { writeFile } from '#ui/write-file.ts';
import { createReader } from '#workers/reader-api.ts';
import { npyFile, type ReadElements, safetensorsFile } from './saved-file.ts';

/** A file in memory, and how its writing ended. */
function memory() {
  const parts: Uint8Array[] = [];
  let end: 'closed' | 'aborted' | null = null;
  const target: SaveTarget = {
    write: async (bytes) => void parts.push(bytes.slice()),
    close: async () => {
      end = 'closed';
    },
    abort: async () => {
      end = 'aborted';
    },
  };
  return { target, bytes: () => new Uint8Array(Buffer.concat(parts)), end: () => end };
}

/** Everything that a directory's reader gives of one checkpoint. */
async function opened(root: string, checkpoint: string) {
  const reader = createReader({ openGrant: () => diskDirectory(root) });
  await reader.open({ kind: 'http', name: '', url: '' });
  const details = await reader.checkpoint({ checkpoint });
  const read: ReadElements = (tensor, [from, to], signal) =>
    reader.tensor({ checkpoint, tensor, from, to }, { signal });
  return { reader, details, read };
}

const quiet = () => new AbortController().signal;

const CHECKPOINTS: readonly (readonly [root: string, checkpoint: string])[] = [
  ['public/sample', 'digits-pytorch/mlp-adam-lr1e-3-seed0/checkpoints/epoch_12.pth'],
  ['public/sample', 'digits-tensorflow/cnn-checkpoint-manager/ckpt-8'],
  ...(hasFixtures
    ? ([
        [`${FIXTURES}/tensorflow/damaged/bundles`, 'good-sharded/ckpt-7'],
        [`${FIXTURES}/pytorch/damaged`, 'good-legacy.pth'],
      ] as const)
    : []),
];

describe('a checkpoint saved as safetensors', () => {
  it.each(CHECKPOINTS)('has every tensor of %s %s as it was', async (root, checkpoint) => {
    const { details, read, reader } = await opened(root, checkpoint);
    const plan = planSafetensors(details.tensors, safetensorsMetadata(details.metadata));
    const { target, bytes, end } = memory();
    const progress: number[] = [];
    await writeFile(safetensorsFile('model', plan, read), target, {
      signal: quiet(),
      onProgress: (written) => progress.push(written),
    });
    expect(end()).toBe('closed');
    expect(progress.at(-1)).toBe(plan.size);
    const saved = await open(bytesSource(bytes()));
    expect(saved.defects).toEqual([]);
    expect(saved.tensors.size + plan.leftOut.length).toBe(details.tensors.length);
    expect(saved.tensors.size).toBeGreaterThan(8);
    for (const { name, dtype, shape } of saved.tensors.values()) {
      const before = await reader.tensor({ checkpoint, tensor: name });
      const info = details.tensors.find((tensor) => tensor.name === name);
      expect([name, dtype, shape]).toEqual([name, info?.dtype, info?.shape]);
      expect([name, sha256(await saved.read(name))]).toEqual([name, sha256(before)]);
    }
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const [[root, checkpoint] = ['', '']] = CHECKPOINTS;
    const { details, read } = await opened(root, checkpoint);
    const file = safetensorsFile('model', planSafetensors(details.tensors), read);
    const controller = new AbortController();
    const { target, end } = memory();
    const writing = writeFile(file, target, {
      signal: controller.signal,
      onProgress: (written) => {
        if (written > (file.size ?? 0) / 2) controller.abort();
      },
    });
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
    expect(end()).toBe('aborted');
  });

  it('leaves nothing behind when its checkpoint is replaced meanwhile', async () => {
    const root = await mkdtemp(join(tmpdir(), 'cairn-'));
    const good = await readFile(`public/sample/${CHECKPOINTS[0]?.[1]}`);
    await writeToDisk(join(root, 'a.pth'), good);
    const { details, reader } = await opened(root, 'a.pth');
    const { version } = details;
    const read: ReadElements = (tensor, [from, to], signal) =>
      reader.tensor({ checkpoint: 'a.pth', version, tensor, from, to }, { signal });
    const { target, end } = memory();
    const writing = writeFile(
      safetensorsFile('a', planSafetensors(details.tensors), read),
      { ...target, write: () => writeToDisk(join(root, 'a.pth'), good) },
      { signal: quiet() },
    );
    await expect(writing).rejects.toMatchObject({ problem: { kind: 'changed' } });
    expect(end()).toBe('aborted');
  });
});

it('a tensor saved as .npy is read back with its shape and bytes', async () => {
  const [[root, checkpoint] = ['', '']] = CHECKPOINTS;
  const { details, read, reader } = await opened(root, checkpoint);
  const tensor = details.tensors.find(({ name }) => name === 'model_state_dict.fc1.weight');
  const file = tensor && npyFile(tensor, read);
  if (!tensor || !file) throw new Error('the sample has changed');
  expect(file.name).toBe('model_state_dict.fc1.weight.npy');
  const { target, bytes } = memory();
  await writeFile(file, target, { signal: quiet() });
  const { shape, start } = await readNpyHeader(bytesSource(bytes(), file.name));
  expect(shape).toEqual(tensor.shape);
  expect(sha256(bytes().subarray(start))).toBe(
    sha256(await reader.tensor({ checkpoint, tensor: tensor.name })),
  );
});
