import { CheckpointError, type Place } from '#domain/problem.ts';
import { elementCount } from '#domain/tensor.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { NPY_PREFIX, type NpyHeader, npyHeaderSpan, parseNpyHeader } from './npy-header.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Reads the header of a `.npy` file, and checks that the file is long enough for its elements.
 * Throws `malformed`, `truncated`, `unsupported`, `too-large`.
 */
export async function readNpyHeader(source: ByteSource, signal?: AbortSignal): Promise<NpyHeader> {
  const place: Place = { path: source.path };
  const prefix = await source.read(0, Math.min(NPY_PREFIX, source.size), signal);
  const [start, end] = npyHeaderSpan(prefix, place);
  if (end > source.size) {
    throw new CheckpointError({ kind: 'truncated', needed: end, size: source.size }, place);
  }
  const text = new TextDecoder().decode(await source.read(start, end, signal));
  const header = parseNpyHeader(text, end, place);
  const needed = end + elementCount(header.shape) * header.width;
  if (needed > source.size) {
    throw new CheckpointError({ kind: 'truncated', needed, size: source.size }, place);
  }
  return header;
}

/**
 * Elements as every reader here has them: row-major, little-endian.
 *
 * @param bytes all elements of an array, or whole rows of one that is row-major
 */
export function orderElements(header: NpyHeader, bytes: Bytes): Bytes {
  const { bigEndian, fortran, shape, width } = header;
  const parts = header.element.kind === 'unicode' ? 4 : partWidth(header);
  const ordered = fortran && shape.length > 1 ? rowMajor(bytes, shape, width) : bytes;
  return bigEndian && parts > 1 ? swapped(ordered, parts) : ordered;
}

/** Texts, without the zeros that fill them up. Broken code points become U+FFFD. */
export function npyTexts(header: NpyHeader, bytes: Bytes): string[] {
  const { element, width } = header;
  const ordered = orderElements(header, bytes);
  const count = width === 0 ? elementCount(header.shape) : Math.floor(ordered.length / width);
  const decode = element.kind === 'unicode' ? decodeUtf32 : decodeUtf8;
  return Array.from({ length: count }, (_, i) =>
    decode(ordered.subarray(i * width, (i + 1) * width)),
  );
}

/** Bytes that are swapped together: a complex number is two numbers. */
function partWidth({ element, width }: NpyHeader): number {
  if (element.kind !== 'number') return 1;
  return element.dtype.startsWith('complex') ? width / 2 : width;
}

function swapped(bytes: Bytes, width: number): Bytes {
  const result = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += width) {
    for (let byte = 0; byte < width; byte++) result[at + byte] = bytes[at + width - 1 - byte] ?? 0;
  }
  return result;
}

/** Column-major elements in row-major order. */
function rowMajor(bytes: Bytes, shape: readonly number[], width: number): Bytes {
  const result = new Uint8Array(bytes.length);
  const index = shape.map(() => 0);
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)) * width);
  let from = 0;
  for (let to = 0; to < bytes.length; to += width) {
    for (let byte = 0; byte < width; byte++) result[to + byte] = bytes[from + byte] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      from += strides[axis] ?? 0;
      index[axis] = next;
      if (next < (shape[axis] ?? 1)) break;
      from -= next * (strides[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return result;
}

function decodeUtf32(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, true);
    text += code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
  }
  return text.replace(/\0+$/, '');
}

function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\0+$/, '');
}
