/** The Castagnoli polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;

/** Below this, laying a view over whole words costs more than it saves. */
const WORDS_PAY_FROM = 192;

/** Row k gives what a byte does to the checksum when k more bytes follow it: 16 rows of 256. */
const table = buildTable();

/**
 * The CRC-32C (Castagnoli) of `bytes[from, to)`, unsigned. Pass the checksum of the bytes before as
 * `previous` to go on from it: `crc32c(b, crc32c(a))` is that of `a` and `b` together.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4
 */
export function crc32c(
  bytes: Uint8Array,
  previous = 0,
  from = 0,
  to: number = bytes.length,
): number {
  let crc = ~previous;
  let at = from;
  if (to - from >= WORDS_PAY_FROM) {
    const aligned = from + (-(bytes.byteOffset + from) & 3);
    crc = overBytes(bytes, crc, from, aligned);
    const words = (to - aligned) >>> 2;
    at = aligned + (words & ~3) * 4;
    crc = overWords(new Int32Array(bytes.buffer, bytes.byteOffset + aligned, words & ~3), crc);
  }
  return ~overBytes(bytes, crc, at, to) >>> 0;
}

/**
 * A checksum as TensorFlow and LevelDB store it, so that data which holds its own CRC keeps a strong one.
 *
 * @see https://github.com/google/leveldb/blob/main/util/crc32c.h
 */
export function maskCrc32c(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** The masked CRC-32C of `bytes[from, to)`, unsigned. */
export function maskedCrc32c(bytes: Uint8Array, from = 0, to: number = bytes.length): number {
  return maskCrc32c(crc32c(bytes, 0, from, to));
}

/** The same of `[from, to)` of a view, which is quicker where that is short: a record of a log. */
export function maskedCrc32cOf(view: DataView, from: number, to: number): number {
  if (to - from >= WORDS_PAY_FROM) {
    return maskedCrc32c(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), from, to);
  }
  const t = table;
  let crc = -1;
  let i = from;
  for (const end = to - 7; i < end; i += 8) {
    const a = view.getInt32(i, true) ^ crc;
    const b = view.getInt32(i + 4, true);
    crc =
      (t[1792 + (a & 255)] as number) ^
      (t[1536 + ((a >>> 8) & 255)] as number) ^
      (t[1280 + ((a >>> 16) & 255)] as number) ^
      (t[1024 + (a >>> 24)] as number) ^
      (t[768 + (b & 255)] as number) ^
      (t[512 + ((b >>> 8) & 255)] as number) ^
      (t[256 + ((b >>> 16) & 255)] as number) ^
      (t[b >>> 24] as number);
  }
  if (i < to - 3) {
    const a = view.getInt32(i, true) ^ crc;
    crc =
      (t[768 + (a & 255)] as number) ^
      (t[512 + ((a >>> 8) & 255)] as number) ^
      (t[256 + ((a >>> 16) & 255)] as number) ^
      (t[a >>> 24] as number);
    i += 4;
  }
  for (; i < to; i++) crc = (t[(crc ^ view.getUint8(i)) & 255] as number) ^ (crc >>> 8);
  return maskCrc32c(~crc >>> 0);
}

/** Sixteen bytes a turn; `words.length` is a multiple of 4. Words are little-endian, as all browsers are. */
function overWords(words: Int32Array, start: number): number {
  const t = table;
  let crc = start;
  for (let i = 0; i < words.length; i += 4) {
    const a = (words[i] as number) ^ crc;
    const b = words[i + 1] as number;
    const c = words[i + 2] as number;
    const d = words[i + 3] as number;
    crc =
      (t[3840 + (a & 255)] as number) ^
      (t[3584 + ((a >>> 8) & 255)] as number) ^
      (t[3328 + ((a >>> 16) & 255)] as number) ^
      (t[3072 + (a >>> 24)] as number) ^
      (t[2816 + (b & 255)] as number) ^
      (t[2560 + ((b >>> 8) & 255)] as number) ^
      (t[2304 + ((b >>> 16) & 255)] as number) ^
      (t[2048 + (b >>> 24)] as number) ^
      (t[1792 + (c & 255)] as number) ^
      (t[1536 + ((c >>> 8) & 255)] as number) ^
      (t[1280 + ((c >>> 16) & 255)] as number) ^
      (t[1024 + (c >>> 24)] as number) ^
      (t[768 + (d & 255)] as number) ^
      (t[512 + ((d >>> 8) & 255)] as number) ^
      (t[256 + ((d >>> 16) & 255)] as number) ^
      (t[d >>> 24] as number);
  }
  return crc;
}

/** Eight bytes a turn, wherever they lie, then four, then one. */
function overBytes(bytes: Uint8Array, start: number, from: number, to: number): number {
  const t = table;
  let crc = start;
  let i = from;
  for (const end = to - 7; i < end; i += 8) {
    crc =
      (t[1792 + ((crc ^ (bytes[i] as number)) & 255)] as number) ^
      (t[1536 + (((crc >>> 8) ^ (bytes[i + 1] as number)) & 255)] as number) ^
      (t[1280 + (((crc >>> 16) ^ (bytes[i + 2] as number)) & 255)] as number) ^
      (t[1024 + (((crc >>> 24) ^ (bytes[i + 3] as number)) & 255)] as number) ^
      (t[768 + (bytes[i + 4] as number)] as number) ^
      (t[512 + (bytes[i + 5] as number)] as number) ^
      (t[256 + (bytes[i + 6] as number)] as number) ^
      (t[bytes[i + 7] as number] as number);
  }
  if (i < to - 3) {
    crc =
      (t[768 + ((crc ^ (bytes[i] as number)) & 255)] as number) ^
      (t[512 + (((crc >>> 8) ^ (bytes[i + 1] as number)) & 255)] as number) ^
      (t[256 + (((crc >>> 16) ^ (bytes[i + 2] as number)) & 255)] as number) ^
      (t[(crc >>> 24) ^ (bytes[i + 3] as number)] as number);
    i += 4;
  }
  for (; i < to; i++) {
    crc = (t[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8);
  }
  return crc;
}

function buildTable(): Int32Array {
  const rows = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
    rows[byte] = crc;
  }
  for (let i = 256; i < rows.length; i++) {
    const before = rows[i - 256] as number;
    rows[i] = (rows[before & 255] as number) ^ (before >>> 8);
  }
  return rows;
}
