const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** Flipped bits that still leave a signature; of 64 random ones, about 32 differ. */
const DAMAGED_BITS = 8;

/** Whether a file begins as HDF5, or does after a user block that lies within `head`. */
export function hdf5Signature(head: Uint8Array): 'present' | 'damaged' | 'absent' {
  for (let at = 0; at + 8 <= head.length; at = at === 0 ? 512 : at * 2)
    if (wrongBits(head, at) === 0) return 'present';
  return head.length >= 8 && wrongBits(head, 0) <= DAMAGED_BITS ? 'damaged' : 'absent';
}

export function isSignature(bytes: Uint8Array): boolean {
  return bytes.length === 8 && wrongBits(bytes, 0) === 0;
}

function wrongBits(bytes: Uint8Array, at: number): number {
  return SIGNATURE.reduce((sum, byte, i) => sum + bitCount(byte ^ (bytes[at + i] ?? 0)), 0);
}

export function bitCount(byte: number): number {
  let bits = 0;
  for (let rest = byte; rest > 0; rest >>>= 1) bits += rest & 1;
  return bits;
}
