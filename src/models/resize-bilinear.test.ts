import { image, tensor4d } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { UNPREPARED } from '#domain/dataset.ts';
import { prepareImage } from '#domain/prepare-image.ts';
import { startBackend } from './backend.ts';

it.each<[number, number]>([
  [5, 7],
  [11, 20],
  [30, 3],
  [1, 1],
])('pictures are resized to %i × %i as tf.image.resize does it', async (height, width) => {
  await startBackend('cpu');
  const values = Float32Array.from({ length: 11 * 13 * 3 }, (_, i) => (i * 7919) % 256);
  const picture = { height: 11, width: 13, channels: 3, values, bytes: true };
  const preparation = {
    ...UNPREPARED,
    interpolation: 'bilinear',
    resize: [height, width],
  } as const;
  const ours = prepareImage(picture, preparation).values;
  const before = tensor4d(values, [1, 11, 13, 3]);
  const after = image.resizeBilinear(before, [height, width], false, true);
  const theirs = await after.data();
  before.dispose();
  after.dispose();
  // TensorFlow computes in float32, as is done here; TensorFlow.js on the CPU in float64
  const largest = Math.max(...ours.map((value, i) => Math.abs(value - (theirs[i] ?? 0))));
  expect(largest).toBeLessThan(1e-3);
});
