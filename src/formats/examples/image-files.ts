import { CheckpointError, type Defect } from '#domain/problem.ts';
import { decodeImage, endsWhole, IMAGE_HEAD, imageSize } from '#encodings/image/image.ts';
import type { ImageSize } from '#encodings/image/png.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { ExampleColumn, Rows } from './column.ts';
import { defectOf, type EncodedImage, imageColumn, sizeOfImage } from './image-column.ts';

/** Files read at a time: more does not make a disk faster. */
const OPEN_FILES = 8;

/** Files that are looked at when a data set is opened: all of a small one. */
const MAX_LOOKED = 2048;

/** A larger file is no picture for a network. */
const MAX_IMAGE = 256 << 20;

/** Bytes at the end of an image that show whether it is whole. */
const TAIL = 16;

export interface ImageFiles {
  /** Of the data set. */
  readonly path: string;
  readonly name: string;
  readonly count: number;
  /** From the opened directory. */
  pathOf(row: number): string;
  /** Throws what is wrong with the file. */
  open(row: number): Promise<ByteSource>;
}

export interface LookedImages {
  readonly column: ExampleColumn;
  /** Images that cannot be decoded, as far as their beginnings and ends show. */
  readonly defects: readonly Defect[];
}

/** Images that are files of their own, as a column. Beginnings and ends of some, spread evenly, are looked at. */
export async function imageFiles(files: ImageFiles, signal?: AbortSignal): Promise<LookedImages> {
  const { count, path, name } = files;
  const looked = Math.min(count, MAX_LOOKED);
  const defects: Defect[] = [];
  const sizes: ImageSize[] = [];
  await inTurn(looked, async (i) => {
    const row = Math.floor((i * count) / looked);
    try {
      sizes[i] = await lookAt(await files.open(row), signal);
    } catch (error) {
      signal?.throwIfAborted();
      defects.push(defectOf(error));
    }
  });
  const column = imageColumn({
    path,
    name,
    sizes: sizes.filter((size) => size !== undefined),
    complete: looked === count,
    placeOf: (row) => ({ path: files.pathOf(row) }),
    read: (rows) => readAll(files, rows),
  });
  const sorted = defects.sort((a, b) => (a.place.path < b.place.path ? -1 : 1));
  return { column, defects: sorted };
}

/** Throws what is wrong with an image; one that does not end as it should is decoded to find out. */
async function lookAt(source: ByteSource, signal?: AbortSignal): Promise<ImageSize> {
  const { path, size } = source;
  const whole = () => wholeImage(source, signal);
  const first = await source.read(0, Math.min(FIRST, size), signal);
  const tail = await source.read(Math.max(0, size - TAIL), size, signal);
  if (!endsWhole(first, tail)) await decodeImage(await whole(), { path });
  const head = imageSize(first, { path })
    ? first
    : await source.read(0, Math.min(IMAGE_HEAD, size), signal);
  return sizeOfImage(head, { path }, whole);
}

/** Bytes at the beginning that are enough for most images. */
const FIRST = 4096;

async function readAll(files: ImageFiles, { from, to, signal }: Rows): Promise<EncodedImage[]> {
  const images: EncodedImage[] = [];
  await inTurn(to - from, async (i) => {
    try {
      const source = await files.open(from + i);
      images[i] = await wholeImage(source, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof CheckpointError)) throw error;
      images[i] = error;
    }
  });
  return images;
}

async function wholeImage(source: ByteSource, signal?: AbortSignal) {
  const { size, path } = source;
  if (size > MAX_IMAGE) {
    const problem = { kind: 'too-large', what: 'image', size, limit: MAX_IMAGE } as const;
    throw new CheckpointError(problem, { path });
  }
  return source.read(0, size, signal);
}

/** Does something for `0 … count − 1`, some at a time. */
async function inTurn(count: number, each: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await each(next++);
  };
  await Promise.all(Array.from({ length: Math.min(OPEN_FILES, count) }, work));
}
