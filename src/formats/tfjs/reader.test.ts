import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStrings } from '#domain/strings.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { expectRanges, expectTensors, type Golden, openFile } from '#formats/testing.ts';
import {
  bytesSource,
  expected,
  FIXTURES,
  fileSource,
  hasCorpus,
  hasFixtures,
  SHARED,
} from '#io/testing.ts';
import { tfjs } from './checkpoint.ts';
import { open } from './reader.ts';

const OWN = 'src/formats/tfjs/fixtures';
const roots = [OWN, ...(hasFixtures ? [join(FIXTURES, 'misc/tfjs')] : [])];
const DAMAGED: Record<string, string> = {
  'missing-shard/model.json': 'missing',
  'short-bin/model.json': 'truncated',
};

describe.each(roots)('models of %s', (root) => {
  const goldens: readonly Golden[] = expected(root).checkpoints;

  it.each(goldens.map((golden): [string, Golden] => [golden.path, golden]))(
    '%s',
    async (path, golden) => {
      const { checkpoint, format } = await openFile(root, path);
      expect(format.id).toBe('tfjs');
      const kind = DAMAGED[path];
      if (kind) {
        const { defects } = checkpoint;
        expect(new Set(defects.map(({ problem }) => problem.kind))).toEqual(new Set([kind]));
        const broken = defects.flatMap(({ place }) => place.tensor ?? []);
        expect(broken.length).toBeGreaterThan(0);
        for (const { name } of checkpoint.tensors.values()) {
          if (broken.includes(name)) {
            await expect(checkpoint.read(name)).rejects.toMatchObject({ problem: { kind } });
          } else await checkpoint.read(name);
        }
        return;
      }
      expect(checkpoint.defects).toEqual([]);
      await expectTensors(checkpoint, golden);
      await expectRanges(checkpoint);
      expect(checkpoint.metadata.format).toBe(golden.metadata.format);
      expect(checkpoint.files).toHaveLength(1 + golden.metadata.shards);
      expect(checkpoint.writer).toMatch(/^TensorFlow.js Converter v4/);
    },
  );

  it('are opened without reading a weight', async () => {
    const { meter, checkpoint } = await openFile(root, 'sharded/model.json');
    const { size } = await fileSource(root, 'sharded/model.json');
    expect(meter.bytes).toBe(size);
    await checkpoint.read('dense_1/bias');
    expect(meter.bytes).toBe(size + 40);
  });

  it('without a shard still give what lies in the others, in front of it and behind', async () => {
    const whole = (await openFile(root, 'sharded/model.json')).checkpoint;
    const { checkpoint } = await openFile(root, 'missing-shard/model.json');
    const broken = new Set(checkpoint.defects.map(({ place }) => place.tensor));
    for (const { name } of checkpoint.tensors.values()) {
      if (!broken.has(name)) expect(await checkpoint.read(name)).toEqual(await whole.read(name));
    }
  });
});

const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const weight = (name: string, shape: number[], rest: object = {}) => ({
  name,
  shape,
  dtype: 'float32',
  ...rest,
});
const model = (weights: object[], paths = ['a.bin']) =>
  bytesSource(
    text({ format: 'layers-model', weightsManifest: [{ paths, weights }] }),
    'm/model.json',
  );
const sibling = (files: Record<string, number[]>) => async (name: string) => {
  const bytes = files[name];
  if (!bytes) throw new Error(`${name} was asked for`);
  return bytesSource(Uint8Array.from(bytes), `m/${name}`);
};

