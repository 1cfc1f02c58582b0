import type { Cursor } from '#io/cursor.ts';
import {
  type Location,
  locationOf,
  readCount,
  readDataFiles,
  readLocations,
  varints,
  wideVarint,
} from './records.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A value of the store: in a file, or in the node itself. */
export type Value = Location | Bytes;

export type Node =
  | {
      readonly height: 0;
      readonly values: readonly { readonly key: string; readonly value: Value }[];
    }
  | { readonly height: number; readonly children: readonly Child[] };

/** A node one level below, all of whose keys begin with `prefix`. */
export interface Child {
  readonly prefix: Uint8Array;
  readonly node: Location;
}

/** Keys of Orbax are names of parameters; the format allows no longer ones. */
const MAX_KEY = 0xffff;

/**
 * `height · files · keys · values or children`. Keys are written without what they share with the one before, and
 * without `prefix`.
 */
export function readNode(cursor: Cursor, prefix: Uint8Array, base: string): Node {
  const height = cursor.u8();
  const files = readDataFiles(cursor, base);
  const count = readCount(cursor, 2);
  if (count === 0) cursor.fail({ kind: 'malformed', what: 'a node without entries' });
  const { keys, common } = readKeys(cursor, count, height > 0);
  const whole = keys.map((key) => joined(prefix, key));
  if (height > 0) {
    const nodes = readLocations(cursor, files, count);
    varints(cursor, 3 * count);
    return {
      height,
      children: nodes.map((node, i) => ({
        prefix: (whole[i] ?? new Uint8Array()).subarray(0, prefix.length + (common[i] ?? 0)),
        node: node ?? cursor.fail({ kind: 'malformed', what: 'a node refers to nothing' }),
      })),
    };
  }
  const values = readValues(cursor, files, count);
  const decoder = new TextDecoder();
  return {
    height: 0,
    values: whole.map((key, i) => ({
      key: decoder.decode(key),
      value: values[i] ?? cursor.fail({ kind: 'malformed', what: 'a key without a value' }),
    })),
  };
}

function readKeys(cursor: Cursor, count: number, isInner: boolean) {
  const shared = [0, ...varints(cursor, count - 1)];
  const lengths = varints(cursor, count);
  const common = isInner ? varints(cursor, count) : [];
  const keys: Uint8Array[] = [];
  let before = new Uint8Array();
  for (let i = 0; i < count; i++) {
    const [start = 0, length = 0] = [shared[i], lengths[i]];
    const size = start + length;
    if (start > before.length || size > MAX_KEY || (common[i] ?? 0) > size) {
      cursor.fail({ kind: 'malformed', what: 'a key of a node is damaged' });
    }
    const key = new Uint8Array(size);
    key.set(before.subarray(0, start));
    key.set(cursor.bytes(length), start);
    keys.push(key);
    before = key;
  }
  return { keys, common };
}

function readValues(
  cursor: Cursor,
  files: Parameters<typeof readLocations>[1],
  count: number,
): readonly (Value | undefined)[] {
  const lengths = varints(cursor, count);
  const kinds = cursor.bytes(count);
  const outside = [...kinds.keys()].filter((i) => kinds[i] === 1);
  if (kinds.some((kind) => kind > 1)) {
    cursor.fail({ kind: 'malformed', what: 'a value of a kind that there is not' });
  }
  const ids = varints(cursor, outside.length);
  const values: (Value | undefined)[] = new Array(count);
  for (const [at, i] of outside.entries()) {
    const file = files[ids[at] ?? -1];
    values[i] = locationOf(cursor, { file, offset: wideVarint(cursor), length: lengths[i] });
  }
  for (const [i, kind] of kinds.entries()) {
    if (kind === 0) values[i] = cursor.bytes(lengths[i] ?? 0);
  }
  return values;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
