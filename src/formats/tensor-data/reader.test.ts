import { describe, expect, it } from 'vitest';
import type { Dataset } from '#domain/dataset.ts';
import { CheckpointError } from '#domain/problem.ts';
import { bytesSource, fixture, sha256 } from '#io/testing.ts';
import { openSafetensorsData } from './safetensors-reader.ts';
import { areExamples } from './tensor-columns.ts';
import { holdsExamples, openTorchData } from './torch-reader.ts';

const source = async (name: string) => bytesSource(await fixture(`tensor-data/${name}`), name);

async function hashesOf(dataset: Dataset, input: string) {
  const { label, count } = dataset;
  const { inputs, labels } = await dataset.read({ inputs: [input], label, from: 0, to: count });
  const y = BigInt64Array.from(labels ?? [], BigInt);
  return {
    x: sha256(new Uint8Array(inputs[0]?.values.buffer ?? new ArrayBuffer(0))),
    y: sha256(new Uint8Array(y.buffer)),
  };
}

type Row = [name: string, input: string, label: string, hashes: [x: string, y: string]];

/** From `expected.json` of the shared fixtures, as float32 and as int64. */
const TORCH: readonly Row[] = [
  [
    'test_lists.pt',
    'data',
    'targets',
    [
      '6804ac395c97d6144a29762d52d2f2810a0540dcd14efa45bfc13cc0a2e4f7ce',
      '3a98c228460d8999b7a8f12959bdacf3569b98ccb93b2aae4e4abb19cff53caf',
    ],
  ],
  [
    'test_samples.pt',
    '0',
    '1',
    [
      '4b66a95c2477c54c860bd6b44f7da4ec5217ad42b23029424ac08ce567369d58',
      '570b2c019d363ae3a2a332550d8f480f0996b846fc601844763eabaa3628711b',
    ],
  ],
  [
    'test_tensordataset.pt',
    'tensors.0',
    'tensors.1',
    [
      '6804ac395c97d6144a29762d52d2f2810a0540dcd14efa45bfc13cc0a2e4f7ce',
      '3a98c228460d8999b7a8f12959bdacf3569b98ccb93b2aae4e4abb19cff53caf',
    ],
  ],
  [
    'test_tuple.pt',
    '0',
    '1',
    [
      '6804ac395c97d6144a29762d52d2f2810a0540dcd14efa45bfc13cc0a2e4f7ce',
      '3a98c228460d8999b7a8f12959bdacf3569b98ccb93b2aae4e4abb19cff53caf',
    ],
  ],
];

const NCHW = [
  '6804ac395c97d6144a29762d52d2f2810a0540dcd14efa45bfc13cc0a2e4f7ce',
  '3a98c228460d8999b7a8f12959bdacf3569b98ccb93b2aae4e4abb19cff53caf',
];

describe('what torch.save wrote', () => {
  it.each(TORCH)('%s', async (name, input, label, [x, y]) => {
    const dataset = await openTorchData(await source(name));
    expect(dataset.label).toBe(label);
    expect(await hashesOf(dataset, input)).toEqual({ x, y });
    expect(await holdsExamples(await source(name))).toBe(true);
  });

  it('one flipped bit is told before any of it is used', async () => {
    const bytes = await fixture('tensor-data/test_tuple.pt');
    bytes[5000] = (bytes[5000] ?? 0) ^ 1;
    const opening = openTorchData(bytesSource(bytes, 'test_tuple.pt'));
    await expect(opening).rejects.toMatchObject({ problem: { kind: 'corrupt' } });
  });
});

describe('safetensors', () => {
  it('images and labels', async () => {
    const dataset = await openSafetensorsData(await source('test_nchw.safetensors'));
    expect(dataset).toMatchObject({ count: 60, label: 'labels' });
    const [x, y] = NCHW;
    expect(await hashesOf(dataset, 'images')).toEqual({ x, y });
  });

  it('a file that is cut', async () => {
    const bytes = (await fixture('tensor-data/test_nchw.safetensors')).slice(0, 3000);
    await expect(openSafetensorsData(bytesSource(bytes))).rejects.toMatchObject({
      problem: { kind: 'truncated' },
    });
  });
});

it.each<[Record<string, number[]>, boolean]>([
  [{ x: [60, 64], y: [60] }, true],
  [{ images: [60, 1, 8, 8], labels: [60] }, true],
  [{ input_ids: [30, 16], attention_mask: [30, 16] }, true],
  [{ a: [9, 2], b: [9] }, true],
  [{ 'fc1.weight': [10, 64], 'fc1.bias': [10] }, false],
  [{ 'data.weight': [9, 2], 'data.bias': [9] }, false],
  [{ a: [3, 2], b: [4] }, false],
  [{ mean: [3] }, false],
  [{}, false],
])('%j are examples: %s', (shapes, are) => {
  const tensors = Object.entries(shapes).map(([name, shape]) => ({ name, shape }));
  expect(areExamples(tensors)).toBe(are);
});

it('whatever is changed in a file, a data set or a CheckpointError', async () => {
  const names = ['test_tuple.pt', 'test_lists.pt', 'test_nchw.safetensors'];
  for (const name of names) {
    const bytes = await fixture(`tensor-data/${name}`);
    const open = name.endsWith('.pt') ? openTorchData : openSafetensorsData;
    for (let at = 0; at < bytes.length; at += 97) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      const outcome = await open(bytesSource(changed, name)).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
    }
  }
});
