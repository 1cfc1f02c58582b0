import { expect, it } from 'vitest';
import type { DescribedTensor } from '#domain/summary.ts';
import { areTied, hasStatistics, matchingTensors, roleTotals, tensorRows } from './tensor-rows.ts';

const tensor = (name: string, more: Partial<DescribedTensor> = {}): DescribedTensor => ({
  name,
  dtype: 'float32',
  shape: [2, 3],
  bytes: 24,
  role: 'weight',
  ...more,
});
const storage = (id: string) => ({ id, offset: 0, stride: [3, 1] });

const tensors = [
  tensor('embed.weight', { storage: storage('0') }),
  tensor('head.weight', { storage: storage('0') }),
  tensor('bn.running_mean', { role: 'buffer', shape: [3], bytes: 12, storage: storage('1') }),
  tensor('step', { role: 'other', shape: [], bytes: 8, dtype: 'int64' }),
  tensor('model/kernel/.ATTRIBUTES/VARIABLE_VALUE', { label: 'conv2d/kernel', role: 'ema' }),
];
const rows = tensorRows(tensors);
const names = (filter: Parameters<typeof matchingTensors>[1]) =>
  matchingTensors(rows, filter).map(({ tensor }) => tensor.name);

it('tensors that share a storage are marked', () => {
  const [embed, head] = tensors;
  expect(rows.map(({ sharedWith }) => sharedWith)).toEqual([
    [embed, head],
    [embed, head],
    [],
    [],
    [],
  ]);
});

it('the second of two that are the same view is tied to the first', () => {
  expect(rows.map(({ isTied }) => isTied)).toEqual([false, true, false, false, false]);
  const view = { storage: { id: '0', offset: 3, stride: [3, 1] } };
  const [whole, part] = [tensor('a', { storage: storage('0') }), tensor('b', view)];
  expect(areTied(whole, part)).toBe(false);
  expect(tensorRows([whole, part]).map(({ isTied }) => isTied)).toEqual([false, false]);
});

it.each([
  [{ find: '', role: 'buffer' }, ['bn.running_mean']],
  [{ find: 'WEIGHT', role: null }, ['embed.weight', 'head.weight']],
  [{ find: 'conv2d', role: null }, ['model/kernel/.ATTRIBUTES/VARIABLE_VALUE']],
  [{ find: 'x', role: 'weight' }, []],
])('%j finds %j', (filter, found) => {
  expect(names(filter)).toEqual(found);
});

it('each role comes to its tensors, elements and bytes', () => {
  expect(roleTotals(rows)).toEqual([
    { role: 'weight', tensors: 2, elements: 12, bytes: 48, distinct: 6 },
    { role: 'buffer', tensors: 1, elements: 3, bytes: 12, distinct: 3 },
    { role: 'ema', tensors: 1, elements: 6, bytes: 24, distinct: 6 },
    { role: 'other', tensors: 1, elements: 1, bytes: 8, distinct: 1 },
  ]);
});

it.each([
  [tensor('a'), true],
  [tensor('a', { dtype: 'complex64' }), false],
  [tensor('a', { dtype: 'string' }), false],
  [tensor('a', { kind: 'meta' }), false],
  [tensor('a', { shape: [0], bytes: 0 }), false],
  [tensor('a', { kind: 'quantized', dtype: 'qint8' }), true],
])('%j has statistics: %s', (one, has) => {
  expect(hasStatistics(one)).toBe(has);
});
