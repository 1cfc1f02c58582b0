import type { ProposedLayer } from './proposal.ts';
import type { Module } from './propose-modules.ts';
import { mobileNet } from './propose-vision/mobilenet.ts';
import { resNet } from './propose-vision/resnet.ts';
import { shuffleNet } from './propose-vision/shufflenet.ts';
import { squeezeNet } from './propose-vision/squeezenet.ts';
import { vgg } from './propose-vision/vgg.ts';
import { Wiring } from './propose-vision/wiring.ts';

/** A network whose names are those of a family that everyone knows. */
export interface Recognised {
  /** `torchvision ResNet`. */
  readonly family: string;
  readonly layers: readonly ProposedLayer[];
}

/** Each wires the layers, and leaves off where the names are not its own. */
const FAMILIES = [
  ['torchvision ResNet', resNet],
  ['torchvision VGG', vgg],
  ['torchvision SqueezeNet', squeezeNet],
  ['torchvision MobileNet V2', mobileNet],
  ['torchvision ShuffleNet V2', shuffleNet],
] as const;

/** The family of networks whose modules these are, every one of them; `null` where there is none. */
export function recognise(modules: readonly Module[]): Recognised | null {
  for (const [family, wire] of FAMILIES) {
    const wiring = new Wiring(modules);
    wire(wiring);
    if (wiring.isComplete()) return { family, layers: wiring.layers };
  }
  return null;
}
