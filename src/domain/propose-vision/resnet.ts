import type { Wiring } from './wiring.ts';

/**
 * ResNet, ResNeXt and Wide ResNet, of basic blocks or bottlenecks; with a first kernel of 3 × 3, the form for
 * small images, without a stride and a pool at the start.
 *
 * @see https://github.com/pytorch/vision/blob/main/torchvision/models/resnet.py
 */
export function resNet(wiring: Wiring): void {
  if (!wiring.has('layer1.0.conv1') || !wiring.has('bn1') || !wiring.has('fc')) return;
  const kernel = wiring.shapeOf('conv1')[2] ?? 0;
  const isSmall = kernel === 3;
  wiring.conv('conv1', { stride: isSmall ? 1 : 2, padding: (kernel - 1) / 2 });
  wiring.batchNorm('bn1');
  wiring.activation('relu');
  if (!isSmall) wiring.maxPool('maxpool', { size: 3, stride: 2, padding: 1 });
  for (let stage = 1; wiring.has(`layer${stage}.0.conv1`); stage++) {
    for (let block = 0; wiring.has(`layer${stage}.${block}.conv1`); block++) {
      residual(wiring, `layer${stage}.${block}`, stage > 1 && block === 0 ? 2 : 1);
    }
  }
  wiring.globalAvgPool('avgpool');
  wiring.linear('fc');
}

function residual(wiring: Wiring, name: string, stride: number): void {
  const before = wiring.last;
  const isBottleneck = wiring.has(`${name}.conv3`);
  const convolve = (part: number, step: number) => {
    const conv = `${name}.conv${part}`;
    const padding = ((wiring.shapeOf(conv)[2] ?? 1) - 1) / 2;
    wiring.conv(conv, { stride: step, padding });
    wiring.batchNorm(`${name}.bn${part}`);
  };
  // A bottleneck strides in its 3 × 3 convolution.
  convolve(1, isBottleneck ? 1 : stride);
  wiring.activation('relu');
  convolve(2, isBottleneck ? stride : 1);
  if (isBottleneck) {
    wiring.activation('relu');
    convolve(3, 1);
  }
  const out = wiring.last;
  let shortcut = before;
  if (wiring.has(`${name}.downsample.0`)) {
    wiring.conv(`${name}.downsample.0`, { stride, from: before });
    shortcut = wiring.batchNorm(`${name}.downsample.1`);
  }
  wiring.add(`${name}.add`, out, shortcut);
  wiring.activation('relu');
}
