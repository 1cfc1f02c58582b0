import {
  bool,
  bytes,
  int64,
  type Message,
  map,
  nested,
  repeated,
  text,
} from '#encodings/protobuf.ts';

const shape = { dims: repeated(nested(2, { size: int64(1) })), unknownRank: bool(3) };
const tensorInfo = { name: text(1), dtype: int64(2), shape: nested(3, shape) };
export type TensorInfoMessage = Message<typeof tensorInfo>;

const signature = {
  inputs: map(1, text(1), nested(2, tensorInfo)),
  outputs: map(2, text(1), nested(2, tensorInfo)),
  method: text(3),
};
export type Signature = Message<typeof signature>;

/** Only texts of constants are looked at: a graph can stand in one. */
const attribute = { tensor: nested(8, { texts: repeated(bytes(8)) }) };
const node = {
  name: text(1),
  op: text(2),
  attributes: map(5, text(1), nested(2, attribute)),
};
export type Node = Message<typeof node>;

const graphFunction = { signature: nested(1, { name: text(1) }), nodes: repeated(nested(3, node)) };

export const graph = {
  nodes: repeated(nested(1, node)),
  library: nested(2, { functions: repeated(nested(1, graphFunction)) }),
};
export type GraphMessage = Message<typeof graph>;

const metaGraph = {
  info: nested(1, { tags: repeated(text(4)), version: text(5) }),
  graph: nested(2, graph),
  signatures: map(5, text(1), nested(2, signature)),
};

/** @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_model.proto */
export const savedModelMessage = { schema: int64(1), metaGraphs: repeated(nested(2, metaGraph)) };
export type SavedModelMessage = Message<typeof savedModelMessage>;

/** `keras_metadata.pb` of Keras 2: what each object is, as JSON. @see tensorflow/python/keras/protobuf/saved_metadata.proto */
export const kerasMetadata = {
  nodes: repeated(nested(1, { path: text(3), identifier: text(4), metadata: text(5) })),
};
