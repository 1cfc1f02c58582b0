import type { Cursor } from '#io/cursor.ts';
import {
  type Location,
  readCount,
  readDataFiles,
  readLocations,
  varints,
  wideVarint,
} from './records.ts';

/** The state of the store after its last write. */
export interface Generation {
  readonly number: number;
  /** Root of its tree, and how high that is; `undefined`: it is empty. */
  readonly root: Location | undefined;
  readonly height: number;
  readonly keys: number;
}

export interface Manifest {
  /** Numbered manifests lie in files of their own beside it. */
  readonly isNumbered: boolean;
  /** The last; `undefined` where the versions lie elsewhere. */
  readonly last: Generation | undefined;
}

const MAX_ARITY_LOG2 = 16;

/** `uuid · kind · limits · compression · files · versions · references to earlier versions` */
export function readManifest(cursor: Cursor): Manifest {
  cursor.bytes(16);
  const kind = cursor.varint();
  if (kind > 1) cursor.fail({ kind: 'unsupported', feature: `manifests of kind ${kind}` });
  cursor.varint();
  cursor.varint();
  const arity = cursor.u8();
  if (arity === 0 || arity > MAX_ARITY_LOG2) {
    cursor.fail({ kind: 'malformed', what: `versions in groups of 2 to the power of ${arity}` });
  }
  const compression = cursor.varint();
  if (compression > 1) {
    cursor.fail({ kind: 'unsupported', feature: `compression of OCDBT by method ${compression}` });
  }
  if (compression === 1) cursor.u32();
  // A numbered one may say no more than how the store is written.
  if (kind === 1 && cursor.done) return { isNumbered: true, last: undefined };
  return { isNumbered: kind === 1, last: readGenerations(cursor).at(-1) };
}

function readGenerations(cursor: Cursor): readonly Generation[] {
  const files = readDataFiles(cursor, '');
  const count = readCount(cursor, 15);
  const numbers = Array.from({ length: count }, () => wideVarint(cursor));
  const heights = [...cursor.bytes(count)];
  const roots = readLocations(cursor, files, count);
  const keys = varints(cursor, count);
  // Bytes of trees and of values, and the time of each.
  varints(cursor, 2 * count);
  cursor.bytes(8 * count);
  const generations = roots.map((root, i) => ({
    number: numbers[i] ?? 0,
    root,
    height: heights[i] ?? 0,
    keys: keys[i] ?? 0,
  }));
  return generations.sort((a, b) => a.number - b.number);
}
