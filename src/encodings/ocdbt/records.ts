import { CheckpointError, type Place } from '#domain/problem.ts';
import { crc32c } from '#encodings/crc32c.ts';
import { decompressZstd } from '#encodings/zstd/zstd.ts';
import { Cursor } from '#io/cursor.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Magic, length, version, compression and checksum. */
const LEAST = 4 + 8 + 2 + 4;
const VERSION = 0;

/** What a manifest and a node begin with, the highest byte first. */
export const MANIFEST = 0x0cdb3a2a;
export const BTREE_NODE = 0x0cdb20de;

export interface Envelope {
  readonly bytes: Bytes;
  readonly magic: number;
  readonly place: Place & { readonly offset: number };
  /** No more than this is decompressed, in bytes. */
  readonly limit: number;
}

/**
 * Takes the contents out of `magic u32be · length u64 · version · compression · contents · CRC-32C u32`. Throws
 * `corrupt` where the checksum differs, `malformed`, `unsupported`, `too-large`.
 *
 * @see https://google.github.io/tensorstore/kvstore/ocdbt/index.html#storage-format
 */
export function openEnvelope({ bytes, magic, place, limit }: Envelope): Cursor {
  const fail = (what: string): never => {
    throw new CheckpointError({ kind: 'malformed', what }, place);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < LEAST) fail('a record of OCDBT is too short');
  if (view.getUint32(0, false) !== magic) fail('a record of OCDBT has another signature');
  if (view.getBigUint64(4, true) !== BigInt(bytes.length)) {
    fail(`a record of OCDBT has another length than its ${bytes.length} bytes`);
  }
  const end = bytes.length - 4;
  if (view.getUint32(end, true) !== crc32c(bytes, 0, 0, end)) {
    const what = 'a record of OCDBT does not match its checksum';
    throw new CheckpointError({ kind: 'corrupt', what }, place);
  }
  const [version = 0, compression = 0] = bytes.subarray(12, 14);
  if (version !== VERSION) {
    throw new CheckpointError(
      { kind: 'unsupported', feature: `version ${version} of OCDBT` },
      place,
    );
  }
  const contents = bytes.subarray(14, end);
  if (compression === 0) return new Cursor(contents, place.path, place.offset + 14);
  if (compression !== 1) fail(`a record of OCDBT is compressed by method ${compression}`);
  return new Cursor(decompressZstd(contents, { limit, place }), place.path);
}

/** Varints, one for each of `count`. */
export function varints(cursor: Cursor, count: number): number[] {
  return Array.from({ length: count }, () => cursor.varint());
}

/** A number of things that take at least so many bytes each, all of which must be there. */
export function readCount(cursor: Cursor, least: number): number {
  const count = cursor.varint();
  if (count * least > cursor.remaining) {
    cursor.fail({ kind: 'malformed', what: `${count} entries do not fit into their record` });
  }
  return count;
}

/** A file by its path from the folder of the manifest. */
export interface DataFile {
  /** The folder from which the files are named that it refers to; ends with a slash unless it is empty. */
  readonly base: string;
  readonly path: string;
}

/** Paths share what they begin with with those before them. @param base of the file that the table stands in */
export function readDataFiles(cursor: Cursor, base: string): readonly DataFile[] {
  const count = readCount(cursor, 2);
  const shared = [0, ...varints(cursor, Math.max(0, count - 1))];
  const rest = varints(cursor, count);
  const bases = varints(cursor, count);
  const files: DataFile[] = [];
  let before = new Uint8Array();
  for (let i = 0; i < count; i++) {
    const [common = 0, length = 0, baseLength = 0] = [shared[i], rest[i], bases[i]];
    if (common > before.length || baseLength > common + length) {
      cursor.fail({ kind: 'malformed', what: 'the path of a file is damaged' });
    }
    const path = new Uint8Array(common + length);
    path.set(before.subarray(0, common));
    path.set(cursor.bytes(length), common);
    before = path;
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const own = base + decode(path.subarray(0, baseLength));
    files.push({ base: own, path: own + decode(path.subarray(baseLength)) });
  }
  return files;
}

/** Where something lies: bytes of a file. */
export interface Location {
  readonly file: DataFile;
  readonly offset: number;
  readonly length: number;
}

/** Of nothing: 2⁶⁴ − 1 both as offset and as length. */
const NOWHERE = 2 ** 64;

/** `file id[] · offset[] · length[]`; `undefined` for those that are nowhere. */
export function readLocations(
  cursor: Cursor,
  files: readonly DataFile[],
  count: number,
): readonly (Location | undefined)[] {
  const ids = varints(cursor, count);
  const offsets = Array.from({ length: count }, () => wideVarint(cursor));
  const lengths = Array.from({ length: count }, () => wideVarint(cursor));
  return ids.map((id, i) =>
    locationOf(cursor, { file: files[id], offset: offsets[i], length: lengths[i] }),
  );
}

export function locationOf(
  cursor: Cursor,
  found: { file: DataFile | undefined; offset: number | undefined; length: number | undefined },
): Location | undefined {
  const { file, offset = 0, length = 0 } = found;
  if (offset === NOWHERE && length === NOWHERE) return undefined;
  if (!file || !Number.isSafeInteger(offset + length)) {
    return cursor.fail({ kind: 'malformed', what: 'a reference to a file is damaged' });
  }
  return { file, offset, length };
}

/** Of up to 64 bits, rounded past 2⁵³. */
export function wideVarint(cursor: Cursor): number {
  let value = 0;
  for (let scale = 1; scale <= 2 ** 63; scale *= 128) {
    const byte = cursor.u8();
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
  }
  return cursor.fail({ kind: 'malformed', what: 'a varint is longer than 10 bytes' });
}
