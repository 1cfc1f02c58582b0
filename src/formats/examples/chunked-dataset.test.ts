import { expect, it } from 'vitest';
import type { Cells, ChunkedColumn } from './chunked.ts';
import { openChunked } from './chunked-dataset.ts';

const numbers = (values: readonly number[], offsets: readonly number[] | null = null): Cells => ({
  kind: 'numbers',
  values,
  offsets,
  inner: [],
  missing: null,
});

const column = (name: string, chunks: readonly Cells[], rest: Partial<ChunkedColumn> = {}) => ({
  name,
  kind: chunks[0]?.kind ?? 'numbers',
  dtype: 'int64' as const,
  shape: [],
  load: async (chunk: number) => chunks[chunk] ?? numbers([]),
  ...rest,
});

it('rows are read across chunks', async () => {
  const a = column('a', [numbers([1, 2, 3]), numbers([]), numbers([4, 5])]);
  const b = column('b', [numbers([6, 7, 8]), numbers([]), numbers([9, 10])]);
  const label = column('label', [numbers([0, 1, 0]), numbers([]), numbers([1, 0])]);
  const dataset = await openChunked({ path: 'x', counts: [3, 0, 2], columns: [a, b, label] });
  expect(dataset).toMatchObject({ count: 5, tabular: true, label: 'label' });
  const batch = await dataset.read({ inputs: ['a', 'b'], label: 'label', from: 2, to: 5 });
  expect(batch.inputs[0]).toEqual({ shape: [3, 2], values: Float32Array.of(3, 8, 4, 9, 5, 10) });
  expect(batch.labels).toEqual(Int32Array.of(0, 1, 0));
});

it('tokens are filled up to the longest of all chunks', async () => {
  const ids = column('input_ids', [numbers([1, 2, 3], [0, 1, 3]), numbers([4, 5, 6], [0, 3])], {
    shape: null,
  });
  const dataset = await openChunked({ path: 'x', counts: [2, 1], columns: [ids] });
  expect(dataset.columns[0]).toMatchObject({ shape: [3], kind: 'tokens' });
  const { inputs } = await dataset.read({ inputs: ['input_ids'], label: null, from: 0, to: 3 });
  expect([...(inputs[0]?.values ?? [])]).toEqual([1, 0, 0, 2, 3, 0, 4, 5, 6]);
});

it('texts that are nearly all different are no classes', async () => {
  const texts: Cells = { kind: 'texts', values: Array.from({ length: 50 }, (_, i) => `text ${i}`) };
  const words: Cells = { kind: 'texts', values: Array.from({ length: 50 }, (_, i) => `w${i % 3}`) };
  const columns = [column('a', [texts]), column('b', [words])];
  const dataset = await openChunked({ path: 'x', counts: [50], columns });
  expect(dataset.columns[0]).toMatchObject({ kind: 'text' });
  expect(dataset.columns[1]).toMatchObject({ classes: ['w0', 'w1', 'w2'] });
});
