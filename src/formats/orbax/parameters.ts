import type { Metadata } from '#domain/tensor.ts';
import type { JsonNode } from '#encodings/json-node.ts';

/** A leaf of the tree that was saved. */
export interface Parameter {
  readonly path: readonly string[];
  /** By which its array is stored. */
  readonly key: string;
}

export interface Parameters {
  readonly all: readonly Parameter[];
  /** Leaves that are no arrays: `None`, empty dictionaries. */
  readonly metadata: { readonly [key: string]: Metadata };
  /** Whether chunks full of the fill value are stored like others. */
  readonly keepsAll: boolean;
}

/** What Orbax calls leaves for which it stores nothing. */
const EMPTY = /^(?:None|Dict|List|Tuple|NamedTuple|EmptyNode)?$/;

/** `_METADATA`: a leaf by the text of its keys, each with what it is. */
export function readParameters(root: JsonNode): Parameters {
  const all: Parameter[] = [];
  const metadata: [string, Metadata][] = [];
  for (const [, leaf] of root.get('tree_metadata').entries()) {
    const path = leaf
      .get('key_metadata')
      .list()
      .map((key) => String(key.get('key').value));
    const value = leaf.get('value_metadata');
    const type = value.find('value_type')?.text() ?? '';
    const isSkipped = value.find('skip_deserialize')?.value === true;
    const key = path.join('.');
    if (isSkipped || EMPTY.test(type)) metadata.push([key, emptyOf(type)]);
    else if (type !== 'string') all.push({ path, key });
  }
  const keepsAll = root.find('store_array_data_equal_to_fill_value')?.value === true;
  return { all, metadata: Object.fromEntries(metadata), keepsAll };
}

function emptyOf(type: string): Metadata {
  if (type === 'Dict') return {};
  return type === 'List' || type === 'Tuple' ? [] : null;
}

/**
 * Parameters by the arrays that there are, where nothing else says so.
 *
 * @param mayNest whether a name may have a slash in it: a folder in a folder belongs to another item
 */
export function parametersIn(keys: Iterable<string>, mayNest: boolean): Parameters {
  const all: Parameter[] = [];
  for (const key of keys) {
    const name = /^(.+)\/(?:\.zarray|zarr\.json)$/.exec(key)?.[1];
    if (name !== undefined && (mayNest || !name.includes('/')))
      all.push({ path: [name], key: name });
  }
  return { all, metadata: {}, keepsAll: false };
}
