import type { LayerContext } from '#formats/keras-config/builder.ts';
import { calculator } from '#formats/keras-config/calculator.ts';
import { paddingOf, shapeFrom, spatialOf, windowed } from './spatial.ts';
import { each, type Table } from './table.ts';

/** Pooling over one, two and three axes. */
export const poolingLayers: Table = {
  ...each(['MaxPooling1D', 'MaxPool1D'], (layer) => pool(layer, 1, 'max_pool')),
  ...each(['MaxPooling2D', 'MaxPool2D'], (layer) => pool(layer, 2, 'max_pool')),
  ...each(['AveragePooling1D', 'AvgPool1D'], (layer) => pool(layer, 1, 'avg_pool')),
  ...each(['AveragePooling2D', 'AvgPool2D'], (layer) => pool(layer, 2, 'avg_pool')),
  ...each(['MaxPooling3D', 'MaxPool3D'], (layer) => pool(layer, 3, 'max_pool')),
  ...each(['AveragePooling3D', 'AvgPool3D'], (layer) => pool(layer, 3, 'avg_pool')),
  ...each(['GlobalAveragePooling1D', 'GlobalAvgPool1D'], meanOfSteps),
  ...each(['GlobalAveragePooling3D', 'GlobalAvgPool3D'], (layer) => poolAll(layer, 3, 'mean')),
  ...each(['GlobalMaxPooling3D', 'GlobalMaxPool3D'], (layer) => poolAll(layer, 3, 'max')),
  ...each(['GlobalAveragePooling2D', 'GlobalAvgPool2D'], (layer) => poolAll(layer, 2, 'mean')),
  ...each(['GlobalMaxPooling1D', 'GlobalMaxPool1D'], (layer) => poolAll(layer, 1, 'max')),
  ...each(['GlobalMaxPooling2D', 'GlobalMaxPool2D'], (layer) => poolAll(layer, 2, 'max')),
};

/** Without strides, windows lie side by side; zeros of the padding do not count in a mean. */
function pool(layer: LayerContext, axes: number, op: 'max_pool' | 'avg_pool'): string {
  const { config, emit, input, shapeOf } = layer;
  const spatial = spatialOf(layer, axes);
  const size = config.sizes(
    'pool_size',
    axes,
    Array.from({ length: axes }, () => 2),
  );
  const strides = config.sizes('strides', axes, size);
  const window = { size, strides, dilations: size.map(() => 1) };
  const padding = paddingOf(layer, window);
  const sizes = windowed(spatial.sizes, window, padding);
  const shape = shapeFrom(spatial, shapeOf(input), spatial.channels, sizes);
  const attributes = { layout: spatial.layout, size, strides, padding, ceil: false };
  return op === 'max_pool'
    ? emit(op, [input], attributes, shape)
    : emit(op, [input], { ...attributes, countPadding: false }, shape);
}

/** Of the steps that a mask leaves. */
function meanOfSteps(layer: LayerContext): string {
  const { config, input, setMask } = layer;
  const mask = layer.mask();
  if (mask === null) return poolAll(layer, 1, 'mean');
  const { binary, cast, expandDims, reduce, where } = calculator(layer);
  const keep = config.boolean('keepdims', false);
  const isFirst = config.text('data_format', 'channels_last') === 'channels_first';
  const axis = isFirst ? 2 : 1;
  const wide = cast(expandDims(mask, isFirst ? 1 : 2), 'bool');
  const sum = reduce('sum', where(wide, input, 0), [axis], keep);
  const mean = binary('div', sum, reduce('sum', cast(wide, 'float32'), [axis], keep));
  setMask(mean, null);
  return mean;
}

function poolAll(layer: LayerContext, axes: number, name: 'mean' | 'max'): string {
  const { config, emit, input, shapeOf } = layer;
  const spatial = spatialOf(layer, axes);
  const keep = config.boolean('keepdims', false);
  const over = spatial.sizes.map((_, i) => (spatial.layout === 'NCHW' ? i + 2 : i + 1));
  const [examples = null] = shapeOf(input);
  const ones = spatial.sizes.map(() => 1);
  const shape = keep
    ? shapeFrom(spatial, shapeOf(input), spatial.channels, ones)
    : [examples, spatial.channels];
  return emit('reduce', [input], { name, axes: over, keep }, shape);
}
