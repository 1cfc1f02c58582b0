import { bool, fixed32, int64, type Message, nested, repeated, text } from '#encodings/protobuf.ts';

const version = { producer: int64(1), minConsumer: int64(2) };

/** Under the empty key. @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto */
export const bundleHeader = {
  numShards: int64(1),
  /** 0 little, 1 big. */
  endianness: int64(2),
  version: nested(3, version),
};

const shape = {
  dims: repeated(nested(2, { size: int64(1) })),
  unknownRank: bool(3),
};

/** Without a length it is the whole axis. */
export const extent = { start: int64(1), length: int64(2) };

/** Under the name of each tensor, and of each slice of one. */
export const bundleEntry = {
  dtype: int64(1),
  shape: nested(2, shape),
  shardId: int64(3),
  offset: int64(4),
  size: int64(5),
  crc32c: fixed32(6),
  slices: repeated(nested(7, { extents: repeated(nested(1, extent)) })),
};

export type BundleEntry = Message<typeof bundleEntry>;

const attribute = { name: text(1), fullName: text(2), checkpointKey: text(3) };

/** By number of node. */
const slotVariable = { original: int64(1), slotName: text(2), slot: int64(3) };

const node = {
  children: repeated(nested(1, { nodeId: int64(1), localName: text(2) })),
  attributes: repeated(nested(2, attribute)),
  slotVariables: repeated(nested(3, slotVariable)),
};

/** @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/trackable_object_graph.proto */
export const objectGraph = { nodes: repeated(nested(1, node)) };
