import { parseNumbers } from '#formats/keras-config/arguments.ts';
import type { LayerContext } from '#formats/keras-config/builder.ts';
import { calculator } from '#formats/keras-config/calculator.ts';
import { normalized } from './merge.ts';
import { each, type Table } from './table.ts';

/** `keras.config.epsilon()`, which keeps a division from going wild. */
const EPSILON = 1e-7;

/** Normalizations with stored or with own statistics. */
export const normalizationLayers: Table = {
  ...each(['BatchNormalization', 'BatchNormalizationV1', 'SyncBatchNormalization'], (layer) => {
    const { config, emit, input, known, refuse, shapeOf, weight } = layer;
    const [axis = -1, ...others] = axesOf(layer, -1);
    if (others.length > 0) refuse('statistics along several axes');
    config.boolean('renorm', false);
    config.boolean('fused', true);
    const features = [known(shapeOf(input).at(axis), 'the number of channels')];
    const [scale, offset] = affine(layer, features);
    const statistics = [weight('moving_mean', features), weight('moving_variance', features)];
    const attributes = { axis, epsilon: config.number('epsilon', 1e-3) };
    return emit('batch_norm', [input, scale, offset, ...statistics], attributes, shapeOf(input));
  }),

  ...each(['LayerNormalization'], (layer) => {
    const { config, emit, input, shapeOf, weight } = layer;
    const axes = sortedAxes(layer);
    const features = featuresOf(layer, axes);
    const epsilon = config.number('epsilon', 1e-3);
    if (config.boolean('rms_scaling', false)) {
      const { binary } = calculator(layer);
      for (const key of ['center', 'scale']) config.find(key);
      const scaled = binary('mul', input, inverseDeviation(layer, axes, epsilon).inverse);
      return binary('mul', scaled, spread(layer, weight('gamma', features), axes));
    }
    const [scale, offset] = affine(layer, features);
    if (isLast(axes)) {
      return emit('layer_norm', [input, scale, offset], { axes, epsilon }, shapeOf(input));
    }
    return normalize(layer, axes, { epsilon, scale, offset });
  }),

  ...each(['RMSNormalization'], (layer) => {
    const { config, emit, input, refuse, shapeOf, weight } = layer;
    const axes = sortedAxes(layer);
    const scale = weight('scale', featuresOf(layer, axes));
    const epsilon = config.number('epsilon', 1e-6);
    if (!isLast(axes)) refuse('axes that are not the last');
    return emit('rms_norm', [input, scale], { axes, epsilon }, shapeOf(input));
  }),

  ...each(['UnitNormalization'], (layer) =>
    normalized(layer, layer.input, axesOf(layer, -1), 1e-12),
  ),

  ...each(['GroupNormalization'], (layer) => {
    const { config, emit, input, known, refuse, shapeOf } = layer;
    const axis = axesOf(layer, -1)[0] ?? -1;
    const channels = known(shapeOf(input).at(axis), 'the number of channels');
    const given = config.number('groups', 32);
    const groups = given === -1 ? channels : given;
    if (groups < 1 || channels % groups !== 0) refuse(`${groups} groups of ${channels} channels`);
    const attributes = { groups, axis, epsilon: config.number('epsilon', 1e-3) };
    return emit('group_norm', [input, ...affine(layer, [channels])], attributes, shapeOf(input));
  }),

  ...each(['Normalization'], (layer) => {
    const { config, input } = layer;
    const { binary, clamp, unary } = calculator(layer);
    const [mean, variance] = statisticsOf(layer);
    const deviation = clamp(unary('sqrt', variance), EPSILON, null);
    if (config.boolean('invert', false)) {
      return binary('add', mean, binary('mul', input, deviation));
    }
    return binary('div', binary('sub', input, mean), deviation);
  }),
};

/** `gamma` and `beta`, where the layer has them. */
function affine(
  { config, weight }: LayerContext,
  shape: readonly number[],
): readonly [string | null, string | null] {
  return [
    config.boolean('scale', true) ? weight('gamma', shape) : null,
    config.boolean('center', true) ? weight('beta', shape) : null,
  ];
}

function axesOf({ config }: LayerContext, missing: number): readonly number[] {
  const node = config.find('axis');
  if (!node) return [missing];
  return Array.isArray(node.value) ? node.list().map((axis) => axis.integer()) : [node.integer()];
}

/** From the back, in the order of the input. */
function sortedAxes(layer: LayerContext): readonly number[] {
  const rank = layer.shapeOf(layer.input).length;
  return axesOf(layer, -1)
    .map((axis) => (axis < 0 ? axis : axis - rank))
    .toSorted((a, b) => a - b);
}

function isLast(axes: readonly number[]): boolean {
  return axes.every((axis, i) => axis === i - axes.length);
}

function featuresOf({ input, known, shapeOf }: LayerContext, axes: readonly number[]): number[] {
  return axes.map((axis) => known(shapeOf(input).at(axis), 'the shape of its input'));
}

/** A weight with a length of 1 on all axes that it does not have, the examples left out. */
function spread(layer: LayerContext, weight: string, axes: readonly number[]): string {
  const shape = layer.shapeOf(layer.input);
  if (axes.some((axis) => (axis < 0 ? axis + shape.length : axis) === 0)) {
    layer.refuse('statistics along the examples');
  }
  const wide = shape
    .map((size, i) => (axes.includes(i - shape.length) || axes.includes(i) ? size : 1))
    .slice(1)
    .map((size) => layer.known(size, 'the shape of its input'));
  return layer.emit('reshape', [weight], { shape: wide }, wide);
}

function inverseDeviation(layer: LayerContext, axes: readonly number[], epsilon: number) {
  const { binary, reduce, unary } = calculator(layer);
  const centred = binary('sub', layer.input, reduce('mean', layer.input, axes, true));
  const variance = reduce('mean', unary('square', centred), axes, true);
  return { centred, inverse: unary('rsqrt', binary('add', variance, epsilon)) };
}

interface Affine {
  readonly epsilon: number;
  readonly scale: string | null;
  readonly offset: string | null;
}

/** Over axes that are not the last ones. */
function normalize(
  layer: LayerContext,
  axes: readonly number[],
  { epsilon, scale, offset }: Affine,
): string {
  const { binary } = calculator(layer);
  const { centred, inverse } = inverseDeviation(layer, axes, epsilon);
  const even = binary('mul', centred, inverse);
  const scaled = scale === null ? even : binary('mul', even, spread(layer, scale, axes));
  return offset === null ? scaled : binary('add', scaled, spread(layer, offset, axes));
}

/** Mean and variance as they were adapted, or as the configuration gives them. */
function statisticsOf(layer: LayerContext): readonly [string, string] {
  const { config, constant, input, known, shapeOf, weight } = layer;
  const shape = shapeOf(input);
  const axes = config.find('axis') ? axesOf(layer, -1) : [];
  const kept = axes
    .map((axis) => (axis < 0 ? axis + shape.length : axis))
    .toSorted((a, b) => a - b);
  const features = kept.map((axis) => known(shape[axis], 'the shape of its input'));
  const [mean = '', variance = ''] = ['mean', 'variance'].map((key) => {
    const given = config.find(key);
    if (!given) {
      const value = weight(key, features);
      return kept.length === 0 ? value : spread(layer, value, kept);
    }
    const { values } = parseNumbers(given);
    if (values.length === 1) return constant(values);
    const own = constant(values, features);
    const whole = features.reduce((product, size) => product * size, 1);
    if (values.length !== whole) layer.refuse(`a ${key} of ${values.length} numbers`);
    return spread(layer, own, kept);
  });
  return [mean, variance];
}
