import { open as openHandle, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckpointError } from '#domain/problem.ts';
import { roleOf } from '#domain/role.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, mutations } from '#io/mutation-testing.ts';
import { bytesSource, expected, fileSource, fixture, metered, sha256 } from '#io/testing.ts';
import { open } from './reader.ts';

const HERE = 'src/formats/keras-hdf5/fixtures';
const golden = expected(HERE);

const openFixture = (name: string) =>
  fileSource(HERE, name).then((source) =>
    open(source, { sibling: (other) => fileSource(HERE, other) }),
  );

describe('a file of weights', () => {
  it.each(Object.keys(golden))('%s has what Keras wrote', async (name) => {
    const checkpoint = await openFixture(name);
    expect(checkpoint.defects).toEqual([]);
    expect(checkpoint.tensors.size).toBe(golden[name].length);
    for (const { name: tensor, path, dtype, shape, sha256: hash } of golden[name]) {
      const info = checkpoint.tensors.get(tensor);
      expect(info, tensor).toMatchObject({ dtype, shape });
      if (info?.label && path) expect(path.endsWith(info.label), info.label).toBe(true);
      expect(sha256(await checkpoint.read(tensor)), tensor).toBe(hash);
    }
  });

  it('tells the optimizer apart, and how often it has stepped', async () => {
    const { tensors, metadata } = await openFixture('adamw.weights.h5');
    const roles = [...tensors.values()].map((info) => [info.label ?? info.name, roleOf(info)]);
    expect(Object.fromEntries(roles)).toMatchObject({
      'dense/kernel': 'weight',
      'batch_normalization/moving_mean': 'buffer',
      '/optimizer/vars/1': 'optimizer',
    });
    expect(metadata['optimizer_iterations']).toBe(25);
  });

  it('has no checksums to compare', async () => {
    expect((await openFixture('w-good.weights.h5')).verify).toBeUndefined();
  });

  it('of Keras 2 keeps its model in attributes', async () => {
    const { metadata, writer } = await openFixture('legacy-good.h5');
    expect(metadata).toMatchObject({
      backend: 'tensorflow',
      model_config: { class_name: 'Sequential' },
    });
    expect(writer).toBe('Keras 3.15.1');
  });

  it('in the folder of a model has its configuration beside it', async () => {
    const { files, metadata, writer } = await openFixture('model.weights.h5');
    expect(files).toEqual(['model.weights.h5', 'config.json', 'metadata.json']);
    expect(metadata).toMatchObject({ config: { class_name: 'Functional' } });
    expect(writer).toBe('Keras 3.15.1');
  });

  it('is opened by its headers, and read where its elements lie', async () => {
    const { meter, source } = metered(
      bytesSource(await fixture('keras-hdf5/w-good.weights.h5'), 'w'),
    );
    const checkpoint = await open(source);
    expect(meter.reads).toBe(1);
    await checkpoint.read('/layers/dense/vars/0', { from: 1, to: 3 });
    expect(meter).toEqual({ reads: 2, bytes: source.size + 8 });
  });
});

describe('a damaged file of weights', () => {
  it('that was cut short says how much is missing, and of which tensors', async () => {
    const { defects } = await openFixture('w-truncated.weights.h5').catch(
      (error: CheckpointError) => ({
        defects: [{ problem: error.problem, place: error.place }],
      }),
    );
    expect(defects[0]?.problem).toEqual({ kind: 'truncated', needed: 14512, size: 7256 });
  });

  it('without its signature is damaged, not something else', async () => {
    await expect(openFixture('w-bit-in-signature.weights.h5')).rejects.toMatchObject({
      problem: { kind: 'corrupt' },
    });
  });

  it('opens or is refused with a reason, whatever the bytes', { timeout: 300_000 }, async () => {
    const names = ['w-good.weights.h5', 'legacy-good.h5', 'bfloat16.weights.h5'] as const;
    const files = await Promise.all(names.map((name) => fixture(`keras-hdf5/${name}`)));
    await fc.assert(
      fc.asyncProperty(fc.nat(files.length - 1), mutations, (index, all) => {
        const damaged = mutate(files[index] ?? new Uint8Array(), all);
        return expectOutcome(() => open(bytesSource(damaged, 'a.weights.h5')));
      }),
      { numRuns: 2000 },
    );
  });
});

/** The place of some bytes in others. */
function find(bytes: Uint8Array, wanted: Uint8Array): number {
  return Buffer.from(bytes).indexOf(wanted);
}

it('shows the last tensor of a file of 4 GiB', async () => {
  const bytes = await fixture('keras-hdf5/w-good.weights.h5');
  const small = await open(bytesSource(bytes, 'w.weights.h5'));
  const kernel = await small.read('/layers/dense/vars/0');
  const from = find(bytes, kernel);
  const address = new DataView(new ArrayBuffer(16));
  address.setBigUint64(0, BigInt(from), true);
  address.setBigUint64(8, BigInt(kernel.length), true);
  const layout = find(bytes, new Uint8Array(address.buffer));
  const far = 2n ** 32n;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(layout, far, true);
  view.setBigUint64(40, far + BigInt(kernel.length), true);

  const path = join(tmpdir(), `cairn-${process.pid}.weights.h5`);
  const handle = await openHandle(path, 'w');
  try {
    await handle.write(bytes, 0, bytes.length, 0);
    await handle.write(kernel, 0, kernel.length, Number(far));
    await handle.close();
    const { meter, source } = metered(await fileSource('/', path));
    const checkpoint = await open(source);
    expect(checkpoint.defects).toEqual([]);
    expect(await checkpoint.read('/layers/dense/vars/0')).toEqual(kernel);
    expect(meter.bytes).toBeLessThan(2 ** 20);
  } finally {
    await rm(path, { force: true });
  }
});
