import type { LayerContext, Shape } from '#formats/keras-config/builder.ts';
import { calculator } from '#formats/keras-config/calculator.ts';
import { shapeFrom, spatialOf } from './spatial.ts';
import { each, type Table } from './table.ts';

/** What changes shapes and order, and no number. */
export const shapeLayers: Table = {
  ...each(['Flatten'], (layer) => {
    const { config, input, shapeOf } = layer;
    const shape = shapeOf(input);
    const first = config.text('data_format', 'channels_last') === 'channels_first';
    const ordered = first && shape.length > 2 ? channelsLast(layer) : input;
    return flatten(layer, ordered);
  }),

  ...each(['Reshape'], (layer) => {
    const { config, input, refuse, shapeOf } = layer;
    const target =
      config
        .find('target_shape')
        ?.list()
        .map((size) => (size.value === null ? -1 : size.integer())) ?? [];
    const [, ...sizes] = shapeOf(input);
    return reshape(layer, input, resolveSizes(sizes, target) ?? misfit());

    function misfit(): never {
      return refuse(`[${sizes.join(', ')}] into [${target.join(', ')}]`);
    }
  }),

  ...each(['Permute'], ({ config, emit, input, refuse, shapeOf }) => {
    const shape = shapeOf(input);
    const axes = [
      0,
      ...(config
        .find('dims')
        ?.list()
        .map((axis) => axis.integer()) ?? []),
    ];
    const isPermutation = shape.every((_, axis) => axes.includes(axis));
    if (!isPermutation || axes.length !== shape.length)
      refuse(`dims [${axes.slice(1).join(', ')}]`);
    return emit(
      'transpose',
      [input],
      { axes },
      axes.map((axis) => shape[axis] ?? null),
    );
  }),

  ...each(['RepeatVector'], (layer) => {
    const { config, emit, input, known, refuse, shapeOf } = layer;
    const [examples = null, features = null] = shapeOf(input);
    const times = known(config.find('n')?.integer(), 'the number of repetitions');
    if (times < 1) refuse(`${times} repetitions`);
    const row = calculator(layer).expandDims(input, 1);
    return emit('tile', [row], { repeats: [1, times, 1] }, [examples, times, features]);
  }),

  ...each(['ZeroPadding1D'], (layer) => pad(layer, 1)),
  ...each(['ZeroPadding2D'], (layer) => pad(layer, 2)),
  ...each(['ZeroPadding3D'], (layer) => pad(layer, 3)),
  ...each(['Cropping1D'], (layer) => crop(layer, 1)),
  ...each(['Cropping2D'], (layer) => crop(layer, 2)),
  ...each(['Cropping3D'], (layer) => crop(layer, 3)),
  ...each(['CenterCrop'], centerCrop),
  ...each(['UpSampling1D'], (layer) => enlarge(layer, 1)),
  ...each(['UpSampling2D'], (layer) => enlarge(layer, 2)),
  ...each(['UpSampling3D'], (layer) => enlarge(layer, 3)),
};

/** Lengths with what `-1` stands for, where the file tells; `undefined` where they do not go together. */
export function resolveSizes(
  sizes: Shape,
  target: readonly number[],
): readonly (number | null)[] | undefined {
  const whole = sizes.reduce<number | null>(
    (product, size) => (product === null || size === null ? null : product * size),
    1,
  );
  const rest = target.reduce((product, size) => (size === -1 ? product : product * size), 1);
  const free = target.filter((size) => size === -1).length;
  if (free > 1) return undefined;
  if (whole === null) return target.map((size) => (size === -1 ? null : size));
  const resolved = target.map((size) => (size === -1 ? whole / rest : size));
  const found = resolved.reduce((product, size) => product * size, 1);
  return found === whole && resolved.every(Number.isInteger) ? resolved : undefined;
}

function reshape(layer: LayerContext, value: string, sizes: Shape): string {
  const [examples = null] = layer.shapeOf(value);
  return calculator(layer).reshape(value, [examples, ...sizes]);
}

