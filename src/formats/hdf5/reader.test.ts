import { describe, expect, it } from 'vitest';
import { readStrings } from '#domain/strings.ts';
import { checkpointFormats, probe } from '#formats/index.ts';
import { bytesSource, fixture } from '#io/testing.ts';
import { open } from './reader.ts';

const source = async () => bytesSource(await fixture('hdf5/compound.h5'), 'compound.h5');

describe('an HDF5 file of no framework', () => {
  it('is known as such', async () => {
    const looked = await probe(await source());
    const claimed = checkpointFormats.filter((format) => format.detect(looked));
    expect(claimed.map(({ id }) => id)).toEqual(['hdf5']);
  });

  it('has its datasets, and each field of a compound, as tensors', async () => {
    const { tensors, defects } = await open(await source());
    expect(defects).toEqual([]);
    const listed = [...tensors.values()].map(({ name, dtype, shape }) => [name, dtype, shape]);
    expect(listed.sort()).toEqual([
      ['/packed', 'float32', [100]],
      ['/rows/a', 'float64', [3, 2]],
      ['/rows/in/x', 'float32', [3]],
      ['/rows/in/y', 'int16', [3]],
      ['/rows/name', 'string', [3]],
      ['/rows/what', 'variant', [3]],
      ['/same', 'float32', [2, 3]],
      ['/weights', 'float32', [2, 3]],
    ]);
  });

  it('gives the elements of a field, in the byte order of everyone', async () => {
    const { read } = await open(await source());
    expect(new Float64Array((await read('/rows/a', { from: 1, to: 4 })).buffer)).toEqual(
      Float64Array.of(2, 3, 4),
    );
    expect(new Int16Array((await read('/rows/in/y')).buffer)).toEqual(Int16Array.of(1, -2, 300));
    const names = readStrings(await read('/rows/name'), 3).map((name) =>
      new TextDecoder().decode(name),
    );
    expect(names).toEqual(['one', 'two', 'x']);
  });

  it('says what else it holds, and what is not followed', async () => {
    const { metadata } = await open(await source());
    expect(metadata).toEqual({
      epoch: 7,
      attributes: { '/same': { unit: 'm' }, '/weights': { unit: 'm' } },
      refused: { '/out': 'external link to other.h5:/x', '/soft': 'soft link to /weights' },
      types: { '/rows/what': '3 opaque bytes' },
    });
  });

  it('marks what two names share', async () => {
    const { tensors } = await open(await source());
    expect(tensors.get('/same')?.storage?.id).toBe(tensors.get('/weights')?.storage?.id);
  });

  it('has not all of its contents checked when only some have checksums', async () => {
    const checkpoint = await open(await source());
    const seen: number[] = [];
    const verified = await checkpoint.verify?.({ onProgress: (bytes) => seen.push(bytes) });
    expect(verified).toEqual({ defects: [], checked: false });
    expect(seen.at(-1)).toBeLessThan(400);
  });
});
