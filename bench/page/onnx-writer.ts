import type { Graph, GraphNode, OpAttributes } from '#domain/graph.ts';

/** Of the operators that are written. */
const OPSET = 20;
const IR_VERSION = 9;

const ELEMENT = { float32: 1, int64: 7 } as const;

export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

/**
 * A graph with its weights as an ONNX model, so that another runtime computes the same network. Knows the ops
 * that the networks of the benchmark are made of, and throws for any other.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */
export function writeOnnx(
  { title, nodes, inputs, outputs }: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
  weights: ReadonlyMap<string, Weight>,
): Uint8Array<ArrayBuffer> {
  const written = nodes.map(writeNode);
  const integers = written.flatMap((one) => one.integers ?? []);
  const value = (name: string, shape: readonly number[]) =>
    message([text(1, name), message([message([int(1, ELEMENT.float32), dims(shape)], 1)], 2)]);
  const graph = message([
    ...written.flatMap(({ lines }) => lines),
    text(2, title),
    ...[...weights].map(([name, { shape, values }]) =>
      initializer(name, shape, { type: 'float32', bytes: new Uint8Array(values.buffer) }),
    ),
    ...integers.map(([name, values]) => {
      const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
      return initializer(name, [values.length], { type: 'int64', bytes });
    }),
    ...inputs.map(({ name }) => field(11, value(name, shapes.get(name) ?? []))),
    ...outputs.map(({ name }) => field(12, message([text(1, name), typeOfOutput()]))),
  ]);
  return message([int(1, IR_VERSION), field(7, graph), message([text(1, ''), int(2, OPSET)], 8)]);
}

const typeOfOutput = () => message([message([int(1, ELEMENT.float32)], 1)], 2);

interface Written {
  readonly lines: readonly Uint8Array[];
  /** Operands that ONNX has where the graph has attributes. */
  readonly integers?: readonly (readonly [string, readonly number[]])[];
}

type Attributes = Readonly<Record<string, number | readonly number[]>>;

function writeNode(node: GraphNode): Written {
  const [output = ''] = node.outputs;
  const inputs = node.inputs.map((name) => name ?? '');
  const one = (operator: string, attributes: Attributes = {}, operands = inputs): Written => ({
    lines: [operation(operator, { operands, output, attributes })],
  });
  const withIntegers = (
    operator: string,
    values: readonly number[],
    attributes: Attributes = {},
  ): Written => ({
    ...one(operator, attributes, [...inputs, `${output}/sizes`]),
    integers: [[`${output}/sizes`, values]],
  });
  switch (node.op) {
    case 'conv':
      return one('Conv', convolution(node.attributes));
    case 'batch_norm':
      return one('BatchNormalization', { epsilon: node.attributes.epsilon });
    case 'max_pool': {
      const { size, strides } = node.attributes;
      return one('MaxPool', { kernel_shape: size, strides });
    }
    case 'linear':
      return linear(inputs, output, node.attributes.weight);
    case 'layer_norm':
      return one('LayerNormalization', { axis: -1, epsilon: node.attributes.epsilon });
    case 'softmax':
      return one('Softmax', { axis: node.attributes.axis });
    case 'transpose':
      return one('Transpose', { perm: node.attributes.axes });
    case 'reshape':
      return withIntegers('Reshape', node.attributes.shape.map(Number));
    case 'reduce':
      return withIntegers('ReduceMean', node.attributes.axes ?? [], { keepdims: 0 });
    case 'flatten':
      return one('Flatten', { axis: 1 });
    case 'matmul':
      return one('MatMul');
    case 'unary':
    case 'binary':
      return one(ELEMENTWISE[node.attributes.name] ?? node.attributes.name);
    default:
      throw new TypeError(`${node.op} is not written`);
  }
}

const ELEMENTWISE: Readonly<Record<string, string>> = {
  relu: 'Relu',
  gelu: 'Gelu',
  add: 'Add',
  mul: 'Mul',
};

function convolution({ strides, dilations, padding, groups }: OpAttributes['conv']): Attributes {
  if (padding === 'same') throw new TypeError('padding by name is not written');
  const pads = [...padding.map(([before]) => before), ...padding.map(([, after]) => after)];
  return { strides, dilations, pads, group: groups };
}

/** As PyTorch's exporter does: `Gemm` of rows, and a product and a sum where there are more axes. */
function linear(inputs: readonly string[], output: string, weight: 'OI' | 'IO'): Written {
  const [x = '', matrix = '', bias = ''] = inputs;
  if (weight === 'OI') {
    const operands = [x, matrix, bias];
    return { lines: [operation('Gemm', { operands, output, attributes: { transB: 1 } })] };
  }
  const product = `${output}/product`;
  return {
    lines: [
      operation('MatMul', { operands: [x, matrix], output: product, attributes: {} }),
      operation('Add', { operands: [product, bias], output, attributes: {} }),
    ],
  };
}

interface Operation {
  readonly operands: readonly string[];
  readonly output: string;
  readonly attributes: Attributes;
}

function operation(type: string, { operands, output, attributes }: Operation): Uint8Array {
  const fields = Object.entries(attributes).map(([name, value]) => {
    if (typeof value !== 'number') {
      return message([text(1, name), ...value.map((each) => int(8, each)), int(20, 7)], 5);
    }
    return name === 'epsilon'
      ? message([text(1, name), float(2, value), int(20, 1)], 5)
      : message([text(1, name), int(3, value), int(20, 2)], 5);
  });
  return message(
    [...operands.map((name) => text(1, name)), text(2, output), text(4, type), ...fields],
    1,
  );
}

function initializer(
  name: string,
  shape: readonly number[],
  { type, bytes }: { readonly type: keyof typeof ELEMENT; readonly bytes: Uint8Array },
): Uint8Array {
  return message(
    [...shape.map((size) => int(1, size)), int(2, ELEMENT[type]), text(8, name), field(9, bytes)],
    5,
  );
}

const dims = (shape: readonly number[]) =>
  message(
    shape.map((size) => message([int(1, size)], 1)),
    2,
  );

/** Protobuf: fields one after the other; with a number, as a field of another message. */
function message(parts: readonly Uint8Array[], number?: number): Uint8Array<ArrayBuffer> {
  const whole = joined(parts);
  return number === undefined ? whole : field(number, whole);
}

const text = (number: number, value: string) => field(number, new TextEncoder().encode(value));

function field(number: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function int(number: number, value: number): Uint8Array {
  return joined([varint(number << 3), varint(value)]);
}

function float(number: number, value: number): Uint8Array {
  return joined([varint((number << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
