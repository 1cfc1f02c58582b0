import type { GraphParameter } from '#domain/graph.ts';
import { dtypeOf } from '#formats/tensor-bundle/dtypes.ts';
import type { Body, NodeDef } from './library.ts';
import { shapeOf } from './ports.ts';

const HOLDS = new Set(['VarHandleOp', 'VariableV2', 'Variable', 'AutoReloadVariable']);

/**
 * Variables of TensorFlow 1, by the names under which a saver keeps them: that of the node, or of the
 * variable itself where it is a resource.
 *
 * @param restored names that the graph's own saver uses, where it has one
 */
export function variablesOf(
  { nodes }: Body,
  restored: ReadonlyMap<string, string>,
): ReadonlyMap<string, GraphParameter> {
  const variables = new Map<string, GraphParameter>();
  for (const node of nodes.values()) {
    const shape = HOLDS.has(node.op) ? shapeOf(node.attributes.get('shape')?.shape) : null;
    if (!shape || shape.some((size) => size === null)) continue;
    const own = [restored.get(node.name), sharedName(node), node.name];
    const [name = node.name, ...aliases] = [...new Set(own.flatMap((one) => one || []))];
    const dtype = dtypeOf(node.attributes.get('dtype')?.type ?? 1) ?? 'float32';
    const parameter = { name, shape: shape.map((size) => size ?? 0), dtype };
    variables.set(node.name, aliases.length > 0 ? { ...parameter, aliases } : parameter);
  }
  return variables;
}

function sharedName({ attributes }: NodeDef): string {
  const text = attributes.get('shared_name')?.text;
  return text ? new TextDecoder().decode(text) : '';
}

/** Node of a variable to the name that the saver in the graph restores it from. */
export function restoredNames({ nodes }: Body): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const decoder = new TextDecoder();
  const assigns = [...nodes.values()].filter(({ op }) => /^Assign(?:VariableOp)?$/.test(op));
  for (const { inputs } of assigns) {
    const [variable = '', value = ''] = inputs;
    let at = value;
    let node = nodes.get(at.split(':')[0] ?? '');
    for (let step = 0; node?.op === 'Identity' && step < 4; step++) {
      at = node.inputs[0] ?? '';
      node = nodes.get(at.split(':')[0] ?? '');
    }
    if (node?.op !== 'RestoreV2' && node?.op !== 'RestoreSlice' && node?.op !== 'Restore') continue;
    const texts = nodes.get(node.inputs[1] ?? '')?.attributes.get('value')?.tensor?.texts;
    const text = texts?.[Number(at.split(':')[1] ?? 0)];
    if (text) names.set(variable, decoder.decode(text));
  }
  return names;
}
