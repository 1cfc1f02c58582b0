import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeZip } from '#encodings/zip-testing.ts';
import {
  bytesSource,
  expected,
  FIXTURES,
  fileSource,
  fixture,
  hasFixtures,
  metered,
  sha256,
} from '#io/testing.ts';
import { openCheckpoint } from './checkpoint-reader.ts';
import { isExportArchive } from './detect.ts';
import { openGraph } from './graph-reader.ts';
import { meta } from './testing.ts';

/** From `expected.json` of the shared fixtures: a parameter that torch keeps transposed. */
const TRANSPOSED = {
  name: 'w',
  shape: [6, 4],
  sha256: '6744f1f02a46e835be18966a4c628b9f08d6aeac4ddb842f16be58de09158593',
};

describe('weights of an exported program', () => {
  it('are dense and row-major, whatever their strides', async () => {
    const bytes = await fixture('torch-export/transposed-parameter.pt2');
    const checkpoint = await openCheckpoint(bytesSource(bytes, 'model.pt2'));
    expect(checkpoint.tensors.get('w')).toMatchObject({
      shape: TRANSPOSED.shape,
      storage: { stride: [1, 6] },
    });
    const whole = await checkpoint.read('w');
    expect(sha256(whole)).toBe(TRANSPOSED.sha256);
    expect(await checkpoint.read('w', { from: 5, to: 9 })).toEqual(whole.slice(20, 36));
  });

  it('share storage where they are tied', async () => {
    const bytes = await fixture('torch-export/tied-weights.pt2');
    const { tensors } = await openCheckpoint(bytesSource(bytes, 'model.pt2'));
    expect(tensors.get('emb.weight')?.storage?.id).toBe(tensors.get('out.weight')?.storage?.id);
  });
});

const config = (payload: object) => ({ config: { w: payload } });
const raw = { path_name: 'weight_0', is_param: true, use_pickle: false, tensor_meta: meta([2, 3]) };

function weights(content: unknown, size = 24) {
  const encode = (text: string) => new TextEncoder().encode(text);
  return bytesSource(
    makeZip([
      { name: 'm/data/weights/weight_0', bytes: new Uint8Array(size) },
      { name: 'm/data/weights/m_weights_config.json', bytes: encode(JSON.stringify(content)) },
      { name: 'm/models/m.json', bytes: encode('{}') },
    ]),
    'm.pt2',
  );
}

describe('damage', () => {
  it('a storage that is too short is a defect, and not read', async () => {
    const checkpoint = await openCheckpoint(
      weights(
        config({
          ...raw,
          tensor_meta: { ...(meta([2, 3]) as object), strides: [{ as_int: 3 }, { as_int: 1 }] },
        }),
        20,
      ),
    );
    const defect = { problem: { kind: 'truncated', needed: 24, size: 20 }, place: { tensor: 'w' } };
    expect(checkpoint.defects).toMatchObject([defect]);
    await expect(checkpoint.read('w')).rejects.toMatchObject(defect);
  });

  it.each<[string, unknown, string]>([
    ['a pickle among them', config({ ...raw, use_pickle: true }), 'unsupported'],
    ['an unknown element type', config({ ...raw, tensor_meta: meta([2], 77) }), 'unsupported'],
    ['a length that is unknown', config({ ...raw, tensor_meta: meta(['s0']) }), 'malformed'],
    [
      'a size past all bounds',
      config({ ...raw, tensor_meta: meta([2 ** 40, 2 ** 40]) }),
      'too-large',
    ],
    ['a negative length', config({ ...raw, tensor_meta: meta([-2]) }), 'malformed'],
    ['no list of weights', {}, 'malformed'],
  ])('%s', async (_, content, kind) => {
    await expect(openCheckpoint(weights(content))).rejects.toMatchObject({ problem: { kind } });
  });
});

it('one element that is said to be 2⁴⁰ is not read at once', async () => {
  const strides = { strides: [{ as_int: 0 }] };
  const tensor_meta = { ...(meta([2 ** 40]) as object), ...strides };
  const checkpoint = await openCheckpoint(weights(config({ ...raw, tensor_meta })));
  await expect(checkpoint.read('w')).rejects.toMatchObject({ problem: { kind: 'too-large' } });
  expect(await checkpoint.read('w', { from: 2 ** 39, to: 2 ** 39 + 2 })).toHaveLength(8);
});

describe.runIf(hasFixtures)('programs that torch wrote', () => {
  const directories = ['pytorch/pt2', 'sample-training/digits-pytorch'];
  const files = directories.flatMap((directory) =>
    (hasFixtures ? expected(join(FIXTURES, directory)).checkpoints : [])
      .filter(({ format }: { format: string }) => format === 'torch-export')
      .map((checkpoint: { path: string }) => [`${directory}/${checkpoint.path}`, checkpoint]),
  );

  it.each(files)('%s: every weight as torch has it', async (path, { tensors }) => {
    const { meter, source } = metered(await fileSource(FIXTURES, path));
    const checkpoint = await openCheckpoint(source);
    expect(meter.reads).toBeLessThanOrEqual(4);
    expect(checkpoint.defects).toEqual([]);
    expect([...checkpoint.tensors.keys()].sort()).toEqual(
      tensors.map(({ name }: { name: string }) => name).sort(),
    );
    for (const tensor of tensors) {
      const { name, dtype, shape, stride } = tensor;
      const storage = stride ? { stride } : {};
      expect(checkpoint.tensors.get(name)).toMatchObject({ dtype, shape, storage });
      expect(sha256(await checkpoint.read(name))).toBe(tensor.sha256);
    }
    const { defects, checked } = (await checkpoint.verify?.({})) ?? {};
    expect({ defects, checked }).toEqual({ defects: [], checked: true });
  });

  const refused: Readonly<Record<string, RegExp>> = {
    'pytorch/pt2/train-mode/model.pt2': /train mode/,
  };

  it.each(files)('%s: the graph, or why not', async (path, expectation) => {
    const opening = openGraph(await fileSource(FIXTURES, path));
    if (refused[path]) {
      await expect(opening).rejects.toThrow(refused[path]);
      return;
    }
    const graph = await opening;
    const batch = expectation.dynamic_batch === false ? expectation.input_shapes[0][0] : null;
    expect(graph.batch).toBe(batch);
    const weights = new Set(expectation.tensors.map(({ name }: { name: string }) => name));
    for (const { name, aliases = [] } of graph.parameters.values()) {
      expect([name, ...aliases].some((key) => weights.has(key))).toBe(true);
    }
  });

  it.each(['good.pt2', 'bitflip-graph.pt2', 'truncated-50.pt2'])('%s is known', async (name) => {
    const source = await fileSource(FIXTURES, `pytorch/damaged/${name}`);
    const head = await source.read(0, Math.min(4096, source.size));
    const tail = await source.read(Math.max(0, source.size - 4096), source.size);
    const { path, size } = source;
    expect(isExportArchive({ path, size, head, tail })).toBe(true);
  });

  it('a flipped bit in the graph, or in a weight, is found by its checksum', async () => {
    const graph = await fileSource(FIXTURES, 'pytorch/damaged/bitflip-graph.pt2');
    await expect(openGraph(graph)).rejects.toMatchObject({ problem: { kind: 'corrupt' } });
    const weights = await fileSource(FIXTURES, 'pytorch/damaged/bitflip-weights.pt2');
    const checkpoint = await openCheckpoint(weights);
    expect(await checkpoint.verify?.({})).toMatchObject({
      defects: [{ problem: { kind: 'corrupt' } }],
    });
  });
});
