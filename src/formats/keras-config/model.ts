import type { JsonNode } from '#encodings/json-node.ts';

/** Output number `tensor` of call number `call` of a layer. */
export interface Reference {
  readonly layer: string;
  readonly call: number;
  readonly tensor: number;
}

/** What goes into a call, in order: values of other layers, and numbers. */
export type Operand = Reference | number;

interface CallSpec {
  readonly operands: readonly Operand[];
  /** Arguments that are given by name and mean something: `mask`, `reverse`. */
  readonly named: readonly string[];
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
  return module === '' || module === 'keras' || module.startsWith('keras.');
}

/** Reads a model of Keras 2 or 3: its layers, and how they are connected. Throws `malformed`. */
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
  return {
    name: layer.find('name')?.text() ?? config.find('name')?.text() ?? '',
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
    const given = node.find('kwargs')?.entries() ?? [];
    return {
      operands: node.get('args').list().flatMap(parseArgument),
      named: given.flatMap(meaningful),
    };
  }
  const items = node.list();
  const references = typeof items[0]?.value === 'string' ? [node] : items;
  return {
    operands: references.map(parseReference),
    named: references.flatMap((reference) => {
      const extra = reference.list()[3];
      return extra?.isObject ? extra.entries().flatMap(meaningful) : [];
    }),
  };
}

function parseArgument(argument: JsonNode): Operand[] {
  if (Array.isArray(argument.value)) return argument.list().flatMap(parseArgument);
  if (typeof argument.value === 'number') return [argument.number()];
  const isTensor = argument.isObject && argument.find('class_name')?.value === '__keras_tensor__';
  if (!isTensor) return argument.fail('is neither a tensor nor a number');
  return [parseReference(argument.get('config').get('keras_history'))];
}

/** Evaluating decides about `training` itself. */
function meaningful([key, { value }]: [string, JsonNode]): string[] {
  return value === null || value === false || key === 'training' || key === 'name' ? [] : [key];
}

function parseReference(reference: JsonNode): Reference {
  const [layer, call, tensor] = reference.list();
  if (!layer || !call || !tensor) return reference.fail('is no [layer, call, tensor]');
  return { layer: layer.text(), call: call.integer(), tensor: tensor.integer() };
}

/** `["x", 0, 0]`, a list of such, or one per name. */
function parseReferences(references: JsonNode): Reference[] {
  if (references.isObject) return references.entries().map(([, value]) => parseReference(value));
  const items = references.list();
  return typeof items[0]?.value === 'string'
    ? [parseReference(references)]
    : items.map(parseReference);
}

/** A shape, examples first. */
export function parseShape(shape: JsonNode): (number | null)[] {
  return shape.list().map((size) => (size.value === null ? null : size.integer()));
}
