import type { GraphNode, GraphOutput } from '#domain/graph.ts';
import type { Builder } from './builder.ts';
import type { Computed, Size } from './values.ts';

/** Outputs go by their keys: the node that gives one is renamed, or one that gives the same is added. */
export function renamed(
  builder: Builder,
  ports: readonly { readonly key: string }[],
  outputs: readonly (Computed | undefined)[],
): readonly GraphNode[] {
  const names = new Map<string, string>();
  const more: GraphNode[] = [];
  for (const [i, { key }] of ports.entries()) {
    const name = outputs[i]?.name ?? '';
    if (builder.nodeOf(name) && !names.has(name)) names.set(name, key);
    else {
      const source = names.get(name) ?? name;
      const node = { op: 'identity', inputs: [source], outputs: [key] } as const;
      more.push({ ...node, attributes: {}, source: `output ${key}` });
    }
  }
  const rename = (value: string) => names.get(value) ?? value;
  const nodes = builder.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((value) => value && rename(value)),
    outputs: node.outputs.map(rename),
  }));
  return [...nodes, ...more];
}

/** What an output is, by the node that gives it. */
export function meaningOf(
  key: string,
  nodes: readonly GraphNode[],
  [, ...sizes]: readonly Size[],
): GraphOutput['means'] {
  let value: string | null = key;
  for (const node of nodes.toReversed()) {
    if (value === null || !node.outputs.includes(value)) continue;
    if (node.op === 'softmax') return 'probabilities';
    if (node.op === 'log_softmax') return 'log-probabilities';
    // a sigmoid of one number is the probability of one of two classes
    const isSingle = sizes.every((size) => size === 1);
    if (node.op === 'unary' && node.attributes.name === 'sigmoid' && isSingle) {
      return 'probabilities';
    }
    if (node.op !== 'identity' && node.op !== 'cast' && node.op !== 'reshape') return 'logits';
    value = node.inputs[0] ?? null;
  }
  return 'logits';
}
