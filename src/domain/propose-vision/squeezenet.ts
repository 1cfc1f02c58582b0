import type { Wiring } from './wiring.ts';

/**
 * SqueezeNet 1.0 and 1.1, told apart by where the numbers in `features` leave room for pools.
 *
 * @see https://github.com/pytorch/vision/blob/main/torchvision/models/squeezenet.py
 */
export function squeezeNet(wiring: Wiring): void {
  const fires = wiring
    .names(/^features\.\d+\.squeeze$/)
    .map((name) => Number(name.split('.')[1]))
    .sort((a, b) => a - b);
  if (fires.length === 0 || !wiring.has('classifier.1')) return;
  wiring.conv('features.0', { stride: 2 });
  wiring.activation('relu');
  let at = 2;
  for (const fire of fires) {
    for (; at < fire; at++) wiring.maxPool(`features.${at}`, { size: 3, stride: 2, ceil: true });
    expand(wiring, `features.${fire}`);
    at = fire + 1;
  }
  wiring.conv('classifier.1');
  wiring.activation('relu');
  wiring.globalAvgPool('classifier.3');
}

function expand(wiring: Wiring, name: string): void {
  wiring.conv(`${name}.squeeze`);
  const squeezed = wiring.activation('relu');
  wiring.conv(`${name}.expand1x1`, { from: squeezed });
  const one = wiring.activation('relu');
  wiring.conv(`${name}.expand3x3`, { padding: 1, from: squeezed });
  const three = wiring.activation('relu');
  wiring.concat(`${name}.concat`, one, three);
}
