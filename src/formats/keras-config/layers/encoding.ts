import type { LayerContext } from '#formats/keras-config/builder.ts';
import { calculator } from '#formats/keras-config/calculator.ts';
import { shapeFrom, spatialOf } from './spatial.ts';
import { each, type Table } from './table.ts';

/** Layers that prepare what goes into a network. */
export const encodingLayers: Table = {
  ...each(['Discretization'], (layer) => {
    const { config, constant, input, refuse } = layer;
    const { cast, compare, expandDims, reduce } = calculator(layer);
    for (const key of ['num_bins', 'epsilon']) config.find(key);
    const bounds = config.find('bin_boundaries')?.list() ?? refuse('boundaries that it has learnt');
    const values = bounds.map((bound) => bound.number());
    const reached = compare('ge', expandDims(input, -1), constant(values, [values.length]));
    const bins = reduce('sum', cast(reached, 'float32'), [-1]);
    return encoded(layer, bins, { depth: values.length + 1, missing: 'int' });
  }),

  ...each(['CategoryEncoding'], (layer) => {
    const { config, given, input, known, refuse } = layer;
    if (given('count_weights', 1)) refuse('weights of counts');
    const depth = known(config.find('num_tokens')?.integer(), 'the number of categories');
    return encoded(layer, input, { depth, missing: 'multi_hot' });
  }),

  ...each(['Resizing'], (layer) => {
    const { config, emit, input, known, refuse, shapeOf } = layer;
    for (const key of ['crop_to_aspect_ratio', 'pad_to_aspect_ratio', 'antialias']) {
      if (config.boolean(key, false)) refuse(key);
    }
    for (const key of ['fill_mode', 'fill_value']) config.find(key);
    const spatial = spatialOf(layer, 2);
    const size = ['height', 'width'].map((key) => known(config.find(key)?.integer(), key));
    const shape = shapeFrom(spatial, shapeOf(input), spatial.channels, size);
    const { layout } = spatial;
    const method = config.text('interpolation', 'bilinear');
    if (method === 'bilinear') {
      return emit('resize', [input], { layout, size, factors: null, method }, shape);
    }
    if (method !== 'nearest') refuse(`interpolation ${method}`);
    const first = layout === 'NCHW' ? 2 : 1;
    return size.reduce((image, to, i) => {
      const from = known(spatial.sizes[i], 'the shape of its input');
      return nearest(layer, image, { axis: first + i, from, to });
    }, input);
  }),
};

interface Encoding {
  readonly depth: number;
  /** What Keras does where the file says nothing. */
  readonly missing: string;
}

/** @see https://github.com/keras-team/keras/blob/master/keras/src/utils/numerical_utils.py `encode_categorical_inputs` */
function encoded(layer: LayerContext, bins: string, { depth, missing }: Encoding): string {
  const { config, emit, refuse, shapeOf } = layer;
  const { cast, reduce, squeeze } = calculator(layer);
  if (config.boolean('sparse', false)) refuse('sparse outputs');
  const mode = config.text('output_mode', missing);
  const indices = cast(bins, 'int32');
  if (mode === 'int') return indices;
  const shape = shapeOf(indices);
  const isSingle = mode !== 'count' && shape.length > 1 && shape.at(-1) === 1;
  const flat = isSingle ? squeeze(indices, -1) : indices;
  const hot = emit('one_hot', [flat], { depth }, [...shapeOf(flat), depth]);
  if (mode === 'one_hot') return hot;
  if (mode !== 'multi_hot' && mode !== 'count') return refuse(`the output mode ${mode}`);
  if (shapeOf(flat).length < 2) return mode === 'count' ? refuse('counts of one value') : hot;
  if (shapeOf(flat).length > 2) return refuse('several lists per example');
  return reduce(mode === 'count' ? 'sum' : 'max', hot, [1]);
}

/** The pixel whose centre is nearest, as TensorFlow finds it. */
function nearest(
  { emit, shapeOf }: LayerContext,
  image: string,
  { axis, from, to }: { axis: number; from: number; to: number },
): string {
  const values = Array.from({ length: to }, (_, i) =>
    Math.min(from - 1, Math.floor(((i + 0.5) * from) / to)),
  );
  const indices = emit('constant', [], { values, shape: [to], dtype: 'int32' }, [to]);
  const shape = shapeOf(image).map((size, i) => (i === axis ? to : size));
  return emit('gather', [image, indices], { axis }, shape);
}
