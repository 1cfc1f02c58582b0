const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

const u64 = (value: bigint) => BigInt.asUintN(64, value);
const rotate = (value: bigint, by: bigint) => u64((value << by) | (value >> (64n - by)));
const round = (sum: bigint, lane: bigint) => u64(rotate(u64(sum + lane * PRIME_2), 31n) * PRIME_1);
const merge = (hash: bigint, lane: bigint) => u64((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4);

/**
 * The XXH64 of bytes with seed 0; Zstandard keeps its lower 32 bits.
 *
 * @see https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */
export function xxh64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let hash = PRIME_5;
  if (bytes.length >= 32) {
    let [a, b, c, d] = [u64(PRIME_1 + PRIME_2), PRIME_2, 0n, u64(-PRIME_1)];
    for (; at + 32 <= bytes.length; at += 32) {
      a = round(a, view.getBigUint64(at, true));
      b = round(b, view.getBigUint64(at + 8, true));
      c = round(c, view.getBigUint64(at + 16, true));
      d = round(d, view.getBigUint64(at + 24, true));
    }
    hash = u64(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n));
    for (const lane of [a, b, c, d]) hash = merge(hash, lane);
  }
  return avalanche(rest(view, at, u64(hash + BigInt(bytes.length))));
}

/** What is left behind the last 32 bytes. */
function rest(view: DataView, start: number, sum: bigint): bigint {
  let hash = sum;
  let at = start;
  for (; at + 8 <= view.byteLength; at += 8) {
    hash ^= round(0n, view.getBigUint64(at, true));
    hash = u64(rotate(hash, 27n) * PRIME_1 + PRIME_4);
  }
  if (at + 4 <= view.byteLength) {
    hash ^= u64(BigInt(view.getUint32(at, true)) * PRIME_1);
    hash = u64(rotate(hash, 23n) * PRIME_2 + PRIME_3);
    at += 4;
  }
  for (; at < view.byteLength; at++) {
    hash ^= u64(BigInt(view.getUint8(at)) * PRIME_5);
    hash = u64(rotate(hash, 11n) * PRIME_1);
  }
  return hash;
}

function avalanche(sum: bigint): bigint {
  let hash = u64((sum ^ (sum >> 33n)) * PRIME_2);
  hash = u64((hash ^ (hash >> 29n)) * PRIME_3);
  return hash ^ (hash >> 32n);
}
