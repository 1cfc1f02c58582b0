import type { Layout, Padding } from '#domain/graph.ts';
import type { LayerContext, Shape } from '#formats/keras-config/builder.ts';

/** How a layer looks at an image or a series. */
export interface Spatial {
  readonly layout: Layout;
  /** Of the channels. */
  readonly axis: number;
  readonly channels: number | null;
  /** Lengths of the other axes, the examples left out. */
  readonly sizes: readonly (number | null)[];
}

/** Axes of the input, which has to have `axes` besides examples and channels. */
export function spatialOf({ config, input, refuse, shapeOf }: LayerContext, axes: number): Spatial {
  const shape = shapeOf(input);
  if (shape.length !== axes + 2) refuse(`an input of ${shape.length} axes`);
  const first = config.text('data_format', 'channels_last') === 'channels_first';
  const axis = first ? 1 : axes + 1;
  return {
    layout: first ? 'NCHW' : 'NHWC',
    axis,
    channels: shape[axis] ?? null,
    sizes: first ? shape.slice(2) : shape.slice(1, -1),
  };
}

/** Puts the shape of a result together again. */
export function shapeFrom(
  { layout }: Spatial,
  [examples = null]: Shape,
  channels: number | null,
  sizes: readonly (number | null)[],
): Shape {
  return layout === 'NCHW' ? [examples, channels, ...sizes] : [examples, ...sizes, channels];
}

export interface Window {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** `valid` adds nothing, `causal` all before, `same` as much as TensorFlow works out. */
export function paddingOf(layer: LayerContext, { size, dilations }: Window): Padding {
  const words = layer.config.text('padding', 'valid').toLowerCase();
  switch (words) {
    case 'same':
      return 'same';
    case 'valid':
      return size.map(() => [0, 0]);
    case 'causal':
      return size.map((length, axis) => [(dilations[axis] ?? 1) * (length - 1), 0]);
    default:
      return layer.refuse(`padding ${words}`);
  }
}

/** Lengths that come out of windows. */
export function windowed(
  sizes: readonly (number | null)[],
  { size, strides, dilations }: Window,
  padding: Padding,
): readonly (number | null)[] {
  return sizes.map((length, axis) => {
    if (length === null) return null;
    const stride = strides[axis] ?? 1;
    if (padding === 'same') return Math.ceil(length / stride);
    const [before = 0, after = 0] = padding[axis] ?? [];
    const extent = (dilations[axis] ?? 1) * ((size[axis] ?? 1) - 1) + 1;
    return Math.floor((length + before + after - extent) / stride) + 1;
  });
}
