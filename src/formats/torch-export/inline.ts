import type { Argument, ExportedNode, Program, Subgraph } from './program.ts';

/** What only says how its graph is run: without gradients, at another precision where it is enabled. */
const WRAPPER = /^higher_order\.wrap_with_(?:set_grad_enabled|autocast)$/;

/** Nested deeper than this is no program that was traced. */
const MAX_DEPTH = 20;

/**
 * A program whose wrapped graphs stand in place of the nodes that call them: `with torch.no_grad()`, and
 * `torch.autocast` that is switched off. Their values get names that no other has.
 */
export function inlined(program: Program): Program {
  if (!program.nodes.some(isWrapped)) return program;
  const tensors = new Map(program.tensors);
  const sizes = new Map(program.sizes);

  function unfold(node: ExportedNode, depth: number): readonly ExportedNode[] {
    const graph = graphOf(node);
    if (!isWrapped(node) || !graph || depth > MAX_DEPTH) return [node];
    const names = namesFor(node, graph);
    const rename = (name: string) => names.get(name) ?? `${node.name}/${name}`;
    for (const [name, meta] of graph.tensors) tensors.set(rename(name), meta);
    for (const [name, size] of graph.sizes) {
      if (!sizes.has(rename(name))) sizes.set(rename(name), size);
    }
    const body = graph.nodes.map((inner) => renamed(inner, rename));
    return [...body, ...passedOn(node, graph, rename)].flatMap((inner) => unfold(inner, depth + 1));
  }

  return { ...program, nodes: program.nodes.flatMap((node) => unfold(node, 0)), tensors, sizes };
}

function isWrapped(node: ExportedNode): boolean {
  if (!WRAPPER.test(node.target)) return false;
  const isAutocast = node.target.endsWith('autocast');
  const flags = node.arguments.flatMap(({ argument }) =>
    argument.kind === 'boolean' ? [argument.value] : [],
  );
  return !(isAutocast && flags[0] === true);
}

function graphOf(node: ExportedNode): Subgraph | undefined {
  return node.arguments.map(({ argument }) => argument).find((one) => one.kind === 'graph')?.graph;
}

/** Inputs of the graph are what the node is given; its outputs what the node gives. */
function namesFor(node: ExportedNode, graph: Subgraph): ReadonlyMap<string, string> {
  const at = node.arguments.findIndex(({ argument }) => argument.kind === 'graph');
  const given = node.arguments.slice(at + 1).map(({ argument }) => nameOf(argument));
  const names = new Map<string, string>();
  for (const [i, output] of graph.outputs.entries()) {
    const name = node.outputs[i];
    if (output !== null && name) names.set(output, name);
  }
  for (const [i, input] of graph.inputs.entries()) {
    const name = given[i];
    if (input !== null && name) names.set(input, name);
  }
  return names;
}

function nameOf(argument: Argument): string | null {
  if (argument.kind === 'tensor') return argument.name;
  return argument.kind === 'size' && typeof argument.size === 'string' ? argument.size : null;
}

/** Outputs that are an input, or given twice, under their own name. */
function passedOn(
  node: ExportedNode,
  { outputs }: Subgraph,
  rename: (name: string) => string,
): ExportedNode[] {
  return outputs.flatMap((output, i) => {
    const name = node.outputs[i];
    if (output === null || !name || rename(output) === name) return [];
    const argument = { kind: 'tensor', name: rename(output) } as const;
    const alias = { name, target: 'aten.alias.default', outputs: [name] };
    return [{ ...alias, arguments: [{ name: 'self', argument }] }];
  });
}

function renamed(node: ExportedNode, rename: (name: string) => string): ExportedNode {
  return {
    ...node,
    arguments: node.arguments.map(({ name, argument }) => ({
      name,
      argument: renamedArgument(argument, rename),
    })),
    outputs: node.outputs.map((output) => output && rename(output)),
  };
}

function renamedArgument(argument: Argument, rename: (name: string) => string): Argument {
  const length = (size: number | string) => (typeof size === 'string' ? rename(size) : size);
  if (argument.kind === 'tensor') return { ...argument, name: rename(argument.name) };
  if (argument.kind === 'tensors') {
    return { ...argument, names: argument.names.map((name) => name && rename(name)) };
  }
  if (argument.kind === 'size') return { ...argument, size: length(argument.size) };
  return argument.kind === 'sizes' ? { ...argument, sizes: argument.sizes.map(length) } : argument;
}
