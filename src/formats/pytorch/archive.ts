import { CheckpointError, type Problem } from '#domain/problem.ts';
import { crc32 } from '#encodings/crc32.ts';
import type { ZipArchive } from '#encodings/zip.ts';
import type { ZipEntry } from '#encodings/zip-directory.ts';

/** The records of a torch archive that describe it; storages are left where they are. */
export interface Archive {
  readonly zip: ZipArchive;
  /** The one folder that all records lie in. */
  readonly folder: string;
  readonly pickle: Uint8Array<ArrayBuffer>;
  /** Pickles that torch reads beside it, or that other readers might take for it. */
  readonly otherPickles: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  readonly bigEndian: boolean;
  /** Of the archive, not of torch; `undefined` where it does not say. */
  readonly version: string | undefined;
  /** What is wrong with the records. */
  readonly problems: readonly Problem[];
}

/** Python objects inside a checkpoint can be large, but not as large as its tensors. */
const MAX_PICKLE_SIZE = 2 ** 28;
/** Small: a list of constants, inputs of a trace. */
const MAX_OTHER_SIZE = 2 ** 22;
/** Allocated for what is compressed, besides four times its stored size. */
const INFLATED_FLOOR = 2 ** 26;
/** What cannot be compressed grows by its block headers. */
const COMPRESSION_OVERHEAD = 1024;

/** Finds the folder of an archive and reads its small records, neighbours together. */
export async function findRecords(zip: ZipArchive, signal?: AbortSignal): Promise<Archive> {
  const names = [...zip.entries.keys()];
  const folder = names[0]?.split('/', 1)[0] ?? '';
  const pickleName = `${folder}/data.pkl`;
  const others = names.filter((name) => name !== pickleName && isPickle(name));
  const entry = zip.entries.get(pickleName);
  if (!entry) throw new CheckpointError({ kind: 'missing', path: pickleName }, { path: zip.path });
  const refused = inflatesWrongly(entry) ?? exceeds(entry, MAX_PICKLE_SIZE);
  if (refused) throw new CheckpointError(refused, { path: zip.path });

  const small = others.filter((name) => (zip.entries.get(name)?.size ?? 0) <= MAX_OTHER_SIZE);
  const texts = ['byteorder', 'version'].map((name) => `${folder}/${name}`);
  const records = await zip.readAll([pickleName, ...texts, ...small], signal);
  const [byteorder, version] = texts.map((name) => text(records.get(name)));
  const pickle = records.get(pickleName) ?? new Uint8Array();
  return {
    zip,
    folder,
    pickle,
    otherPickles: new Map(small.map((name) => [name, records.get(name) ?? new Uint8Array()])),
    bigEndian: byteorder === 'big',
    version,
    problems: [
      ...checkPickle(zip, entry, pickle),
      ...others.filter((name) => isTwin(name, pickleName)).map(ambiguous(pickleName)),
      ...(byteorder === undefined || byteorder === 'little' || byteorder === 'big'
        ? []
        : [malformed(`the byte order is given as ${byteorder.slice(0, 20)}`)]),
    ],
  };
}

/** A compressed record that would take far more memory than it takes in the file, or says so little that it lies. */
export function inflatesWrongly(entry: ZipEntry): Problem | undefined {
  const { method, name, size, compressedSize } = entry;
  if (method === 0) return undefined;
  if (compressedSize > 1.1 * size + COMPRESSION_OVERHEAD) {
    return malformed(`${name} takes ${compressedSize} bytes to hold ${size}`);
  }
  return exceeds(entry, 4 * compressedSize + INFLATED_FLOOR);
}

function exceeds({ name, size }: ZipEntry, limit: number): Problem | undefined {
  return size <= limit ? undefined : { kind: 'too-large', what: name, size, limit };
}

/** The pickle is in memory, so that its checksum costs nothing. */
function checkPickle(zip: ZipArchive, entry: ZipEntry, bytes: Uint8Array): Problem[] {
  const hasChecksums = [...zip.entries.values()].some(({ crc32 }) => crc32 !== 0);
  if (!hasChecksums || crc32(bytes) === entry.crc32) return [];
  const what = `the contents of ${entry.name} do not match their checksum`;
  return [{ kind: 'corrupt', what }];
}

function isPickle(name: string): boolean {
  return /\.pkl$/i.test(name);
}

/** Whether some reader might take one for the other: letters of either size, doubled slashes, another folder. */
function isTwin(name: string, pickleName: string): boolean {
  const plain = (path: string) => path.toLowerCase().split(/[/\\]+/);
  return plain(name).at(-1) === plain(pickleName).at(-1);
}

const ambiguous =
  (first: string) =>
  (second: string): Problem => ({
    kind: 'unsafe',
    what: `it has two pickles, ${first} and ${second}`,
  });

function malformed(what: string): Problem {
  return { kind: 'malformed', what };
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes.subarray(0, 64)).trim();
}
