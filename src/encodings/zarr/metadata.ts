import { BITS, type Dtype } from '#domain/dtype.ts';
import type { JsonNode } from '#encodings/json-node.ts';

/** What is done to the bytes of a chunk, in the order in which it was done. */
export type BytesCodec = 'zstd' | 'gzip' | 'zlib' | 'crc32c';

/** How the elements of a chunk, or of an inner chunk of a shard, become bytes. */
export interface Encoding {
  readonly bigEndian: boolean;
  /** Axes in the order in which they are written, the slowest first. */
  readonly axes: readonly number[];
  readonly bytes: readonly BytesCodec[];
}

/** Chunks that lie together in a file, with an index. */
export interface Sharding {
  /** Shape of what lies together. */
  readonly shard: readonly number[];
  readonly index: readonly BytesCodec[];
  readonly atStart: boolean;
}

/** An array of Zarr, version 2 or 3. */
export interface ZarrArray {
  readonly shape: readonly number[];
  /** Shape of a chunk, or of an inner chunk where there are shards. */
  readonly chunk: readonly number[];
  readonly dtype: Dtype;
  readonly encoding: Encoding;
  readonly sharding: Sharding | undefined;
  /** Of what is not stored; `null`: it does not matter. */
  readonly fill: unknown;
  /** The key of a chunk, or of a shard, by its place in the grid. */
  keyOf(index: readonly number[]): string;
}

const MAX_AXES = 32;

/** `.zarray`. @see https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html */
export function parseZarr2(node: JsonNode): ZarrArray {
  const shape = sizes(node.get('shape'), 0);
  const chunk = sizes(node.get('chunks'), 1);
  if (chunk.length !== shape.length) node.get('chunks').fail('has another rank than the shape');
  const { dtype, bigEndian } = dtypeOfNumpy(node.get('dtype'));
  const compressor = node.find('compressor');
  const filters = node.find('filters');
  if (filters && filters.list().length > 0) unsupported(filters, 'filters of Zarr');
  const separator = node.find('dimension_separator')?.text() ?? '.';
  const order = node.get('order').text();
  const ahead = shape.map((_, axis) => axis);
  return {
    shape,
    chunk,
    dtype,
    encoding: {
      bigEndian,
      axes: order === 'F' ? ahead.reverse() : ahead,
      bytes: compressor ? [codecNamed(compressor.get('id'))] : [],
    },
    sharding: undefined,
    fill: node.find('fill_value')?.value ?? null,
    keyOf: (index) => (index.length === 0 ? '0' : index.join(separator)),
  };
}

/** `zarr.json`. @see https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html */
export function parseZarr3(node: JsonNode): ZarrArray {
  const kind = node.get('node_type').text();
  if (kind !== 'array') node.get('node_type').fail(`is ${kind}, not an array`);
  const shape = sizes(node.get('shape'), 0);
  const grid = node.get('chunk_grid');
  if (grid.get('name').text() !== 'regular')
    unsupported(grid, 'grids of chunks that are not regular');
  const outer = sizes(grid.get('configuration').get('chunk_shape'), 1);
  if (outer.length !== shape.length) grid.fail('has another rank than the shape');
  const dtype = dtypeOf(node.get('data_type'));
  const codecs = node.get('codecs').list();
  const [first] = codecs;
  const isSharded = first?.get('name').text() === 'sharding_indexed';
  const { chunk, encoding, sharding } =
    isSharded && first && codecs.length === 1
      ? shardingOf(first.get('configuration'), outer)
      : {
          chunk: outer,
          encoding: encodingOf(node.get('codecs'), shape.length),
          sharding: undefined,
        };
  return {
    shape,
    chunk,
    dtype,
    encoding,
    sharding,
    fill: node.find('fill_value')?.value ?? null,
    keyOf: keysOf(node.get('chunk_key_encoding')),
  };
}

