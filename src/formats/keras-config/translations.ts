import type { TranslateLayer } from './builder.ts';
import { activationLayers } from './layers/activation.ts';
import { convolutionLayers } from './layers/convolution.ts';
import { denseLayers } from './layers/dense.ts';
import { mergeLayers } from './layers/merge.ts';
import { normalizationLayers } from './layers/normalization.ts';
import { operations } from './layers/operations.ts';
import { passiveLayers } from './layers/passive.ts';
import { poolingLayers } from './layers/pooling.ts';
import { shapeLayers } from './layers/shape.ts';
import { isKeras, type LayerSpec } from './model.ts';

const LAYERS: ReadonlyMap<string, TranslateLayer> = new Map(
  [
    activationLayers,
    convolutionLayers,
    denseLayers,
    mergeLayers,
    normalizationLayers,
    passiveLayers,
    poolingLayers,
    shapeLayers,
  ].flatMap((table) => Object.entries(table)),
);

const OPERATIONS: ReadonlyMap<string, TranslateLayer> = new Map(Object.entries(operations));

/** Layers and operations share names: `Add` is both. A class that is not Keras's own has no translation. */
export function translationOf({ className, module }: LayerSpec): TranslateLayer | undefined {
  if (module.startsWith('keras.src.ops.')) return OPERATIONS.get(className);
  return isKeras(module) ? LAYERS.get(className) : undefined;
}
