type Bytes = Uint8Array<ArrayBuffer>;

/** Numbers in [0, 1) that are the same each time. @see https://github.com/cprosser/mulberry32 */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same bytes after what befalls files: cut off, bits flipped, a part moved or doubled, more behind. */
export function mutate(bytes: Bytes, random: () => number): Bytes {
  const place = (length = bytes.length) => Math.floor(random() * length);
  switch (place(5)) {
    case 0:
      return bytes.slice(0, place());
    case 1: {
      const from = place();
      const part = bytes.subarray(from, from + place(64));
      const mutated = bytes.slice();
      mutated.set(part.subarray(0, Math.max(0, bytes.length - from)), Math.min(from, place()));
      return mutated;
    }
    case 2: {
      const mutated = new Uint8Array(bytes.length + 1 + place(300));
      mutated.set(bytes);
      for (let at = bytes.length; at < mutated.length; at++) mutated[at] = place(256);
      return mutated;
    }
    default: {
      const mutated = bytes.slice();
      for (let count = 1 + place(4); count > 0; count--) {
        const at = place();
        mutated[at] = random() < 0.5 ? place(256) : (mutated[at] ?? 0) ^ (1 << place(8));
      }
      return mutated;
    }
  }
}
