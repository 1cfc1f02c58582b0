import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '#encodings/crc32c.ts';
import { JsonNode } from '#encodings/json-node.ts';
import { bytesSource } from '#io/testing.ts';
import { gridSize, placesIn } from './grid.ts';
import { parseZarr2, parseZarr3, type ZarrArray } from './metadata.ts';
import { createChunks, keysOf } from './read.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const place = { path: 'x' };
const node = (value: unknown) => new JsonNode(value, place);
const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);

const zarr2 = (shape: readonly number[], chunks: readonly number[], rest: object = {}) => ({
  zarr_format: 2,
  shape,
  chunks,
  dtype: '<i4',
  compressor: null,
  fill_value: null,
  filters: null,
  order: 'C',
  ...rest,
});

/** Chunks of an array whose elements count up, as NumPy would cut them; what lies past its ends is −1. */
function cut({ shape, chunk, keyOf }: ZarrArray, isFortran = false): Map<string, Bytes> {
  const sizes = gridSize({ shape, chunk });
  const chunks = new Map<string, Bytes>();
  if (sizes.includes(0)) return chunks;
  for (const at of placesIn(
    sizes.map(() => 0),
    sizes.map((size) => size - 1),
  )) {
    const values = new Int32Array(product(chunk)).fill(-1);
    let i = 0;
    for (const inner of placesIn(
      chunk.map(() => 0),
      chunk.map((size) => size - 1),
    )) {
      const index = inner.map((one, axis) => one + (at[axis] ?? 0) * (chunk[axis] ?? 1));
      const isInside = index.every((one, axis) => one < (shape[axis] ?? 0));
      const element = index.reduce((sum, one, axis) => sum * (shape[axis] ?? 1) + one, 0);
      const ahead = inner.reduceRight((sum, one, axis) => sum * (chunk[axis] ?? 1) + one, 0);
      values[isFortran ? ahead : i] = isInside ? element : -1;
      i++;
    }
    chunks.set(keyOf(at), new Uint8Array(values.buffer));
  }
  return chunks;
}

const open = (array: ZarrArray, chunks: ReadonlyMap<string, Bytes>, keepsAll = true) =>
  createChunks(array, {
    get: async (key) => {
      const bytes = chunks.get(key);
      return bytes && bytesSource(bytes, key);
    },
    keepsAll,
    limit: 2 ** 20,
    place,
  });

const integers = (bytes: Bytes) => [...new Int32Array(bytes.slice().buffer)];
const counting = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => from + i);

const grids = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 })), { maxLength: 4 })
  .map((axes) => ({ shape: axes.map(([size]) => size), chunk: axes.map(([, size]) => size) }));

describe('elements', () => {
  it.each(['C', 'F'])('of any part are what they are in the whole, in order %s', (order) =>
    fc.assert(
      fc.asyncProperty(grids, fc.nat(), fc.nat(), async ({ shape, chunk }, a, b) => {
        const array = parseZarr2(node(zarr2(shape, chunk, { order })));
        const count = product(shape);
        const [from = 0, to = 0] = [a % (count + 1), b % (count + 1)].sort((x, y) => x - y);
        const { read } = open(array, cut(array, order === 'F'));
        expect(integers(await read({ from, to }))).toEqual(counting(from, to));
      }),
      { numRuns: 300, seed: 1 },
    ),
  );

  it('that are big-endian are turned round', async () => {
    const array = parseZarr2(node(zarr2([2], [2], { dtype: '>i4' })));
    const { read } = open(array, new Map([['0', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2)]]));
    expect(integers(await read({ from: 0, to: 2 }))).toEqual([1, 2]);
  });

  it.each(['gzip', 'zlib'] as const)('compressed by %s', async (id) => {
    const array = parseZarr2(node(zarr2([3], [3], { compressor: { id } })));
    const stream = new Blob([new Uint8Array(Int32Array.of(0, 1, 2).buffer)])
      .stream()
      .pipeThrough(new CompressionStream(id === 'gzip' ? 'gzip' : 'deflate'));
    const stored = new Uint8Array(await new Response(stream).arrayBuffer());
    const { read, verify } = open(array, new Map([['0', stored]]));
    expect(integers(await read({ from: 1, to: 3 }))).toEqual([1, 2]);
    expect(await verify('0')).toBe(true);
    const broken = open(array, new Map([['0', stored.slice(0, -6)]]));
    await expect(broken.read({ from: 0, to: 1 })).rejects.toMatchObject({
      problem: { kind: 'corrupt' },
    });
  });

  it('that are not stored are zero, where not all are', async () => {
    const array = parseZarr2(node(zarr2([4], [2])));
    const chunks = new Map([['0', new Uint8Array(Int32Array.of(7, 8).buffer)]]);
    expect(integers(await open(array, chunks, false).read({ from: 0, to: 4 }))).toEqual([
      7, 8, 0, 0,
    ]);
    await expect(open(array, chunks).read({ from: 0, to: 4 })).rejects.toMatchObject({
      problem: { kind: 'malformed' },
    });
  });

  it('past the limit are refused before memory is asked for', async () => {
    const array = parseZarr2(node(zarr2([2 ** 40], [2 ** 40])));
    const { read } = open(array, new Map([['0', new Uint8Array(4)]]));
    const refused = { problem: { kind: 'too-large' } };
    await expect(read({ from: 0, to: 2 ** 40 })).rejects.toMatchObject(refused);
    await expect(read({ from: 0, to: 1 })).rejects.toMatchObject(refused);
  });
});

