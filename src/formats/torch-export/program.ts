import type { Dtype } from '#domain/dtype.ts';
import type { JsonNode } from '#encodings/json-node.ts';
import { outputNames } from './output-names.ts';

/** Minor versions add what older readers may ignore; a new major one changes the meaning. */
const SCHEMA_MAJOR = 8;

/** A length: known, one symbol that stands for any, or an expression of symbols. */
export type Size = number | { readonly symbol: string } | { readonly expression: string };

export interface TensorMeta {
  readonly dtype: Dtype | null;
  readonly sizes: readonly Size[];
  /** Elements between neighbours, and from the start of the storage; all numbers for what is stored. */
  readonly strides: readonly Size[];
  readonly offset: Size;
}

export type Argument =
  | { readonly kind: 'none' }
  | { readonly kind: 'tensor'; readonly name: string }
  | { readonly kind: 'tensors'; readonly names: readonly (string | null)[] }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'numbers'; readonly values: readonly number[] }
  /** Lengths by the name of a value, or known ones. */
  | { readonly kind: 'size'; readonly size: number | string }
  | { readonly kind: 'sizes'; readonly sizes: readonly (number | string)[] }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'dtype'; readonly dtype: Dtype | null }
  | { readonly kind: 'graph'; readonly graph: Subgraph }
  | { readonly kind: 'other'; readonly tag: string };

/** A graph that a node runs, on what it is given. */
export interface Subgraph {
  readonly nodes: readonly ExportedNode[];
  readonly inputs: readonly (string | null)[];
  readonly outputs: readonly (string | null)[];
  readonly tensors: ReadonlyMap<string, TensorMeta>;
  readonly sizes: ReadonlyMap<string, Size>;
}

export interface ExportedNode {
  /** `aten.conv2d.default`, `_operator.mul` */
  readonly target: string;
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly argument: Argument }[];
  /** Names of values; `null` for one that is no tensor. */
  readonly outputs: readonly (string | null)[];
}

export interface InputSpec {
  readonly kind: string;
  /** Of the value in the graph; `null` where it is no tensor. */
  readonly value: string | null;
  /** Parameters, buffers, constants: their name in the module. */
  readonly name: string | null;
  readonly persistent: boolean;
}

interface OutputSpec {
  readonly kind: string;
  readonly value: string | null;
  /** What it is written to: a buffer. */
  readonly name: string | null;
}

/** An exported program, as the file describes it. */
export interface Program {
  readonly nodes: readonly ExportedNode[];
  readonly inputs: readonly InputSpec[];
  readonly outputs: readonly OutputSpec[];
  readonly tensors: ReadonlyMap<string, TensorMeta>;
  readonly sizes: ReadonlyMap<string, Size>;
  /** Where each output stands in what the module returns; `null` where that has no name. */
  readonly outputNames: readonly (string | null)[];
}

/** `ScalarType` of the schema; these are not the numbers of pickled checkpoints. */
const DTYPES: Readonly<Record<number, Dtype>> = {
  1: 'uint8',
  2: 'int8',
  3: 'int16',
  4: 'int32',
  5: 'int64',
  6: 'float16',
  7: 'float32',
  8: 'float64',
  9: 'complex32',
  10: 'complex64',
  11: 'complex128',
  12: 'bool',
  13: 'bfloat16',
  28: 'uint16',
  29: 'float8_e4m3fn',
  30: 'float8_e5m2',
  31: 'float8_e4m3fnuz',
  32: 'float8_e5m2fnuz',
};

/**
 * Reads `models/NAME.json`. Throws `malformed`, and `unsupported` for another major version.
 *
 * @see https://github.com/pytorch/pytorch/blob/main/torch/_export/serde/schema.py
 */
export function parseProgram(document: JsonNode): Program {
  const module = document.get('graph_module');
  const graph = module.get('graph');
  const signature = module.get('signature');
  return {
    nodes: graph.get('nodes').list().map(parseNode),
    inputs: signature.get('input_specs').list().map(parseInputSpec),
    outputs: signature.get('output_specs').list().map(parseOutputSpec),
    tensors: mapOf(graph.get('tensor_values'), parseTensorMeta),
    sizes: mapOf(graph.get('sym_int_values'), parseSize),
    outputNames: outputNames(module),
  };
}

/** Major and minor version; `null` where it is one that is read. */
export function foreignVersion(document: JsonNode): string | null {
  const version = document.get('schema_version');
  const major = version.get('major').integer();
  return major === SCHEMA_MAJOR ? null : `${major}.${version.get('minor').integer()}`;
}

export function parseTensorMeta(meta: JsonNode): TensorMeta {
  return {
    dtype: DTYPES[meta.get('dtype').integer()] ?? null,
    sizes: meta.get('sizes').list().map(parseSize),
    strides: meta.get('strides').list().map(parseSize),
    offset: meta.find('storage_offset') ? parseSize(meta.get('storage_offset')) : 0,
  };
}

function parseSize(size: JsonNode): Size {
  const known = size.find('as_int');
  if (known) return known.integer();
  const expression = size.get('as_expr').get('expr_str').text();
  const symbol = /^Symbol\('([^']+)'(?:, \w+=True)*\)$/.exec(expression)?.[1];
  if (symbol !== undefined) return { symbol };
  const integer = /^Integer\((-?\d+)\)$/.exec(expression)?.[1];
  return integer === undefined ? { expression } : Number(integer);
}

