/** Whether these bytes begin as an uncompressed index does: an empty key, and a header with a number of shards. */
export function beginsLikeIndex(head: Uint8Array): boolean {
  return head[0] === 0 && head[1] === 0 && head[3] === 0x08;
}
