/** Thrown where compressed data cannot be what a compressor wrote; callers make it a `CheckpointError`. */
export class ZstdDamage extends Error {}

export function damage(what: string): never {
  throw new ZstdDamage(what);
}
