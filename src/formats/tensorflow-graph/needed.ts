import type { GraphNode } from '#domain/graph.ts';

/** The nodes that some values depend on. */
export function needed(nodes: readonly GraphNode[], values: readonly string[]): GraphNode[] {
  const wanted = new Set<string | null>(values);
  const kept: GraphNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    for (const input of node.inputs) wanted.add(input);
    for (const name of lengthsOf(node)) wanted.add(name);
    kept.push(node);
  }
  return kept.reverse();
}

/** Names of lengths that a node takes from others. */
function lengthsOf({ op, attributes }: GraphNode): readonly string[] {
  const isName = (size: unknown) => typeof size === 'string';
  if (op === 'reshape' || op === 'expand' || op === 'fill') return attributes.shape.filter(isName);
  if (op === 'tile') return attributes.repeats.filter(isName);
  return op === 'range' && typeof attributes.to === 'string' ? [attributes.to] : [];
}
