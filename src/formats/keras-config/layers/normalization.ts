import type { LayerContext } from '#formats/keras-config/builder.ts';
import { each, type Table } from './table.ts';

/** `keras.config.epsilon()`, which keeps a division from going wild. */
const EPSILON = 1e-7;

/** Normalizations with stored or with own statistics. */
export const normalizationLayers: Table = {
  ...each(['BatchNormalization', 'BatchNormalizationV1', 'SyncBatchNormalization'], (layer) => {
    const { emit, input, known, shapeOf, weight } = layer;
    const axis = axesOf(layer, -1)[0] ?? -1;
    const features = [known(shapeOf(input).at(axis), 'the number of channels')];
    const [scale, offset] = affine(layer, features);
    const statistics = [weight('moving_mean', features), weight('moving_variance', features)];
    const attributes = { axis, epsilon: layer.config.number('epsilon', 1e-3) };
    return emit('batch_norm', [input, scale, offset, ...statistics], attributes, shapeOf(input));
  }),

  ...each(['LayerNormalization'], (layer) => {
    const { config, emit, input, known, refuse, shapeOf } = layer;
    if (config.boolean('rms_scaling', false)) refuse('rms_scaling');
    const shape = shapeOf(input);
    const axes = axesOf(layer, -1).map((axis) => (axis < 0 ? axis : axis - shape.length));
    const sorted = axes.toSorted((a, b) => a - b);
    if (sorted.some((axis, i) => axis !== i - sorted.length)) refuse('axes that are not the last');
    const features = sorted.map((axis) => known(shape.at(axis), 'the shape of its input'));
    const epsilon = config.number('epsilon', 1e-3);
    const inputs = [input, ...affine(layer, features)];
    return emit('layer_norm', inputs, { axes: sorted, epsilon }, shape);
  }),

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
    const { config, emit, input, shapeOf } = layer;
    if (config.boolean('invert', false)) layer.refuse('invert');
    const shape = shapeOf(input);
    const [mean, variance] = statisticsOf(layer);
    const centred = emit('binary', [input, mean], { name: 'sub' }, shape);
    const root = emit('unary', [variance], { name: 'sqrt' }, shapeOf(variance));
    const bound = { min: EPSILON, max: null };
    const deviation = emit('clamp', [root], bound, shapeOf(variance));
    return emit('binary', [centred, deviation], { name: 'div' }, shape);
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

/** Mean and variance as they were adapted, or as the configuration gives them. */
function statisticsOf(layer: LayerContext): readonly [string, string] {
  const { config, constant, input, known, refuse, shapeOf, weight } = layer;
  const shape = shapeOf(input);
  const axes = config.find('axis') ? axesOf(layer, -1) : [];
  const kept = axes.map((axis) => (axis < 0 ? axis + shape.length : axis));
  const isLast = kept.every((axis, i) => axis === shape.length - kept.length + i);
  if (!isLast) refuse('axes that are not the last');
  const features = kept.map((axis) => known(shape[axis], 'the shape of its input'));
  const [mean, variance] = ['mean', 'variance'].map((key) => {
    const given = config.find(key);
    if (!given) return weight(key, features);
    const values = flatten(given.value);
    return constant(values, values.length === 1 ? [] : features);
  });
  return [mean ?? '', variance ?? ''];
}

function flatten(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return Array.isArray(value) ? value.flatMap(flatten) : [];
}
