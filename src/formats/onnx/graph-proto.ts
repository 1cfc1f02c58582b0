import {
  bigInt64,
  bytes,
  double,
  type Field,
  float,
  int64,
  type Message,
  nested,
  readMessage,
  repeated,
  text,
  uint64,
} from '#encodings/protobuf.ts';
import { nextField, type StreamField } from '#encodings/protobuf-stream.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { Cursor } from '#io/cursor.ts';
import { StreamCursor } from '#io/stream-cursor.ts';

/** `int64` as the nearest double: the end of a slice is 2⁶³ − 1 at times. */
const whole = (number: number): Field<number> => {
  const exact = bigInt64(number);
  return { ...exact, read: (cursor) => Number(exact.read(cursor)) };
};

const tensor = {
  dims: repeated(int64(1)),
  type: int64(2),
  floats: repeated(float(4)),
  ints: repeated(whole(5)),
  longs: repeated(whole(7)),
  name: text(8),
  raw: bytes(9),
  doubles: repeated(double(10)),
  unsigned: repeated(uint64(11)),
  location: int64(14),
};
export type TensorMessage = Message<typeof tensor>;

const valueInfo = {
  name: text(1),
  type: nested(2, {
    tensor: nested(1, {
      type: int64(1),
      shape: nested(2, { dims: repeated(nested(1, { value: int64(1), name: text(2) })) }),
    }),
  }),
};
export type ValueInfo = Message<typeof valueInfo>;

export interface NodeMessage {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name: string | undefined;
  readonly op: string | undefined;
  readonly domain: string | undefined;
  readonly attributes: readonly AttributeMessage[];
}

export interface AttributeMessage {
  readonly name: string | undefined;
  readonly float: number | undefined;
  readonly int: number | undefined;
  readonly text: Uint8Array<ArrayBuffer> | undefined;
  readonly tensor: TensorMessage | undefined;
  readonly graph: GraphMessage | undefined;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly texts: readonly Uint8Array<ArrayBuffer>[];
  readonly sparse: unknown;
  readonly graphs: readonly unknown[];
  readonly reference: string | undefined;
}

export interface GraphMessage {
  readonly nodes: readonly NodeMessage[];
  readonly initializers: readonly TensorMessage[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/** Graphs lie in attributes of nodes of graphs. */
function graphField(number: number): Field<GraphMessage> {
  return {
    number,
    wire: 2,
    read: (cursor) => readMessage(graph, cursor.slice(cursor.varint())) as GraphMessage,
  };
}

const attribute = {
  name: text(1),
  float: float(2),
  int: whole(3),
  text: bytes(4),
  tensor: nested(5, tensor),
  graph: graphField(6),
  floats: repeated(float(7)),
  ints: repeated(whole(8)),
  texts: repeated(bytes(9)),
  graphs: repeated(bytes(11)),
  reference: text(21),
  sparse: bytes(22),
};

const node = {
  inputs: repeated(text(1)),
  outputs: repeated(text(2)),
  name: text(3),
  op: text(4),
  attributes: repeated(nested(5, attribute)),
  domain: text(7),
};

const graph = {
  nodes: repeated(nested(1, node)),
  initializers: repeated(nested(5, tensor)),
  inputs: repeated(nested(11, valueInfo)),
  outputs: repeated(nested(12, valueInfo)),
};

const opset = { domain: text(1), version: int64(2) };

/** All of a model but its initialisers. */
export interface ModelMessage extends Omit<GraphMessage, 'initializers'> {
  /** By domain; that of ONNX itself is `''`. */
  readonly opsets: ReadonlyMap<string, number>;
}

/** Constants within nodes are small: what is large is an initialiser. */
const MAX_NODE = 256_000_000;

/**
 * Walks through `ModelProto` without reading its initialisers. Throws `truncated` and `malformed`.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export async function readGraph(source: ByteSource, signal?: AbortSignal): Promise<ModelMessage> {
  const cursor = new StreamCursor(source, { signal });
  const nodes: NodeMessage[] = [];
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const opsets = new Map<string, number>();

  const take = async ({ start, end }: StreamField): Promise<Cursor> => {
    const size = end - start;
    if (size > MAX_NODE) {
      cursor.fail({ kind: 'too-large', what: 'a node', size, limit: MAX_NODE });
    }
    await cursor.fill(size);
    return new Cursor(cursor.bytes(size).slice(), source.path, start);
  };
  const walk = async (end: number, visit: (field: StreamField) => Promise<void>) => {
    while (cursor.at < end) {
      const field = await nextField(cursor);
      if (field.wire === 2) await visit(field);
      cursor.skip(field.end - cursor.at);
    }
  };
  const inGraph = async (field: StreamField) => {
    if (field.number === 1) nodes.push(readMessage(node, await take(field)));
    if (field.number === 11) inputs.push(readMessage(valueInfo, await take(field)));
    if (field.number === 12) outputs.push(readMessage(valueInfo, await take(field)));
  };
  await walk(source.size, async (field) => {
    if (field.number === 7) await walk(field.end, inGraph);
    if (field.number !== 8) return;
    const { domain = '', version = 0 } = readMessage(opset, await take(field));
    opsets.set(domain === 'ai.onnx' ? '' : domain, version);
  });
  return { nodes, inputs, outputs, opsets };
}
