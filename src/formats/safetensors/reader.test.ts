import { mkdtemp, open as openFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { elementCount } from '#domain/tensor.ts';
import { probe } from '#formats/index.ts';
import {
  bytesSource,
  FIXTURES,
  fileSource,
  fixture,
  hasCorpus,
  hasFixtures,
  metered,
  SHARED,
} from '#io/testing.ts';
import { safetensors } from './checkpoint.ts';
import { open } from './reader.ts';
import { describeAll, expectSound, file, goldens, OWN, text } from './testing.ts';

const SOUND = hasFixtures
  ? ['dtypes', 'shapes', 'padded', 'many', 'hostile', 'run-mlp'].map((name) =>
      join(FIXTURES, 'safetensors', name),
    )
  : [];

describe('files written by the safetensors library', () => {
  it.each([join(OWN, 'sound'), ...SOUND].flatMap(goldens))('$path of $root', async (golden) => {
    const source = await fileSource(golden.root, golden.path);
    expect(safetensors.detect(await probe(source))).toBe(true);
    const checkpoint = await open(source);
    expect(checkpoint.defects).toEqual([]);
    expect(checkpoint).toMatchObject({ size: source.size, files: [golden.path], globals: [] });
    await expectSound(checkpoint, golden);
  });

  it.runIf(hasCorpus)('and found in the wild', async () => {
    for (const path of [
      'safetensors-small/api/src/test/resources/list.safetensors',
      'safetensors-small/crates/burn-store/safetensors-tests/tests/multi_layer/multi_layer.safetensors',
      'safetensors-small/candle-examples/examples/encodec/jfk-codes.safetensors',
      'same-weights-pt-and-safetensors/examples/import-model-weights/weights/mnist.safetensors',
    ]) {
      const checkpoint = await open(await fileSource(join(SHARED, 'corpus'), path));
      expect(checkpoint.defects).toEqual([]);
      expect((await describeAll(checkpoint)).length).toBeGreaterThan(0);
    }
  });
});

describe('a part of a tensor', () => {
  it('is the bytes of its elements', async () => {
    const checkpoint = await open(
      bytesSource(await fixture('safetensors/sound/all-dtypes.safetensors')),
    );
    for (const { name, shape } of checkpoint.tensors.values()) {
      const whole = await checkpoint.read(name);
      const count = elementCount(shape);
      const perByte = count / whole.length;
      const part = await checkpoint.read(name, { from: 2, to: count - 2 });
      expect(part).toEqual(whole.slice(2 / perByte, (count - 2) / perByte));
    }
  });

  it('that is not there is a mistake of the caller', async () => {
    const checkpoint = await open(
      bytesSource(await fixture('safetensors/sound/six-bit.safetensors')),
    );
    await expect(checkpoint.read('no such')).rejects.toThrow(RangeError);
    await expect(checkpoint.read('f6_e2m3', { to: 17 })).rejects.toThrow(RangeError);
    await expect(checkpoint.read('f6_e2m3', { from: -4 })).rejects.toThrow(RangeError);
    await expect(checkpoint.read('f6_e2m3', { from: 1 })).rejects.toThrow(RangeError);
  });
});

describe('reading', () => {
  it.each([
    ['a short header takes one read', 1, 1],
    ['a header of 400 kB takes two', 5000, 2],
  ])('%s', async (_, count, reads) => {
    const entries = Array.from({ length: count }, (__, i) => {
      const span = `[${i * 1000},${(i + 1) * 1000}]`;
      return `"layer.${i}.weight":{"dtype":"F32","shape":[10,25],"data_offsets":${span}}`;
    });
    const { source, meter } = metered(bytesSource(file(`{${entries.join()}}`, count * 1000)));
    const { tensors } = await open(source);
    expect(tensors.size).toBe(count);
    expect(meter.reads).toBe(reads);
    expect(meter.bytes).toBeLessThan(500_000);
  });

  it('a file of 4.8 GB opens from its first 64 kB, and any part of it can be read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cairn-'));
    try {
      const shape = [1000, 1_200_000];
      const header = `{"w":{"dtype":"F32","shape":[${shape}],"data_offsets":[0,4800000000]}}`;
      const handle = await openFile(join(folder, 'big.safetensors'), 'w');
      await handle.write(file(header));
      await handle.truncate(8 + header.length + 4_800_000_000);
      await handle.write(Float32Array.of(0.25), 0, 4, 8 + header.length + 4_799_999_996);
      await handle.close();
      const { source, meter } = metered(await fileSource(folder, 'big.safetensors'));
      const checkpoint = await open(source);
      expect(checkpoint.defects).toEqual([]);
      expect(meter).toEqual({ reads: 1, bytes: 64 * 1024 });
      const last = await checkpoint.read('w', { from: 1_199_999_999 });
      expect(new Float32Array(last.buffer)).toEqual(Float32Array.of(0.25));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('stops when it is aborted', async () => {
    const signal = AbortSignal.abort();
    const bytes = await fixture('safetensors/sound/padded-64.safetensors');
    await expect(open(bytesSource(bytes), { signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('detection', () => {
  it.each([
    ['a file of its name', 'a.safetensors', file('{}'), true],
    ['a file of any other name', 'model.bin', file('{"w":1}'), true],
    ['a damaged file of its name', 'a.safetensors', file('{}', 0, 2n ** 63n), true],
    [
      'a Git LFS pointer of its name',
      'a.safetensors',
      text('version https://git-lfs.github.com/spec/v1'),
      false,
    ],
    ['a zip of its name', 'a.safetensors', text('PK\u0003\u0004\u0000'), false],
    ['an empty file of its name', 'a.safetensors', new Uint8Array(), false],
    ['other bytes', 'model.bin', text('\u0080\u0002}q\u0000.'), false],
    ['JSON', 'a.json', text('{"a": {"b": 1}}'), false],
  ])('of %s', async (_, path, bytes, claimed) => {
    expect(safetensors.detect(await probe(bytesSource(bytes, path)))).toBe(claimed);
  });
});
