import { byteLength, type Dtype } from '#domain/dtype.ts';
import { CheckpointError, type Place } from '#domain/problem.ts';
import { packStrings } from '#domain/strings.ts';
import { elementCount, type TensorInfo } from '#domain/tensor.ts';
import { npyTexts, orderElements, readNpyHeader } from '#encodings/npy.ts';
import type { NpyHeader } from '#encodings/npy-header.ts';
import type { ElementSpan } from '#formats/element-span.ts';
import type { ByteSource } from '#io/byte-source.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Held in memory at once is four times what the file has of an array, and this. */
const ALLOWANCE = 2 ** 26;
/** Arrays that are inflated, or turned row-major, are kept for the next part of them up to this. */
const MAX_KEPT = 2 ** 27;

/** An array whose header has been read. */
export interface ArrayTensor {
  readonly info: TensorInfo;
  /** Elements row-major and little-endian; texts as `packStrings` in `domain/strings.ts` has them. */
  read(span: ElementSpan, signal?: AbortSignal): Promise<Bytes>;
}

interface ArrayFile {
  readonly name: string;
  readonly source: ByteSource;
  readonly isCompressed: boolean;
  readonly stored: number;
}

/** Throws `unsafe` for pickled objects, and what `readNpyHeader` throws. */
export async function openArrayTensor(
  { name, source, isCompressed, stored }: ArrayFile,
  signal?: AbortSignal,
): Promise<ArrayTensor> {
  const place = { path: source.path, tensor: name };
  const header = await readNpyHeader(source, signal);
  const { dtype, width, shape, type } = elementOf(header, source.size, place);
  const { start, fortran } = header;
  const count = elementCount(header.shape);
  const isText = dtype === 'string';
  const info: TensorInfo = {
    name,
    dtype,
    shape,
    bytes: isText ? count * width : byteLength(dtype, elementCount(shape)),
    ...(type !== undefined && { stored: { type, bytes: count * width } }),
  };
  const ordered = { ...header, width };
  let kept: Bytes | undefined;

  async function whole(signal?: AbortSignal): Promise<Bytes> {
    if (kept) return kept;
    const size = count * width;
    const limit = 4 * stored + ALLOWANCE;
    if (size > limit) {
      throw new CheckpointError({ kind: 'too-large', what: name, size, limit }, place);
    }
    const bytes = orderElements(ordered, await source.read(start, start + size, signal));
    if (size <= MAX_KEPT) kept = bytes;
    return bytes;
  }

  /** Bytes of the elements as they are stored, row-major. */
  async function part(from: number, to: number, signal?: AbortSignal): Promise<Bytes> {
    const isSmall = count * width <= Math.min(MAX_KEPT, 4 * stored + ALLOWANCE);
    if ((fortran && shape.length > 1) || (isCompressed && isSmall)) {
      return (await whole(signal)).slice(from, to);
    }
    return orderElements(ordered, await source.read(start + from, start + to, signal));
  }

  return {
    info,
    async read({ from, to, start, end }, signal) {
      if (!isText) return part(start, end, signal);
      const bytes = await part(from * width, to * width, signal);
      const rows = { ...ordered, bigEndian: false, fortran: false, shape: [to - from] };
      const encoder = new TextEncoder();
      return packStrings(npyTexts(rows, bytes).map((text) => encoder.encode(text)));
    },
  };
}

interface Element {
  readonly dtype: Dtype;
  /** Bytes of one element of the array. */
  readonly width: number;
  readonly shape: readonly number[];
  /** What NumPy calls it, where it has no name here. */
  readonly type?: string;
}

function elementOf(
  { element, width, shape, start }: NpyHeader,
  size: number,
  place: Place,
): Element {
  if (element.kind === 'number') return { dtype: element.dtype, width, shape };
  if (element.kind === 'unicode') return { dtype: 'string', width, shape, type: `<U${width / 4}` };
  if (element.kind === 'bytes') return { dtype: 'string', width, shape, type: `|S${width}` };
  const { name, unsafe } = element;
  if (unsafe) {
    throw new CheckpointError({ kind: 'unsafe', what: 'its elements are pickled objects' }, place);
  }
  // Dates are whole numbers of their unit, and `|V2` is what NumPy makes of bfloat16.
  if (/^[<>|=]?[mM]8/.test(name)) return { dtype: 'int64', width: 8, shape, type: name };
  const each = widthOf(size - start, elementCount(shape));
  if (each === undefined) {
    throw new CheckpointError({ kind: 'unsupported', feature: `arrays of ${name}` }, place);
  }
  if (each === 2) return { dtype: 'bits16', width: each, shape, type: name };
  return { dtype: 'uint8', width: each, shape: [...shape, each], type: name };
}

/** Of elements that only the length of the file tells the size of. */
function widthOf(bytes: number, count: number): number | undefined {
  const width = count === 0 ? 0 : bytes / count;
  return Number.isInteger(width) && width > 0 ? width : undefined;
}
