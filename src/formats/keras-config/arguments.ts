import type { JsonNode } from '#encodings/json-node.ts';

/** Output number `tensor` of call number `call` of a layer. */
export interface Reference {
  readonly kind: 'reference';
  readonly layer: string;
  readonly call: number;
  readonly tensor: number;
  /** Of the value, the examples first, where the file says. */
  readonly shape: readonly (number | null)[] | null;
}

/** A value of the graph. */
export interface Value {
  readonly kind: 'value';
  readonly name: string;
}

/** Numbers that stand in the configuration itself. */
export interface Numbers {
  readonly kind: 'numbers';
  readonly values: readonly number[];
  readonly shape: readonly number[];
}

/** `from:to:step` as Python writes it. */
export interface Slice {
  readonly kind: 'slice';
  readonly from: number | null;
  readonly to: number | null;
  readonly step: number | null;
}

type Plain = number | string | boolean | null | Numbers | Slice | { readonly kind: 'ellipsis' };

/** What goes into a call, as the file has it: values of layers, numbers, words, lists of all of these. */
export type Argument = Reference | Plain | readonly Argument[];

/** The same with values of the graph in place of references. */
export type Given = Value | Plain | readonly Given[];

/** Reads an argument of Keras 3. Members of a dictionary come in the order of their keys, as Keras flattens them. */
export function parseArgument(node: JsonNode): Argument {
  const { value } = node;
  if (Array.isArray(value)) return node.list().map(parseArgument);
  if (!node.isObject) {
    return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
      ? value
      : null;
  }
  const className = node.find('class_name')?.value;
  switch (className) {
    case '__keras_tensor__':
      return parseTensor(node.get('config'));
    case '__numpy__':
    case '__tensor__':
      return parseNumbers(node.get('config').get('value'));
    case '__slice__':
      return parseSlice(node.get('config'));
    case '__ellipsis__':
      return { kind: 'ellipsis' };
    default:
      if (className !== undefined) return node.fail(`is an argument of class ${String(className)}`);
      return node
        .entries()
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, item]) => parseArgument(item));
  }
}

function parseTensor(config: JsonNode): Reference {
  const shape = config.find('shape');
  return {
    ...parseReference(config.get('keras_history')),
    shape: shape ? parseShape(shape) : null,
  };
}

/** `[layer, call, tensor]` */
export function parseReference(node: JsonNode): Reference {
  const [layer, call, tensor] = node.list();
  if (!layer || !call || !tensor) return node.fail('is no [layer, call, tensor]');
  return {
    kind: 'reference',
    layer: layer.text(),
    call: call.integer(),
    tensor: tensor.integer(),
    shape: null,
  };
}

/** A shape, examples first. */
export function parseShape(shape: JsonNode): (number | null)[] {
  return shape.list().map((size) => (size.value === null ? null : size.integer()));
}

/** Numbers in lists of lists. */
export function parseNumbers(node: JsonNode): Numbers {
  const shape: number[] = [];
  for (let at = node.value; Array.isArray(at); at = at[0] as unknown) shape.push(at.length);
  const values = leaves(node.value, shape);
  return values ? { kind: 'numbers', values, shape } : node.fail('is no array of numbers');
}

function leaves(value: unknown, [length, ...shape]: readonly number[]): number[] | undefined {
  if (length === undefined) {
    return typeof value === 'number' || typeof value === 'boolean' ? [Number(value)] : undefined;
  }
  if (!Array.isArray(value) || value.length !== length) return undefined;
  const parts = value.map((item: unknown) => leaves(item, shape));
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

function parseSlice(config: JsonNode): Slice {
  const [from = null, to = null, step = null] = ['start', 'stop', 'step'].map(
    (key) => config.find(key)?.integer() ?? null,
  );
  return { kind: 'slice', from, to, step };
}

/** All references in it, in order. */
export function referencesOf(argument: Argument): Reference[] {
  if (isList(argument)) return argument.flatMap(referencesOf);
  return isObject(argument) && argument.kind === 'reference' ? [argument] : [];
}

/** All values in it, in order. */
export function valuesOf(given: Given): string[] {
  if (isList(given)) return given.flatMap(valuesOf);
  return isObject(given) && given.kind === 'value' ? [given.name] : [];
}

/** The same with every reference replaced. */
export function resolve(argument: Argument, find: (reference: Reference) => string): Given {
  if (isList(argument)) return argument.map((item) => resolve(item, find));
  return isObject(argument) && argument.kind === 'reference'
    ? { kind: 'value', name: find(argument) }
    : argument;
}

/** As it would stand in a message. */
export function show(given: Given): string {
  if (isList(given)) return `[${given.map(show).join(', ')}]`;
  if (!isObject(given)) return JSON.stringify(given);
  return given.kind === 'value' ? given.name : given.kind;
}

/** `Array.isArray` does not know of lists that are read only. */
export function isList<Item>(item: Item | readonly Item[]): item is readonly Item[] {
  return Array.isArray(item);
}

function isObject<Item>(item: Item): item is Extract<Item, object> {
  return typeof item === 'object' && item !== null;
}
