import type { Dtype } from '#domain/dtype.ts';
import type {
  Dimension,
  Graph,
  GraphInput,
  GraphNode,
  GraphOutput,
  GraphParameter,
} from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { type JsonNode, parseJson } from '#encodings/json-node.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { parseShape } from './arguments.ts';
import { Builder, type Shape } from './builder.ts';
import { compose } from './compose.ts';
import { type LayerSpec, type ModelSpec, modelKind, parseLayer, parseModel } from './model.ts';
import { type Translations, translationsFor } from './translations.ts';

/** A layer takes about 1 kB: the largest published models have a few thousand. */
const MAX_CONFIGURATION = 2 ** 26;

/** Models within models; more would be a trap. */
const MAX_DEPTH = 16;

/**
 * The graph of a model that `model.to_json()` of Keras 2 or 3 has described. Weights are asked for by
 * the paths of their variables, without the name of the model. Throws `unfit` with every layer, setting
 * and argument that it does not know.
 */
export async function openGraph(source: ByteSource, { signal }: OpenOptions = {}): Promise<Graph> {
  const { path, size } = source;
  if (size > MAX_CONFIGURATION) {
    const limit = MAX_CONFIGURATION;
    throw new CheckpointError({ kind: 'too-large', what: 'configuration', size, limit }, { path });
  }
  return graphOf(parseJson(await source.read(0, size, signal), { path }), path);
}

/** The same of a configuration that lay within another file, at `path`. */
export async function graphOf(document: JsonNode, path: string): Promise<Graph> {
  const translations = await translationsFor(JSON.stringify(document.value));
  const top = parseLayer(document);
  const unknown = unknownLayers(top, { path, translations });
  const kind = modelKind(top);
  if (!kind) {
    const reasons = unknown.length > 0 ? unknown : [`${top.className} is not a model`];
    throw new CheckpointError({ kind: 'unfit', reasons }, { path });
  }
  const model = parseModel(document, kind);
  const builder = new Builder(path, isOfKeras3(document));
  const values = composed(builder, model, { translations, unknown });
  const reasons = [...new Set([...unknown, ...builder.reasons])];
  if (reasons.length > 0 || !values) {
    throw new CheckpointError({ kind: 'unfit', reasons }, { path });
  }
  const nodes = needed(builder.nodes, values.outputs);
  const used = new Set(nodes.flatMap((node) => node.inputs));
  const parameters = [...builder.parameters].filter(([value]) => used.has(value));
  return {
    title: `${path.slice(path.lastIndexOf('/') + 1)} · ${model.name || 'Keras'}`,
    inputs: values.inputs,
    outputs: values.outputs.map((name) => outputOf(name, nodes, builder.shapeOf(name))),
    parameters: withoutSharedAliases(parameters),
    constants: new Map(),
    nodes,
    batch: null,
    notes: builder.notes,
  };
}

/** Inputs and outputs; `null` where layers were refused. With `unknown` ones, other failures follow from them. */
function composed(
  builder: Builder,
  model: ModelSpec,
  { translations, unknown }: { translations: Translations; unknown: readonly string[] },
) {
  try {
    const inputs = inputsOf(model, builder);
    for (const { name, shape } of inputs) builder.define(name, shape);
    const composing = { builder, translations, scope: { scope: '', path: '', depth: 0 } };
    const names = inputs.map(({ name }) => name);
    const outputs = compose(composing, model, names);
    return outputs && { inputs, outputs };
  } catch (error) {
    if (unknown.length === 0) throw error;
    return null;
  }
}

/** Keras 3 says of every class which module it is from; TensorFlow.js calls itself `tfjs-layers 4.22.0`. */
function isOfKeras3(document: JsonNode): boolean {
  const version = document.find('keras_version')?.text();
  return version === undefined
    ? document.find('module') !== undefined
    : /^(?:[3-9]|\d\d)/.test(version);
}

/** Layers that wrappers hold. */
const HELD = ['layer', 'backward_layer'];

/** Every class that cannot be read, wherever it stands. */
function unknownLayers(
  layer: LayerSpec,
  where: { readonly path: string; readonly translations: Translations },
  depth = 0,
): string[] {
  const { path, translations } = where;
  if (depth > MAX_DEPTH) {
    const problem = { what: 'models within models', size: depth, limit: MAX_DEPTH } as const;
    throw new CheckpointError({ kind: 'too-large', ...problem }, { path });
  }
  const kind = modelKind(layer);
  if (kind) {
    const { layers } = parseModel(layer.source, kind);
    return layers.flatMap((inner) => unknownLayers(inner, where, depth + 1));
  }
  const { className, module, registered, name, config } = layer;
  if (className === 'InputLayer') return [];
  if (translations.of(layer)) {
    return HELD.flatMap((key) => {
      const held = config.find(key);
      return held?.isObject ? unknownLayers(parseLayer(held), where, depth + 1) : [];
    });
  }
  const own = registered !== '' && registered !== className ? registered : '';
  const full =
    own || (module.startsWith('keras') || module === '' ? className : `${module}.${className}`);
  return [`the layer ${full} ("${name}") is not supported`];
}

