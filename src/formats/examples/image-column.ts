import type { DatasetColumn, ImagePreparation } from '#domain/dataset.ts';
import { type Pixels, preparedShape, prepareImage } from '#domain/prepare-image.ts';
import { CheckpointError, type Defect, explain, type Place } from '#domain/problem.ts';
import { elementCount } from '#domain/tensor.ts';
import { decodeImage, imageSize } from '#encodings/image/image.ts';
import type { ImageSize } from '#encodings/image/png.ts';
import type { ExampleColumn, Rows } from './column.ts';
import { dataError, rowOf } from './dataset.ts';

/** An image as a file or a cell holds it; an error in place of one that cannot be had. */
export type EncodedImage = Uint8Array<ArrayBuffer> | CheckpointError | null;

export interface EncodedImages {
  readonly path: string;
  readonly name: string;
  /** One per example; `null` where there is none. */
  read(rows: Rows): Promise<readonly EncodedImage[]>;
  /** Where one is, for messages; absent: it has no file of its own. */
  placeOf?(row: number): Place;
  /** Of those that were looked at; of all of them where `sizes` is complete. */
  readonly sizes: readonly ImageSize[];
  readonly complete: boolean;
}

/**
 * Pixels of images `[height, width, channels]`, 0 … 255, or 0 … 65535 for grey of 16 bits. Where they vary, or
 * not all were looked at, they are prepared as they are read, since only then do they have one size.
 * Reading throws what is wrong with an image, and names its file or row.
 */
export function imageColumn(images: EncodedImages): ExampleColumn {
  const { name, sizes } = images;
  const [first] = sizes;
  const shape = first ? shapeOf(sizes) : [0, 0, 3];
  const isSame = images.complete && sizes.every((size) => isEqual(shape, sizeShape(size)));
  const isWide = sizes.length > 0 && sizes.every(({ bits }) => bits === 16);
  const column: DatasetColumn = {
    name,
    dtype: isWide ? 'uint16' : 'uint8',
    shape,
    kind: 'image',
    ...(isSame ? {} : { varies: true }),
  };
  return {
    column,
    async numbers(rows) {
      const encoded = await images.read(rows);
      const preparation = isSame ? undefined : rows.image;
      const batch = newBatch(images, column);
      for (const [i, one] of encoded.entries()) {
        rows.signal?.throwIfAborted();
        const row = rows.from + i;
        batch.add(await decoded(images, one, row), row, preparation);
      }
      return batch.values(encoded.length);
    },
  };
}

const sizeShape = ({ height, width, channels }: ImageSize) => [height, width, channels];

const isEqual = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/** The size of the first, with the channels of most. */
function shapeOf(sizes: readonly ImageSize[]): number[] {
  const [first] = sizes;
  const counts = new Map<number, number>();
  for (const { channels } of sizes) counts.set(channels, (counts.get(channels) ?? 0) + 1);
  const [channels = 3] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  return [first?.height ?? 0, first?.width ?? 0, channels];
}

async function decoded(images: EncodedImages, one: EncodedImage, row: number): Promise<Pixels> {
  const { path, name } = images;
  if (one === null) throw dataError(path, `${rowOf(name, row)}: it is missing`, row);
  if (one instanceof CheckpointError) throw one;
  const place = images.placeOf?.(row);
  try {
    return await decodeImage(one, place ?? { path });
  } catch (error) {
    // An image that is a file of its own is named by that.
    if (place || !(error instanceof CheckpointError)) throw error;
    throw dataError(path, `${rowOf(name, row)}: ${explain(error.problem)}`, row);
  }
}

/** Collects images of one size; the first says which. */
function newBatch(images: EncodedImages, { dtype, shape: expected }: DatasetColumn) {
  const parts: Float32Array[] = [];
  let shape: readonly number[] | null = null;
  const nameOf = (row: number) => images.placeOf?.(row).path ?? rowOf(images.name, row);

  const refuse = (row: number, what: string): never => {
    const reasons = [`${nameOf(row)} ${what}`];
    throw new CheckpointError({ kind: 'unfit', reasons }, { path: images.path });
  };
  return {
    add(pixels: Pixels, row: number, preparation: ImagePreparation | undefined): void {
      if (pixels.bytes !== (dtype === 'uint8')) {
        refuse(row, 'is not of as many bits as the others');
      }
      const wanted = shape ?? (preparation ? preparedShape(expected, preparation) : expected);
      const ready = preparation ? prepareImage(pixels, preparation) : pixels;
      const is = [ready.height, ready.width, ready.channels];
      shape = wanted;
      if (!isEqual(wanted, is)) {
        refuse(row, `is ${is.join(' × ')}, others are ${wanted.join(' × ')}: choose one size`);
      }
      parts.push(ready.values);
    },
    values(count: number): Float32Array<ArrayBuffer> {
      const each = elementCount(shape ?? []);
      const values = new Float32Array(count * each);
      for (const [i, part] of parts.entries()) values.set(part, i * each);
      return values;
    },
  };
}

/** What the beginning of an image says of it, decoding it where only that tells. */
export async function sizeOfImage(
  head: Uint8Array<ArrayBuffer>,
  place: Place,
  whole: () => Promise<Uint8Array<ArrayBuffer>>,
): Promise<ImageSize> {
  const size = imageSize(head, place);
  if (size) return size;
  const { height, width, channels, bytes } = await decodeImage(await whole(), place);
  return { height, width, channels, bits: bytes ? 8 : 16 };
}

/** An image that cannot be had, as something to say of the data set. */
export function defectOf(error: unknown): Defect {
  if (!(error instanceof CheckpointError)) throw error;
  return { problem: error.problem, place: error.place };
}
