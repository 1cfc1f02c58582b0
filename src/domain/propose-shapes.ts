import type { ProposedLayer } from './proposal.ts';

/** Shape of one example on its way through the layers; `null` for a length that is not known. */
export type ExampleShape = readonly (number | null)[];

type Layer = Pick<
  ProposedLayer,
  'name' | 'kind' | 'shapes' | 'strides' | 'padding' | 'size' | 'ceil'
>;

/**
 * Shape after a layer; a text says why the layer cannot stand there.
 *
 * @param others of its further inputs
 */
export function shapeAfter(
  layer: Layer,
  shape: ExampleShape,
  others: readonly ExampleShape[] = [],
): ExampleShape | string {
  switch (layer.kind) {
    case 'add':
    case 'concat':
      return afterJoin(layer, [shape, ...others]);
    case 'half':
      return half(layer, shape);
    case 'shuffle':
      return typeof half(layer, shape) === 'string' ? half(layer, shape) : shape;
    case 'adaptive_avg_pool':
      return [shape[0] ?? null, ...(layer.size ?? [])];
    case 'linear':
      return afterLinear(layer, shape);
    case 'conv':
      return afterConv(layer, shape);
    case 'batch_norm':
    case 'layer_norm':
      return afterNorm(layer, shape);
    case 'max_pool':
      return afterPool(layer, shape);
    case 'global_avg_pool':
      return shape.length > 1
        ? shape.slice(0, 1)
        : `${layer.name} gets [${words(shape)}], no image`;
    case 'flatten':
      return [shape.reduce((product, size) => times(product, size), 1)];
    case 'activation':
      return shape;
  }
}

/** Shape of the first example, or of what the first layer can take. */
export function inputOf(
  layers: readonly { readonly kind: string; readonly shapes: ProposedLayer['shapes'] }[],
): ExampleShape {
  for (const { kind, shapes } of layers) {
    const [weight = []] = shapes;
    if (kind === 'linear') return [weight[1] ?? null];
    if (kind === 'conv') return [weight[1] ?? null, ...weight.slice(2).map(() => null)];
    if (kind === 'batch_norm' || kind === 'layer_norm') continue;
    return [null];
  }
  return [null];
}

function afterLinear({ name, shapes }: Layer, shape: ExampleShape): ExampleShape | string {
  const [out = 0, features = 0] = shapes[0] ?? [];
  if (shape.length !== 1) return `${name} gets [${words(shape)}]; it needs a flatten before it`;
  return shape[0] === null || shape[0] === features
    ? [out]
    : `${name} takes ${features} features, and gets ${shape[0]}`;
}

function afterConv(layer: Layer, shape: ExampleShape): ExampleShape | string {
  const { name, strides, padding } = layer;
  const [out = 0, perGroup = 0, ...kernel] = layer.shapes[0] ?? [];
  if (shape.length !== kernel.length + 1) return `${name} gets [${words(shape)}], no image`;
  if (groupsOf(layer, shape[0] ?? null) === null) {
    return `${name} takes ${perGroup} channels, and gets ${shape[0]}`;
  }
  const sizes = kernel.map((size, axis) => {
    const room = plus(shape[axis + 1] ?? null, 2 * (padding?.[axis] ?? 0) - size);
    return room === null ? null : Math.floor(room / (strides?.[axis] ?? 1)) + 1;
  });
  const isEmpty = sizes.some((size) => size !== null && size < 1);
  return isEmpty ? `${name} gets [${words(shape)}], less than its kernel` : [out, ...sizes];
}

/** Batch normalization keeps an image, layer normalization takes features only. */
function afterNorm({ name, kind, shapes }: Layer, shape: ExampleShape): ExampleShape | string {
  const features = shapes.at(-1)?.[0];
  const fits = shape[0] === null || shape[0] === features;
  return fits && (kind === 'batch_norm' || shape.length === 1)
    ? shape
    : `${name} normalizes ${features} features, and gets [${words(shape)}]`;
}

function afterPool(layer: Layer, shape: ExampleShape): ExampleShape | string {
  const { name, size = [], strides = size, padding = [], ceil = false } = layer;
  if (shape.length !== size.length + 1) return `${name} gets [${words(shape)}]`;
  const pooled = size.map((window, i) => {
    const room = plus(shape[i + 1] ?? null, 2 * (padding[i] ?? 0) - window);
    if (room === null) return null;
    const steps = room / (strides[i] ?? window);
    return Math.max(0, (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1);
  });
  return pooled.includes(0)
    ? `${name} gets [${words(shape)}], less than its window`
    : [shape[0] ?? null, ...pooled];
}

/** Groups of a convolution that gets so many channels; `null` where they do not fit. */
export function groupsOf(
  layer: Pick<ProposedLayer, 'shapes'>,
  channels: number | null,
): number | null {
  const [out = 0, perGroup = 0] = layer.shapes[0] ?? [];
  if (channels === null) return 1;
  const groups = channels / perGroup;
  return Number.isInteger(groups) && groups > 0 && out % groups === 0 ? groups : null;
}

function plus(size: number | null, more: number): number | null {
  return size === null ? null : size + more;
}

function times(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a * b;
}

/** Arrays of one shape, but for their channels where they are put one after the other. */
function afterJoin({ name, kind }: Layer, shapes: readonly ExampleShape[]): ExampleShape | string {
  const [first = [], ...rest] = shapes;
  const from = kind === 'concat' ? 1 : 0;
  const differs = rest.find(
    (shape) =>
      shape.length !== first.length ||
      shape.slice(from).some((size, i) => size !== null && (first[i + from] ?? size) !== size),
  );
  if (rest.length === 0) return `${name} takes one array alone`;
  if (differs) return `${name} gets [${words(first)}] and [${words(differs)}]`;
  if (kind === 'add') return first;
  return [
    shapes.reduce<number | null>((sum, [size = null]) => add(sum, size), 0),
    ...first.slice(1),
  ];
}

function add(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function half({ name }: Layer, [channels = null, ...sizes]: ExampleShape): ExampleShape | string {
  if (channels === null || channels % 2 !== 0) return `${name} halves ${channels ?? 'no'} channels`;
  return [channels / 2, ...sizes];
}

function words(shape: ExampleShape): string {
  return shape.map((size) => size ?? '?').join(', ');
}
