import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStrings } from '#domain/strings.ts';
import { type Checkpoint, elementCount } from '#domain/tensor.ts';
import { checkpointFormats, probe } from '#formats/index.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, mutations } from '#io/mutation-testing.ts';
import {
  bytesSource,
  expected,
  FIXTURES,
  fileSource,
  fixture,
  hasCorpus,
  hasFixtures,
  metered,
  SHARED,
  sha256,
} from '#io/testing.ts';
import { open } from './reader.ts';

const HERE = 'src/formats/tensorflow-v1/fixtures';
const golden = expected(HERE);

interface Golden {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string | null;
}

async function openAt(root: string, path: string): Promise<Checkpoint> {
  return open(await fileSource(root, path), { sibling: (name) => fileSource(root, name) });
}

async function expectTensors(checkpoint: Checkpoint, tensors: readonly Golden[]): Promise<void> {
  expect([...checkpoint.tensors.keys()].sort()).toEqual(tensors.map(({ name }) => name).sort());
  for (const { name, dtype, shape, sha256: hash } of tensors) {
    expect(checkpoint.tensors.get(name)).toMatchObject({ dtype, shape });
    const bytes = await checkpoint.read(name);
    const elements = dtype === 'string' ? readStrings(bytes, elementCount(shape)) : [bytes];
    if (hash !== null) expect(sha256(Buffer.concat(elements)), name).toBe(hash);
  }
}

describe('a V1 checkpoint', () => {
  it.each([
    ['dtypes.ckpt-1', 'dtypes.ckpt-1'],
    ['slices.ckpt', 'slices.ckpt'],
    ['sharded.ckpt-30', 'sharded.ckpt-30-00000-of-00003'],
  ])('%s has what TensorFlow saved', async (name, path) => {
    const checkpoint = await openAt(HERE, path);
    expect(checkpoint.defects).toEqual([]);
    await expectTensors(checkpoint, golden[name]);
    expect(await checkpoint.verify?.({})).toEqual({ defects: [], checked: true });
  });

  it('says how far the training was', async () => {
    const { metadata, files } = await openAt(HERE, 'sharded.ckpt-30-00000-of-00003');
    expect(metadata).toMatchObject({ num_shards: 3, global_step: 30 });
    expect(files).toHaveLength(3);
  });

  it('gives a part of a tensor that was cut into slices', async () => {
    const checkpoint = await openAt(HERE, 'slices.ckpt');
    const whole = await checkpoint.read('w');
    expect(await checkpoint.read('w', { from: 10, to: 20 })).toEqual(whole.slice(40, 80));
  });

  it('is opened by its index and its first block', async () => {
    const { meter, source } = metered(await fileSource(HERE, 'slices.ckpt'));
    await open(source);
    expect(meter.reads).toBe(3);
  });

  it('says which of its files is missing', async () => {
    const source = await fileSource(HERE, 'sharded.ckpt-30-00000-of-00003');
    const { defects, tensors } = await open(source);
    expect(defects.map(({ problem }) => problem)).toEqual([
      { kind: 'missing', path: 'sharded.ckpt-30-00001-of-00003' },
      { kind: 'missing', path: 'sharded.ckpt-30-00002-of-00003' },
    ]);
    expect(tensors.size).toBeGreaterThan(0);
  });
});

describe('a damaged V1 checkpoint', () => {
  it.each([
    ['v1-bit', 'corrupt'],
    ['v1-magic', 'corrupt'],
    ['v1-truncated', 'truncated'],
  ])('%s', async (name, kind) => {
    const source = await fileSource(HERE, name);
    const looked = await probe(source);
    expect(checkpointFormats.find((format) => format.detect(looked))?.id).toBe('tensorflow-v1');
    await expect(open(source)).rejects.toMatchObject({ problem: { kind } });
  });

  it('opens or is refused with a reason, whatever the bytes', { timeout: 300_000 }, async () => {
    const names = ['dtypes.ckpt-1', 'slices.ckpt', 'sharded.ckpt-30-00001-of-00003'] as const;
    const files = await Promise.all(names.map((name) => fixture(`tensorflow-v1/${name}`)));
    await fc.assert(
      fc.asyncProperty(fc.nat(files.length - 1), mutations, (index, all) => {
        const damaged = mutate(files[index] ?? new Uint8Array(), all);
        return expectOutcome(() => open(bytesSource(damaged, 'model.ckpt-1')));
      }),
      { numRuns: 2000 },
    );
  });
});

interface Entry {
  readonly path: string;
  readonly format: string;
  readonly problem: string | null;
  readonly metadata: Readonly<Record<string, number>>;
  readonly tensors: readonly Golden[];
}

const ROOT = join(FIXTURES, 'tensorflow');
const cases: [string, string, Entry][] = hasFixtures
  ? ['tf1/v1-dtypes', 'tf1/v1-saver', 'tf1/v1-sharded', 'damaged/savedmodel-and-v1'].flatMap(
      (name) =>
        expected(join(ROOT, name))
          .checkpoints.filter(({ format }: Entry) => format === 'tf1-checkpoint-v1')
          .map((entry: Entry) => [`${name}/${entry.path}`, join(ROOT, name), entry]),
    )
  : [];

describe.runIf(hasFixtures)('what TensorFlow wrote', () => {
  it.each(cases)('%s', async (_, root, { path, problem, tensors, metadata }) => {
    const main = path === 'sharded.ckpt-30' ? `${path}-00000-of-00003` : path;
    const opening = openAt(root, main);
    if (problem !== null) {
      await expect(opening).rejects.toMatchObject({ problem: { kind: problem } });
      return;
    }
    const checkpoint = await opening;
    expect(checkpoint.defects).toEqual([]);
    await expectTensors(checkpoint, tensors);
    if (metadata['step']) expect(checkpoint.metadata['global_step']).toBe(metadata['step']);
    expect(await checkpoint.verify?.({})).toEqual({ defects: [], checked: true });
  });

  it.runIf(hasCorpus)('opens one of 2016', async () => {
    const folder =
      'corpus/tf1-v1-export/tensorflow_serving/session_bundle/testdata/half_plus_two/00000123';
    const checkpoint = await openAt(join(SHARED, folder), 'export-00000-of-00001');
    expect([...checkpoint.tensors.values()]).toMatchObject([
      { name: 'a', dtype: 'float32', shape: [] },
      { name: 'b', dtype: 'float32', shape: [] },
    ]);
    expect(new Float32Array((await checkpoint.read('a')).buffer)).toEqual(Float32Array.of(0.5));
  });
});
