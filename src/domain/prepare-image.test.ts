import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ImagePreparation, UNPREPARED } from './dataset.ts';
import { type Pixels, preparedShape, prepareImage } from './prepare-image.ts';

interface Golden {
  readonly pictures: readonly { readonly shape: readonly number[]; readonly values: number[] }[];
  readonly cases: readonly (Resized & { readonly picture: number })[];
  readonly floats: { readonly shape: readonly number[]; readonly values: number[] };
  readonly real: readonly Resized[];
  readonly grey: readonly number[][];
}

interface Resized {
  readonly interpolation: ImagePreparation['interpolation'];
  readonly size: readonly [number, number];
  readonly values: readonly number[];
}

/** Written by PIL: `fixtures/prepare-image.py`. */
const GOLDEN = JSON.parse(readFileSync('src/domain/fixtures/prepare-image.json', 'utf8')) as Golden;

function picture(index: number): Pixels {
  const { shape = [], values = [] } = GOLDEN.pictures[index] ?? {};
  const [height = 0, width = 0, channels = 0] = shape;
  return { height, width, channels, values: Float32Array.from(values), bytes: true };
}

/** One row of grey pixels. */
function row(...values: number[]): Pixels {
  return {
    height: 1,
    width: values.length,
    channels: 1,
    values: Float32Array.from(values),
    bytes: true,
  };
}

describe('bytes', () => {
  it.each(GOLDEN.cases)('become what PIL makes of them: $interpolation to $size', (one) => {
    const resized = prepareImage(picture(one.picture), {
      ...UNPREPARED,
      interpolation: one.interpolation,
      resize: one.size,
    });
    expect([resized.height, resized.width, resized.channels]).toEqual([...one.size, 3]);
    expect([...resized.values]).toEqual(one.values);
  });

  it.each([0, 1])('become grey as PIL has it: picture %i', (index) => {
    const { values, channels } = prepareImage(picture(index), { ...UNPREPARED, channels: 1 });
    expect(channels).toBe(1);
    expect([...values]).toEqual(GOLDEN.grey[index]);
  });
});

describe('numbers that are no bytes', () => {
  it.each(GOLDEN.real)('become what PIL makes of them: $interpolation to $size', (one) => {
    const [height = 0, width = 0] = GOLDEN.floats.shape;
    const image = {
      height,
      width,
      channels: 1,
      values: Float32Array.from(GOLDEN.floats.values),
      bytes: false,
    };
    const { interpolation, size: resize } = one;
    const { values } = prepareImage(image, { ...UNPREPARED, interpolation, resize });
    const largest = Math.max(...values.map((value, i) => Math.abs(value - (one.values[i] ?? 0))));
    expect(largest).toBeLessThan(2e-7);
  });
});

describe('bilinear without antialias', () => {
  it('is what tf.image.resize gives: centres of pixels are at their halves', () => {
    const preparation: ImagePreparation = {
      ...UNPREPARED,
      interpolation: 'bilinear',
      resize: [1, 8],
    };
    expect([...prepareImage(row(0, 10, 20, 30), preparation).values]).toEqual([
      0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30,
    ]);
    const smaller = prepareImage(row(0, 10, 20, 30), { ...preparation, resize: [1, 2] });
    expect([...smaller.values]).toEqual([5, 25]);
    expect(smaller.bytes).toBe(false);
  });
});

describe('the size', () => {
  it.each<[string, Partial<ImagePreparation>, number[], number[]]>([
    ['stays', {}, [11, 17, 3], [11, 17, 3]],
    ['has a shorter side', { resize: 7 }, [11, 17, 3], [7, 10, 3]],
    ['has a shorter side, upright', { resize: 7 }, [17, 11], [10, 7]],
    ['is cropped', { resize: 7, crop: [5, 5] }, [11, 17, 3], [5, 5, 3]],
    ['has its channels', { channels: 1 }, [8, 8], [8, 8, 1]],
  ])('%s', (_, preparation, shape, wanted) => {
    expect(preparedShape(shape, { ...UNPREPARED, ...preparation })).toEqual(wanted);
  });
});

describe('a crop from the middle', () => {
  it.each<[number, number[]]>([
    [4, [1, 2, 3, 4]],
    [3, [1, 2, 3]],
    [2, [2, 3]],
    [1, [3]],
    [6, [0, 1, 2, 3, 4, 0]],
    [7, [0, 1, 2, 3, 4, 0, 0]],
  ])('of %i out of 4', (width, wanted) => {
    const { values } = prepareImage(row(1, 2, 3, 4), { ...UNPREPARED, crop: [1, width] });
    expect([...values]).toEqual(wanted);
  });
});

describe('channels', () => {
  const one = (channels: number, ...values: number[]): Pixels => ({
    height: 1,
    width: values.length / channels,
    channels,
    values: Float32Array.from(values),
    bytes: true,
  });

  it.each<[string, Pixels, Partial<ImagePreparation>, number[]]>([
    ['grey becomes three', one(1, 5, 6), { channels: 3 }, [5, 5, 5, 6, 6, 6]],
    ['alpha is dropped', one(4, 1, 2, 3, 200), { channels: 3 }, [1, 2, 3]],
    ['alpha of grey is dropped', one(2, 9, 0), { channels: 1 }, [9]],
    ['alpha stays where nothing is asked', one(4, 1, 2, 3, 200), {}, [1, 2, 3, 200]],
    ['they are turned round', one(3, 1, 2, 3), { order: 'bgr' }, [3, 2, 1]],
  ])('%s', (_, image, preparation, wanted) => {
    expect([...prepareImage(image, { ...UNPREPARED, ...preparation }).values]).toEqual(wanted);
  });
});
