import type { LayerContext } from '#formats/keras-config/builder.ts';
import { each, type Table } from './table.ts';

/** Layers that do something in training alone, and plain scaling of inputs. */
export const passiveLayers: Table = {
  ...each(
    [
      'Dropout',
      'SpatialDropout1D',
      'SpatialDropout2D',
      'SpatialDropout3D',
      'GaussianDropout',
      'GaussianNoise',
      'AlphaDropout',
      'ActivityRegularization',
      'Identity',
    ],
    (layer) => pass(layer, ['rate', 'stddev', 'l1', 'l2', 'data_format']),
  ),

  ...each(
    [
      'RandomFlip',
      'RandomRotation',
      'RandomZoom',
      'RandomTranslation',
      'RandomContrast',
      'RandomBrightness',
      'RandomHue',
      'RandomSaturation',
      'RandomColorJitter',
      'RandomGrayscale',
      'RandomSharpness',
      'RandomShear',
      'RandomErasing',
      'RandomInvert',
      'RandomPosterization',
      'RandomPerspective',
      'RandomGaussianBlur',
      'RandomElasticTransform',
      'MixUp',
      'CutMix',
      'RandAugment',
      'AugMix',
    ],
    (layer) => {
      layer.note({ code: 'training-only', layer: layer.name });
      return pass(layer, 'all');
    },
  ),

  ...each(['Rescaling'], (layer) => {
    const { emit, input, shapeOf } = layer;
    const shape = shapeOf(input);
    const scaled = emit('binary', [input, numbersOf(layer, 'scale', 1)], { name: 'mul' }, shape);
    return emit('binary', [scaled, numbersOf(layer, 'offset', 0)], { name: 'add' }, shape);
  }),
};

/** What a layer of training alone is set to does not matter. */
function pass(
  { config, emit, input, shapeOf }: LayerContext,
  keys: readonly string[] | 'all',
): string {
  const all = () => config.unread().map((setting) => setting.slice(0, setting.indexOf(' ')));
  for (const key of keys === 'all' ? all() : keys) config.find(key);
  return emit('identity', [input], {}, shapeOf(input));
}

/** A number, or one per channel. */
function numbersOf({ config, constant }: LayerContext, key: string, missing: number): string {
  const node = config.find(key);
  if (!node) return constant([missing]);
  if (!Array.isArray(node.value)) return constant([node.number()]);
  const values = node.list().map((value) => value.number());
  return constant(values, [values.length]);
}
