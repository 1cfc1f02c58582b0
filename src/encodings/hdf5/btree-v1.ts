import type { Cursor } from '#io/cursor.ts';
import { address, expectSignature, type Hdf5File } from './file.ts';

/** A damaged tree may lead to itself; a real one has a few levels. */
const MAX_LEVELS = 32;

/**
 * The leaves of a version 1 B-tree from left to right: the key before each child, and the child.
 *
 * @param nodeType 0: groups, 1: chunks
 * @param keySize bytes of a key
 */
export async function* leavesOf<Key>(
  file: Hdf5File,
  root: number,
  { nodeType, keySize, readKey }: BTreeKeys<Key>,
): AsyncGenerator<{ readonly key: Key; readonly child: number }> {
  const seen = new Set<number>();

  async function* visit(at: number, levels: number): AsyncGenerator<{ key: Key; child: number }> {
    if (levels > MAX_LEVELS || seen.has(at))
      file.fail({ kind: 'malformed', what: 'a B-tree leads back to itself' }, at);
    seen.add(at);
    const head = await file.at(at, 8);
    expectSignature(head, 'TREE');
    if (head.u8() !== nodeType)
      file.fail({ kind: 'malformed', what: 'a B-tree of another kind' }, at);
    const level = head.u8();
    const entries = head.u16();
    const pair = keySize + file.offsetSize;
    const cursor = await file.at(at + 8 + 2 * file.offsetSize, entries * pair + keySize);
    for (let i = 0; i < entries; i++) {
      const key = readKey(cursor.slice(keySize));
      const child = address(cursor, file.offsetSize);
      if (child === undefined) continue;
      if (level === 0) yield { key, child };
      else yield* visit(child, levels + 1);
    }
  }

  yield* visit(root, 0);
}

export interface BTreeKeys<Key> {
  readonly nodeType: 0 | 1;
  readonly keySize: number;
  readonly readKey: (cursor: Cursor) => Key;
}
