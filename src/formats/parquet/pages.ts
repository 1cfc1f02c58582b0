import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import type { Problem } from '#domain/problem.ts';
import { crc32 } from '#encodings/crc32.ts';
import { decompressSnappy } from '#encodings/snappy.ts';
import { Cursor } from '#io/cursor.ts';
import { type Compressors, MAX_PAGE } from './compressors.ts';

/** What a column chunk says of itself. */
export interface ChunkFacts {
  readonly codec: string;
  /** Values in all its pages, those that are missing among them. */
  readonly values: number;
  /** Largest levels, 0: its pages have none. */
  readonly repetition: number;
  readonly definition: number;
  readonly path: string;
}

type Bytes = Uint8Array<ArrayBuffer>;
type Fail = (problem: Problem) => never;

const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
/** Encodings whose values are runs of indices. */
const BY_DICTIONARY = new Set([2, 8]);
const RLE = 3;

/**
 * Looks through the pages of a column chunk before they are decoded: sizes and counts must be possible, runs must not
 * repeat a value more often than there are values, and checksums, where a writer made them, must agree. The decoder
 * takes all that on trust: one flipped bit could keep it busy for minutes.
 *
 * @see https://parquet.apache.org/docs/file-format/data-pages/
 */
export function checkPages(
  bytes: Bytes,
  facts: ChunkFacts,
  compressors: Compressors,
  fail: Fail,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const reader = { view, offset: 0 };
  let left = facts.values;
  while (left > 0 && reader.offset < bytes.length) {
    const page = readHeader(reader, fail);
    const end = reader.offset + page.stored;
    if (end > bytes.length) fail({ kind: 'malformed', what: 'a page that ends behind its column' });
    const data = bytes.subarray(reader.offset, end);
    reader.offset = end;
    if (page.crc !== undefined && crc32(data) !== page.crc >>> 0) {
      fail({ kind: 'corrupt', what: 'a page and its checksum disagree' });
    }
    if (page.values > left && page.type !== DICTIONARY_PAGE) {
      fail({
        kind: 'malformed',
        what: `a page of ${page.values} values, of ${left} that are left`,
      });
    }
    if (page.type === DICTIONARY_PAGE) continue;
    left -= page.values;
    checkRuns(data, page, { ...facts, compressors, fail });
  }
  if (left > 0) fail({ kind: 'malformed', what: `${left} values of a column are missing` });
}

interface Page {
  readonly type: number;
  readonly size: number;
  readonly stored: number;
  readonly crc: number | undefined;
  readonly values: number;
  readonly encoding: number;
  /** Bytes of levels before the values, of the second version. */
  readonly levels: readonly [repetition: number, definition: number];
  readonly nulls: number;
  readonly isCompressed: boolean;
}

type Struct = Readonly<Record<string, unknown>>;

function readHeader(reader: { view: DataView; offset: number }, fail: Fail): Page {
  const header: Struct = deserializeTCompactProtocol(reader);
  const type = Number(header['field_1'] ?? 0);
  const facts = (header[FACTS[type] ?? ''] ?? {}) as Struct;
  const isV2 = type === DATA_PAGE_V2;
  const at = (name: string) => Number(facts[name] ?? 0);
  const page: Page = {
    type,
    size: Number(header['field_2'] ?? 0),
    stored: Number(header['field_3'] ?? 0),
    crc: typeof header['field_4'] === 'number' ? header['field_4'] : undefined,
    values: at('field_1'),
    encoding: at(isV2 ? 'field_4' : 'field_2'),
    levels: isV2 ? [at('field_6'), at('field_5')] : [0, 0],
    nulls: isV2 ? at('field_2') : 0,
    isCompressed: !isV2 || facts['field_7'] !== false,
  };
  const counts = [page.size, page.stored, page.values, page.nulls, ...page.levels];
  if (counts.some((count) => !(count >= 0 && count <= MAX_PAGE))) {
    fail({ kind: 'malformed', what: 'a page of sizes that cannot be' });
  }
  return page;
}

