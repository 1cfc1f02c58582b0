import type {
  GraphInput,
  GraphNode,
  GraphOutput,
  GraphParameter,
  OpAttributes,
  OpName,
} from '#domain/graph.ts';
import type { Activation, Config } from './config.ts';

/** How a matrix lies in the file: `OI` as `nn.Linear` keeps it, `IO` as GPT-2's `Conv1D`. */
export type MatrixLayout = 'OI' | 'IO';

/** What an adapter makes of a weight. */
export interface Adapter {
  /** The names of weights that it brings itself; the name of others is left as it is. */
  nameOf(weight: string): string;
  /** The weight with what the adapter adds to it, as a value; `null` where it adds nothing. */
  adapted(weight: string, shape: readonly number[], layout: MatrixLayout | 'table'): string | null;
}

/** Collects nodes of a network that is known by heart. */
export class Network {
  readonly config: Config;
  readonly nodes: GraphNode[] = [];
  readonly parameters = new Map<string, GraphParameter>();
  readonly inputs: GraphInput[] = [];
  readonly outputs: GraphOutput[] = [];
  adapter: Adapter | null = null;
  /** What the base model is called inside of a model with a head: some files leave it out. */
  prefix = '';
  #made = 0;

  constructor(config: Config) {
    this.config = config;
  }

  input(input: GraphInput): string {
    this.inputs.push(input);
    return input.name;
  }

  emit<Op extends OpName>(
    op: Op,
    inputs: readonly (string | null)[],
    attributes: OpAttributes[Op],
    { name = `${op} ${++this.#made}`, source = op }: { name?: string; source?: string } = {},
  ): string {
    this.nodes.push({ op, inputs, outputs: [name], attributes, source } as GraphNode);
    return name;
  }

  output(value: string, name: string, means: GraphOutput['means']): void {
    this.emit('identity', [value], {}, { name, source: `output ${name}` });
    this.outputs.push({ name, means });
  }

  number(value: number, dtype: 'float32' | 'int32' = 'float32'): string {
    return this.emit('constant', [], { values: [value], shape: [], dtype });
  }

  binary(name: OpAttributes['binary']['name'], a: string, b: string): string {
    return this.emit('binary', [a, b], { name });
  }

  /** A weight by its name in the state dict. `aliases`: other names of the same tensor. */
  weight(name: string, shape: readonly number[], aliases: readonly string[] = []): string {
    const own = this.adapter?.nameOf(name) ?? name;
    const more = own === name ? [...aliases, ...this.#shortened(name, aliases)] : [];
    this.parameters.set(own, {
      name: own,
      shape,
      dtype: 'float32',
      ...(more.length > 0 && { aliases: more }),
    });
    return own;
  }

  /** A matrix or a table, with what an adapter adds to it. */
  matrix(
    name: string,
    shape: readonly number[],
    layout: MatrixLayout | 'table',
    aliases: readonly string[] = [],
  ): string {
    const value = this.weight(name, shape, aliases);
    return this.adapter?.adapted(name, shape, layout) ?? value;
  }

  #shortened(name: string, aliases: readonly string[]): readonly string[] {
    const { prefix } = this;
    if (prefix === '') return [];
    return [name, ...aliases].flatMap((one) =>
      one.startsWith(prefix) ? [one.slice(prefix.length)] : [],
    );
  }

  /** `nn.Linear`, or `Conv1D` where the layout says so. */
  linear(
    x: string,
    name: string,
    {
      from,
      to,
      bias = true,
      layout = 'OI',
    }: { from: number; to: number; bias?: boolean; layout?: MatrixLayout },
  ): string {
    const shape = layout === 'OI' ? [to, from] : [from, to];
    const weight = this.matrix(`${name}.weight`, shape, layout);
    const offset = bias ? this.weight(`${name}.bias`, [to]) : null;
    return this.emit('linear', [x, weight, offset], { weight: layout }, { source: name });
  }

  /** `gamma` and `beta` are what files of TensorFlow's time call them. */
  layerNorm(x: string, name: string, size: number, epsilon: number): string {
    const scale = this.weight(`${name}.weight`, [size], [`${name}.gamma`]);
    const offset = this.weight(`${name}.bias`, [size], [`${name}.beta`]);
    return this.emit('layer_norm', [x, scale, offset], { axes: [-1], epsilon }, { source: name });
  }

  embedding(indices: string, name: string, [rows, width]: readonly [number, number]): string {
    const table = this.matrix(`${name}.weight`, [rows, width], 'table');
    return this.emit('embedding', [indices, table], {}, { source: name });
  }

  activate(x: string, activation: Activation): string {
    if (activation === 'linear') return x;
    if (activation !== 'quick_gelu') return this.emit('unary', [x], { name: activation });
    const scaled = this.binary('mul', x, this.number(1.702));
    return this.binary('mul', x, this.emit('unary', [scaled], { name: 'sigmoid' }));
  }
}
