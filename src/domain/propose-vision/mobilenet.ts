import type { Wiring } from './wiring.ts';

/** Blocks of each stage, and the stride of its first one: the table of the paper. */
const STAGES = [
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 2],
  [3, 1],
  [3, 2],
  [1, 1],
] as const;

/**
 * MobileNet V2 of any width.
 *
 * @see https://github.com/pytorch/vision/blob/main/torchvision/models/mobilenetv2.py
 */
export function mobileNet(wiring: Wiring): void {
  if (!wiring.has('features.0.0') || !wiring.has('features.1.conv.0.0')) return;
  wiring.conv('features.0.0', { stride: 2, padding: 1 });
  wiring.batchNorm('features.0.1');
  wiring.activation('relu6');
  const strides = STAGES.flatMap(([blocks, stride]) =>
    Array.from({ length: blocks }, (_, block) => (block === 0 ? stride : 1)),
  );
  for (const [i, stride] of strides.entries()) inverted(wiring, `features.${i + 1}`, stride);
  const last = `features.${strides.length + 1}`;
  wiring.conv(`${last}.0`);
  wiring.batchNorm(`${last}.1`);
  wiring.activation('relu6');
  wiring.globalAvgPool('mean');
  wiring.linear('classifier.1');
}

/** An expansion where there is one, a depthwise convolution, and a projection without an activation. */
function inverted(wiring: Wiring, name: string, stride: number): void {
  const before = wiring.last;
  const isExpanded = wiring.has(`${name}.conv.3`);
  const depthwise = `${name}.conv.${isExpanded ? 1 : 0}`;
  const projection = isExpanded ? 2 : 1;
  if (isExpanded) {
    wiring.conv(`${name}.conv.0.0`);
    wiring.batchNorm(`${name}.conv.0.1`);
    wiring.activation('relu6');
  }
  const channels = wiring.shapeOf(isExpanded ? `${name}.conv.0.0` : `${depthwise}.0`);
  wiring.conv(`${depthwise}.0`, { stride, padding: 1 });
  wiring.batchNorm(`${depthwise}.1`);
  wiring.activation('relu6');
  wiring.conv(`${name}.conv.${projection}`);
  const out = wiring.batchNorm(`${name}.conv.${projection + 1}`);
  const into = isExpanded ? channels[1] : channels[0];
  const isSame = into === wiring.shapeOf(`${name}.conv.${projection}`)[0];
  if (stride === 1 && isSame) wiring.add(`${name}.add`, out, before);
}
