import { CheckpointError, type Problem } from '#domain/problem.ts';
import { elementCount } from '#domain/tensor.ts';
import { npyTexts, orderElements, readNpyHeader } from '#encodings/npy.ts';
import type { NpyHeader } from '#encodings/npy-header.ts';
import { openZip, type ZipArchive } from '#encodings/zip.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { rewindable } from '#io/rewind.ts';

/** Arrays that have to be turned round (column-major), and texts, are kept in memory. */
const MAX_WHOLE = 2 ** 29;

/** Compressed ones as well up to this; larger ones are inflated forward, batch by batch. */
const MAX_KEPT = 2 ** 27;

/** Headers are read one by one; an archive of more arrays holds no data set. */
const MAX_ARRAYS = 1024;

/** An array of an archive whose header has been read. */
export interface NpzArray {
  readonly name: string;
  readonly header: NpyHeader;
  /** Bytes of elements `[from, to)` of the first axis, row-major and little-endian. Throws `corrupt`. */
  rows(from: number, to: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** All elements of an array of texts. */
  texts(signal?: AbortSignal): Promise<string[]>;
}

/** Opens the arrays of `numpy.savez`: a zip archive of `NAME.npy`, stored or deflated. */
export async function openArrays(source: ByteSource, signal?: AbortSignal): Promise<NpzArray[]> {
  const zip = await openZip(source, { signal });
  const entries = [...zip.entries.keys()].filter((entry) => entry.endsWith('.npy'));
  if (entries.length > MAX_ARRAYS) {
    const problem = { what: 'arrays', size: entries.length, limit: MAX_ARRAYS } as const;
    throw new CheckpointError({ kind: 'too-large', ...problem }, { path: source.path });
  }
  const arrays: NpzArray[] = [];
  for (const entry of entries) arrays.push(await openArray(zip, entry, signal));
  return arrays;
}

async function openArray(zip: ZipArchive, entry: string, signal?: AbortSignal): Promise<NpzArray> {
  const name = entry.slice(0, -'.npy'.length);
  const { size = 0, method } = zip.entries.get(entry) ?? {};
  const contents: ByteSource = {
    path: zip.path,
    size,
    read: (from, to, signal) => zip.read(entry, { from, to, signal }),
  };
  let compared = false;

  /** Ranges have no checksum of their own, so the array is compared once, before any is used. */
  async function compare(signal?: AbortSignal): Promise<void> {
    if (compared) return;
    const { defects } = await zip.verify({ name: entry, signal });
    const [first] = defects;
    if (first) throw new CheckpointError(first.problem, { path: zip.path, tensor: name });
    compared = true;
  }

  const array = await openNpyArray(name, contents, {
    forward: method === 0 ? undefined : rewindable(() => zip.pieces(entry)),
    signal,
  });
  return {
    ...array,
    async rows(from, to, signal) {
      await compare(signal);
      return array.rows(from, to, signal);
    },
    async texts(signal) {
      await compare(signal);
      return array.texts(signal);
    },
  };
}

interface ArrayOptions {
  /** For contents that have to be inflated: ranges of them, read forward. */
  readonly forward?: ReturnType<typeof rewindable> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An array in a `.npy` file. Throws what `readNpyHeader` throws, with its name. */
export async function openNpyArray(
  name: string,
  contents: ByteSource,
  { forward, signal }: ArrayOptions = {},
): Promise<NpzArray> {
  const place = { path: contents.path, tensor: name };
  const header = await readNpyHeader(contents, signal).catch((error: unknown) => {
    throw error instanceof CheckpointError
      ? new CheckpointError(error.problem, place, { cause: error })
      : error;
  });
  const { shape, width, start, fortran } = header;
  const rowBytes = elementCount(shape.slice(1)) * width;
  const bytes = elementCount(shape) * width;
  const isTurned = fortran && shape.length > 1;
  let kept: Uint8Array<ArrayBuffer> | undefined;

  async function whole(signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    if (kept) return kept;
    if (bytes > MAX_WHOLE) {
      const problem: Problem = { kind: 'too-large', what: name, size: bytes, limit: MAX_WHOLE };
      throw new CheckpointError(problem, place);
    }
    const stored = await contents.read(start, start + bytes, signal);
    kept = orderElements(header, stored);
    return kept;
  }

  return {
    name,
    header,
    async rows(from, to, signal) {
      const [first, last] = [from * rowBytes, to * rowBytes];
      if (isTurned || (forward && bytes <= MAX_KEPT)) {
        return (await whole(signal)).slice(first, last);
      }
      const read = forward ?? contents.read;
      return orderElements(header, await read(start + first, start + last, signal));
    },
    async texts(signal) {
      return npyTexts({ ...header, bigEndian: false, fortran: false }, await whole(signal));
    },
  };
}
