import type { Dimension, GraphNode, OpAttributes, OpName } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { type Arguments, argumentsOf } from './arguments.ts';
import type { ExportedNode, Program, Size, TensorMeta } from './program.ts';

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
  /** A length, known or to be computed from the input; `null` where it is neither. */
  dimension(size: Size): Dimension | null;
  /** Adds a node; gives the name of its output, a new one where none is given. */
  emit<Op extends OpName>(
    op: Op,
    inputs: readonly (string | null)[],
    attributes: OpAttributes[Op],
    output?: string,
  ): string;
  /** A number as a value, of the dtype of what it is used with. */
  constant(value: number): string;
  /** Ends the translation with `unfit`: the graph cannot be computed, and why. */
  refuse(why: string): never;
}

/** Collects nodes in an order in which they can be computed. */
export class Builder {
  readonly #program: Program;
  readonly #path: string;
  readonly #nodes: GraphNode[] = [];
  /** Lengths of inputs that shapes ask for; computed first. */
  readonly #sizes = new Map<string, GraphNode>();
  #made = 0;

  constructor(program: Program, path: string) {
    this.#program = program;
    this.#path = path;
  }

  get nodes(): readonly GraphNode[] {
    return [...this.#sizes.values(), ...this.#nodes];
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
    return {
      node,
      args: argumentsOf(node, refuse),
      output: node.outputs[0] ?? '',
      metaOf,
      shapeOf: (value) => metaOf(value).sizes,
      rankOf: (value) => metaOf(value).sizes.length,
      known: (size, what) =>
        typeof size === 'number' ? size : refuse(`${what} depends on the input`),
      target: (value) => this.#target(metaOf(value).sizes) ?? refuse('its shape has two unknowns'),
      dimension: (size) => this.#dimension(size),
      emit,
      constant: (value) => {
        const { dtype } = this.#program.tensors.get(node.outputs[0] ?? '') ?? {};
        const kind = dtype && /^u?int/.test(dtype) ? dtype : 'float32';
        return emit('constant', [], { values: [value], shape: [], dtype: kind });
      },
      refuse,
    };
  }

  /** One length may be left to be worked out; others have to be the length of an input. */
  #target(sizes: readonly Size[]): readonly Dimension[] | null {
    const open = sizes.filter((size) => typeof size !== 'number');
    if (open.length <= 1) return sizes.map((size) => (typeof size === 'number' ? size : -1));
    const target = sizes.map((size) => this.#dimension(size) ?? -1);
    return target.filter((size) => size === -1).length <= 1 ? target : null;
  }

  #dimension(size: Size): Dimension | null {
    if (typeof size === 'number') return size;
    if (!('symbol' in size)) return null;
    const { symbol } = size;
    const name = `size of ${symbol}`;
    if (this.#sizes.has(name)) return name;
    for (const { kind, value } of this.#program.inputs) {
      if (kind !== 'user_input' || value === null) continue;
      const sizes = this.#program.tensors.get(value)?.sizes ?? [];
      const axis = sizes.findIndex((own) => typeof own === 'object' && isSymbol(own, symbol));
      if (axis < 0) continue;
      const source = 'torch.ops.aten.sym_size.int';
      const attributes = { axis };
      this.#sizes.set(name, { op: 'size', inputs: [value], outputs: [name], attributes, source });
      return name;
    }
    return null;
  }

  #fresh(node: ExportedNode): string {
    return `${node.outputs[0] ?? node.name} #${++this.#made}`;
  }
}

function isSymbol(size: Exclude<Size, number>, symbol: string): boolean {
  return 'symbol' in size && size.symbol === symbol;
}
