import type { AttributeMessage, GraphDefMessage, OpDefMessage } from './graph-proto.ts';

export type Attributes = ReadonlyMap<string, AttributeMessage>;

/** A node as it stands in a graph or a function. */
export interface NodeDef {
  readonly name: string;
  readonly op: string;
  /** Data only: `node`, `node:1`, `node:out:0`; what merely has to run before is left out. */
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
}

/** The nodes of a graph or of a function. */
export interface Body {
  readonly name: string;
  readonly nodes: ReadonlyMap<string, NodeDef>;
  /** Names of what is given to a function, in order. */
  readonly parameters: readonly string[];
  /** Where each result of a function comes from, in order. */
  readonly results: readonly string[];
}

/** The functions of a graph, and what its own file says of the ops. */
export interface Library {
  readonly functions: ReadonlyMap<string, Body>;
  readonly ops: ReadonlyMap<string, OpDefMessage>;
}

export function bodyOf({ nodes }: GraphDefMessage): Body {
  return { name: '', nodes: byName(nodes), parameters: [], results: [] };
}

/** @param ops as `meta_info_def.stripped_op_list` has them: only those that the graph needs */
export function libraryOf(graph: GraphDefMessage, ops: readonly OpDefMessage[]): Library {
  const functions = (graph.library?.functions ?? []).map(({ signature, nodes, returns }) => {
    const from = new Map(returns.map(({ key, value }) => [key, value]));
    const body: Body = {
      name: signature?.name ?? '',
      nodes: byName(nodes),
      parameters: signature?.inputs.map(({ name }) => name ?? '') ?? [],
      results: signature?.outputs.map(({ name }) => from.get(name) ?? '') ?? [],
    };
    return [body.name, body] as const;
  });
  const signatures = (graph.library?.functions ?? []).flatMap(({ signature }) => signature ?? []);
  return {
    functions: new Map(functions),
    ops: new Map([...ops, ...signatures].map((op) => [op.name ?? '', op])),
  };
}

function byName(nodes: GraphDefMessage['nodes']): ReadonlyMap<string, NodeDef> {
  return new Map(
    nodes.map(({ name = '', op = '', inputs, attributes }) => {
      const data = inputs.filter((input) => !input.startsWith('^'));
      const entries = attributes.map(({ key = '', value = {} }) => [key, value] as const);
      return [name, { name, op, inputs: data, attributes: new Map(entries) }];
    }),
  );
}

/** An attribute of a node, or what its op has by default: files leave those out. */
export function attributeOf(
  { ops }: Library,
  { op, attributes }: NodeDef,
  name: string,
): AttributeMessage | undefined {
  return attributes.get(name) ?? ops.get(op)?.attributes.find((one) => one.name === name)?.fallback;
}

export interface Reference {
  readonly node: string;
  /** Place among all outputs of the node. */
  readonly index: number;
}

/** Where an input comes from: `node`, `node:1` in a graph; `node:out_arg:0` in a function. */
export function referenceOf(library: Library, body: Body, input: string): Reference {
  const [node = '', second, third] = input.split(':');
  if (third === undefined) return { node, index: Number(second ?? 0) };
  const made = body.nodes.get(node);
  const outputs = library.ops.get(made?.op ?? '')?.outputs;
  if (!made || !outputs) return { node, index: Number(third) };
  let index = 0;
  for (const { name, numberAttribute, typeListAttribute } of outputs) {
    if (name === second) return { node, index: index + Number(third) };
    const count = numberAttribute
      ? (attributeOf(library, made, numberAttribute)?.int ?? 0)
      : typeListAttribute
        ? (attributeOf(library, made, typeListAttribute)?.list?.types.length ?? 0)
        : 1;
    index += count;
  }
  return { node, index: Number(third) };
}

/** The nodes that some of them depend on, in an order in which they can be computed. */
export function orderOf(library: Library, body: Body, wanted: readonly string[]): NodeDef[] {
  const order: NodeDef[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const stack = wanted.map((input) => referenceOf(library, body, input).node).reverse();
  for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
    const node = body.nodes.get(name);
    if (!node || state.get(name) === 'done') {
      stack.pop();
      continue;
    }
    if (state.get(name) === 'open') {
      state.set(name, 'done');
      order.push(node);
      stack.pop();
      continue;
    }
    state.set(name, 'open');
    for (const input of node.inputs) {
      const before = referenceOf(library, body, input).node;
      // a cycle is a loop of TensorFlow 1, whose ops are refused by name
      if (!state.has(before)) stack.push(before);
    }
  }
  return order;
}
