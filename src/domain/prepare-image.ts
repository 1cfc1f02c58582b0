import type { ImagePreparation } from './dataset.ts';

/** Pixels `[height, width, channels]`, row-major. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly values: Float32Array<ArrayBuffer>;
  /** Whole numbers 0 … 255: they are rounded as PIL rounds bytes, after each pass. */
  readonly bytes: boolean;
}

/**
 * One image as the network takes it: resized, cropped, in the channels and the order asked for.
 * Equal to what PIL (and torchvision on PIL images) gives for bytes, and for `bilinear` to `tf.image.resize`.
 *
 * @see https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c
 * @see https://github.com/pytorch/vision/blob/main/torchvision/transforms/functional.py `resize`, `center_crop`
 */
export function prepareImage(image: Pixels, preparation: ImagePreparation): Pixels {
  const { interpolation, crop, channels, order } = preparation;
  const opaque = channels === null ? image : withoutAlpha(image);
  const [height, width] = resizedTo(opaque.height, opaque.width, preparation);
  const resized = resize(opaque, height, width, interpolation);
  const cropped = crop ? centerCrop(resized, crop) : resized;
  const coloured = channels === null ? cropped : withChannels(cropped, channels);
  return order === 'bgr' ? reversed(coloured) : coloured;
}

/**
 * The shape that images of `shape`, `[height, width]` or `[height, width, channels]`, have when they are prepared.
 */
export function preparedShape(
  shape: readonly number[],
  preparation: ImagePreparation,
): readonly number[] {
  const [height = 0, width = 0, ...channels] = shape;
  const size = preparation.crop ?? resizedTo(height, width, preparation);
  return [...size, ...(preparation.channels === null ? channels : [preparation.channels])];
}

/** Both sides; the longer one is cut down to a whole number, as torchvision does. */
function resizedTo(
  height: number,
  width: number,
  { resize: to }: ImagePreparation,
): readonly [height: number, width: number] {
  if (to === null) return [height, width];
  if (typeof to !== 'number') return to;
  return width <= height
    ? [Math.max(1, Math.trunc((to * height) / width)), to]
    : [to, Math.max(1, Math.trunc((to * width) / height))];
}

function resize(
  image: Pixels,
  height: number,
  width: number,
  interpolation: ImagePreparation['interpolation'],
): Pixels {
  if (height === image.height && width === image.width) return image;
  if (interpolation === 'nearest') return nearest(image, height, width);
  if (interpolation === 'bilinear') return bilinear(image, height, width);
  const filter = interpolation === 'bilinear-antialias' ? TRIANGLE : CUBIC;
  const wide = width === image.width ? image : pass(image, width, filter, 'width');
  return height === wide.height ? wide : pass(wide, height, filter, 'height');
}

function nearest(image: Pixels, height: number, width: number): Pixels {
  const { channels, values } = image;
  const result = new Float32Array(height * width * channels);
  const columns = middles(image.width, width);
  let at = 0;
  for (const row of middles(image.height, height)) {
    for (const column of columns) {
      const from = (row * image.width + column) * channels;
      for (let c = 0; c < channels; c++) result[at++] = values[from + c] ?? 0;
    }
  }
  return { ...image, height, width, values: result };
}

/** Pixels in whose middle those of the result lie; added up step by step, and so rounded, as in PIL. */
function middles(from: number, to: number): number[] {
  const scale = from / to;
  let at = scale / 2;
  return Array.from({ length: to }, () => {
    const pixel = Math.min(from - 1, Math.floor(at));
    at += scale;
    return pixel;
  });
}

/** Between four neighbours whatever the scale is, with the centres of pixels at their halves: TensorFlow 2. */
function bilinear(image: Pixels, height: number, width: number): Pixels {
  const { channels, values } = image;
  const result = new Float32Array(height * width * channels);
  const rows = neighbours(image.height, height);
  const columns = neighbours(image.width, width);
  const round = Math.fround;
  let at = 0;
  for (const row of rows) {
    const [above, below] = [row.lower * image.width, row.upper * image.width];
    for (const { lower, upper, part } of columns) {
      for (let c = 0; c < channels; c++) {
        const value = (index: number) => values[index * channels + c] ?? 0;
        const mix = (a: number, b: number, share: number) => round(a + round(round(b - a) * share));
        const top = mix(value(above + lower), value(above + upper), part);
        const bottom = mix(value(below + lower), value(below + upper), part);
        result[at++] = mix(top, bottom, row.part);
      }
    }
  }
  return { ...image, height, width, values: result, bytes: false };
}

interface Neighbours {
  readonly lower: number;
  readonly upper: number;
  readonly part: number;
}

/** Computed in float32, as TensorFlow does. */
function neighbours(from: number, to: number): Neighbours[] {
  const scale = Math.fround(from / to);
  return Array.from({ length: to }, (_, index) => {
    const at = Math.fround(Math.fround((index + 0.5) * scale) - 0.5);
    const lower = Math.max(0, Math.floor(at));
    const upper = Math.min(from - 1, Math.ceil(at));
    return { lower, upper, part: Math.fround(at - Math.floor(at)) };
  });
}

interface Filter {
  /** Pixels to either side that count, where nothing becomes smaller. */
  readonly support: number;
  weight(distance: number): number;
}

