import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** A file in a tar archive. */
export interface TarEntry {
  readonly name: string;
  /** Offset of its first byte in the archive. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

const BLOCK = 512;
/** An archive of more is none that is opened for its few files. */
const MAX_ENTRIES = 10_000;
/** Attributes of a file: its name, and its size where that has no room in the header. */
const MAX_ATTRIBUTES = 2 ** 16;

/** Fields of a header, by offset and length. @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html */
const FIELDS = {
  name: [0, 100],
  size: [124, 12],
  checksum: [148, 8],
  prefix: [345, 155],
} as const;
const TYPE_AT = 156;
const MAGIC_AT = 257;

type Bytes = Uint8Array<ArrayBuffer>;

/** Whether a file may begin with a header of the format POSIX or GNU have. */
export function isTar(head: Uint8Array): boolean {
  return [...'ustar'].every((letter, index) => head[MAGIC_AT + index] === letter.charCodeAt(0));
}

/**
 * The files of a tar archive that is not compressed, by name, in their order. Reads a header for each.
 * Throws `truncated`, `malformed` (a header whose sum is wrong), `unsafe` (two files of one name).
 */
export async function readTar(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, TarEntry>> {
  const entries = new Map<string, TarEntry>();
  let attributes: Attributes = new Map();
  for (let at = 0, count = 0; ; count++) {
    const header = await readHeader(source, at, signal);
    if (!header) return entries;
    if (count === MAX_ENTRIES) fail(source, at, tooMany());
    const entry = entryOf(header, attributes, { source, at });
    const { type, offset, size } = entry;
    if (type === 'x' || type === 'L') {
      if (size > MAX_ATTRIBUTES) fail(source, at, malformed(`attributes take ${size} bytes`));
      attributes = attributesOf(type, await source.read(offset, offset + size, signal));
    } else {
      if (isFile(type)) add(entries, entry, source);
      attributes = new Map();
    }
    at = offset + Math.ceil(size / BLOCK) * BLOCK;
  }
}

type Attributes = ReadonlyMap<string, string>;

/** `undefined` at the end of the archive, which is a block of zeros. */
async function readHeader(
  source: ByteSource,
  at: number,
  signal: AbortSignal | undefined,
): Promise<Bytes | undefined> {
  const needed = at + BLOCK;
  if (needed > source.size) fail(source, at, { kind: 'truncated', needed, size: source.size });
  const header = await source.read(at, needed, signal);
  if (header.every((byte) => byte === 0)) return undefined;
  checkSum(source, at, header);
  return header;
}

/** An entry as a file of its own. */
export function entrySource(source: ByteSource, { name, offset, size }: TarEntry): ByteSource {
  const path = `${source.path}/${name}`;
  return {
    path,
    size,
    async read(start, end, signal) {
      if (end > size) {
        throw new CheckpointError(
          { kind: 'truncated', needed: end, size },
          { path, offset: start },
        );
      }
      return source.read(offset + start, offset + end, signal);
    },
  };
}

/** Regular files, whichever way they are marked; links lead nowhere here. */
function isFile(type: string): boolean {
  return type === '0' || type === '\0' || type === '7';
}

function entryOf(
  header: Bytes,
  attributes: Attributes,
  { source, at }: { readonly source: ByteSource; readonly at: number },
): TarEntry & { readonly type: string } {
  const size = Number(attributes.get('size') ?? numberAt(header, FIELDS.size));
  if (!Number.isSafeInteger(size) || size < 0) fail(source, at, malformed('a size is no size'));
  const offset = at + BLOCK;
  const needed = offset + size;
  if (needed > source.size) fail(source, at, { kind: 'truncated', needed, size: source.size });
  const prefix = textAt(header, FIELDS.prefix);
  const short = textAt(header, FIELDS.name);
  const name = attributes.get('path') ?? (prefix ? `${prefix}/${short}` : short);
  const type = String.fromCharCode(header[TYPE_AT] ?? 0);
  return { name: name.replace(/^(?:\.\/)+/, ''), offset, size, type };
}

function add(entries: Map<string, TarEntry>, entry: TarEntry, source: ByteSource): void {
  if (entries.has(entry.name)) {
    const what = `the archive has two files named ${entry.name}`;
    fail(source, entry.offset - BLOCK, { kind: 'unsafe', what });
  }
  entries.set(entry.name, entry);
}

/** The sum of all bytes, those of the sum itself taken as spaces. */
function checkSum(source: ByteSource, at: number, header: Bytes): void {
  const [from, length] = FIELDS.checksum;
  let sum = 0;
  header.forEach((byte, index) => {
    sum += index >= from && index < from + length ? 0x20 : byte;
  });
  if (numberAt(header, FIELDS.checksum) === sum) return;
  fail(source, at, { kind: 'corrupt', what: 'a header of the archive does not match its sum' });
}

/** `length key=value` lines of POSIX, or a name alone of GNU. */
function attributesOf(type: string, bytes: Bytes): Attributes {
  const text = new TextDecoder().decode(bytes);
  if (type === 'L') return new Map([['path', text.replace(/\0+$/, '')]]);
  return new Map(
    [...text.matchAll(/^\d+ ([^=\n]+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]),
  );
}

/** Octal digits, or base 256 where the first bit is set. */
function numberAt(header: Bytes, [from, length]: readonly [number, number]): number {
  const field = header.subarray(from, from + length);
  if ((field[0] ?? 0) < 0x80) {
    const digits = /^[ \0]*([0-7]+)[ \0]*$/.exec(textAt(header, [from, length], false))?.[1];
    return digits === undefined ? Number.NaN : Number.parseInt(digits, 8);
  }
  return field.reduce((value, byte, index) => value * 256 + (index === 0 ? byte & 0x7f : byte), 0);
}

function textAt(header: Bytes, [from, length]: readonly [number, number], cut = true): string {
  const text = new TextDecoder().decode(header.subarray(from, from + length));
  return cut ? text.replace(/\0.*$/s, '') : text;
}

function tooMany(): Problem {
  const what = 'the number of files in the archive';
  return { kind: 'too-large', what, size: MAX_ENTRIES + 1, limit: MAX_ENTRIES };
}

function malformed(what: string): Problem {
  return { kind: 'malformed', what: `the tar archive is damaged: ${what}` };
}

function fail({ path }: ByteSource, offset: number, problem: Problem): never {
  throw new CheckpointError(problem, { path, offset });
}
