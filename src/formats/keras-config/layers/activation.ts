import { activate } from '#formats/keras-config/activations.ts';
import type { LayerContext } from '#formats/keras-config/builder.ts';
import { each, type Table } from './table.ts';

/** Layers that are a function of every number, or of every row. */
export const activationLayers: Table = {
  ...each(['Activation'], (layer) => activate(layer, layer.input, layer.config.find('activation'))),

  ...each(['ReLU'], (layer) => {
    const { config, emit, input, refuse, shapeOf } = layer;
    if (config.number('threshold', 0) !== 0) refuse('a threshold');
    const alpha = config.number('negative_slope', 0);
    const most = config.find('max_value')?.number() ?? null;
    const shape = shapeOf(input);
    if (alpha !== 0) {
      const leaky = emit('leaky_relu', [input], { alpha }, shape);
      return most === null ? leaky : emit('clamp', [leaky], { min: null, max: most }, shape);
    }
    if (most === null) return emit('unary', [input], { name: 'relu' }, shape);
    return emit('clamp', [input], { min: 0, max: most }, shape);
  }),

  ...each(['LeakyReLU'], ({ config, emit, input, shapeOf }) => {
    // Keras 3 says negative_slope, Keras 2 alpha
    const alpha = config.number('negative_slope', config.number('alpha', 0.3));
    return emit('leaky_relu', [input], { alpha }, shapeOf(input));
  }),

  ...each(['ELU'], ({ config, emit, input, shapeOf }) =>
    emit('elu', [input], { alpha: config.number('alpha', 1) }, shapeOf(input)),
  ),

  // the slope has the shape of an example, with 1 on shared axes: max(x, 0) + slope · min(x, 0)
  ...each(['PReLU'], ({ config, emit, input, known, shapeOf, weight }) => {
    const shape = shapeOf(input);
    const shared =
      config
        .find('shared_axes')
        ?.list()
        .map((axis) => axis.integer()) ?? [];
    const slope = shape
      .slice(1)
      .map((size, i) =>
        shared.includes(i + 1) || shared.includes(i + 1 - shape.length)
          ? 1
          : known(size, 'the shape of its input'),
      );
    const below = emit('clamp', [input], { min: null, max: 0 }, shape);
    const sloped = emit('binary', [below, weight('alpha', slope)], { name: 'mul' }, shape);
    const above = emit('unary', [input], { name: 'relu' }, shape);
    return emit('binary', [above, sloped], { name: 'add' }, shape);
  }),

  ...each(['Softmax'], (layer) => {
    const { emit, input, shapeOf } = layer;
    return emit('softmax', [input], { axis: axisOf(layer) }, shapeOf(input));
  }),
};

function axisOf({ config, refuse }: LayerContext): number {
  const node = config.find('axis');
  if (!node) return -1;
  if (!Array.isArray(node.value)) return node.integer();
  const [axis, second] = node.list();
  return axis && !second ? axis.integer() : refuse('a softmax over several axes');
}
