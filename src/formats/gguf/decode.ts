import { widen } from '#domain/widen.ts';
import type { BlockType } from './types.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Writes the elements of one block, which begins at byte `at`, to `out` from `to` on. */
type Decoder = (block: DataView, at: number, out: Float32Array, to: number) => void;

/** Whether the blocks of a type can be decoded here. */
export function isDecoded({ name }: BlockType): boolean {
  return Object.hasOwn(DECODERS, name);
}

/**
 * Whole blocks as float32. Products are rounded to float32 once, as ggml does.
 * @see https://github.com/ggml-org/ggml/blob/master/src/ggml-quants.c `dequantize_row_*`
 */
export function decodeBlocks(
  bytes: Bytes,
  type: BlockType,
  bigEndian: boolean,
): Float32Array<ArrayBuffer> {
  const count = Math.floor(bytes.length / type.bytes);
  const out = new Float32Array(count * type.elements);
  const decode = DECODERS[type.name];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  littleEndian = !bigEndian;
  for (let block = 0; block < count; block++) {
    decode?.(view, block * type.bytes, out, block * type.elements);
  }
  return out;
}

/** Of the file that is decoded; blocks are decoded without interruption. */
let littleEndian = true;

const half = (view: DataView, at: number): number => {
  const code = view.getUint16(at, littleEndian);
  return widen(Uint8Array.of(code & 255, code >> 8), 'float16')?.[0] ?? 0;
};

/** Four bits each: the low halves of sixteen bytes are the first sixteen elements. */
const nibbles =
  (offset: number, withMinimum: boolean): Decoder =>
  (view, at, out, to) => {
    const scale = half(view, at);
    // −0 keeps the sign of a zero.
    const minimum = withMinimum ? half(view, at + 2) : -0;
    const start = at + (withMinimum ? 4 : 2);
    for (let i = 0; i < 16; i++) {
      const byte = view.getUint8(start + i);
      out[to + i] = Math.fround(((byte & 15) - offset) * scale) + minimum;
      out[to + i + 16] = Math.fround(((byte >> 4) - offset) * scale) + minimum;
    }
  };

/** The fifth bits of all 32 elements stand before the four others. */
const fiveBits =
  (offset: number, withMinimum: boolean): Decoder =>
  (view, at, out, to) => {
    const scale = half(view, at);
    // −0 keeps the sign of a zero.
    const minimum = withMinimum ? half(view, at + 2) : -0;
    const start = at + (withMinimum ? 4 : 2);
    const high = view.getUint32(start, true);
    for (let i = 0; i < 16; i++) {
      const byte = view.getUint8(start + 4 + i);
      const low = (byte & 15) | (((high >>> i) & 1) << 4);
      const upper = (byte >> 4) | (((high >>> (i + 16)) & 1) << 4);
      out[to + i] = Math.fround((low - offset) * scale) + minimum;
      out[to + i + 16] = Math.fround((upper - offset) * scale) + minimum;
    }
  };

const DECODERS: Readonly<Record<string, Decoder>> = {
  q4_0: nibbles(8, false),
  q4_1: nibbles(0, true),
  q5_0: fiveBits(16, false),
  q5_1: fiveBits(0, true),
  q8_0: (view, at, out, to) => {
    const scale = half(view, at);
    for (let i = 0; i < 32; i++) out[to + i] = view.getInt8(at + 2 + i) * scale;
  },
};
