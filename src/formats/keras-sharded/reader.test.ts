import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { bytesSource, expected, fixture, sha256 } from '#io/testing.ts';
import { open } from './reader.ts';

const golden = expected('src/formats/keras-sharded/fixtures')['model.weights.json'];

/** Opens the fixture without some of its files. */
async function openWithout(...missing: string[]) {
  const source = async (name: string) => {
    if (missing.includes(name))
      throw new CheckpointError({ kind: 'missing', path: name }, { path: 'model.weights.json' });
    return bytesSource(await fixture(`keras-sharded/${name}`), name);
  };
  return open(await source('model.weights.json'), { sibling: source });
}

describe('weights in several files', () => {
  it('are one checkpoint', async () => {
    const checkpoint = await openWithout();
    expect(checkpoint.defects).toEqual([]);
    expect(checkpoint.files).toHaveLength(6);
    expect(checkpoint.metadata).toMatchObject({
      shards: 5,
      index: { total_size: 2404 },
      optimizer_iterations: 25,
    });
    for (const { name, path, dtype, shape, sha256: hash } of golden) {
      const info = checkpoint.tensors.get(name);
      expect(info, name).toMatchObject({ dtype, shape });
      if (!name.startsWith('/optimizer')) expect(path).toBe(`compiled/${info?.label}`);
      expect(sha256(await checkpoint.read(name)), name).toBe(hash);
    }
  });

  it('say which of them is missing, and show the rest', async () => {
    const { defects, tensors } = await openWithout('model_00003.weights.h5');
    expect(defects).toMatchObject([
      { problem: { kind: 'missing', path: 'model_00003.weights.h5' } },
    ]);
    expect(tensors.get('/layers/dense/vars/0')).toBeDefined();
  });

  it('are refused when their index is no index', async () => {
    const index = new TextEncoder().encode('{"weight_map": [1]}');
    await expect(open(bytesSource(index, 'a.weights.json'))).rejects.toMatchObject({
      problem: { kind: 'malformed' },
    });
  });
});
