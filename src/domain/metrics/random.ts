/** Random numbers from 0 to 2³² − 1, the same for the same seed. @see https://pracrand.sourceforge.net/ for sfc32 */
export function seeded(seed: number): () => number {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 1];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  // The first ones still show how alike two seeds are.
  for (let i = 0; i < 16; i++) next();
  return next;
}

/** Draws as many as there are, with replacement: how often each was drawn. */
export function drawInto(counts: Uint16Array, next: () => number): void {
  counts.fill(0);
  const share = counts.length / 2 ** 32;
  for (let i = 0; i < counts.length; i++) {
    const at = Math.floor(next() * share);
    counts[at] = (counts[at] as number) + 1;
  }
}
