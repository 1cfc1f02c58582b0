import type { Dtype } from '#domain/dtype.ts';
import type { OpAttributes, OpName } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { dtypeOf } from '#formats/tensor-bundle/dtypes.ts';
import { type Builder, MAX_EMITTED, type Outcome } from './builder.ts';
import type { AttributeMessage } from './graph-proto.ts';
import { attributeOf, type Library, type NodeDef } from './library.ts';
import type { Sizes } from './sizes.ts';
import {
  type Arrayed,
  type Computed,
  isArrayed,
  type Known,
  type List,
  type Size,
  type Value,
} from './values.ts';

/** Translates one node; gives its outputs. */
export type Translate = (context: Context) => Value | readonly Value[];

export type Table = Readonly<Record<string, Translate>>;

/** What a translation works with. What it does not ask for has to be at its default. */
export interface Context {
  readonly node: NodeDef;
  readonly builder: Builder;
  readonly sizes: Sizes;
  readonly inputs: readonly Value[];
  /** An input that holds numbers. */
  array(index: number): Arrayed;
  list(index: number): List;
  /** An input as the graph computes it. */
  computed(index: number): Computed;
  /** An input that has to be known while reading; `what` it is, for people. */
  known(index: number, what: string): Known;
  /** The same, lengths that only the inputs tell refused. */
  numbers(index: number, what: string): readonly number[];
  number(index: number, what: string): number;
  lengthOf(value: Arrayed): number;
  shapeOf(index: number): readonly Size[];
  /** A number of parts or places: neither negative nor so large that it could not be laid out. */
  count(value: number, what: string): number;
  /** A length that has to be known while reading. */
  fixed(size: Size | undefined, what: string): number;
  int(name: string, fallback?: number): number;
  float(name: string, fallback: number): number;
  bool(name: string, fallback: boolean): boolean;
  text(name: string, fallback: string): string;
  texts(name: string): readonly string[];
  ints(name: string, fallback?: readonly number[]): readonly number[];
  type(name: string, fallback: Dtype): Dtype;
  attribute(name: string): AttributeMessage | undefined;
  ignore(...names: readonly string[]): void;
  emit<Op extends OpName>(
    op: Op,
    inputs: readonly (Arrayed | null)[],
    attributes: OpAttributes[Op],
    out: Outcome,
  ): Arrayed;
  /** Ends the translation with `unfit`, and why. */
  refuse(why: string): never;
}

export interface OpenContext extends Context {
  /** Attributes that mean something and nobody asked for. */
  unread(): readonly string[];
}

/** Parts that something is cut into, places that are counted: more are no network. */
const MAX_COUNT = 2 ** 16;

/** Attributes that say where or how it runs, or what training and checks need. */
const PASSIVE =
  /^_|^(?:N|Tin|Tout|num_args|use_cudnn_on_gpu|validate_indices|validate_shape|Truncate|container|shared_name|debug_name|allowed_devices|grad_[abxy]|config|config_proto|executor_type|output_shapes|parallel_iterations|lower_using_switch_merge|message|exponential_avg_factor|num_lower|leakyrelu_alpha|f|cond|body|then_branch|else_branch|branches|use_locking|element_dtype|shape_type|batch_dims_unused)$/;

const decoder = new TextDecoder();

export function contextOf(
  node: NodeDef,
  inputs: readonly Value[],
  { library, builder, path }: { library: Library; builder: Builder; path: string },
): OpenContext {
  const read = new Set<string>();
  const source = `${node.op} "${node.name}"`;

  const refuse = (why: string): never => {
    throw new CheckpointError({ kind: 'unfit', reasons: [`${source}: ${why}`] }, { path });
  };
  const attribute = (name: string) => {
    read.add(name);
    return attributeOf(library, node, name);
  };
  const array = (index: number): Arrayed => {
    const input = inputs[index];
    return isArrayed(input) ? input : refuse(`input ${index} is no array`);
  };
  const knownInput = (index: number, what: string): Known => {
    const input = array(index);
    return input.kind === 'known' ? input : refuse(`${what} depends on the data`);
  };
  const fixed = (size: Size | undefined, what: string): number =>
    typeof size === 'number' ? size : refuse(`${what} depends on the size of the input`);
  const numbers = (index: number, what: string) =>
    knownInput(index, what).values.map((value) => fixed(value, what));

  return {
    node,
    builder,
    sizes: builder.sizes,
    inputs,
    array,
    list(index) {
      const input = inputs[index];
      return input?.kind === 'list' ? input : refuse(`input ${index} is no list`);
    },
    computed: (index) => builder.computed(array(index), source),
    known: knownInput,
    numbers,
    number: (index, what) => numbers(index, what)[0] ?? refuse(`${what} is empty`),
    lengthOf: (value) => value.shape.length,
    shapeOf: (index) => array(index).shape,
    fixed,
    count: (value, what) =>
      Number.isInteger(value) && value >= 0 && value <= MAX_COUNT
        ? value
        : refuse(`${what} is ${value}`),
    ...readersOf(attribute, refuse),
    attribute,
    ignore(...names) {
      for (const name of names) read.add(name);
    },
    emit: (op, given, attributes, out) => {
      if (builder.surplus > 0) {
        const problem = { size: builder.surplus, limit: MAX_EMITTED };
        throw new CheckpointError(
          { kind: 'too-large', what: 'the graph with its loops laid out', ...problem },
          { path },
        );
      }
      return builder.emit({ op, inputs: given, attributes, out, source, name: node.name });
    },
    refuse,
    unread: () =>
      [...node.attributes].flatMap(([name, value]) =>
        read.has(name) || PASSIVE.test(name) || isType(value) || isDefault(name, value)
          ? []
          : [name],
      ),
  };

  function isDefault(name: string, value: AttributeMessage): boolean {
    const usual = library.ops.get(node.op)?.attributes.find((one) => one.name === name)?.fallback;
    return usual !== undefined && JSON.stringify(usual) === JSON.stringify(value);
  }
}

/** Element types, which the values themselves have. */
function isType({ type, list }: AttributeMessage): boolean {
  return type !== undefined || (list?.types.length ?? 0) > 0;
}

type Readers = Pick<Context, 'int' | 'float' | 'bool' | 'text' | 'texts' | 'ints' | 'type'>;

function readersOf(attribute: Context['attribute'], refuse: (why: string) => never): Readers {
  return {
    int: (name, fallback) => attribute(name)?.int ?? fallback ?? refuse(`${name} is not given`),
    float: (name, fallback) => attribute(name)?.float ?? fallback,
    bool: (name, fallback) => attribute(name)?.bool ?? fallback,
    text(name, fallback) {
      const text = attribute(name)?.text;
      return text ? decoder.decode(text) : fallback;
    },
    texts: (name) => attribute(name)?.list?.texts.map((text) => decoder.decode(text)) ?? [],
    ints: (name, fallback) => {
      const given = attribute(name)?.list?.ints;
      return given && (given.length > 0 || !fallback)
        ? given
        : (fallback ?? refuse(`${name} is not given`));
    },
    type(name, fallback) {
      const type = attribute(name)?.type;
      return type === undefined
        ? fallback
        : (dtypeOf(type) ?? refuse(`an element type ${type} that is not known`));
    },
  };
}
