import type { Pixels } from '#domain/prepare-image.ts';
import { CheckpointError, type Place } from '#domain/problem.ts';
import { decodeJpeg, isJpeg, jpegSize } from './jpeg.ts';
import { decodePng, type ImageSize, isPng, MAX_PIXELS, pngSize } from './png.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Kind = 'png' | 'jpeg' | 'webp' | 'gif' | 'bmp';

/** Where an image in a JPEG begins: pictures in its Exif come before its frame. */
export const IMAGE_HEAD = 64 << 10;

/** What its first bytes show it to be; `null`: no image. */
export function imageKind(bytes: Uint8Array): Kind | null {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  if (isPng(bytes)) return 'png';
  if (isJpeg(bytes)) return 'jpeg';
  if (/^RIFF.{4}WEBP/s.test(text)) return 'webp';
  if (/^GIF8[79]a/.test(text)) return 'gif';
  return /^BM.{4}\0\0\0\0/s.test(text) ? 'bmp' : null;
}

/**
 * Size of an image by its first `IMAGE_HEAD` bytes, or all of them if there are fewer; `null` where they do not
 * reach far enough, or only the browser can tell.
 *
 * @throws `malformed` for what is no image
 */
export function imageSize(head: Bytes, place: Place): ImageSize | null {
  const kind = imageKind(head);
  if (kind === 'png') return pngSize(head, place);
  if (kind === 'jpeg') return jpegSize(head, place);
  if (kind === null) throw notAnImage(place);
  return null;
}

/** Whether an image ends as a whole one does: cheap, and `false` for nearly all that were cut. */
export function endsWhole(head: Uint8Array, tail: Uint8Array): boolean {
  const kind = imageKind(head);
  const end = kind === 'png' ? PNG_END : kind === 'jpeg' ? JPEG_END : null;
  return end?.every((byte, i) => tail[tail.length - end.length + i] === byte) ?? false;
}

/** The last chunk, its checksum included. */
const PNG_END = [0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];
const JPEG_END = [0xff, 0xd9];

/**
 * The pixels of an image as they are stored: PNG and JPEG the same everywhere, the other kinds as the browser
 * decodes them, in three channels, or four where any pixel is not opaque.
 *
 * @throws whatever is wrong with it; `unsupported` for kinds that only a browser decodes, outside of one
 */
export async function decodeImage(bytes: Bytes, place: Place): Promise<Pixels> {
  const kind = imageKind(bytes);
  if (kind === 'png') return decodePng(bytes, place);
  if (kind === 'jpeg') return decodeJpeg(bytes, place);
  if (kind === null) throw notAnImage(place);
  return decodeByBrowser(bytes, kind, place);
}

function notAnImage(place: Place): CheckpointError {
  return new CheckpointError({ kind: 'malformed', what: 'it is no image' }, place);
}

async function decodeByBrowser(bytes: Bytes, kind: Kind, place: Place): Promise<Pixels> {
  if (typeof createImageBitmap === 'undefined' || typeof OffscreenCanvas === 'undefined') {
    const feature = `an image of kind ${kind} outside of a browser`;
    throw new CheckpointError({ kind: 'unsupported', feature }, place);
  }
  const bitmap = await createImageBitmap(new Blob([bytes], { type: `image/${kind}` }), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  }).catch((cause: unknown) => {
    const what = `the browser cannot decode this image (${kind})`;
    throw new CheckpointError({ kind: 'corrupt', what }, place, { cause });
  });
  const { width, height } = bitmap;
  const size = width * height;
  if (size > MAX_PIXELS) {
    bitmap.close();
    const problem = {
      kind: 'too-large',
      what: 'image, in pixels',
      size,
      limit: MAX_PIXELS,
    } as const;
    throw new CheckpointError(problem, place);
  }
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  context?.drawImage(bitmap, 0, 0);
  bitmap.close();
  const data = context?.getImageData(0, 0, width, height).data;
  if (!data) throw new CheckpointError({ kind: 'device', what: 'no canvas for an image' }, place);
  const isOpaque = data.every((value, i) => i % 4 !== 3 || value === 255);
  const channels = isOpaque ? 3 : 4;
  const values = new Float32Array(size * channels);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < channels; c++) values[i * channels + c] = data[i * 4 + c] ?? 0;
  }
  return { width, height, channels, values, bytes: true };
}