describe('a manifest', () => {
  it.each(['../a', '/a', 'https://x/a', 'a//b', 'C:\\a'])(
    'that leads out of its folder is never followed: %s',
    async (path) => {
      const { defects, read } = await open(model([weight('w', [1])], [path]), {
        sibling: sibling({}),
      });
      expect(defects.map(({ problem }) => problem.kind)).toEqual(['unsafe', 'unsafe']);
      await expect(read('w')).rejects.toMatchObject({ problem: { kind: 'unsafe' } });
    },
  );

  it.each<[string, object]>([
    ['a type that there is not', weight('w', [1], { dtype: 'float8' })],
    ['a negative shape', weight('w', [-1])],
    ['a shape past counting', weight('w', [2 ** 40, 2 ** 40])],
    ['a quantisation that there is not', weight('w', [1], { quantization: { dtype: 'int4' } })],
    ['no name', { shape: [], dtype: 'float32' }],
  ])('with %s is refused', async (_, one) => {
    await expect(open(model([one]), { sibling: sibling({ 'a.bin': [] }) })).rejects.toMatchObject({
      problem: { kind: 'malformed' },
    });
  });

  it('whose files are longer than its weights says so', async () => {
    const { defects } = await open(model([weight('w', [1])]), {
      sibling: sibling({ 'a.bin': [0, 0, 0, 0, 1] }),
    });
    expect(defects).toMatchObject([{ problem: { kind: 'malformed' }, place: { path: 'm/a.bin' } }]);
  });

  it('of whose shards a middle one may be short gives nothing behind the first', async () => {
    const { read } = await open(
      model([weight('v', [1]), weight('w', [2])], ['a.bin', 'b.bin', 'c.bin']),
      { sibling: sibling({ 'a.bin': [0, 0, 0, 0], 'b.bin': [1, 2], 'c.bin': [1, 2, 3, 4] }) },
    );
    await read('v');
    await expect(read('w')).rejects.toMatchObject({ problem: { kind: 'truncated' } });
  });

  it('may hold whole numbers that were quantised, and texts', async () => {
    const weights = [
      weight('n', [2], { dtype: 'int32', quantization: { dtype: 'uint8', scale: 2, min: -3 } }),
      weight('t', [2], { dtype: 'string' }),
      weight('b', [1], { dtype: 'bool' }),
    ];
    const { read, tensors } = await open(model(weights), {
      sibling: sibling({ 'a.bin': [0, 5, 2, 0, 0, 0, 104, 105, 0, 0, 0, 0, 1] }),
    });
    expect([...new Int32Array((await read('n')).buffer)]).toEqual([-3, 7]);
    const texts = readStrings(await read('t'), 2).map((one) => new TextDecoder().decode(one));
    expect(texts).toEqual(['hi', '']);
    expect([...(await read('b'))]).toEqual([1]);
    expect(tensors.get('n')?.stored).toEqual({ type: 'uint8', bytes: 2 });
  });

  it('of models before 2019 is a list', async () => {
    const manifest = bytesSource(
      text([{ paths: ['a.bin'], weights: [weight('w', [1])] }]),
      'm/net-weights_manifest.json',
    );
    const head = await manifest.read(0, manifest.size);
    expect(tfjs.detect({ path: manifest.path, size: head.length, head, tail: head })).toBe(true);
    const { read } = await open(manifest, { sibling: sibling({ 'a.bin': [0, 0, 128, 63] }) });
    expect([...(await read('w'))]).toEqual([0, 0, 128, 63]);
  });
});

it('whatever the bytes, a checkpoint or a problem', async () => {
  const random = seeded(23);
  const names = ['uint16', 'sharded', 'graph'];
  const files = await Promise.all(
    names.map(async (name) => {
      const file = await fileSource(OWN, `${name}/model.json`);
      return { name, bytes: await file.read(0, file.size) };
    }),
  );
  for (let run = 0; run < 2000; run++) {
    const { name, bytes } = files[run % files.length] ?? { name: '', bytes: new Uint8Array() };
    await expectOutcome(() =>
      open(bytesSource(mutate(bytes, random), 'model.json'), {
        sibling: (shard) => fileSource(OWN, `${name}/${shard}`),
      }),
    );
  }
}, 60_000);

describe.runIf(hasCorpus)('models that people made', () => {
  it.each([
    'custom_module/dense_model/model/model.json',
    'integration_tests/load_predict_data/graph_model/model.json',
    'integration_tests/load_predict_data/layers_model/model.json',
  ])('%s', async (path) => {
    const { checkpoint } = await openFile(join(SHARED, 'corpus/tfjs-models/e2e'), path);
    expect(checkpoint.defects).toEqual([]);
    await expectRanges(checkpoint);
  });
});
