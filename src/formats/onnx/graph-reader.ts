import type { Dtype } from '#domain/dtype.ts';
import type { Graph, GraphInput } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { type Checkpoint, elementCount, type TensorInfo } from '#domain/tensor.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { Builder } from '#formats/tensorflow-graph/builder.ts';
import { needed } from '#formats/tensorflow-graph/needed.ts';
import { meaningOf, renamed } from '#formats/tensorflow-graph/outputs.ts';
import { ABSENT, type Computed, isFloat, type Size } from '#formats/tensorflow-graph/values.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { baseOf } from '#io/path.ts';
import type { Value } from './context.ts';
import { type ModelMessage, readGraph, type ValueInfo } from './graph-proto.ts';
import { interpret } from './interpreter.ts';
import { open as openWeights } from './reader.ts';
import { isNumber, knownOf, MAX_KNOWN } from './tensor-values.ts';
import { translationsFor } from './translations.ts';
import { DTYPES } from './types.ts';

const OLDEST = 7;
const NEWEST = 24;

/** Whole numbers that are not weights: masks and places. */
const MAX_CONSTANT = 64_000_000;

/** Inputs that shape the network and are no weights, by their place. */
const SHAPING: Readonly<Record<string, readonly number[]>> = {
  Resize: [1, 2, 3],
  Upsample: [1],
  Clip: [1, 2],
  Pad: [1, 2, 3],
  Dropout: [1, 2],
  OneHot: [1, 2],
  Range: [0, 1, 2],
};

/** How names of single weights end; other single numbers are part of what is computed. */
const SINGLE_WEIGHT =
  /(?:^|[._/])(?:weight|bias|scale|alpha|beta|gamma|slope|temperature|logit_scale|logit_bias|tau)$/i;

/**
 * The network of a model. Its initialisers are asked for by their names, so that another checkpoint with the same
 * ones goes with it; whole numbers and single ones among them are read with the graph.
 * @see https://onnx.ai/onnx/operators/
 */
export async function openGraph(source: ByteSource, options: OpenOptions = {}): Promise<Graph> {
  const { path } = source;
  const model = await readGraph(source, options.signal);
  const opset = model.opsets.get('') ?? 1;
  const weights = await openWeights(source, options);
  const builder = new Builder();
  if (opset < OLDEST || opset > NEWEST) {
    builder.reasons.add(
      `version ${opset} of the operators, of which ${OLDEST} to ${NEWEST} are known`,
    );
  }
  const ports = model.outputs.map(({ name = '' }) => ({ key: name }));
  for (const { key } of ports) builder.fresh(key);
  const frame = new Map<string, Value>();
  const inputs = declareInputs(model, weights, { builder, frame });
  await declareWeights({ model, weights, builder, frame, signal: options.signal });
  const ops = new Set(model.nodes.map(({ op = '' }) => op));
  const translations = await translationsFor(ops, model.nodes);
  interpret(model.nodes, frame, { builder, opset, path, translations });
  const outputs = ports.map(({ key }) => outputOf(key, frame.get(key), builder));
  if (builder.reasons.size > 0) {
    throw new CheckpointError({ kind: 'unfit', reasons: [...builder.reasons] }, { path });
  }
  const keys = ports.map(({ key }) => key);
  const nodes = needed(renamed(builder, ports, outputs), keys);
  const used = new Set(nodes.flatMap((node) => node.inputs));
  return {
    title: `${baseOf(path)} · ONNX`,
    inputs,
    outputs: keys.map((name, i) => ({
      name,
      means: meaningOf(name, nodes, outputs[i]?.shape ?? []),
    })),
    parameters: new Map([...builder.parameters].filter(([value]) => used.has(value))),
    constants: new Map([...builder.constants].filter(([value]) => used.has(value))),
    nodes,
    batch: inputs[0]?.shape[0] ?? null,
    notes: builder.notes,
  };
}

interface Draft {
  readonly builder: Builder;
  readonly frame: Map<string, Value>;
}

