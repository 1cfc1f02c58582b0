import { activate } from '#formats/keras-config/activations.ts';
import type { LayerContext } from '#formats/keras-config/builder.ts';
import { biasOf } from './dense.ts';
import { paddingOf, shapeFrom, spatialOf, type Window, windowed } from './spatial.ts';
import { each, type Table } from './table.ts';

/** Convolutions over one, two and three axes, transposed ones over one and two. */
export const convolutionLayers: Table = {
  ...each(['Conv1D', 'Convolution1D'], (layer) => convolve(layer, 1)),
  ...each(['Conv2D', 'Convolution2D'], (layer) => convolve(layer, 2)),
  ...each(['Conv3D', 'Convolution3D'], (layer) => convolve(layer, 3)),
  ...each(['Conv1DTranspose', 'Convolution1DTranspose'], (layer) => transposed(layer, 1)),
  ...each(['Conv2DTranspose', 'Convolution2DTranspose'], (layer) => transposed(layer, 2)),
  ...each(['DepthwiseConv1D'], (layer) => depthwise(layer, 1)),
  ...each(['DepthwiseConv2D'], (layer) => depthwise(layer, 2)),
  ...each(['SeparableConv1D', 'SeparableConvolution1D'], (layer) => separable(layer, 1)),
  ...each(['SeparableConv2D', 'SeparableConvolution2D'], (layer) => separable(layer, 2)),
};

function convolve(layer: LayerContext, axes: number): string {
  const { config, emit, input, known, shapeOf, weight } = layer;
  const spatial = spatialOf(layer, axes);
  const window = windowOf(layer, axes);
  const padding = paddingOf(layer, window);
  const groups = config.number('groups', 1);
  const filters = filtersOf(layer);
  const channels = known(spatial.channels, 'the number of channels');
  const kernel = weight('kernel', [...window.size, channels / groups, filters]);
  const { layout } = spatial;
  const { strides, dilations } = window;
  const attributes = { layout, kernel: 'HWIO', strides, dilations, padding, groups } as const;
  const sizes = windowed(spatial.sizes, window, padding);
  const shape = shapeFrom(spatial, shapeOf(input), filters, sizes);
  const result = emit('conv', [input, kernel, biasOf(layer, filters)], attributes, shape);
  return activate(layer, result, config.find('activation'));
}

/**
 * The gradient of a convolution. What comes out has the size that Keras asks for, and TensorFlow cuts it so that
 * the odd place is at the end.
 * @see https://github.com/keras-team/keras/blob/master/keras/src/backend/common/backend_utils.py
 */
function transposed(layer: LayerContext, axes: number): string {
  const { config, emit, input, known, refuse, shapeOf, weight } = layer;
  const spatial = spatialOf(layer, axes);
  const { size, strides, dilations } = windowOf(layer, axes);
  const words = config.text('padding', 'valid');
  if (words !== 'same' && words !== 'valid') refuse(`padding ${words}`);
  const more = config.find('output_padding') ? config.sizes('output_padding', axes) : null;
  const filters = filtersOf(layer);
  const kernel = weight('kernel', [
    ...size,
    filters,
    known(spatial.channels, 'the number of channels'),
  ]);
  const cuts = size.map((length, axis) => {
    const stride = strides[axis] ?? 1;
    const reach = (dilations[axis] ?? 1) * (length - 1) + 1;
    const usual = words === 'same' ? reach - stride : Math.min(0, reach - stride);
    const asked = (words === 'same' ? 2 * Math.floor(reach / 2) : 0) - (more?.[axis] ?? 0);
    return more ? asked : usual;
  });
  const padding = cuts.map((cut): [number, number] => {
    const before = Math.floor(Math.max(0, cut) / 2);
    return [before, Math.max(0, cut) - before];
  });
  const outputPadding = cuts.map((cut) => Math.max(0, -cut));
  const sizes = spatial.sizes.map((length, axis) => {
    const reach = (dilations[axis] ?? 1) * ((size[axis] ?? 1) - 1) + 1;
    return length === null ? null : (length - 1) * (strides[axis] ?? 1) + reach - (cuts[axis] ?? 0);
  });
  const { layout } = spatial;
  const result = emit(
    'conv_transpose',
    [input, kernel, biasOf(layer, filters)],
    { layout, kernel: 'HWOI', strides, dilations, padding, outputPadding, groups: 1 },
    shapeFrom(spatial, shapeOf(input), filters, sizes),
  );
  return activate(layer, result, config.find('activation'));
}

function depthwise(layer: LayerContext, axes: number): string {
  const { channels, result } = eachChannel(layer, axes, {
    name: layer.isKeras3 ? 'kernel' : 'depthwise_kernel',
    also: [layer.isKeras3 ? 'depthwise_kernel' : 'kernel'],
    bias: true,
  });
  layer.known(channels, 'the number of channels');
  return activate(layer, result, layer.config.find('activation'));
}

function separable(layer: LayerContext, axes: number): string {
  const { config, emit, input, shapeOf, weight } = layer;
  const { channels, result } = eachChannel(layer, axes, {
    name: 'depthwise_kernel',
    also: [],
    bias: false,
  });
  const spatial = spatialOf(layer, axes);
  const filters = filtersOf(layer);
  const ones = Array.from({ length: axes }, () => 1);
  const kernel = weight('pointwise_kernel', [...ones, channels, filters]);
  const attributes = {
    layout: spatial.layout,
    kernel: 'HWIO',
    strides: ones,
    dilations: ones,
    padding: ones.map(() => [0, 0] as const),
    groups: 1,
  } as const;
  const between = shapeOf(result);
  const sizes = spatial.layout === 'NCHW' ? between.slice(2) : between.slice(1, -1);
  const shape = shapeFrom(spatial, shapeOf(input), filters, sizes);
  const mixed = emit('conv', [result, kernel, biasOf(layer, filters)], attributes, shape);
  return activate(layer, mixed, config.find('activation'));
}

interface Kernel {
  readonly name: string;
  readonly also: readonly string[];
  readonly bias: boolean;
}

/** A convolution of every channel by itself, each into `depth_multiplier` new ones. */
function eachChannel(layer: LayerContext, axes: number, kernel: Kernel) {
  const { config, emit, input, known, shapeOf, weight } = layer;
  const spatial = spatialOf(layer, axes);
  const window = windowOf(layer, axes);
  const padding = paddingOf(layer, window);
  const groups = known(spatial.channels, 'the number of channels');
  const multiplier = config.number('depth_multiplier', 1);
  const channels = groups * multiplier;
  const weights = weight(kernel.name, [...window.size, groups, multiplier], ...kernel.also);
  const { layout } = spatial;
  const { strides, dilations } = window;
  const attributes = { layout, kernel: 'HWIM', strides, dilations, padding, groups } as const;
  const sizes = windowed(spatial.sizes, window, padding);
  const shape = shapeFrom(spatial, shapeOf(input), channels, sizes);
  const bias = kernel.bias ? biasOf(layer, channels) : null;
  return { channels, result: emit('conv', [input, weights, bias], attributes, shape) };
}

function windowOf({ config }: LayerContext, axes: number): Window {
  const ones = Array.from({ length: axes }, () => 1);
  return {
    size: config.sizes('kernel_size', axes),
    strides: config.sizes('strides', axes, ones),
    dilations: config.sizes('dilation_rate', axes, ones),
  };
}

function filtersOf({ config, known }: LayerContext): number {
  return known(config.find('filters')?.integer(), 'the number of filters');
}
