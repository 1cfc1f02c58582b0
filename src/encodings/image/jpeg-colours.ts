/** Samples of one component as large as the image. */
export interface Plane {
  readonly samples: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Samples from row to row. */
  readonly stride: number;
}

/**
 * A plane stretched to the size of the image as libjpeg does it: by two with a triangle filter ("fancy
 * upsampling"), by other factors by repeating.
 *
 * @see https://github.com/libjpeg-turbo/libjpeg-turbo/blob/main/src/jdsample.c
 */
export function upsampled(plane: Plane, across: number, down: number): Plane {
  if (across === 1 && down === 1) return plane;
  if (across === 2 && down === 1 && plane.width > 2) return doubledAcross(plane);
  if (across === 1 && down === 2) return doubledDown(plane);
  if (across === 2 && down === 2 && plane.width > 2) return doubledBoth(plane);
  return repeated(plane, across, down);
}

function newPlane(width: number, height: number): Plane {
  return { samples: new Uint8Array(width * height), width, height, stride: width };
}

function repeated({ samples, width, height, stride }: Plane, across: number, down: number): Plane {
  const result = newPlane(width * across, height * down);
  let at = 0;
  for (let y = 0; y < result.height; y++) {
    const row = Math.floor(y / down) * stride;
    for (let x = 0; x < result.width; x++) {
      result.samples[at++] = samples[row + Math.floor(x / across)] ?? 0;
    }
  }
  return result;
}

function doubledAcross({ samples, width, height, stride }: Plane): Plane {
  const result = newPlane(width * 2, height);
  let at = 0;
  for (let y = 0; y < height; y++) {
    const row = y * stride;
    for (let x = 0; x < width; x++) {
      const here = samples[row + x] ?? 0;
      const left = x === 0 ? here : (samples[row + x - 1] ?? 0);
      const right = x === width - 1 ? here : (samples[row + x + 1] ?? 0);
      result.samples[at++] = (3 * here + left + 1) >> 2;
      result.samples[at++] = (3 * here + right + 2) >> 2;
    }
  }
  return result;
}

/** The row that is nearer beside the one a new row lies in: above for even ones. */
function neighbourOf(y: number, height: number): number {
  const row = y >> 1;
  return Math.min(height - 1, Math.max(0, y % 2 === 0 ? row - 1 : row + 1));
}

function doubledDown({ samples, width, height, stride }: Plane): Plane {
  const result = newPlane(width, height * 2);
  let at = 0;
  for (let y = 0; y < result.height; y++) {
    const [row, other] = [(y >> 1) * stride, neighbourOf(y, height) * stride];
    const bias = y % 2 === 0 ? 1 : 2;
    for (let x = 0; x < width; x++) {
      result.samples[at++] = (3 * (samples[row + x] ?? 0) + (samples[other + x] ?? 0) + bias) >> 2;
    }
  }
  return result;
}

function doubledBoth({ samples, width, height, stride }: Plane): Plane {
  const result = newPlane(width * 2, height * 2);
  let at = 0;
  for (let y = 0; y < result.height; y++) {
    const [row, other] = [(y >> 1) * stride, neighbourOf(y, height) * stride];
    let last = 0;
    let here = 3 * (samples[row] ?? 0) + (samples[other] ?? 0);
    for (let x = 0; x < width; x++) {
      const isLast = x === width - 1;
      const next = isLast ? here : 3 * (samples[row + x + 1] ?? 0) + (samples[other + x + 1] ?? 0);
      result.samples[at++] = (3 * here + (x === 0 ? here : last) + 8) >> 4;
      result.samples[at++] = (3 * here + next + 7) >> 4;
      last = here;
      here = next;
    }
  }
  return result;
}

/** How the components of a JPEG are to be read. */
export type ColourSpace = 'grey' | 'rgb' | 'ycc' | 'cmyk' | 'ycck';

const HALF = 2 ** 15;

/**
 * Grey, or red, green and blue, row-major; inks become light as PIL makes it of them, taken for inverted
 * as Adobe writes them.
 *
 * @see https://github.com/libjpeg-turbo/libjpeg-turbo/blob/main/src/jdcolext.c
 * @see https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Convert.c `cmyk2rgb`
 */
export function toPixels(
  planes: readonly Plane[],
  space: ColourSpace,
  { width, height }: { readonly width: number; readonly height: number },
): Float32Array<ArrayBuffer> {
  const channels = space === 'grey' ? 1 : 3;
  const values = new Float32Array(width * height * channels);
  const turn = TURNS[space];
  const pixel = new Int32Array(4);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < planes.length; c++) {
        const plane = planes[c];
        pixel[c] = plane?.samples[y * plane.stride + x] ?? 0;
      }
      turn?.(pixel);
      for (let c = 0; c < channels; c++) values[at++] = pixel[c] ?? 0;
    }
  }
  return values;
}

const TURNS: Readonly<Record<ColourSpace, ((pixel: Int32Array) => void) | null>> = {
  grey: null,
  rgb: null,
  ycc: toRgb,
  cmyk: fromInks,
  ycck(pixel) {
    toRgb(pixel);
    for (let c = 0; c < 3; c++) pixel[c] = 255 - (pixel[c] ?? 0);
    fromInks(pixel);
  },
};

/** In place; ITU-R 601 in whole 65536ths. */
function toRgb(pixel: Int32Array): void {
  const y = pixel[0] ?? 0;
  const cb = (pixel[1] ?? 0) - 128;
  const cr = (pixel[2] ?? 0) - 128;
  pixel[0] = clamp(y + ((91881 * cr + HALF) >> 16));
  pixel[1] = clamp(y + ((-22554 * cb - 46802 * cr + HALF) >> 16));
  pixel[2] = clamp(y + ((116130 * cb + HALF) >> 16));
}

/** In place, from inverted cyan, magenta, yellow and black. */
function fromInks(pixel: Int32Array): void {
  const light = pixel[3] ?? 0;
  for (let c = 0; c < 3; c++) {
    const product = (255 - (pixel[c] ?? 0)) * light + 128;
    pixel[c] = clamp(light - (((product >> 8) + product) >> 8));
  }
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, value));
}
