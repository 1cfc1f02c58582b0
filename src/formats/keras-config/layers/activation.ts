import { activate, elu, leaky } from '#formats/keras-config/activations.ts';
import type { LayerContext } from '#formats/keras-config/builder.ts';
import { calculator } from '#formats/keras-config/calculator.ts';
import { each, type Table } from './table.ts';

/** Layers that are a function of every number, or of every row. */
export const activationLayers: Table = {
  ...each(['Activation'], (layer) => activate(layer, layer.input, layer.config.find('activation'))),

  ...each(['ReLU'], (layer) => {
    const { config, input } = layer;
    return rectify(layer, input, {
      slope: config.number('negative_slope', 0),
      most: config.find('max_value')?.number() ?? null,
      threshold: config.number('threshold', 0),
    });
  }),

  ...each(['ThresholdedReLU'], (layer) => {
    const { compare, where } = calculator(layer);
    const threshold = layer.config.number('theta', 1);
    return where(compare('gt', layer.input, threshold), layer.input, 0);
  }),

  ...each(['LeakyReLU'], (layer) => {
    // Keras 3 says negative_slope, Keras 2 alpha
    const { config, input } = layer;
    return leaky(layer, input, config.number('negative_slope', config.number('alpha', 0.3)));
  }),

  ...each(['ELU'], (layer) => elu(layer, layer.input, layer.config.number('alpha', 1))),

  // the slope has the shape of an example, with 1 on shared axes: max(x, 0) + slope · min(x, 0)
  ...each(['PReLU'], (layer) => {
    const { config, input, known, shapeOf, weight } = layer;
    const { binary, clamp, unary } = calculator(layer);
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
    const sloped = binary('mul', clamp(input, null, 0), weight('alpha', slope));
    return binary('add', unary('relu', input), sloped);
  }),

  ...each(['Softmax'], softmax),
};

export interface Rectifier {
  readonly slope: number;
  readonly most: number | null;
  readonly threshold: number;
}

/**
 * Below the threshold `slope · (x − threshold)`, from there to `most` x itself.
 * @see https://github.com/keras-team/keras/blob/master/keras/src/activations/activations.py `ReLU`
 */
export function rectify(
  layer: LayerContext,
  x: string,
  { slope, most, threshold }: Rectifier,
): string {
  const { binary, clamp, compare, unary, where } = calculator(layer);
  if (slope !== 0 && most === null && threshold === 0) return leaky(layer, x, slope);
  const above = threshold === 0 ? unary('relu', x) : where(compare('gt', x, threshold), x, 0);
  const bounded = most === null ? above : clamp(threshold === 0 ? x : above, 0, most);
  if (slope === 0) return bounded;
  const lack = unary('relu', binary('sub', threshold, x));
  return binary('sub', bounded, binary('mul', slope, lack));
}

/** A mask takes places out, before and after. */
function softmax(layer: LayerContext): string {
  const { config, given, input, mask, maskOf, refuse } = layer;
  const { binary, reduce, unary, where } = calculator(layer);
  given('mask');
  const kept = mask();
  if (kept !== null && kept === maskOf(input) && layer.shapeOf(input).length !== 2) {
    refuse('a softmax of steps of which some are masked');
  }
  const node = config.find('axis');
  const axes =
    node && Array.isArray(node.value)
      ? node.list().map((axis) => axis.integer())
      : [node?.integer() ?? -1];
  const masked = kept === null ? input : where(kept, input, MASKED);
  const [axis = -1] = axes;
  if (axes.length === 1) {
    const shares = calculator(layer).softmax(masked, axis);
    return kept === null ? shares : where(kept, shares, 0);
  }
  const powers = unary('exp', binary('sub', masked, reduce('max', masked, axes, true)));
  const shares = binary('div', powers, reduce('sum', powers, axes, true));
  return kept === null ? shares : where(kept, shares, 0);
}

/** What Keras puts in place of masked numbers before a softmax. */
const MASKED = -1e9;