const codecs = [{ name: 'bytes', configuration: { endian: 'little' } }];
const zarr3 = (rest: object = {}) => ({
  zarr_format: 3,
  node_type: 'array',
  shape: [4, 4],
  data_type: 'int32',
  chunk_grid: { name: 'regular', configuration: { chunk_shape: [4, 4] } },
  chunk_key_encoding: { name: 'default' },
  fill_value: 0,
  codecs,
  ...rest,
});

describe('a shard', () => {
  const sharded = zarr3({
    codecs: [
      {
        name: 'sharding_indexed',
        configuration: {
          chunk_shape: [2, 2],
          codecs,
          index_codecs: [...codecs, { name: 'crc32c' }],
        },
      },
    ],
  });
  const inner = (at: number) => new Uint8Array(Int32Array.of(at, at + 1, at + 4, at + 5).buffer);
  const nothing = [2n ** 64n - 1n, 2n ** 64n - 1n];
  const index = new Uint8Array(BigUint64Array.of(16n, 16n, 0n, 16n, ...nothing, 32n, 16n).buffer);
  const sum = new Uint8Array(Uint32Array.of(crc32c(index)).buffer);
  const shard = Uint8Array.from([...inner(2), ...inner(0), ...inner(10), ...index, ...sum]);

  it('gives each of its chunks, and zeros for those that it has not', async () => {
    const { read, verify } = open(parseZarr3(node(sharded)), new Map([['c/0/0', shard]]), false);
    expect(integers(await read({ from: 0, to: 16 }))).toEqual([
      ...[0, 1, 2, 3, 4, 5, 6, 7],
      ...[0, 0, 10, 11, 0, 0, 14, 15],
    ]);
    expect(await verify('c/0/0')).toBe(false);
  });

  it('with a changed bit in its index is corrupt', async () => {
    const changed = shard.with(50, 9);
    const { read } = open(parseZarr3(node(sharded)), new Map([['c/0/0', changed]]));
    await expect(read({ from: 0, to: 1 })).rejects.toMatchObject({ problem: { kind: 'corrupt' } });
  });
});

it('keys of chunks', () => {
  expect([...keysOf(parseZarr2(node(zarr2([], []))))]).toEqual(['0']);
  expect([...keysOf(parseZarr2(node(zarr2([2, 1], [1, 1]))))]).toEqual(['0.0', '1.0']);
  expect([...keysOf(parseZarr3(node(zarr3())))]).toEqual(['c/0/0']);
  expect([...keysOf(parseZarr2(node(zarr2([0], [1]))))]).toEqual([]);
});

describe('metadata', () => {
  it.each<[string, object, string]>([
    ['a negative size', zarr2([-1], [1]), 'malformed'],
    ['chunks of nothing', zarr2([1], [0]), 'malformed'],
    ['chunks of another rank', zarr2([1], [1, 1]), 'malformed'],
    [
      'a compression that is not read',
      zarr2([1], [1], { compressor: { id: 'blosc' } }),
      'unsupported',
    ],
    ['filters', zarr2([1], [1], { filters: [{ id: 'delta' }] }), 'unsupported'],
    ['objects', zarr2([1], [1], { dtype: '|O' }), 'unsupported'],
  ])('of version 2 with %s is refused', (_, value, kind) => {
    expect(() => parseZarr2(node(value))).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ kind }) }),
    );
  });

  it.each<[string, object, string]>([
    ['a group', zarr3({ node_type: 'group' }), 'malformed'],
    ['no codec for bytes', zarr3({ codecs: [] }), 'malformed'],
    ['another grid', zarr3({ chunk_grid: { name: 'rectilinear' } }), 'unsupported'],
    ['a codec that is not read', zarr3({ codecs: [...codecs, { name: 'blosc' }] }), 'unsupported'],
  ])('of version 3 with %s is refused', (_, value, kind) => {
    expect(() => parseZarr3(node(value))).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ kind }) }),
    );
  });
});
