import type { GraphParameter } from '#domain/graph.ts';
import type { TensorInfo } from '#domain/tensor.ts';
import { dtypeOf } from '#formats/tensor-bundle/dtypes.ts';
import type { SavedObjects } from '#formats/tensorflow-graph/graph-proto.ts';
import type { Body } from '#formats/tensorflow-graph/library.ts';
import { pathsOf } from './object-paths.ts';

/** The object of the variable that each node at the top holds: functions say what they are bound to. */
export function objectsOfHandles(
  { nodes }: Body,
  { functions }: SavedObjects,
): ReadonlyMap<string, number> {
  const bound = new Map(functions.map(({ key = '', value }) => [key, value?.bound ?? []]));
  const objects = new Map<string, number>();
  for (const { attributes, inputs } of nodes.values()) {
    const ids = bound.get(attributes.get('f')?.function?.name ?? '') ?? [];
    // what is bound comes last
    const captured = ids.length > 0 ? inputs.slice(-ids.length) : [];
    for (const [i, input] of captured.entries()) {
      const id = ids[i];
      if (id !== undefined) objects.set(input.split(':')[0] ?? '', id);
    }
  }
  return objects;
}

const VALUE = /\/\.ATTRIBUTES\/VARIABLE_VALUE$/;

/**
 * What a checkpoint has to bring for each variable, under all names that it may have there.
 *
 * @param used those that functions are bound to: an export may keep each variable twice
 */
export function parametersOf(
  objects: SavedObjects,
  used: ReadonlySet<number>,
  tensors: readonly TensorInfo[],
): ReadonlyMap<number, GraphParameter> {
  const paths = pathsOf(objects);
  const labels = new Map(tensors.map(({ name, label }) => [name.replace(VALUE, ''), label]));
  const variables = objects.nodes.flatMap(({ variable }, id) => {
    if (!variable || !used.has(id)) return [];
    const ways = paths.get(id) ?? [];
    const label = ways.map((way) => labels.get(way)).find((one) => one !== undefined);
    const names = [label, variable.name].flatMap((name) => (name ? [name.replace(/:0$/, '')] : []));
    return [{ id, variable, names: [...new Set([...names, ...ways])] }];
  });
  const owners = new Map<string, number>();
  for (const { names } of variables) {
    for (const name of names) owners.set(name, (owners.get(name) ?? 0) + 1);
  }
  return new Map(
    variables.map(({ id, variable, names }) => {
      // a name that could mean two variables means neither
      const own = names.filter((name) => owners.get(name) === 1);
      const [name = names.at(-1) ?? `variable ${id}`, ...aliases] = own;
      const shape = variable.shape?.dims.map(({ size = 0 }) => size) ?? [];
      const dtype = dtypeOf(variable.dtype ?? 0) ?? 'float32';
      return [id, { name, shape, dtype, aliases }];
    }),
  );
}
