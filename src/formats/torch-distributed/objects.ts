import type { Metadata } from '#domain/tensor.ts';

/** A value, and the keys that lead to it. */
export interface Leaf {
  readonly path: readonly (string | number)[];
  readonly value: Metadata;
}

type Node = { readonly children: Map<string | number, Node>; value?: Metadata };

/** Puts values back into the dictionaries and lists that they were taken out of. */
export function nest(leaves: readonly Leaf[]): { readonly [key: string]: Metadata } {
  const root: Node = { children: new Map() };
  for (const { path, value } of leaves) {
    let node = root;
    for (const key of path) {
      const next: Node = node.children.get(key) ?? { children: new Map() };
      node.children.set(key, next);
      node = next;
    }
    node.value = value;
  }
  return asRecord(root);
}

function asMetadata(node: Node): Metadata {
  if (node.value !== undefined && node.children.size === 0) return node.value;
  const keys = [...node.children.keys()];
  const isList = keys.every((key, index) => key === index);
  return isList ? [...node.children.values()].map(asMetadata) : asRecord(node);
}

/** Sets every key as a property of its own, `__proto__` too. */
function asRecord({ children }: Node): { readonly [key: string]: Metadata } {
  return Object.fromEntries([...children].map(([key, node]) => [String(key), asMetadata(node)]));
}
