import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readStrings } from '#domain/strings.ts';
import { elementCount } from '#domain/tensor.ts';
import { bytesSource, fixture } from '#io/testing.ts';
import { open } from './reader.ts';
import { compareMetadata, compareTensors, type ExpectedTensor, metadataAt } from './testing.ts';

interface Expected {
  readonly path: string;
  readonly tensors: readonly ExpectedTensor[];
  readonly metadata: { readonly [key: string]: unknown };
}

const written: readonly Expected[] = JSON.parse(
  readFileSync('src/formats/pytorch/fixtures/expected.json', 'utf8'),
);

const openFixture = async (path: string) =>
  open(bytesSource(await fixture(`pytorch/${path}`), path));

describe('files that torch wrote', () => {
  it.each(written)('$path', async ({ path, tensors, metadata }) => {
    const checkpoint = await openFixture(path);
    expect(checkpoint.defects).toEqual([]);
    await compareTensors(checkpoint, tensors);
    for (const [key, value] of Object.entries(metadata)) {
      if (key === 'class') expect(checkpoint.metadata).toMatchObject({ $object: value });
      else compareMetadata(metadataAt(checkpoint.metadata, key), value, key);
    }
    const verified = await checkpoint.verify?.({});
    expect(verified).toEqual({ defects: [], checked: path !== 'crc32-off.pth' });
  });

  it('any part of a tensor is that part of the whole', async () => {
    for (const path of [
      'shared-storage.pt',
      'conj-neg.pt',
      'every-dtype.pt',
      'python-objects.pt',
    ]) {
      const checkpoint = await openFixture(path);
      for (const { name, shape, bytes, dtype } of checkpoint.tensors.values()) {
        if (dtype === 'string') continue;
        const count = elementCount(shape);
        const width = count && bytes / count;
        const [from, to] = [Math.floor(count / 3), Math.ceil((count * 3) / 4)];
        const whole = await checkpoint.read(name);
        const part = await checkpoint.read(name, { from, to });
        expect([...part], `${path} ${name}`).toEqual([...whole.slice(from * width, to * width)]);
      }
    }
  });
});

describe('what is besides tensors', () => {
  it('a classic checkpoint keeps its numbers, and the settings of its optimizer', async () => {
    const { metadata, globals, writer } = await openFixture('model_checkpoint.pth');
    expect(metadata).toMatchObject({ epoch: expect.any(Number), loss: expect.any(Number) });
    expect(metadataAt(metadata, 'optimizer_state_dict.param_groups')).toEqual([
      expect.objectContaining({ lr: expect.any(Number), params: [0, 1] }),
    ]);
    expect(metadata).not.toHaveProperty('model_state_dict');
    expect(globals).toEqual(
      expect.arrayContaining(['collections.OrderedDict', 'torch._utils._rebuild_tensor_v2']),
    );
    expect(writer).toBe('torch, archive version 3');
  });

  it('numbers keep their kind, objects are named and never made', async () => {
    const { metadata } = await openFixture('containers.pt');
    expect(metadata).toMatchObject({
      nan: Number.NaN,
      ninf: -Infinity,
      i64: -(2n ** 63n),
      big: 2n ** 200n,
      negzero: -0,
      none: null,
      false: false,
      bytes: { $bytes: 6 },
      set: [1, 2, 3],
      size: [2, 3],
      complex: { $object: 'builtins.complex', args: [1, 2] },
      dtype: { $object: 'torch.float16' },
      device: { $object: 'torch.device', args: ['cpu'] },
    });
    const objects = await openFixture('python-objects.pt');
    expect(objects.metadata).toMatchObject({
      np_float32: Math.fround(0.1),
      np_int64: -5,
      np_bool: true,
      enum: { $object: '__main__.Color', args: ['blue'] },
      dataclass: { $object: '__main__.TrainConfig', lr: 0.0003, layers: [64, 32], name: 'run-1' },
      namedtuple: { $object: '__main__.Point', args: [1, { $tensor: 'namedtuple.1' }] },
      deque: { $object: 'collections.deque', items: [1, 2, { $tensor: 'deque.2' }] },
      counter: { a: 2, b: 1, c: 1 },
      function: { $object: 'torch.nn.functional.relu' },
      tuple_key: { None: 1, '2.5': 2, True: 3 },
    });
    const texts = readStrings(await objects.read('np_strings'), 2);
    expect(texts.map((text) => new TextDecoder().decode(text))).toEqual(['ab', 'cde']);
  });

  it('a whole module has the names of its state_dict, and its settings', async () => {
    const { tensors, metadata } = await openFixture('whole-module.pt');
    expect(tensors.get('bn.running_mean')?.path).toEqual(['bn.running_mean']);
    expect(tensors.has('scratch')).toBe(false);
    expect(metadata).toMatchObject({
      $object: '__main__.Net',
      training: false,
      fc1: { $object: 'torch.nn.modules.linear.Linear', in_features: 4, out_features: 12 },
    });
  });

  it('how stored integers become numbers is said beside them', async () => {
    const { metadata, tensors } = await openFixture('quantized.pt');
    expect(tensors.get('qint8_per_tensor')).toMatchObject({ dtype: 'qint8', kind: 'quantized' });
    expect(metadata['qint8_per_tensor']).toEqual({
      $tensor: 'qint8_per_tensor',
      scheme: 'per_tensor_affine',
      scale: 0.05,
      zero_point: 3,
    });
  });

  it('views of one storage say so', async () => {
    const { tensors } = await openFixture('shared-storage.pt');
    const [base, transposed] = [tensors.get('base'), tensors.get('transposed')];
    expect(transposed?.storage).toEqual({ id: base?.storage?.id, offset: 0, stride: [1, 12] });
  });

  it('a tensor that was saved without numbers is listed, and cannot be read', async () => {
    const checkpoint = await openFixture('meta.pt');
    expect(checkpoint.tensors.get('m')).toMatchObject({ kind: 'meta', shape: [3, 4], bytes: 0 });
    await expect(checkpoint.read('m')).rejects.toMatchObject({ problem: { kind: 'unsupported' } });
    await expect(checkpoint.read('no such')).rejects.toBeInstanceOf(RangeError);
  });
});
