import type { JsonNode } from '#encodings/json-node.ts';

/** Structures nested deeper than this are no outputs of a network. */
const MAX_DEPTH = 20;

/**
 * Where each output stands in what the module returns: `logits`, `hidden_states.0`; `null` where there is no
 * key on the way, as in a tuple. Empty where the file does not say.
 *
 * @see https://github.com/pytorch/pytorch/blob/main/torch/utils/_pytree.py
 */
export function outputNames(module: JsonNode): readonly (string | null)[] {
  const calls = module.find('module_call_graph')?.list() ?? [];
  const text = calls[0]?.find('signature')?.find('out_spec')?.value;
  if (typeof text !== 'string') return [];
  const [, spec] = asList(parsed(text));
  return namesIn(spec, [], 0).map((path) =>
    path.some((key) => !/^\d+$/.test(key)) ? path.join('.') : null,
  );
}

/** Paths of the leaves, in order. */
function namesIn(spec: unknown, path: readonly string[], depth: number): (readonly string[])[] {
  if (depth > MAX_DEPTH || typeof spec !== 'object' || spec === null) return [path];
  const { type, context, children_spec } = spec as Readonly<Record<string, unknown>>;
  if (type === null) return [path];
  const children = asList(children_spec);
  const keys = asList(typeof context === 'string' ? parsed(context) : null);
  const named = keys.length === children.length && keys.every((key) => typeof key === 'string');
  return children.flatMap((child, i) =>
    namesIn(child, [...path, named ? String(keys[i]) : String(i)], depth + 1),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
