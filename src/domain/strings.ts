/**
 * Texts, or bytes of any length each, as `Checkpoint.read` gives them: the length of each as a base-128 varint,
 * then all their bytes.
 */
export function packStrings(elements: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const lengths = elements.flatMap(({ length }) => varint(length));
  const packed = new Uint8Array(elements.reduce((sum, { length }) => sum + length, lengths.length));
  packed.set(lengths);
  let at = lengths.length;
  for (const element of elements) {
    packed.set(element, at);
    at += element.length;
  }
  return packed;
}

/**
 * The elements of a `string` tensor from what `read` gave, as views of it.
 *
 * @param count elements that were read
 * @throws RangeError when `packed` is not as long as its lengths say
 */
export function readStrings(
  packed: Uint8Array<ArrayBuffer>,
  count: number,
): readonly Uint8Array<ArrayBuffer>[] {
  const lengths: number[] = [];
  let at = 0;
  while (lengths.length < count) {
    let length = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = packed[at++];
      if (byte === undefined) throw new RangeError(`No ${count} lengths in ${packed.length} bytes`);
      length += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    lengths.push(length);
  }
  const elements = lengths.map((length) => {
    at += length;
    return packed.subarray(at - length, at);
  });
  if (at !== packed.length) throw new RangeError(`${packed.length} bytes where ${at} should be`);
  return elements;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return bytes;
}
