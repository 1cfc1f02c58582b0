import { activate } from '#formats/keras-config/activations.ts';
import type { LayerContext } from '#formats/keras-config/builder.ts';
import { biasOf } from './dense.ts';
import { paddingOf, shapeFrom, spatialOf, type Window, windowed } from './spatial.ts';
import { each, type Table } from './table.ts';

/** Convolutions over one and two axes. */
export const convolutionLayers: Table = {
  ...each(['Conv1D', 'Convolution1D'], (layer) => convolve(layer, 1)),
  ...each(['Conv2D', 'Convolution2D'], (layer) => convolve(layer, 2)),
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

function depthwise(layer: LayerContext, axes: number): string {
  const { channels, result } = eachChannel(layer, axes, {
    name: layer.isKeras3 ? 'kernel' : 'depthwise_kernel',
    also: layer.isKeras3 ? 'depthwise_kernel' : 'kernel',
    bias: true,
  });
  layer.known(channels, 'the number of channels');
  return activate(layer, result, layer.config.find('activation'));
}

function separable(layer: LayerContext, axes: number): string {
  const { config, emit, input, shapeOf, weight } = layer;
  const { channels, result } = eachChannel(layer, axes, { name: 'depthwise_kernel', bias: false });
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
  readonly also?: string;
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
  const weights = weight(kernel.name, [...window.size, groups, multiplier], kernel.also);
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
