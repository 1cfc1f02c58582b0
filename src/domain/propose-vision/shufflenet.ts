import type { Wiring } from './wiring.ts';

/**
 * ShuffleNet V2 of any width.
 *
 * @see https://github.com/pytorch/vision/blob/main/torchvision/models/shufflenetv2.py
 */
export function shuffleNet(wiring: Wiring): void {
  if (!wiring.has('stage2.0.branch2.0') || !wiring.has('conv5.0')) return;
  wiring.conv('conv1.0', { stride: 2, padding: 1 });
  wiring.batchNorm('conv1.1');
  wiring.activation('relu');
  wiring.maxPool('maxpool', { size: 3, stride: 2, padding: 1 });
  for (let stage = 2; wiring.has(`stage${stage}.0.branch2.0`); stage++) {
    for (let block = 0; wiring.has(`stage${stage}.${block}.branch2.0`); block++) {
      unit(wiring, `stage${stage}.${block}`, block === 0 ? 2 : 1);
    }
  }
  wiring.conv('conv5.0');
  wiring.batchNorm('conv5.1');
  wiring.activation('relu');
  wiring.globalAvgPool('mean');
  wiring.linear('fc');
}

/** With a stride both branches take all channels; without, one half goes by. */
function unit(wiring: Wiring, name: string, stride: number): void {
  const before = wiring.last;
  let left = before;
  let right = before;
  if (stride === 1) {
    left = wiring.half(`${name}.left`, before, 0);
    right = wiring.half(`${name}.right`, before, 1);
  } else {
    wiring.conv(`${name}.branch1.0`, { stride, padding: 1, from: before });
    wiring.batchNorm(`${name}.branch1.1`);
    wiring.conv(`${name}.branch1.2`);
    wiring.batchNorm(`${name}.branch1.3`);
    left = wiring.activation('relu');
  }
  wiring.conv(`${name}.branch2.0`, { from: right });
  wiring.batchNorm(`${name}.branch2.1`);
  wiring.activation('relu');
  wiring.conv(`${name}.branch2.3`, { stride, padding: 1 });
  wiring.batchNorm(`${name}.branch2.4`);
  wiring.conv(`${name}.branch2.5`);
  wiring.batchNorm(`${name}.branch2.6`);
  right = wiring.activation('relu');
  wiring.concat(`${name}.concat`, left, right);
  wiring.shuffle(`${name}.shuffle`);
}