function parseNode(node: JsonNode): ExportedNode {
  const outputs = node.get('outputs').list();
  return {
    target: node
      .get('target')
      .text()
      .replace(/^torch\.ops\./, ''),
    name: node.find('name')?.text() ?? '',
    arguments: node
      .get('inputs')
      .list()
      .map((input) => ({
        name: input.get('name').text(),
        argument: parseArgument(input.get('arg')),
      })),
    outputs: outputs.flatMap(namesOf),
  };
}

function namesOf(output: JsonNode): (string | null)[] {
  const argument = parseArgument(output);
  if (argument.kind === 'tensor') return [argument.name];
  if (argument.kind === 'tensors') return [...argument.names];
  return [null];
}

type Parse = (value: JsonNode) => Argument;

const numbers: Parse = (value) => ({
  kind: 'numbers',
  values: value.list().map(parseNumber),
});

const ARGUMENTS: Readonly<Record<string, Parse>> = {
  as_none: () => ({ kind: 'none' }),
  as_tensor: (value) => ({ kind: 'tensor', name: value.get('name').text() }),
  as_tensors: (value) => ({
    kind: 'tensors',
    names: value.list().map((tensor) => tensor.get('name').text()),
  }),
  as_optional_tensor: optionalTensor,
  as_optional_tensors: (value) => ({
    kind: 'tensors',
    names: value.list().map((tensor) => tensor.find('as_tensor')?.get('name').text() ?? null),
  }),
  as_int: (value) => ({ kind: 'number', value: parseNumber(value) }),
  as_float: (value) => ({ kind: 'number', value: parseNumber(value) }),
  as_ints: numbers,
  as_floats: numbers,
  as_bool: (value) => ({ kind: 'boolean', value: value.boolean() }),
  as_string: (value) => ({ kind: 'text', value: value.text() }),
  as_sym_int: (value) => ({ kind: 'size', size: parseSizeArgument(value) }),
  as_sym_ints: (value) => ({ kind: 'sizes', sizes: value.list().map(parseSizeArgument) }),
  as_sym_float: (value) => {
    const known = value.find('as_float');
    return known
      ? { kind: 'number', value: parseNumber(known) }
      : { kind: 'other', tag: 'as_sym_float' };
  },
  as_sym_bool: (value) => {
    const known = value.find('as_bool');
    return known
      ? { kind: 'boolean', value: known.boolean() }
      : { kind: 'other', tag: 'as_sym_bool' };
  },
  as_graph: (value) => ({ kind: 'graph', graph: parseSubgraph(value.get('graph')) }),
  as_scalar_type: (value) => ({ kind: 'dtype', dtype: DTYPES[value.integer()] ?? null }),
};

function parseSubgraph(graph: JsonNode): Subgraph {
  const names = (key: string) =>
    graph
      .get(key)
      .list()
      .map((value) => nameIn(parseArgument(value)));
  return {
    nodes: graph.get('nodes').list().map(parseNode),
    inputs: names('inputs'),
    outputs: names('outputs'),
    tensors: mapOf(graph.get('tensor_values'), parseTensorMeta),
    sizes: mapOf(graph.get('sym_int_values'), parseSize),
  };
}

function nameIn(argument: Argument): string | null {
  if (argument.kind === 'tensor') return argument.name;
  return argument.kind === 'size' && typeof argument.size === 'string' ? argument.size : null;
}

/** A union is an object of one member, named after its type. */
function parseArgument(argument: JsonNode): Argument {
  for (const [tag, value] of argument.entries()) {
    if (value.value === null) continue;
    return Object.hasOwn(ARGUMENTS, tag)
      ? (ARGUMENTS[tag]?.(value) ?? { kind: 'other', tag })
      : { kind: 'other', tag };
  }
  return { kind: 'none' };
}

function optionalTensor(value: JsonNode): Argument {
  const tensor = value.find('as_tensor');
  return tensor ? { kind: 'tensor', name: tensor.get('name').text() } : { kind: 'none' };
}

function parseSizeArgument(size: JsonNode): number | string {
  return size.find('as_name')?.text() ?? size.get('as_int').integer();
}

/** JSON has no words for what is not finite: the writer puts them in quotes. */
function parseNumber(value: JsonNode): number {
  if (value.value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value.value === '-Infinity') return Number.NEGATIVE_INFINITY;
  return value.value === 'NaN' ? Number.NaN : value.number();
}

function parseInputSpec(spec: JsonNode): InputSpec {
  const [kind, content] = onlyMember(spec);
  const name =
    content.find('parameter_name') ??
    content.find('buffer_name') ??
    content.find('tensor_constant_name');
  return {
    kind,
    value: valueNameOf(content),
    name: name?.text() ?? null,
    persistent: content.find('persistent')?.boolean() ?? true,
  };
}

function parseOutputSpec(spec: JsonNode): OutputSpec {
  const [kind, content] = onlyMember(spec);
  return { kind, value: valueNameOf(content), name: content.find('buffer_name')?.text() ?? null };
}

function onlyMember(union: JsonNode): [string, JsonNode] {
  return union.entries().find(([, { value }]) => value !== null) ?? union.fail('is empty');
}

/** `arg` is a tensor by its name, or any argument. */
function valueNameOf(content: JsonNode): string | null {
  const argument = content.find('arg');
  if (!argument) return null;
  const name = argument.find('name') ?? argument.find('as_tensor')?.get('name');
  return name?.text() ?? null;
}

function mapOf<T>(object: JsonNode, parse: (value: JsonNode) => T): ReadonlyMap<string, T> {
  return new Map(object.entries().map(([name, value]) => [name, parse(value)]));
}
