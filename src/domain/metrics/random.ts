/** Random whole numbers from 0 to 2³² − 1, the same for the same seed. */
export interface Random {
  /** The state of sfc32. In an array, as a variable of a closure would be boxed anew each time. */
  readonly state: Int32Array;
}

/** @see https://pracrand.sourceforge.net/ for sfc32 */
export function seeded(seed: number): Random {
  const random = { state: Int32Array.of(seed, 0x9e3779b9, 0x243f6a88, 1) };
  // The first ones still show how alike two seeds are.
  for (let i = 0; i < 16; i++) nextOf(random);
  return random;
}

export function nextOf({ state }: Random): number {
  const a = state[0] as number;
  const b = state[1] as number;
  const c = state[2] as number;
  const counter = state[3] as number;
  const sum = (a + b + counter) | 0;
  state[0] = b ^ (b >>> 9);
  state[1] = (c + (c << 3)) | 0;
  state[2] = ((c << 21) | (c >>> 11)) + sum;
  state[3] = counter + 1;
  return sum >>> 0;
}

/** Draws as many as there are, with replacement: how often each was drawn. */
export function drawInto(counts: Uint16Array, random: Random): void {
  counts.fill(0);
  const share = counts.length / 2 ** 32;
  for (let i = 0; i < counts.length; i++) {
    const at = Math.floor(nextOf(random) * share);
    counts[at] = (counts[at] as number) + 1;
  }
}