function shardingOf(node: JsonNode, shard: readonly number[]) {
  const chunk = sizes(node.get('chunk_shape'), 1);
  if (chunk.length !== shard.length || chunk.some((size, i) => (shard[i] ?? 0) % size !== 0)) {
    node.get('chunk_shape').fail('does not divide the shard');
  }
  const index = encodingOf(node.get('index_codecs'), 2);
  if (index.bigEndian || index.bytes.some((codec) => codec !== 'crc32c')) {
    unsupported(node, 'an index of shards that is compressed');
  }
  const atStart = node.find('index_location')?.text() === 'start';
  const encoding = encodingOf(node.get('codecs'), shard.length);
  return { chunk, encoding, sharding: { shard, index: index.bytes, atStart } };
}

function encodingOf(node: JsonNode, rank: number): Encoding {
  let axes = Array.from({ length: rank }, (_, axis) => axis);
  let bigEndian: boolean | undefined;
  const bytes: BytesCodec[] = [];
  for (const codec of node.list()) {
    const name = codec.get('name').text();
    if (name === 'transpose' && bigEndian === undefined) {
      const order = sizes(codec.get('configuration').get('order'), 0);
      if (new Set(order).size !== rank || order.some((axis) => axis >= rank))
        codec.fail('is no order');
      axes = order.map((axis) => axes[axis] ?? 0);
    } else if (name === 'bytes' && bigEndian === undefined) {
      bigEndian = codec.find('configuration')?.find('endian')?.text() === 'big';
    } else if (bigEndian !== undefined) bytes.push(codecNamed(codec.get('name')));
    else unsupported(codec, `the codec ${name} of Zarr`);
  }
  if (bigEndian === undefined) return node.fail('has no codec for bytes');
  return { bigEndian, axes, bytes };
}

function keysOf(node: JsonNode): ZarrArray['keyOf'] {
  const name = node.get('name').text();
  const separator = node.find('configuration')?.find('separator')?.text();
  if (name === 'v2') {
    return (index) => (index.length === 0 ? '0' : index.join(separator ?? '.'));
  }
  if (name !== 'default') unsupported(node, `keys of chunks by ${name}`);
  return (index) => ['c', ...index].join(separator ?? '/');
}

function codecNamed(node: JsonNode): BytesCodec {
  const name = node.text();
  if (name === 'zstd' || name === 'gzip' || name === 'zlib' || name === 'crc32c') return name;
  return unsupported(node, `compression by ${name}`);
}

function unsupported(node: JsonNode, feature: string): never {
  return node.failWith({ kind: 'unsupported', feature });
}

function sizes(node: JsonNode, least: number): number[] {
  const list = node.list();
  if (list.length > MAX_AXES) node.fail(`has ${list.length} axes`);
  return list.map((size) => {
    const value = size.integer();
    return Number.isSafeInteger(value) && value >= least ? value : size.fail('is no size');
  });
}

const NUMPY: ReadonlyMap<string, Dtype> = new Map([
  ['b1', 'bool'],
  ['i1', 'int8'],
  ['i2', 'int16'],
  ['i4', 'int32'],
  ['i8', 'int64'],
  ['u1', 'uint8'],
  ['u2', 'uint16'],
  ['u4', 'uint32'],
  ['u8', 'uint64'],
  ['f2', 'float16'],
  ['f4', 'float32'],
  ['f8', 'float64'],
  ['c8', 'complex64'],
  ['c16', 'complex128'],
]);

/** `<f4`, or the names that TensorStore gives where NumPy has none: `bfloat16`. */
function dtypeOfNumpy(node: JsonNode): { dtype: Dtype; bigEndian: boolean } {
  const [, order, name = ''] = /^([<>|])(.+)$/.exec(node.text()) ?? [];
  const known = order === undefined ? undefined : NUMPY.get(name);
  return known
    ? { dtype: known, bigEndian: order === '>' }
    : { dtype: dtypeOf(node), bigEndian: false };
}

/** Names that are the same here; what takes no whole bytes each is stored in a way of its own. */
function dtypeOf(node: JsonNode): Dtype {
  const name = node.text();
  const isKnown = Object.hasOwn(BITS, name) && !/^(?:string|variant|resource|q|bits)/.test(name);
  if (!isKnown || BITS[name as Dtype] % 8 !== 0) return unsupported(node, `arrays of ${name}`);
  return name as Dtype;
}
