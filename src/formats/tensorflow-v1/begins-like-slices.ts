/**
 * Whether these bytes begin an uncompressed table with an empty key, and under it a message of one field, 1,
 * that fills it: what a V1 checkpoint says of its tensors.
 */
export function beginsLikeSlices(head: Uint8Array): boolean {
  if (head[0] !== 0 || head[1] !== 0) return false;
  const [length, tag] = varint(head, 2);
  if (head[tag] !== 0x0a) return false;
  const [inner, start] = varint(head, tag + 1);
  return length > 0 && inner === length - (start - tag);
}

/** A number of up to 5 bytes, and where the next one begins. */
function varint(bytes: Uint8Array, from: number): [value: number, next: number] {
  let value = 0;
  for (let at = from; at < from + 5; at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 128 ** (at - from);
    if (byte < 0x80) return [value, at + 1];
  }
  return [0, from];
}
