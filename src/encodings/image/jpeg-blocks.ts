import type { BitReader, HuffmanTable } from './jpeg-bits.ts';

/** One colour of a JPEG, and its coefficients in blocks of 64, row by row. */
export interface Component {
  readonly id: number;
  /** Samples per unit of the image, against the largest of all components. */
  readonly h: number;
  readonly v: number;
  readonly table: number;
  /** Real samples. */
  readonly width: number;
  readonly height: number;
  /** Blocks across, those that only fill up among them. */
  readonly across: number;
  readonly down: number;
  /** In natural order, not multiplied yet. */
  readonly coefficients: Int16Array;
  /** As it was at the first scan of the component. */
  quantization: Uint16Array | undefined;
}

/** Which coefficients a scan brings: `[start, end]`, and which bits of them. */
export interface Scan {
  readonly progressive: boolean;
  readonly start: number;
  readonly end: number;
  readonly high: number;
  readonly low: number;
}

/** What is carried from block to block; both start anew at a restart. */
export interface State {
  /** The last DC of the component. */
  dc: number;
  /** Blocks still without coefficients. */
  run: number;
}

export interface Tables {
  readonly dc: HuffmanTable | undefined;
  readonly ac: HuffmanTable | undefined;
}

/** Where coefficients lie in a block, in the order in which they are written; 16 more for bad runs. */
export const NATURAL_ORDER = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5],
  ...[12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28],
  ...[35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51],
  ...[58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63],
  ...new Array<number>(16).fill(63),
);

/** Reads what a scan says of one block. */
export type ReadBlock = (bits: BitReader, block: Int16Array, state: State, tables: Tables) => void;

/** @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf sections F.2 and G.1 */
export function blockReader(scan: Scan): ReadBlock {
  const { progressive, start, high } = scan;
  if (!progressive) return readSequential;
  if (start === 0) return high === 0 ? firstDc(scan) : refineDc(scan);
  return high === 0 ? firstAc(scan) : refineAc(scan);
}

const readSequential: ReadBlock = (bits, block, state, { dc, ac }) => {
  if (!dc || !ac) return;
  state.dc += bits.signed(bits.symbol(dc) & 15);
  block[0] = state.dc;
  for (let k = 1; k < 64; k++) {
    const symbol = bits.symbol(ac);
    const size = symbol & 15;
    if (size === 0) {
      if (symbol !== 0xf0) break;
      k += 15;
      continue;
    }
    k += symbol >> 4;
    block[NATURAL_ORDER[k] ?? 63] = bits.signed(size);
  }
};

const firstDc =
  ({ low }: Scan): ReadBlock =>
  (bits, block, state, { dc }) => {
    if (!dc) return;
    state.dc += bits.signed(bits.symbol(dc) & 15);
    block[0] = state.dc << low;
  };

const refineDc =
  ({ low }: Scan): ReadBlock =>
  (bits, block) => {
    if (bits.take(1) === 1) block[0] = (block[0] ?? 0) | (1 << low);
  };

const firstAc =
  ({ start, end, low }: Scan): ReadBlock =>
  (bits, block, state, { ac }) => {
    if (!ac) return;
    if (state.run > 0) {
      state.run--;
      return;
    }
    for (let k = start; k <= end; k++) {
      const symbol = bits.symbol(ac);
      const [skipped, size] = [symbol >> 4, symbol & 15];
      if (size === 0 && skipped < 15) {
        state.run = (1 << skipped) - 1 + bits.take(skipped);
        return;
      }
      k += skipped;
      if (size > 0) block[NATURAL_ORDER[k] ?? 63] = bits.signed(size) * (1 << low);
    }
  };

const refineAc =
  ({ start, end, low }: Scan): ReadBlock =>
  (bits, block, state, { ac }) => {
    if (!ac) return;
    const refinement = { bits, block, one: 1 << low, end };
    const k = state.run === 0 ? refineBlock(refinement, start, state, ac) : start;
    if (state.run === 0) return;
    refineUntil(refinement, k, 64);
    state.run--;
  };

/** Brings new coefficients between those that are there; gives the place where a run of none begins. */
function refineBlock(
  refinement: Refinement,
  start: number,
  state: State,
  codes: HuffmanTable,
): number {
  const { bits, block, one, end } = refinement;
  let k = start;
  while (k <= end) {
    const symbol = bits.symbol(codes);
    const [skipped, size] = [symbol >> 4, symbol & 15];
    if (size === 0 && skipped < 15) {
      state.run = (1 << skipped) + bits.take(skipped);
      break;
    }
    const value = size === 0 ? 0 : bits.take(1) === 1 ? one : -one;
    k = refineUntil(refinement, k, skipped);
    if (value !== 0 && k <= end) block[NATURAL_ORDER[k] ?? 63] = value;
    k++;
  }
  return k;
}

interface Refinement {
  readonly bits: BitReader;
  readonly block: Int16Array;
  readonly one: number;
  readonly end: number;
}

/** Corrects coefficients that are there, past `zeros` that are not; gives the place of the next one that is not. */
function refineUntil({ bits, block, one, end }: Refinement, from: number, zeros: number): number {
  let left = zeros;
  let k = from;
  for (; k <= end; k++) {
    const at = NATURAL_ORDER[k] ?? 63;
    const value = block[at] ?? 0;
    if (value === 0) {
      if (left === 0) break;
      left--;
    } else if (bits.take(1) === 1 && (value & one) === 0) {
      block[at] = value + (value > 0 ? one : -one);
    }
  }
  return k;
}
