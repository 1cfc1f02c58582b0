type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Undoes LibLZF compression into exactly `size` bytes.
 *
 * @param fail makes the error for a stream that is damaged
 * @see http://oldhome.schmorp.de/marc/liblzf.html
 */
export function decompressLzf(bytes: Bytes, size: number, fail: (what: string) => Error): Bytes {
  const out = new Uint8Array(size);
  let at = 0;
  let to = 0;

  function literal(length: number): void {
    if (at + length > bytes.length || to + length > size) throw fail('an LZF chunk is cut short');
    out.set(bytes.subarray(at, at + length), to);
    at += length;
    to += length;
  }

  function repeat(control: number): void {
    let length = (control >> 5) + 2;
    if (length === 9) length += next();
    const from = to - (((control & 31) << 8) | next()) - 1;
    if (from < 0 || to + length > size) throw fail('an LZF chunk points outside itself');
    for (let i = 0; i < length; i++) out[to + i] = out[from + i] as number; // may overlap
    to += length;
  }

  function next(): number {
    const byte = bytes[at++];
    if (byte === undefined) throw fail('an LZF chunk is cut short');
    return byte;
  }

  while (at < bytes.length) {
    const control = next();
    if (control < 32) literal(control + 1);
    else repeat(control);
  }
  if (to !== size) throw fail('an LZF chunk is cut short');
  return out;
}
