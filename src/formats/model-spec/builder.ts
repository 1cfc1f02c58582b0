import type { Dtype } from '#domain/dtype.ts';
import type { GraphNode, GraphParameter, OpAttributes, OpName } from '#domain/graph.ts';

/** Of one example, without the batch; `null` where any size will do. */
export type Shape = readonly (number | null)[];

export interface Value {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: Dtype;
}

/** What a layer is translated with. */
export interface Context {
  readonly layer: string;
  /** What it takes, at least one. */
  readonly inputs: readonly Value[];
  readonly input: Value;
  /** Adds an op; `step` tells apart what is within a layer, the last of which has none. */
  emit<Op extends OpName>(
    op: Op,
    inputs: readonly (string | null)[],
    attributes: OpAttributes[Op],
    step?: string,
  ): string;
  /** Asks for a tensor of the checkpoint; `''`: the one that is called as the layer. */
  parameter(key: string, shape: readonly number[]): string;
  /** Length of an axis of a value, counted with the batch, as a `Dimension`. */
  sizeOf(value: string, axis: number): string;
}

/** What a layer gives; a text says why it cannot stand there. */
export type Made = { readonly value: string; readonly shape: Shape } | string;

export class Builder {
  readonly nodes: GraphNode[] = [];
  readonly parameters = new Map<string, GraphParameter>();
  /** Tensors that two layers ask for under one name, but not with one shape. */
  readonly clashes: string[] = [];

  context(
    layer: { readonly name: string; readonly kind: string; readonly prefix: string },
    inputs: readonly [Value, ...Value[]],
  ): Context {
    const source = layer.name === '' ? layer.kind : `${layer.kind} "${layer.name}"`;
    const output = layer.name === '' ? 'output' : `output of ${layer.name}`;
    const add = (node: Omit<GraphNode, 'source'>) =>
      this.nodes.push({ ...node, source } as GraphNode);
    const emit: Context['emit'] = (op, operands, attributes, step) => {
      const name = step === undefined ? output : `${output}, ${step}`;
      add({ op, inputs: operands, outputs: [name], attributes } as Omit<GraphNode, 'source'>);
      return name;
    };
    return {
      layer: layer.name === '' ? 'the layer' : layer.name,
      inputs,
      input: inputs[0],
      emit,
      parameter: (key, shape) => this.#parameter(layer.prefix, key, shape),
      sizeOf: (value, axis) => emit('size', [value], { axis }, `size ${axis}`),
    };
  }

  #parameter(prefix: string, key: string, shape: readonly number[]): string {
    const name = [prefix, key].filter((part) => part !== '').join('.');
    const known = this.parameters.get(name);
    if (known && known.shape.join() !== shape.join()) {
      this.clashes.push(`${name} is asked for as [${known.shape}] and as [${shape}]`);
    }
    this.parameters.set(name, { name, shape, dtype: 'float32' });
    return name;
  }
}

export function words(shape: Shape): string {
  return `[${shape.map((size) => size ?? '?').join(', ')}]`;
}
