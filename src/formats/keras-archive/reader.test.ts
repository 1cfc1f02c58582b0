import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, mutations } from '#io/mutation-testing.ts';
import { bytesSource, expected, fixture, metered, sha256 } from '#io/testing.ts';
import { open } from './reader.ts';

const golden = expected('src/formats/keras-archive/fixtures');

const openFixture = async (name: string) =>
  open(bytesSource(await fixture(`keras-archive/${name}`), name));

describe('a .keras file', () => {
  it.each(['good.keras', 'deflated.keras', 'lambda.keras'])(
    '%s has the weights that Keras wrote',
    async (name) => {
      const checkpoint = await openFixture(name);
      expect(checkpoint.defects).toEqual([]);
      expect([...checkpoint.tensors.keys()].sort()).toEqual(
        golden[name].map((tensor: { name: string }) => tensor.name).sort(),
      );
      for (const { name: tensor, path, dtype, shape, sha256: hash } of golden[name]) {
        expect(checkpoint.tensors.get(tensor)).toMatchObject({ dtype, shape });
        if (path) expect(checkpoint.tensors.get(tensor)?.label).toBe(path);
        expect(sha256(await checkpoint.read(tensor))).toBe(hash);
      }
      expect(await checkpoint.verify?.({})).toEqual({ defects: [], checked: true });
    },
  );

  it('says which Keras wrote it, and how the model was made', async () => {
    const { metadata, writer } = await openFixture('good.keras');
    expect(writer).toBe('Keras 3.15.1');
    expect(metadata).toMatchObject({
      keras_version: '3.15.1',
      config: { class_name: 'Sequential' },
    });
  });

  it('names the code in it', async () => {
    const { metadata } = await openFixture('lambda.keras');
    expect(metadata['runs_code']).toEqual([
      'Lambda layer times_two_plus_one',
      'a Python function in the file, as bytecode',
    ]);
    expect((await openFixture('good.keras')).metadata['runs_code']).toBeUndefined();
  });

  it('lists entries that do not belong to it, and writes them nowhere', async () => {
    const { metadata, defects } = await openFixture('extra-entries.keras');
    expect(metadata['other_entries']).toEqual(['../outside.txt', '__MACOSX/._config.json']);
    expect(defects).toEqual([]);
  });

  it('is read where it lies', async () => {
    const { meter, source } = metered(
      bytesSource(await fixture('keras-archive/good.keras'), 'a.keras'),
    );
    const checkpoint = await open(source);
    const opened = meter.bytes;
    await checkpoint.read('/layers/dense/vars/0', { from: 0, to: 1 });
    expect(meter.bytes - opened).toBeLessThanOrEqual(4);
  });
});

describe('a damaged .keras file', () => {
  it.each([
    ['no-config.keras', { kind: 'missing', path: 'no-config.keras/config.json' }],
    ['no-weights.keras', { kind: 'missing', path: 'no-weights.keras/model.weights.h5' }],
    ['config-not-json.keras', { kind: 'truncated' }],
    ['bit-in-config.keras', { kind: 'corrupt' }],
    ['h5-truncated-inside.keras', { kind: 'truncated', needed: 12876, size: 8584 }],
  ])('%s', async (name, problem) => {
    const { defects } = await openFixture(name);
    expect(defects[0]).toMatchObject({ problem });
  });

  it('shows its weights even when its configuration is lost', async () => {
    expect((await openFixture('no-config.keras')).tensors.size).toBe(4);
  });

  it('whose directory is cut off is cut short', async () => {
    await expect(openFixture('truncated-directory.keras')).rejects.toMatchObject({
      problem: { kind: 'truncated' },
    });
  });

  it('with a flipped bit in its weights is found out by its checksum', async () => {
    const verified = await (await openFixture('bit-in-h5.keras')).verify?.({});
    expect(verified).toMatchObject({
      defects: [
        { problem: { kind: 'corrupt', what: expect.stringContaining('model.weights.h5') } },
      ],
      checked: true,
    });
  });
});

it('whatever the bytes, it opens or is refused with a reason', { timeout: 300_000 }, async () => {
  const files = await Promise.all(
    ['good.keras', 'deflated.keras'].map((name) => fixture(`keras-archive/${name}`)),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(files.length - 1), mutations, (index, all) => {
      const damaged = mutate(files[index] ?? new Uint8Array(), all);
      return expectOutcome(() => open(bytesSource(damaged, 'a.keras')));
    }),
    { numRuns: 2000 },
  );
});