const TRIANGLE: Filter = {
  support: 1,
  weight: (distance) => Math.max(0, 1 - Math.abs(distance)),
};

/** Keys's cubic with a = −1⁄2. */
const CUBIC: Filter = {
  support: 2,
  weight(distance) {
    const x = Math.abs(distance);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  },
};

/** Weights of bytes are whole numbers of this part of one. */
const ONE = 2 ** 22;

interface Taps {
  /** The first pixel that counts. */
  readonly first: number;
  readonly weights: Float64Array;
}

function tapsOf(from: number, to: number, { support, weight }: Filter, bytes: boolean): Taps[] {
  const scale = from / to;
  const stretch = Math.max(1, scale);
  const reach = support * stretch;
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(from, Math.trunc(centre + reach + 0.5));
    const raw = Float64Array.from({ length: end - first }, (_, i) =>
      weight((i + first - centre + 0.5) * (1 / stretch)),
    );
    const sum = raw.reduce((total, one) => total + one, 0);
    const weights = sum === 0 ? raw : raw.map((one) => one / sum);
    return { first, weights: bytes ? weights.map(wholeWeight) : weights };
  });
}

const wholeWeight = (weight: number) => Math.trunc(weight * ONE + (weight < 0 ? -0.5 : 0.5));

/** Resizes one side, seen as the middle axis of `[outer, side, inner]`. */
function pass(image: Pixels, to: number, filter: Filter, side: 'width' | 'height'): Pixels {
  const { width, height, channels, bytes } = image;
  const isWidth = side === 'width';
  const [outer, from, inner] = isWidth ? [height, width, channels] : [1, height, width * channels];
  const taps = tapsOf(from, to, filter, bytes);
  const values = new Float32Array(outer * to * inner);
  let at = 0;
  for (let block = 0; block < outer; block++) {
    for (const { first, weights } of taps) {
      const start = (block * from + first) * inner;
      for (let i = 0; i < inner; i++) {
        const sum = weightedSum(image.values, weights, { start: start + i, step: inner });
        values[at++] = bytes ? clip(Math.floor(sum / ONE + 0.5)) : sum;
      }
    }
  }
  return isWidth ? { ...image, width: to, values } : { ...image, height: to, values };
}

function weightedSum(
  values: Float32Array,
  weights: Float64Array,
  { start, step }: { readonly start: number; readonly step: number },
): number {
  let sum = 0;
  for (let i = 0, from = start; i < weights.length; i++, from += step) {
    sum += (values[from] ?? 0) * (weights[i] ?? 0);
  }
  return sum;
}

const clip = (value: number) => Math.min(255, Math.max(0, value));

/** From the middle; an odd rest is halved to the even side, as Python rounds. */
function centerCrop(image: Pixels, [height, width]: readonly [number, number]): Pixels {
  const { channels, values } = image;
  if (height === image.height && width === image.width) return image;
  const top = offsetOf(image.height, height);
  const left = offsetOf(image.width, width);
  const result = new Float32Array(height * width * channels);
  const first = Math.max(0, -left);
  const end = Math.min(width, image.width - left);
  for (let y = Math.max(0, -top); y < Math.min(height, image.height - top); y++) {
    const from = ((y + top) * image.width + left) * channels;
    const row = values.subarray(from + first * channels, from + end * channels);
    result.set(row, (y * width + first) * channels);
  }
  return { ...image, height, width, values: result };
}

/** Where a window begins in an image; below 0 where it is larger. */
function offsetOf(size: number, window: number): number {
  const rest = size - window;
  if (rest < 0) return -Math.floor(-rest / 2);
  const half = Math.floor(rest / 2);
  return rest % 2 === 1 && half % 2 === 1 ? half + 1 : half;
}

function withoutAlpha(image: Pixels): Pixels {
  if (image.channels === 4) return picked(image, [0, 1, 2]);
  return image.channels === 2 ? picked(image, [0]) : image;
}

function withChannels(image: Pixels, wanted: 1 | 3): Pixels {
  if (image.channels === wanted) return image;
  return wanted === 3 ? picked(image, [0, 0, 0]) : grey(image);
}

function reversed(image: Pixels): Pixels {
  if (image.channels === 3) return picked(image, [2, 1, 0]);
  return image.channels === 4 ? picked(image, [2, 1, 0, 3]) : image;
}

function picked(image: Pixels, from: readonly number[]): Pixels {
  const { height, width, channels, values } = image;
  const result = new Float32Array(height * width * from.length);
  let at = 0;
  for (let start = 0; start < values.length; start += channels) {
    for (const channel of from) result[at++] = values[start + channel] ?? 0;
  }
  return { ...image, channels: from.length, values: result };
}

/** ITU-R 601: 0.299 R + 0.587 G + 0.114 B; of bytes in whole 65536ths, rounded. */
function grey(image: Pixels): Pixels {
  const { height, width, channels, values, bytes } = image;
  const result = new Float32Array(height * width);
  for (let i = 0; i < result.length; i++) {
    const at = i * channels;
    const [red = 0, green = 0, blue = 0] = [values[at], values[at + 1], values[at + 2]];
    result[i] = bytes
      ? Math.floor((red * 19595 + green * 38470 + blue * 7471 + 0x8000) / 0x1_0000)
      : 0.299 * red + 0.587 * green + 0.114 * blue;
  }
  return { ...image, channels: 1, values: result };
}