function enlarge(layer: LayerContext, axes: number): string {
  const { config, emit, input, refuse, shapeOf } = layer;
  const method = config.text('interpolation', 'nearest');
  if (method !== 'nearest' && method !== 'bilinear') return refuse(`interpolation ${method}`);
  const spatial = spatialOf(layer, axes);
  const twice = Array.from({ length: axes }, () => 2);
  const factors = config.sizes('size', axes, twice);
  const sizes = spatial.sizes.map((size, i) => (size === null ? null : size * (factors[i] ?? 1)));
  const shape = shapeFrom(spatial, shapeOf(input), spatial.channels, sizes);
  return emit('resize', [input], { layout: spatial.layout, size: null, factors, method }, shape);
}

function flatten({ emit, shapeOf }: LayerContext, value: string): string {
  const [examples = null, ...sizes] = shapeOf(value);
  if (sizes.length === 0) return emit('unsqueeze', [value], { axis: 1 }, [examples, 1]);
  const length = sizes.reduce<number | null>(
    (product, size) => (product === null || size === null ? null : product * size),
    1,
  );
  return emit('flatten', [value], { from: 1, to: -1 }, [examples, length]);
}

/** Keras flattens channels-first images as if their channels came last. */
function channelsLast({ emit, input, shapeOf }: LayerContext): string {
  const shape = shapeOf(input);
  const axes = [0, ...shape.slice(2).map((_, i) => i + 2), 1];
  return emit(
    'transpose',
    [input],
    { axes },
    axes.map((axis) => shape[axis] ?? null),
  );
}

type Pairs = readonly (readonly [number, number])[];

/** One number, one per axis, or `[before, after]` per axis. */
function pairsOf({ config, refuse }: LayerContext, key: string, axes: number): Pairs {
  const node = config.find(key);
  const all = (size: number): Pairs => Array.from({ length: axes }, () => [size, size]);
  if (!node) return all(1);
  if (!Array.isArray(node.value)) return all(node.integer());
  const items = node.list();
  if (axes === 1 && items.length === 2)
    return [[items[0]?.integer() ?? 0, items[1]?.integer() ?? 0]];
  if (items.length !== axes) return refuse(`${key} of ${items.length} axes`);
  return items.map((item) => {
    if (!Array.isArray(item.value)) return [item.integer(), item.integer()];
    const [before, after] = item.list();
    return [before?.integer() ?? 0, after?.integer() ?? 0];
  });
}

function pad(layer: LayerContext, axes: number): string {
  const { emit, input, shapeOf } = layer;
  const spatial = spatialOf(layer, axes);
  const pairs = pairsOf(layer, 'padding', axes);
  const sizes = spatial.sizes.map((size, i) =>
    plus(size, (pairs[i]?.[0] ?? 0) + (pairs[i]?.[1] ?? 0)),
  );
  const none = [0, 0] as const;
  const padding = spatial.layout === 'NCHW' ? [none, none, ...pairs] : [none, ...pairs, none];
  const shape = shapeFrom(spatial, shapeOf(input), spatial.channels, sizes);
  return emit('pad', [input], { padding, value: 0 }, shape);
}

function crop(layer: LayerContext, axes: number): string {
  const spatial = spatialOf(layer, axes);
  const first = spatial.layout === 'NCHW' ? 2 : 1;
  return pairsOf(layer, 'cropping', axes).reduce(
    (value, [before, after], i) => cut(layer, value, { axis: first + i, before, after }),
    layer.input,
  );
}

function centerCrop(layer: LayerContext): string {
  const { config, input, known, refuse } = layer;
  const spatial = spatialOf(layer, 2);
  const first = spatial.layout === 'NCHW' ? 2 : 1;
  return ['height', 'width'].reduce((value, key, i) => {
    const wanted = known(config.find(key)?.integer(), key);
    const room = known(spatial.sizes[i], 'the shape of its input') - wanted;
    if (room < 0) refuse('an image smaller than what is cut out');
    const before = Math.floor(room / 2);
    return cut(layer, value, { axis: first + i, before, after: room - before });
  }, input);
}

interface Cut {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

function cut({ emit, known, refuse, shapeOf }: LayerContext, value: string, part: Cut): string {
  const { axis, before, after } = part;
  if (before === 0 && after === 0) return value;
  const shape = shapeOf(value);
  const length = known(shape[axis], 'the shape of its input') - before - after;
  if (length < 1) refuse('nothing is left');
  const cropped: Shape = shape.map((size, i) => (i === axis ? length : size));
  return emit('slice', [value], { axis, from: before, to: before + length, step: 1 }, cropped);
}

function plus(size: number | null, more: number): number | null {
  return size === null ? null : size + more;
}
