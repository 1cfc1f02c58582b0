import type { OpAttributes, OpName } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { Builder, Outcome } from '#formats/tensorflow-graph/builder.ts';
import type { Sizes } from '#formats/tensorflow-graph/sizes.ts';
import {
  type Absent,
  type Arrayed,
  axisFrom,
  type Known,
  type Size,
} from '#formats/tensorflow-graph/values.ts';
import type { AttributeMessage, GraphMessage, NodeMessage, TensorMessage } from './graph-proto.ts';

/** What a node may have where one input or output is left out. */
export type Value = Arrayed | Absent;

/** Translates one node; gives its outputs. */
export type Translate = (context: Context) => Value | readonly Value[];
export type Table = Readonly<Record<string, Translate>>;

/** What a translation works with. An attribute that it does not ask for is refused. */
export interface Context {
  readonly node: NodeMessage;
  /** Version of the operators of ONNX. */
  readonly opset: number;
  readonly builder: Builder;
  readonly sizes: Sizes;
  /** Number of inputs; those left out at the end do not count. */
  readonly count: number;
  has(index: number): boolean;
  array(index: number): Arrayed;
  optional(index: number): Arrayed | null;
  arrays(): readonly Arrayed[];
  /** An input that has to be known while reading; `what` it is, for people. */
  known(index: number, what: string): Known;
  numbers(index: number, what: string): readonly number[];
  number(index: number, what: string): number;
  fixed(size: Size | undefined, what: string): number;
  attribute(name: string): AttributeMessage | undefined;
  int(name: string, fallback?: number): number;
  ints(name: string): readonly number[] | undefined;
  float(name: string, fallback: number): number;
  text(name: string, fallback: string): string;
  texts(name: string): readonly string[];
  tensor(name: string): TensorMessage | undefined;
  graph(name: string): GraphMessage | undefined;
  ignore(...names: readonly string[]): void;
  /** An axis among the attributes, counted from the front. */
  axis(name: string, fallback: number, rank: number): number;
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
  unread(): readonly string[];
}

interface Scene {
  readonly builder: Builder;
  readonly opset: number;
  readonly path: string;
}

const decoder = new TextDecoder();

export function sourceOf({ op = '', name = '', outputs }: NodeMessage): string {
  return `${op} "${name || (outputs[0] ?? '')}"`;
}

export function contextOf(
  node: NodeMessage,
  inputs: readonly Value[],
  { builder, opset, path }: Scene,
): OpenContext {
  const read = new Set<string>();
  const source = sourceOf(node);
  const refuse = (why: string): never => {
    throw new CheckpointError({ kind: 'unfit', reasons: [`${source}: ${why}`] }, { path });
  };
  const attribute = (name: string) => {
    read.add(name);
    return node.attributes.find((one) => one.name === name);
  };
  const optional = (index: number): Arrayed | null => {
    const input = inputs[index];
    return input && input.kind !== 'absent' ? input : null;
  };
  const array = (index: number): Arrayed => optional(index) ?? refuse(`input ${index} is missing`);
  const knownInput = (index: number, what: string): Known => {
    const input = array(index);
    return input.kind === 'known' ? input : refuse(`${what} depends on the data`);
  };
  const fixed = (size: Size | undefined, what: string): number =>
    typeof size === 'number' ? size : refuse(`${what} depends on the size of the input`);
  const numbers = (index: number, what: string) =>
    knownInput(index, what).values.map((value) => fixed(value, what));
  const int = (name: string, fallback?: number): number =>
    attribute(name)?.int ?? fallback ?? refuse(`${name} is not given`);
  return {
    node,
    opset,
    builder,
    sizes: builder.sizes,
    count: inputs.length,
    has: (index) => optional(index) !== null,
    array,
    optional,
    arrays: () => inputs.map((_, index) => array(index)),
    known: knownInput,
    numbers,
    number: (index, what) => numbers(index, what)[0] ?? refuse(`${what} is empty`),
    fixed,
    attribute,
    int,
    ints: (name) => attribute(name)?.ints,
    float: (name, fallback) => attribute(name)?.float ?? fallback,
    text(name, fallback) {
      const text = attribute(name)?.text;
      return text ? decoder.decode(text) : fallback;
    },
    texts: (name) => attribute(name)?.texts.map((text) => decoder.decode(text)) ?? [],
    tensor: (name) => attribute(name)?.tensor,
    graph: (name) => attribute(name)?.graph,
    ignore(...names) {
      for (const name of names) read.add(name);
    },
    axis(name, fallback, rank) {
      const axis = axisFrom(int(name, fallback), rank);
      return axis >= 0 && axis < rank ? axis : refuse(`there is no axis ${axis}`);
    },
    emit(op, given, attributes, out) {
      if (builder.surplus > 0) refuse('the graph has too many nodes');
      const name = node.outputs[0] ?? '';
      return builder.emit({ op, inputs: given, attributes, out, source, name });
    },
    refuse,
    unread: () => node.attributes.flatMap(({ name = '' }) => (read.has(name) ? [] : [name])),
  };
}