/** Files of old versions list their weights among the inputs. */
function declareInputs(
  { inputs }: ModelMessage,
  { tensors }: Checkpoint,
  { builder, frame }: Draft,
): readonly GraphInput[] {
  const own = inputs.filter(({ name = '' }) => !tensors.has(name));
  const lengths = new Map<string, Size>();
  return own.map((info) => {
    const { name, dtype, shape } = portOf(info, builder);
    const dims = info.type?.tensor?.shape?.dims ?? [];
    builder.fresh(name);
    const sizes = shape.map((size, axis): Size => {
      if (size !== null) return size;
      const label = axis === 0 ? '' : (dims[axis]?.name ?? '');
      const known = label === '' ? undefined : lengths.get(label);
      const length = known ?? builder.sizes.ofInput(name, axis);
      if (label !== '') lengths.set(label, length);
      return length;
    });
    frame.set(name, { kind: 'computed', name, shape: sizes, dtype });
    return { name, dtype, shape };
  });
}

function portOf({ name = '', type }: ValueInfo, builder: Builder): GraphInput {
  const tensor = type?.tensor;
  const dtype: Dtype | undefined = DTYPES.get(tensor?.type ?? 0);
  const refuse = (why: string): GraphInput => {
    builder.reasons.add(`the input ${name}: ${why}`);
    return { name, dtype: 'float32', shape: [] };
  };
  if (!tensor || !dtype) return refuse('it is no tensor');
  if (!isNumber(dtype)) return refuse(`it is ${dtype}, not numbers`);
  if (!tensor.shape) return refuse('the file does not say how many axes it has');
  const shape = tensor.shape.dims.map(({ value }) => (value && value > 0 ? value : null));
  if (shape.length === 0) return refuse('it is a single number, not one for each example');
  return { name, dtype, shape };
}

interface Weights extends Draft {
  readonly model: ModelMessage;
  readonly weights: Checkpoint;
  readonly signal: AbortSignal | undefined;
}

async function declareWeights(draft: Weights): Promise<void> {
  const { model, weights, builder, frame, signal } = draft;
  const shaping = new Set(
    model.nodes.flatMap(({ op = '', inputs }) =>
      (SHAPING[op] ?? []).map((place) => inputs[place] ?? ''),
    ),
  );
  const read = new Set(allNodes(model.nodes).flatMap(({ inputs }) => inputs));
  for (const { name } of model.outputs) read.add(name ?? '');
  for (const info of weights.tensors.values()) {
    const { name, dtype, shape, kind } = info;
    if (!read.has(name)) continue;
    if (kind !== undefined || !isNumber(dtype)) {
      builder.reasons.add(`the initialiser ${name} is ${kind ?? dtype}, not numbers`);
      frame.set(name, ABSENT);
    } else if (isKnown(info, shaping)) {
      const bytes = (await weights.read(name, { signal })).slice();
      frame.set(name, knownOf({ dtype, shape, bytes }));
    } else if (isFloat(dtype)) frame.set(name, builder.parameter({ name, dtype, shape }));
    else frame.set(name, await constantOf(draft, info));
  }
}

function isKnown({ name, dtype, shape }: TensorInfo, shaping: ReadonlySet<string>): boolean {
  const count = elementCount(shape);
  if (count > MAX_KNOWN) return false;
  if (!isFloat(dtype) || shaping.has(name) || count === 0) return true;
  return count === 1 && !SINGLE_WEIGHT.test(name);
}

async function constantOf(
  { weights, builder, signal }: Weights,
  { name, dtype, shape, bytes: size }: TensorInfo,
): Promise<Value> {
  if (size > MAX_CONSTANT) {
    builder.reasons.add(`the initialiser ${name} is ${dtype} of ${size} bytes`);
    return ABSENT;
  }
  const bytes = (await weights.read(name, { signal })).slice();
  return builder.constant(name, { dtype, shape, bytes });
}

function allNodes(nodes: ModelMessage['nodes']): ModelMessage['nodes'] {
  return nodes.flatMap((node) => [
    node,
    ...node.attributes.flatMap(({ graph }) => (graph ? allNodes(graph.nodes) : [])),
  ]);
}

function outputOf(key: string, value: Value | undefined, builder: Builder): Computed | undefined {
  if (value?.kind === 'computed') return value;
  if (value?.kind === 'known') return builder.computed(value, key);
  if (builder.reasons.size === 0) builder.reasons.add(`no node gives the output ${key}`);
  return undefined;
}
