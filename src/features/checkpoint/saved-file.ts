import { BITS } from '#domain/dtype.ts';
import { npyElements, npyHeader, npyTarget } from '#domain/npy-file.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { SafetensorsFile } from '#domain/safetensors-file.ts';
import { elementCount, type TensorInfo } from '#domain/tensor.ts';
import { fileName, type SavedFile } from '#ui/saved-file.ts';

/** Reads elements `[from, to)` of a tensor, in its own dtype. */
export type ReadElements = (
  tensor: string,
  range: readonly [from: number, to: number],
  signal: AbortSignal,
) => Promise<Uint8Array<ArrayBuffer>>;

/** Bytes of a tensor that are read at a time. */
const PIECE = 8_000_000;

/** One tensor as a `.npy` file; `null` when NumPy has no type for it. */
export function npyFile(tensor: TensorInfo, read: ReadElements): SavedFile | null {
  const target = npyTarget(tensor);
  if (!target) return null;
  const shape = tensor.kind === 'sparse' ? [storedCount(tensor)] : tensor.shape;
  const header = npyHeader(target.descr, shape);
  return {
    name: `${fileName(tensor.name, 'tensor')}.npy`,
    size: header.length + elementCount(shape) * target.size,
    async *pieces(signal) {
      yield header;
      for await (const bytes of elementsOf(tensor, read, signal)) {
        yield npyElements(bytes, tensor.dtype, target);
      }
    },
  };
}

/** Tensors as one safetensors file. */
export function safetensorsFile(
  name: string,
  { header, tensors, size }: SafetensorsFile,
  read: ReadElements,
): SavedFile {
  return {
    name: `${fileName(name, 'tensor')}.safetensors`,
    size,
    async *pieces(signal) {
      yield header;
      for (const tensor of tensors) yield* elementsOf(tensor, read, signal);
    },
  };
}

/** All elements of a tensor in pieces, the next of which is read while one is written. */
async function* elementsOf(
  tensor: TensorInfo,
  read: ReadElements,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const count = storedCount(tensor);
  const step = Math.max(8, Math.floor(PIECE / BITS[tensor.dtype]) * 8);
  const start = (from: number) => {
    if (from >= count) return null;
    const piece = read(tensor.name, [from, Math.min(count, from + step)], signal);
    // Its failure is seen when its turn comes; until then it must not count as unhandled.
    piece.catch(() => undefined);
    return piece;
  };
  let seen = 0;
  let next = start(0);
  for (let from = step; next; from += step) {
    const bytes: Uint8Array<ArrayBuffer> = await next;
    next = start(from);
    seen += bytes.length;
    yield bytes;
  }
  if (seen !== tensor.bytes) {
    throw new CheckpointError({ kind: 'changed' }, { path: '', tensor: tensor.name });
  }
}

/** Of sparse tensors only the values are stored. */
function storedCount({ kind, shape, bytes, dtype }: TensorInfo): number {
  return kind === 'sparse' ? Math.floor((bytes * 8) / BITS[dtype]) : elementCount(shape);
}
