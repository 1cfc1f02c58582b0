import type { Dtype } from '#domain/dtype.ts';
import type { Dimension, GraphNode, OpAttributes, OpName } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { type Arguments, argumentsOf } from './arguments.ts';
import type { ExportedNode, Program, Size, TensorMeta } from './program.ts';
import { SizeValues } from './sizes.ts';

/** Translates one node: reads its arguments, and emits nodes of our own graph. */
export type Translate = (context: Context) => void;

/** What a translation works with. */
export interface Context {
  readonly node: ExportedNode;
  readonly args: Arguments;
  /** Name of the value that the node gives out. */
  readonly output: string;
  shapeOf(value: string): readonly Size[];
  rankOf(value: string): number;
  metaOf(value: string): TensorMeta;
  /** A known length; refuses one that depends on the input. */
  known(size: Size | undefined, what: string): number;
  /** Shape of a value as a target of `reshape`. */
  target(value: string): readonly Dimension[];
  /** A length, known or to be computed from the input; refuses what depends on the data. */
  dimension(size: Size | undefined): Dimension;
  /** All lengths of a value. */
  dimensions(value: string): readonly Dimension[];
  /** A length among the arguments: the name of one stands for what the program says of it. */
  length(argument: number | string): Dimension;
  /** A length as a value: a whole number without axes. */
  scalar(size: Dimension): string;
  /** Adds a node; gives the name of its output, a new one where none is given. */
  emit<Op extends OpName>(
    op: Op,
    inputs: readonly (string | null)[],
    attributes: OpAttributes[Op],
    output?: string,
  ): string;
  /** A number as a value, of the dtype of what it is used with: by default, of the output. */
  constant(value: number, dtype?: Dtype | null): string;
  /** Ends the translation with `unfit`: the graph cannot be computed, and why. */
  refuse(why: string): never;
}

/** Collects nodes in an order in which they can be computed. */
export class Builder {
  readonly #program: Program;
  readonly #path: string;
  readonly #nodes: GraphNode[] = [];
  /** Lengths that shapes ask for; computed first. */
  readonly #sizes: SizeValues;
  #made = 0;

  constructor(program: Program, path: string) {
    this.#program = program;
    this.#path = path;
    this.#sizes = new SizeValues(program);
  }

  get nodes(): readonly GraphNode[] {
    return [...this.#sizes.nodes, ...this.#nodes];
  }

  context(node: ExportedNode): Context {
    const refuse = (why: string): never => {
      const reasons = [`${node.target} (${node.name || node.outputs[0]}): ${why}`];
      throw new CheckpointError({ kind: 'unfit', reasons }, { path: this.#path });
    };
    const metaOf = (value: string) =>
      this.#program.tensors.get(value) ?? refuse(`the shape of ${value} is not given`);
    const emit: Context['emit'] = (op, inputs, attributes, output = this.#fresh(node)) => {
      const source = `torch.ops.${node.target}`;
      this.#nodes.push({ op, inputs, outputs: [output], attributes, source } as GraphNode);
      return output;
    };
    const dimension = (size: Size | undefined) =>
      this.#sizes.dimension(size ?? 0) ?? refuse('a length that depends on the data');
    return {
      node,
      args: argumentsOf(node, refuse),
      output: node.outputs[0] ?? '',
      metaOf,
      shapeOf: (value) => metaOf(value).sizes,
      rankOf: (value) => metaOf(value).sizes.length,
      known: (size, what) =>
        typeof size === 'number' ? size : refuse(`${what} depends on the input`),
      target: (value) => this.#target(metaOf(value).sizes, dimension),
      dimension,
      dimensions: (value) => metaOf(value).sizes.map(dimension),
      length: (argument) =>
        typeof argument === 'number'
          ? argument
          : dimension(this.#program.sizes.get(argument) ?? { expression: argument }),
      scalar: (size) => this.#sizes.scalar(size),
      emit,
      constant: (value, dtype = this.#program.tensors.get(node.outputs[0] ?? '')?.dtype) => {
        const kind = dtype && /^u?int/.test(dtype) ? dtype : 'float32';
        return emit('constant', [], { values: [value], shape: [], dtype: kind });
      },
      refuse,
    };
  }

  /** One length is left to be worked out, if need be one that is an expression; others are of inputs. */
  #target(sizes: readonly Size[], dimension: (size: Size) => Dimension): readonly Dimension[] {
    const open = sizes.filter((size) => typeof size !== 'number');
    const mixed = open.filter((size) => 'expression' in size);
    const rest = open.length === 1 ? open[0] : mixed.length === 1 ? mixed[0] : undefined;
    return sizes.map((size) => (size === rest ? -1 : dimension(size)));
  }

  #fresh(node: ExportedNode): string {
    return `${node.outputs[0] ?? node.name} #${++this.#made}`;
  }
}
