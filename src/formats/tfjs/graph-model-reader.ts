import type { Graph, GraphParameter } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { type Checkpoint, elementCount, type TensorInfo } from '#domain/tensor.ts';
import { widen } from '#domain/widen.ts';
import { type JsonNode, parseJson } from '#encodings/json-node.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { dtypeOf } from '#formats/tensor-bundle/dtypes.ts';
import { graphOfJson, shapeOf, typeOf } from '#formats/tensorflow-graph/graph-json.ts';
import { type Body, bodyOf, libraryOf } from '#formats/tensorflow-graph/library.ts';
import { shapeOf as lengthsOf } from '#formats/tensorflow-graph/ports.ts';
import { type Port, translate } from '#formats/tensorflow-graph/translate.ts';
import { type Known, known } from '#formats/tensorflow-graph/values.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { baseOf, parentOf } from '#io/path.ts';
import { open as openWeights } from './reader.ts';

/** A topology with a vocabulary in it is some megabytes. */
const MAX_MODEL = 100_000_000;
/** Shapes, axes and the like, which have to be known while the graph is read. */
const MAX_KNOWN = 1024;

/**
 * The network of a graph model. Its weights are asked for by their own names; whole numbers and lone numbers
 * among them, as shapes and axes are, are read with the graph.
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Graph> {
  const { path, size } = source;
  if (size > MAX_MODEL) {
    const problem = { kind: 'too-large', what: 'the model', size, limit: MAX_MODEL } as const;
    throw new CheckpointError(problem, { path });
  }
  const root = parseJson(await source.read(0, size, options.signal), { path });
  const message = graphOfJson(root.get('modelTopology'));
  const body = bodyOf(message);
  const signature = root.find('signature') ?? root.find('userDefinedMetadata')?.find('signature');
  const weights = await openWeights(source, options);
  return translate({
    body,
    library: libraryOf(message, []),
    inputs: portsOf(signature?.find('inputs')) ?? placeholdersOf(body),
    outputs: portsOf(signature?.find('outputs')) ?? endsOf(body),
    variables: new Map(),
    weights: await weightsOf(weights, options.signal),
    title: `${baseOf(parentOf(path)) || baseOf(path)} · TensorFlow.js`,
    path,
    lengths: options.lengths,
  });
}

/** Inputs or outputs that a signature names; `undefined` where it names none. */
function portsOf(entries: JsonNode | undefined): readonly Port[] | undefined {
  const ports = entries?.entries().map(([key, value]): Port => {
    const dtype = dtypeOf(typeOf(value.find('dtype')) ?? 1) ?? 'variant';
    const shape = value.find('tensorShape');
    const lengths = shape ? lengthsOf(shapeOf(shape)) : null;
    // older converters repeat the place in the graph
    return {
      key: key.replace(/:0$/, ''),
      reference: value.get('name').text(),
      dtype,
      shape: lengths,
    };
  });
  return ports && ports.length > 0 ? ports : undefined;
}

function placeholdersOf({ nodes }: Body): readonly Port[] {
  return [...nodes.values()]
    .filter(({ op }) => op === 'Placeholder')
    .map(({ name, attributes }) => ({
      key: name,
      reference: name,
      dtype: dtypeOf(attributes.get('dtype')?.type ?? 1) ?? 'variant',
      shape: lengthsOf(attributes.get('shape')?.shape),
    }));
}

/** What no other node reads. */
function endsOf({ nodes }: Body): readonly Port[] {
  const read = new Set(
    [...nodes.values()].flatMap(({ inputs }) => inputs.map((input) => input.split(':')[0])),
  );
  return [...nodes.keys()]
    .filter((name) => !read.has(name))
    .map((name) => ({ key: name, reference: name, dtype: 'float32', shape: null }));
}

/** Of the graph and of its functions alike: nodes with weights have names of their own. */
async function weightsOf(
  weights: Checkpoint,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, GraphParameter | Known>> {
  const found = new Map<string, GraphParameter | Known>();
  for (const info of weights.tensors.values()) {
    const { name, dtype, shape } = info;
    if (dtype === 'string') continue;
    const small = elementCount(shape) <= MAX_KNOWN;
    const isPlain = dtype !== 'float32' || shape.length === 0;
    if (small && isPlain) found.set(name, await read(weights, info, signal));
    else found.set(name, { name, dtype, shape });
  }
  return found;
}

async function read(
  weights: Checkpoint,
  { name, dtype, shape }: TensorInfo,
  signal: AbortSignal | undefined,
): Promise<Known> {
  const bytes = await weights.read(name, { signal });
  const values =
    dtype === 'int32' ? new Int32Array(bytes.slice().buffer) : (widen(bytes, dtype) ?? []);
  return known([...values], shape, dtype);
}
