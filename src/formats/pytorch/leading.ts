import { Call, type PickleValue } from '#encodings/pickle/values.ts';
import { rebuild } from './rebuild.ts';

/** Every value that is a tensor or leads to one. Found without recursion: nesting may be deep. */
export function findLeading(root: PickleValue): ReadonlySet<PickleValue> {
  const parents = findParents(root);
  const leading = new Set<PickleValue>();
  for (const value of parents.keys()) if (rebuild(value)) leading.add(value);
  for (const value of leading) for (const parent of parents.get(value) ?? []) leading.add(parent);
  return leading;
}

/** Every object that can be reached, with those that hold it. */
function findParents(root: PickleValue): ReadonlyMap<PickleValue, readonly PickleValue[]> {
  const parents = new Map<PickleValue, PickleValue[]>([[root, []]]);
  for (const parent of parents.keys()) {
    for (const child of children(parent)) {
      if (typeof child !== 'object' || child === null) continue;
      const known = parents.get(child);
      if (known) known.push(parent);
      else parents.set(child, [parent]);
    }
  }
  return parents;
}

function* children(value: PickleValue): Iterable<PickleValue> {
  if (value instanceof Map) yield* value.values();
  else if (value instanceof Set || Array.isArray(value)) yield* value;
  else if (value instanceof Call) {
    yield* value.args;
    if (value.kwargs) yield* value.kwargs.values();
    if (value.state !== undefined) yield value.state;
    if (value.items) yield* value.items;
    if (value.entries) yield* value.entries.values();
  }
}
