/** The polynomial of zip, gzip and PNG, bits reversed. */
const POLYNOMIAL = 0xedb88320;

/** `TABLES[256 k + b]`: what byte `b` does to the checksum from `k` bytes before its end. */
const TABLES = makeTables();

function makeTables(): Int32Array {
  const tables = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256] as number;
    tables[at] = (before >>> 8) ^ (tables[before & 0xff] as number);
  }
  return tables;
}

/**
 * CRC-32 of bytes, or of all bytes so far when `crc` is that of those before. An unsigned 32-bit number.
 *
 * Sixteen bytes a step, each through its own table ("slicing-by-16").
 * @see https://www.w3.org/TR/png-3/#D-CRCAppendix
 * @see https://create.stephan-brumme.com/crc32/
 */
export function crc32(bytes: Uint8Array, crc = 0): number {
  const t = TABLES;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 16);
  let value = ~crc;
  for (let at = 0; at < whole; at += 16) {
    const a = view.getInt32(at, true) ^ value;
    const b = view.getInt32(at + 4, true);
    const c = view.getInt32(at + 8, true);
    const d = view.getInt32(at + 12, true);
    value =
      (t[0xf00 | (a & 0xff)] as number) ^
      (t[0xe00 | ((a >>> 8) & 0xff)] as number) ^
      (t[0xd00 | ((a >>> 16) & 0xff)] as number) ^
      (t[0xc00 | (a >>> 24)] as number) ^
      (t[0xb00 | (b & 0xff)] as number) ^
      (t[0xa00 | ((b >>> 8) & 0xff)] as number) ^
      (t[0x900 | ((b >>> 16) & 0xff)] as number) ^
      (t[0x800 | (b >>> 24)] as number) ^
      (t[0x700 | (c & 0xff)] as number) ^
      (t[0x600 | ((c >>> 8) & 0xff)] as number) ^
      (t[0x500 | ((c >>> 16) & 0xff)] as number) ^
      (t[0x400 | (c >>> 24)] as number) ^
      (t[0x300 | (d & 0xff)] as number) ^
      (t[0x200 | ((d >>> 8) & 0xff)] as number) ^
      (t[0x100 | ((d >>> 16) & 0xff)] as number) ^
      (t[d >>> 24] as number);
  }
  for (let at = whole; at < bytes.length; at++) {
    value = (value >>> 8) ^ (t[(value ^ (bytes[at] as number)) & 0xff] as number);
  }
  return ~value >>> 0;
}
