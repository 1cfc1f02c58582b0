import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diskDirectory, FIXTURES, hasFixtures } from '#io/testing.ts';
import { createReader } from './reader-api.ts';

const KEPT = join(import.meta.dirname, 'fixtures/programs');

const made: string[] = [];

afterAll(async () => {
  for (const path of made) await rm(path, { recursive: true });
});

async function graphsOf(files: Readonly<Record<string, string>>, checkpoint: string) {
  const root = await mkdtemp(join(tmpdir(), 'graphs-'));
  made.push(root);
  for (const [name, from] of Object.entries(files)) await cp(from, join(root, name));
  const reader = createReader({ openGrant: () => diskDirectory(root) });
  await reader.open({ kind: 'http', name: 'run', url: '' });
  return reader.graphs({ checkpoint });
}

describe('of several graphs in a folder', () => {
  it('the one whose parameters are its own comes first, whatever they are called', async () => {
    const files = { 'a.pt2': join(KEPT, 'gru.pt2'), 'z.pt2': join(KEPT, 'rnn.pt2') };
    expect(await graphsOf(files, 'z.pt2')).toEqual(['z.pt2', 'a.pt2']);
    expect(await graphsOf(files, 'a.pt2')).toEqual(['a.pt2', 'z.pt2']);
  });

  it.runIf(hasFixtures)('the one that a state dict was trained with comes first', async () => {
    const pt2 = (name: string) => join(FIXTURES, 'pytorch/pt2', name);
    const files = {
      'a.pt2': pt2('wine-mlp/model.pt2'),
      'b.pt2': pt2('train-mode/model.pt2'),
      'c.pt2': pt2('lenet/model.pt2'),
      'd.pt2': pt2('tiny-vit/model.pt2'),
      'weights.pth': pt2('lenet/weights_a.pth'),
      'vit.safetensors': pt2('tiny-vit/weights_b.safetensors'),
    };
    expect((await graphsOf(files, 'weights.pth'))[0]).toBe('c.pt2');
    expect((await graphsOf(files, 'vit.safetensors'))[0]).toBe('d.pt2');
  });

  it.runIf(hasFixtures)('their order stays where none fits', async () => {
    const pt2 = (name: string) => join(FIXTURES, 'pytorch/pt2', name);
    const files = {
      'a.pt2': pt2('wine-mlp/model.pt2'),
      'c.pt2': pt2('lenet/model.pt2'),
      'weights.pth': pt2('tiny-gpt/weights_a.pth'),
    };
    expect(await graphsOf(files, 'weights.pth')).toEqual(['a.pt2', 'c.pt2']);
  });
});
