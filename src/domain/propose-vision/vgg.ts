import type { Wiring } from './wiring.ts';

/** Positions that are left for the first linear layer. */
const SIDE = 7;

/**
 * VGG, with and without batch normalization: the numbers in `features` leave room for activations and pools.
 *
 * @see https://github.com/pytorch/vision/blob/main/torchvision/models/vgg.py
 */
export function vgg(wiring: Wiring): void {
  const convolutions = wiring
    .names(/^features\.\d+$/)
    .filter((name) => wiring.shapeOf(name).length === 4)
    .map((name) => Number(name.slice(name.indexOf('.') + 1)))
    .sort((a, b) => a - b);
  const features = wiring.shapeOf('classifier.0')[1];
  const channels = wiring.shapeOf(`features.${convolutions.at(-1)}`)[0] ?? 0;
  if (!wiring.has('classifier.6') || features !== channels * SIDE * SIDE) return;
  for (const [i, at] of convolutions.entries()) {
    wiring.conv(`features.${at}`, { padding: 1 });
    const hasNorm = wiring.has(`features.${at + 1}`) && convolutions[i + 1] !== at + 1;
    if (hasNorm) wiring.batchNorm(`features.${at + 1}`);
    wiring.activation('relu');
    const next = at + (hasNorm ? 3 : 2);
    poolBefore(wiring, next, convolutions[i + 1]);
  }
  wiring.adaptiveAvgPool('avgpool', SIDE);
  wiring.flatten('flatten');
  for (const name of ['classifier.0', 'classifier.3']) {
    wiring.linear(name);
    wiring.activation('relu');
  }
  wiring.linear('classifier.6');
}

/** Where the next convolution comes one later, a pool stands between; and one at the end. */
function poolBefore(wiring: Wiring, at: number, convolution: number | undefined): void {
  if (convolution === at) return;
  if (convolution !== undefined && convolution !== at + 1) wiring.breakOff();
  wiring.maxPool(`features.${at}`, { size: 2, stride: 2 });
}
