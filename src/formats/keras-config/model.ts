import type { JsonNode } from '#encodings/json-node.ts';
import {
  type Argument,
  parseArgument,
  parseReference,
  parseShape,
  type Reference,
} from './arguments.ts';

/** One use of a layer. */
export interface CallSpec {
  readonly args: readonly Argument[];
  readonly named: ReadonlyMap<string, Argument>;
}

export interface LayerSpec {
  readonly name: string;
  readonly className: string;
  /** `keras.layers`; `''` in configurations of Keras 2. */
  readonly module: string;
  /** `package>Class` of a class that is not Keras's own. */
  readonly registered: string;
  readonly config: JsonNode;
  /** The whole entry, for a model in the place of a layer. */
  readonly source: JsonNode;
  /** In a functional model: one per place where the layer is used. */
  readonly calls: readonly CallSpec[];
}

export interface ModelSpec {
  readonly name: string;
  readonly kind: 'sequential' | 'functional';
  readonly layers: readonly LayerSpec[];
  /** Functional models only. */
  readonly inputs: readonly Reference[];
  readonly outputs: readonly Reference[];
  /** What the model was built with, the examples first; sequential models only. */
  readonly builtWith: readonly (number | null)[] | null;
}

const KINDS: Readonly<Record<string, ModelSpec['kind']>> = {
  Sequential: 'sequential',
  Functional: 'functional',
  Model: 'functional',
};

/** Whether a class is a model made of layers, and which kind of one. */
export function modelKind({
  className,
  module,
}: Pick<LayerSpec, 'className' | 'module'>): ModelSpec['kind'] | undefined {
  return isKeras(module) && Object.hasOwn(KINDS, className) ? KINDS[className] : undefined;
}

/** Whether a class is Keras's own; Keras 2 says nothing of those. */
export function isKeras(module: string): boolean {
  return (
    module === '' ||
    module === 'keras' ||
    module.startsWith('keras.') ||
    module.startsWith('tf_keras.') ||
    module === 'tf_keras'
  );
}

/**
 * Reads a model of Keras 2 or 3: its layers, and how they are connected. Inputs and outputs in a dictionary come in
 * the order of their keys, by which Keras counts them. Throws `malformed`.
 */
export function parseModel(model: JsonNode, kind: ModelSpec['kind']): ModelSpec {
  const config = model.get('config');
  // the oldest sequential models are a bare list of layers
  const layers = (Array.isArray(config.value) ? config : config.get('layers')).list();
  const shape =
    (config.isObject ? config.find('build_input_shape') : undefined) ??
    model.find('build_config')?.find('input_shape');
  return {
    name: (config.isObject ? config.find('name')?.text() : undefined) ?? '',
    kind,
    layers: layers.map(parseLayer),
    inputs: kind === 'functional' ? parseReferences(config.get('input_layers')) : [],
    outputs: kind === 'functional' ? parseReferences(config.get('output_layers')) : [],
    builtWith: shape && Array.isArray(shape.value) ? parseShape(shape) : null,
  };
}

export function parseLayer(layer: JsonNode): LayerSpec {
  const config = layer.get('config');
  const nodes = layer.find('inbound_nodes');
  const own = config.isObject ? config.find('name')?.text() : undefined;
  return {
    name: layer.find('name')?.text() ?? own ?? '',
    className: layer.get('class_name').text(),
    module: layer.find('module')?.text() ?? '',
    registered: layer.find('registered_name')?.text() ?? '',
    config,
    source: layer,
    calls: nodes ? nodes.list().map(parseCall) : [],
  };
}

/** Keras 3: `{args, kwargs}`. Keras 2: a list of `[name, call, tensor, kwargs]`, or a single one bare. */
function parseCall(node: JsonNode): CallSpec {
  if (node.isObject) {
    const named = node.find('kwargs')?.entries() ?? [];
    return {
      args: node.get('args').list().map(parseArgument),
      named: new Map(named.map(([key, value]) => [key, parseArgument(value)])),
    };
  }
  const items = node.list();
  const references = typeof items[0]?.value === 'string' ? [node] : items;
  const operands = references.map(parseReference);
  return {
    // the class decides what a list means; a single value stands for itself
    args: operands.length === 1 ? operands : [operands],
    named: new Map(references.flatMap((reference) => namedOf(reference.list()[3]))),
  };
}

/** Arguments by name of Keras 2, in which a value is `[layer, call, tensor]` too. */
function namedOf(extra: JsonNode | undefined): [string, Argument][] {
  if (!extra?.isObject) return [];
  return extra.entries().map(([key, node]) => [key, parseLegacy(node)]);
}

function parseLegacy(node: JsonNode): Argument {
  if (!Array.isArray(node.value)) return parseArgument(node);
  const [layer, call, tensor] = node.value as readonly unknown[];
  const isReference =
    node.value.length >= 3 &&
    typeof layer === 'string' &&
    Number.isInteger(call) &&
    Number.isInteger(tensor);
  return isReference ? parseReference(node) : node.list().map(parseLegacy);
}

/** `["x", 0, 0]`, a list of such, or one per name. */
function parseReferences(references: JsonNode): Reference[] {
  if (references.isObject) {
    return references
      .entries()
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, value]) => parseReferences(value));
  }
  const items = references.list();
  return typeof items[0]?.value === 'string'
    ? [parseReference(references)]
    : items.flatMap(parseReferences);
}