/** The part of a header that tells of a page, by its type. */
const FACTS: Readonly<Record<number, string>> = { 0: 'field_5', 2: 'field_7', 3: 'field_8' };

interface Checking extends ChunkFacts {
  readonly compressors: Compressors;
  readonly fail: Fail;
}

function checkRuns(stored: Bytes, page: Page, facts: Checking): void {
  const { repetition, definition, path } = facts;
  const [first, second] = page.levels;
  const isV2 = page.type === DATA_PAGE_V2;
  const start = isV2 ? first + second : 0;
  const packed = stored.subarray(start);
  const values = page.isCompressed ? unpack(packed, page.size - start, facts) : packed;
  const cursor = new Cursor(values, path);
  const levels = new Cursor(stored.subarray(0, start), path);
  // The first version says before each kind of levels how long they are.
  const partOf = (length: number) => (isV2 ? levels.slice(length) : cursor.slice(cursor.u32()));
  if (repetition > 0) runsOf(partOf(first), page.values, repetition);
  const all = page.values - page.nulls;
  const present = definition > 0 ? runsOf(partOf(second), page.values, definition) : all;
  if (present === 0) return;
  if (page.encoding === RLE) runsOf(isV2 ? cursor : partOf(0), present, 1);
  if (!BY_DICTIONARY.has(page.encoding)) return;
  const width = cursor.u8();
  if (width > 32) facts.fail({ kind: 'malformed', what: `indices of ${width} bits` });
  if (width > 0) runsOf(cursor, present, 2 ** width - 1);
}

function unpack(packed: Bytes, size: number, { codec, compressors, path, fail }: Checking): Bytes {
  if (codec === 'UNCOMPRESSED') return packed;
  if (codec === 'SNAPPY') return decompressSnappy(new Cursor(packed, path), MAX_PAGE);
  const decompress = compressors[codec];
  if (!decompress) return fail({ kind: 'unsupported', feature: `Parquet compressed by ${codec}` });
  return new Uint8Array(decompress(packed, size));
}

/**
 * Goes through runs and packed groups of `count` values; gives how many are the largest.
 * Throws `malformed` where a run is longer than what is left.
 */
function runsOf(cursor: Cursor, count: number, largest: number): number {
  const width = Math.ceil(Math.log2(largest + 1));
  let seen = 0;
  let full = 0;
  while (seen < count) {
    const header = cursor.varint();
    const left = count - seen;
    const run = header % 2 === 1 ? Math.min(4 * (header - 1), left) : header / 2;
    if (run === 0 || run > left) {
      cursor.fail({ kind: 'malformed', what: `a run of ${run} values, of ${left} that are left` });
    }
    full +=
      header % 2 === 1
        ? packedRun(cursor, { bytes: ((header - 1) / 2) * width, run, width, largest })
        : repeatedRun(cursor, width) === largest
          ? run
          : 0;
    seen += run;
  }
  return full;
}

function repeatedRun(cursor: Cursor, width: number): number {
  let value = 0;
  for (const [i, byte] of cursor.bytes(Math.ceil(width / 8)).entries()) value += byte * 256 ** i;
  return value;
}

interface PackedRun {
  readonly bytes: number;
  readonly run: number;
  readonly width: number;
  readonly largest: number;
}

/** The last group may lack the bytes that only fill it up. */
function packedRun(cursor: Cursor, { bytes, run, width, largest }: PackedRun): number {
  const values = cursor.bytes(Math.min(bytes, cursor.remaining));
  if (values.length * 8 < run * width) {
    cursor.fail({ kind: 'malformed', what: 'a group of values is cut' });
  }
  return countFull(values, run, width, largest);
}

/** Only levels are counted, and they have few bits. */
function countFull(bytes: Uint8Array, count: number, width: number, largest: number): number {
  if (width > 8) return 0;
  let full = 0;
  for (let i = 0; i < count; i++) {
    const bit = i * width;
    const pair = (bytes[bit >> 3] ?? 0) | ((bytes[(bit >> 3) + 1] ?? 0) << 8);
    if (((pair >> (bit & 7)) & ((1 << width) - 1)) === largest) full++;
  }
  return full;
}
