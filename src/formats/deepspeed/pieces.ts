import { BITS, type Dtype } from '#domain/dtype.ts';
import { CheckpointError, type Problem } from '#domain/problem.ts';
import { elementCount, type ReadOptions } from '#domain/tensor.ts';
import { widen } from '#domain/widen.ts';
import type { Assembled } from '#formats/pytorch/assemble.ts';

/** Elements of a tensor in some file that are elements of a merged one. */
export interface Piece {
  /** `undefined`: its file is missing, or it cannot be opened. */
  readonly file: Assembled | undefined;
  /** Of the tensor there. */
  readonly tensor: string;
  readonly from: number;
  readonly length: number;
}

/** A tensor that is put together from pieces, one after another. */
export interface Merged {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly pieces: readonly Piece[];
  /** Type of the pieces, where it is another. */
  readonly stored?: Dtype;
  /** What is wrong with it. */
  readonly problem?: Problem;
}

/** More is not read at once. */
const MAX_READ = 2 ** 31;

/** Elements `[from, to)` of a merged tensor. What is missing is not made up. */
export async function readMerged(
  merged: Merged,
  { path, from = 0, to, signal }: ReadOptions & { readonly path: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const { name, shape, dtype, stored = dtype, pieces, problem } = merged;
  const place = { path, tensor: name };
  const count = elementCount(shape);
  const end = to ?? count;
  if (!(from >= 0 && from <= end && end <= count)) {
    throw new RangeError(`[${from}, ${to}) is not within the ${count} elements of ${name}`);
  }
  if (problem) throw new CheckpointError(problem, place);
  const width = BITS[stored] / 8;
  const size = (end - from) * width;
  if (size > MAX_READ) {
    const what = `what is read of ${name} at once`;
    throw new CheckpointError({ kind: 'too-large', what, size, limit: MAX_READ }, place);
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const { file, tensor, from: start, length } of pieces) {
    const [low, high] = [Math.max(from, at), Math.min(end, at + length)];
    if (low < high && file) {
      const range = { from: start + low - at, to: start + high - at, signal };
      out.set(await file.read(tensor, range), (low - from) * width);
    }
    at += length;
  }
  return stored === dtype ? out : narrowed(out, stored);
}

/** Buffers in half precision are widened, as DeepSpeed itself does. */
function narrowed(bytes: Uint8Array<ArrayBuffer>, stored: Dtype): Uint8Array<ArrayBuffer> {
  const wide = widen(bytes, stored);
  return wide ? new Uint8Array(wide.buffer, wide.byteOffset, wide.byteLength) : bytes;
}
