/** FIX(x) of `jidctint.c`: x × 2¹³. */
const F0_298 = 2446;
const F0_390 = 3196;
const F0_541 = 4433;
const F0_765 = 6270;
const F0_899 = 7373;
const F1_175 = 9633;
const F1_501 = 12299;
const F1_847 = 15137;
const F1_961 = 16069;
const F2_053 = 16819;
const F2_562 = 20995;
const F3_072 = 25172;

const work = new Int32Array(64);
const odd = new Int32Array(4);
const even = new Int32Array(4);

/**
 * Samples of one block, 0 … 255, by the accurate integer transform of libjpeg (`JDCT_ISLOW`), to the bit.
 *
 * @param at of the coefficients of the block
 * @param samples of a component, into which they go at `to`, rows `stride` apart
 * @see https://github.com/libjpeg-turbo/libjpeg-turbo/blob/main/src/jidctint.c
 */
export function inverseDct(
  { coefficients, at }: { readonly coefficients: Int16Array; readonly at: number },
  quantization: Uint16Array,
  { samples, to, stride }: { samples: Uint8Array; readonly to: number; readonly stride: number },
): void {
  for (let column = 0; column < 8; column++) {
    const value = (row: number) =>
      (coefficients[at + row * 8 + column] ?? 0) * (quantization[row * 8 + column] ?? 0);
    transform(value);
    for (let i = 0; i < 4; i++) {
      const [a, b] = [even[i] ?? 0, odd[i] ?? 0];
      work[i * 8 + column] = (a + b + 1024) >> 11;
      work[(7 - i) * 8 + column] = (a - b + 1024) >> 11;
    }
  }
  for (let row = 0; row < 8; row++) {
    const value = (column: number) => work[row * 8 + column] ?? 0;
    transform(value);
    const start = to + row * stride;
    for (let i = 0; i < 4; i++) {
      const [a, b] = [even[i] ?? 0, odd[i] ?? 0];
      samples[start + i] = clamp(((a + b + 131072) >> 18) + 128);
      samples[start + 7 - i] = clamp(((a - b + 131072) >> 18) + 128);
    }
  }
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, value));
}

/** Eight points in one dimension: sums and differences of `even` and `odd` are the results, × 2¹³. */
function transform(value: (index: number) => number): void {
  const [v2, v6] = [value(2), value(6)];
  const shared = (v2 + v6) * F0_541;
  const t2 = shared - v6 * F1_847;
  const t3 = shared + v2 * F0_765;
  const [v0, v4] = [value(0), value(4)];
  const t0 = (v0 + v4) << 13;
  const t1 = (v0 - v4) << 13;
  even[0] = t0 + t3;
  even[3] = t0 - t3;
  even[1] = t1 + t2;
  even[2] = t1 - t2;
  const [v7, v5, v3, v1] = [value(7), value(5), value(3), value(1)];
  const z1 = -(v7 + v1) * F0_899;
  const z2 = -(v5 + v3) * F2_562;
  const z5 = (v7 + v3 + v5 + v1) * F1_175;
  const z3 = z5 - (v7 + v3) * F1_961;
  const z4 = z5 - (v5 + v1) * F0_390;
  odd[3] = v7 * F0_298 + z1 + z3;
  odd[2] = v5 * F2_053 + z2 + z4;
  odd[1] = v3 * F3_072 + z2 + z3;
  odd[0] = v1 * F1_501 + z1 + z4;
}
