import {
  bigInt64,
  bool,
  bytes,
  double,
  type Field,
  float,
  int64,
  type Message,
  map,
  nested,
  repeated,
  text,
  uint64,
} from '#encodings/protobuf.ts';

/** `int64` as the nearest double: the end of a slice may be 2⁶³ − 1, and a seed anything. */
const whole = (number: number): Field<number> => {
  const exact = bigInt64(number);
  return { ...exact, read: (cursor) => Number(exact.read(cursor)) };
};

const shape = { dims: repeated(nested(2, { size: int64(1) })), unknownRank: bool(3) };
export type ShapeMessage = Message<typeof shape>;

/** @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor.proto */
export const tensorProto = {
  dtype: int64(1),
  shape: nested(2, shape),
  content: bytes(4),
  floats: repeated(float(5)),
  doubles: repeated(double(6)),
  ints: repeated(whole(7)),
  texts: repeated(bytes(8)),
  longs: repeated(whole(10)),
  bools: repeated(bool(11)),
  halves: repeated(int64(13)),
  unsigned: repeated(uint64(16)),
};
export type TensorMessage = Message<typeof tensorProto>;

const functionName = { name: text(1) };

const list = {
  texts: repeated(bytes(2)),
  ints: repeated(whole(3)),
  floats: repeated(float(4)),
  bools: repeated(bool(5)),
  types: repeated(int64(6)),
  shapes: repeated(nested(7, shape)),
  functions: repeated(nested(9, functionName)),
};

/** @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/attr_value.proto */
const attribute = {
  list: nested(1, list),
  text: bytes(2),
  int: whole(3),
  float: float(4),
  bool: bool(5),
  type: int64(6),
  shape: nested(7, shape),
  tensor: nested(8, tensorProto),
  placeholder: text(9),
  function: nested(10, functionName),
};
export type AttributeMessage = Partial<Message<typeof attribute>>;

const attributes = (number: number) => map(number, text(1), nested(2, attribute));

const node = {
  name: text(1),
  op: text(2),
  inputs: repeated(text(3)),
  attributes: attributes(5),
};

const argument = {
  name: text(1),
  type: int64(3),
  typeAttribute: text(4),
  numberAttribute: text(5),
  typeListAttribute: text(6),
};

/** @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/op_def.proto */
const opDef = {
  name: text(1),
  inputs: repeated(nested(2, argument)),
  outputs: repeated(nested(3, argument)),
  attributes: repeated(nested(4, { name: text(1), fallback: nested(3, attribute) })),
};
export type OpDefMessage = Message<typeof opDef>;

const functionDef = {
  signature: nested(1, opDef),
  nodes: repeated(nested(3, node)),
  returns: map(4, text(1), text(2)),
  attributes: attributes(5),
  argumentAttributes: map(7, int64(1), nested(2, { attributes: attributes(1) })),
};

/** @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/graph.proto */
export const graphDef = {
  nodes: repeated(nested(1, node)),
  library: nested(2, { functions: repeated(nested(1, functionDef)) }),
};
export type GraphDefMessage = Message<typeof graphDef>;

const tensorInfo = { name: text(1), dtype: int64(2), shape: nested(3, shape) };

const signature = {
  inputs: map(1, text(1), nested(2, tensorInfo)),
  outputs: map(2, text(1), nested(2, tensorInfo)),
  method: text(3),
};
export type SignatureMessage = Message<typeof signature>;

/** @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_object_graph.proto */
const savedObjects = {
  nodes: repeated(
    nested(1, {
      children: repeated(nested(1, { node: int64(1), name: text(2) })),
      variable: nested(7, { dtype: int64(1), shape: nested(2, shape), name: text(6) }),
      constant: nested(9, { operation: text(1) }),
    }),
  ),
  functions: map(2, text(1), nested(2, { bound: repeated(int64(2)) })),
};
export type SavedObjects = Message<typeof savedObjects>;

/** @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/meta_graph.proto */
export const metaGraph = {
  info: nested(1, {
    ops: nested(2, { ops: repeated(nested(1, opDef)) }),
    tags: repeated(text(4)),
    version: text(5),
  }),
  graph: nested(2, graphDef),
  signatures: map(5, text(1), nested(2, signature)),
  objects: nested(7, savedObjects),
};
export type MetaGraphMessage = Message<typeof metaGraph>;

export const savedModelGraphs = { metaGraphs: repeated(nested(2, metaGraph)) };
