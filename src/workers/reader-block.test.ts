import { describe, expect, it } from 'vitest';
import { packStrings, readStrings } from '#domain/strings.ts';
import { type Checkpoint, elementCount, type TensorInfo } from '#domain/tensor.ts';
import { type Cut, partOf, planeOf, usualCut } from '#domain/tensor-plane.ts';
import { readBlock } from './reader-block.ts';

/** A tensor each of whose elements is its own number, and the reads that were made of it. */
function counting(shape: readonly number[]) {
  const info: TensorInfo = { name: 'w', dtype: 'float64', shape, bytes: 8 * elementCount(shape) };
  const reads: [number, number][] = [];
  const checkpoint = {
    read: async (_: string, { from = 0, to = 0 }) => {
      reads.push([from, to]);
      return new Uint8Array(Float64Array.from({ length: to - from }, (_, i) => from + i).buffer);
    },
  } as unknown as Checkpoint;
  return { info, checkpoint, reads };
}

async function numbers(
  { info, checkpoint }: ReturnType<typeof counting>,
  cut: Cut,
  part: readonly [readonly [number, number], readonly [number, number]],
): Promise<number[]> {
  const plane = partOf(planeOf(info.shape, cut), ...part);
  return [...new Float64Array((await readBlock(checkpoint, info, plane, undefined)).buffer)];
}

describe('a block of a tensor', () => {
  it('of a small one is read at once', async () => {
    const tensor = counting([4, 3]);
    expect(
      await numbers(tensor, usualCut([4, 3]), [
        [1, 3],
        [1, 3],
      ]),
    ).toEqual([4, 5, 7, 8]);
    expect(tensor.reads).toEqual([[4, 9]]);
  });

  it('of a wide one is read row by row', async () => {
    const tensor = counting([1000, 200_000]);
    const found = await numbers(tensor, usualCut(tensor.info.shape), [
      [10, 12],
      [5, 7],
    ]);
    expect(found).toEqual([2_000_005, 2_000_006, 2_200_005, 2_200_006]);
    expect(tensor.reads).toEqual([
      [2_000_005, 2_000_007],
      [2_200_005, 2_200_007],
    ]);
  });

  it('whose axes were changed is read along the one that is stored', async () => {
    const tensor = counting([1000, 200_000]);
    const found = await numbers(tensor, { rows: 1, columns: 0, at: [0, 0] }, [
      [5, 7],
      [10, 12],
    ]);
    expect(found).toEqual([2_000_005, 2_200_005, 2_000_006, 2_200_006]);
    expect(tensor.reads).toHaveLength(2);
  });

  it('of elements that all lie far apart is read one by one', async () => {
    const tensor = counting([2, 2, 200_000]);
    const found = await numbers(tensor, { rows: 0, columns: 1, at: [0, 0, 7] }, [
      [0, 2],
      [0, 2],
    ]);
    expect(found).toEqual([7, 200_007, 400_007, 600_007]);
    expect(tensor.reads).toHaveLength(4);
  });

  it('has zeros behind the end of a wrapped vector', async () => {
    const found = await numbers(counting([12]), usualCut([12]), [
      [1, 2],
      [0, 4],
    ]);
    expect(found).toEqual([10, 11, 0, 0]);
  });

  it('of texts has texts', async () => {
    const all = ['a', '', 'ccc', 'dd'].map((text) => new TextEncoder().encode(text));
    const info: TensorInfo = { name: 's', dtype: 'string', shape: [2, 2], bytes: 0 };
    const checkpoint = {
      read: async (_: string, { from = 0, to = 0 }) => packStrings(all.slice(from, to)),
    } as unknown as Checkpoint;
    const plane = planeOf([2, 2], { rows: 1, columns: 0, at: [0, 0] });
    const block = await readBlock(checkpoint, info, plane, undefined);
    const texts = readStrings(block, 4).map((bytes) => new TextDecoder().decode(bytes));
    expect(texts).toEqual(['a', 'ccc', '', 'dd']);
  });

  it('is refused where elements are packed, or too many', async () => {
    const { info, checkpoint } = counting([4096, 4096]);
    const plane = planeOf(info.shape, usualCut(info.shape));
    await expect(readBlock(checkpoint, info, plane, undefined)).rejects.toThrow(RangeError);
    const packed: TensorInfo = { ...info, dtype: 'float4_e2m1fn', shape: [2] };
    const two = planeOf([2], usualCut([2]));
    await expect(readBlock(checkpoint, packed, two, undefined)).rejects.toThrow(RangeError);
  });
});
