import type { SavedObjects } from '#formats/tensorflow-graph/graph-proto.ts';

/** Ways to one object that are followed; a layer is reached through its model in many. */
const MAX_PATHS = 24;
/** Objects within objects. */
const MAX_DEPTH = 24;
const MAX_STEPS = 500_000;

/**
 * Every path that leads to each object from the root, shortest first, as checkpoints name what they save:
 * `_layers/1/_kernel`. Names of children are escaped as TensorFlow escapes them.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/python/checkpoint/trackable_utils.py
 */
export function pathsOf({ nodes }: SavedObjects): ReadonlyMap<number, readonly string[]> {
  const paths = new Map<number, string[]>();
  const ways: Way[] = [{ ids: [0], path: '' }];
  for (let at = 0; at < Math.min(ways.length, MAX_STEPS); at++) {
    const { ids, path } = ways[at] as Way;
    const children = nodes[ids.at(-1) ?? 0]?.children ?? [];
    const ahead = children.filter(({ node = 0 }) => !ids.includes(node));
    for (const { node = 0, name = '' } of ahead) {
      const known = paths.get(node) ?? [];
      if (known.length >= MAX_PATHS) continue;
      const here = path === '' ? escaped(name) : `${path}/${escaped(name)}`;
      paths.set(node, [...known, here]);
      if (ids.length < MAX_DEPTH) ways.push({ ids: [...ids, node], path: here });
    }
  }
  return paths;
}

/** The objects from the root to one of them. */
interface Way {
  readonly ids: readonly number[];
  readonly path: string;
}

function escaped(name: string): string {
  return name.replaceAll('.', '..').replaceAll('/', '.S');
}
