import { type Message, readMessage } from '#encodings/protobuf.ts';
import type { Cursor } from '#io/cursor.ts';
import { objectGraph } from './bundle-proto.ts';

/** The tensor in which TensorFlow 2 keeps how objects refer to variables. */
export const OBJECT_GRAPH = '_CHECKPOINTABLE_OBJECT_GRAPH';

/** What the object graph says besides the tensors. */
export interface ObjectGraph {
  readonly labels: ReadonlyMap<string, string>;
  /** Names of the objects that were given to `tf.train.Checkpoint`, in the order of the file. */
  readonly objects: readonly string[];
}

export function parseObjectGraph(cursor: Cursor): ObjectGraph {
  const { nodes } = readMessage(objectGraph, cursor);
  const objects = nodes[0]?.children.map(({ localName }) => localName ?? '') ?? [];
  return { labels: labelsOf(nodes), objects: objects.filter((name) => name !== '') };
}

/**
 * The name that each variable has in its model, by its key in the bundle: keys follow the path through the
 * objects that were saved, as `optimizer/_trainable_variables/0/.ATTRIBUTES/VARIABLE_VALUE`.
 *
 * What an optimizer keeps for a variable mostly has a name of its own; else it is that of the variable and of
 * the slot.
 */
function labelsOf(nodes: Message<typeof objectGraph>['nodes']): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const { attributes } of nodes) {
    for (const { checkpointKey, fullName } of attributes) {
      if (checkpointKey && fullName) labels.set(checkpointKey, fullName);
    }
  }
  for (const { original = 0, slotName, slot = 0 } of nodes.flatMap((n) => n.slotVariables)) {
    const variable = nodes[original]?.attributes[0]?.fullName;
    const key = nodes[slot]?.attributes[0]?.checkpointKey;
    if (key && variable && !labels.has(key)) labels.set(key, `${variable}/${slotName}`);
  }
  return labels;
}