function inputsOf(model: ModelSpec, builder: Builder): GraphInput[] {
  const byName = new Map(model.layers.map((layer) => [layer.name, layer]));
  if (model.kind === 'functional') {
    return model.inputs.map(({ layer: name }) => {
      const layer = byName.get(name);
      const shape = layer && shapeOf(layer);
      return layer && shape
        ? inputOf(name, shape, layer)
        : builder.unfit(`the shape of the input ${name} is not in the file`);
    });
  }
  const [first] = model.layers;
  const shape = (first && firstShape(first)) ?? model.builtWith;
  if (!first || !shape) {
    return builder.unfit(
      'the shape of its input is not in the file: it was written before it was built',
    );
  }
  return [inputOf(first.className === 'InputLayer' ? first.name : 'input', shape, first)];
}

function shapeOf({ config }: LayerSpec): Shape | undefined {
  const shape = config.find('batch_shape') ?? config.find('batch_input_shape');
  return shape ? parseShape(shape) : undefined;
}

/** Of the first layer of a sequential model, which may be a model, or know what it was built with. */
function firstShape(layer: LayerSpec): Shape | undefined {
  const own = layer.config.isObject ? shapeOf(layer) : undefined;
  if (own) return own;
  const kind = modelKind(layer);
  if (kind) {
    const inner = parseModel(layer.source, kind);
    const [first] = inner.layers;
    return inner.builtWith ?? (first && firstShape(first));
  }
  const built = layer.source.find('build_config')?.find('input_shape');
  return built && Array.isArray(built.value) ? parseShape(built) : undefined;
}

/** Any number of examples, whatever the model was built with. */
function inputOf(name: string, [, ...sizes]: Shape, { config, className }: LayerSpec): GraphInput {
  const given = className === 'InputLayer' ? config.find('dtype') : undefined;
  const written = given && !given.isObject ? given.text() : 'float32';
  const dtype: Dtype =
    /^int|^uint/.test(written) || className === 'Embedding' ? 'int32' : 'float32';
  return { name, dtype: written === 'bool' ? 'bool' : dtype, shape: [null, ...sizes] };
}

/** A sigmoid of one number is the probability of one of two classes; of several, a score for each. */
function outputOf(name: string, nodes: readonly GraphNode[], [, ...sizes]: Shape): GraphOutput {
  const made = nodes.find(({ outputs }) => outputs.includes(name));
  const isSingle = sizes.every((size) => size === 1);
  if (made?.op === 'softmax') return { name, means: 'probabilities' };
  if (made?.op === 'log_softmax') return { name, means: 'log-probabilities' };
  const isSigmoid = made?.op === 'unary' && made.attributes.name === 'sigmoid';
  return { name, means: isSigmoid && isSingle ? 'probabilities' : 'logits' };
}

/** Nodes that the outputs depend on. */
function needed(nodes: readonly GraphNode[], values: readonly string[]): GraphNode[] {
  const wanted = new Set<string | null>(values);
  const kept: GraphNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    for (const input of node.inputs) wanted.add(input);
    for (const name of dimensionsOf(node)) wanted.add(name);
    kept.push(node);
  }
  return kept.reverse();
}

/** Names of lengths that a node takes from others. */
function dimensionsOf(node: GraphNode): string[] {
  const isNamed = (size: Dimension) => typeof size === 'string';
  if (node.op === 'tile') return node.attributes.repeats.filter(isNamed);
  if (node.op === 'range') return [node.attributes.to].filter(isNamed);
  const hasShape = node.op === 'reshape' || node.op === 'expand' || node.op === 'fill';
  return hasShape ? node.attributes.shape.filter(isNamed) : [];
}

/** A name that could mean two weights means neither. */
function withoutSharedAliases(
  parameters: readonly (readonly [string, GraphParameter])[],
): ReadonlyMap<string, GraphParameter> {
  const meanings = new Map<string, number>();
  for (const [, { name, aliases = [] }] of parameters) {
    for (const key of [name, ...aliases]) meanings.set(key, (meanings.get(key) ?? 0) + 1);
  }
  return new Map(
    parameters.map(([value, { aliases = [], ...parameter }]) => {
      const own = aliases.filter((alias) => meanings.get(alias) === 1);
      return [value, own.length > 0 ? { ...parameter, aliases: own } : parameter];
    }),
  );
}
