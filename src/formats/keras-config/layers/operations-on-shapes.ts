import type { Dimension } from '#domain/graph.ts';
import { type Given, isList, type Slice, show, valuesOf } from '#formats/keras-config/arguments.ts';
import type { LayerContext } from '#formats/keras-config/builder.ts';
import { calculator } from '#formats/keras-config/calculator.ts';
import { resolveSizes } from './shape.ts';
import type { Table } from './table.ts';

/** Operations of `keras.ops` that change shapes and order, and no number. */
export const operationsOnShapes: Table = {
  Reshape(layer) {
    const { config, emit, refuse, shapeOf } = layer;
    const x = oneOf(layer);
    const node = config.find('newshape') ?? config.find('shape');
    const target = node && Array.isArray(node.value) ? node.list() : node ? [node] : [];
    const sizes = target.map((size) => (size.value === null ? -1 : size.integer()));
    const [, ...rest] = shapeOf(x);
    // -1 at the front are the examples, where all other lengths agree
    const resolved = sizes[0] === -1 ? resolveSizes(rest, sizes.slice(1)) : undefined;
    if (resolved) return calculator(layer).reshape(x, [null, ...resolved]);
    const [examples = null] = shapeOf(x);
    const free = sizes.filter((size) => size === -1).length;
    if (free > 1 || (sizes[0] !== -1 && examples === null)) {
      refuse(`[${sizes.join(', ')}] for every batch`);
    }
    const known = sizes.map((size) => (size === -1 ? null : size));
    return emit('reshape', [x], { shape: sizes }, known);
  },
  Transpose(layer) {
    const x = oneOf(layer);
    const node = layer.config.find('axes');
    const reversed = layer
      .shapeOf(x)
      .map((_, axis) => axis)
      .reverse();
    return calculator(layer).transpose(x, node?.list().map((axis) => axis.integer()) ?? reversed);
  },
  Swapaxes(layer) {
    const x = oneOf(layer);
    const rank = layer.shapeOf(x).length;
    const [a, b] = ['axis1', 'axis2'].map((key) => layer.config.number(key, 0));
    const at = (axis = 0) => (axis < 0 ? axis + rank : axis);
    const axes = Array.from({ length: rank }, (_, axis) =>
      axis === at(a) ? at(b) : axis === at(b) ? at(a) : axis,
    );
    return calculator(layer).transpose(x, axes);
  },
  Moveaxis(layer) {
    const x = oneOf(layer);
    const rank = layer.shapeOf(x).length;
    const [from, to] = ['source', 'destination'].map((key) => {
      const node = layer.config.find(key);
      const axes = node && Array.isArray(node.value) ? node.list() : node ? [node] : [];
      return axes.map((axis) => (axis.integer() + rank) % rank);
    });
    const order = Array.from({ length: rank }, (_, axis) => axis).filter(
      (axis) => !from?.includes(axis),
    );
    const moves = (to ?? []).map((place, i) => [place, from?.[i] ?? 0] as const);
    for (const [place, axis] of moves.toSorted(([a], [b]) => a - b)) order.splice(place, 0, axis);
    return calculator(layer).transpose(x, order);
  },
  ExpandDims(layer) {
    const node = layer.config.find('axis');
    const axes = node && Array.isArray(node.value) ? node.list() : node ? [node] : [];
    const [axis, second] = axes;
    if (!axis || second) layer.refuse('several axes');
    return calculator(layer).expandDims(oneOf(layer), axis?.integer() ?? 0);
  },
  Squeeze(layer) {
    const node = layer.config.find('axis');
    if (!node) layer.refuse('no axis is named');
    const axes = node && Array.isArray(node.value) ? node.list() : node ? [node] : [];
    const x = oneOf(layer);
    const rank = layer.shapeOf(x).length;
    return axes
      .map((axis) => (axis.integer() + rank) % rank)
      .toSorted((a, b) => b - a)
      .reduce((value, axis) => calculator(layer).squeeze(value, axis), x);
  },
  Concatenate: (layer) => calculator(layer).concat(listed(layer), layer.config.number('axis', 0)),
  Hstack: (layer) => calculator(layer).concat(listed(layer), 1),
  Stack(layer) {
    const { concat, expandDims } = calculator(layer);
    const values = listed(layer);
    const axis = layer.config.number('axis', 0);
    const rank = layer.shapeOf(values[0] ?? '').length + 1;
    const at = axis < 0 ? axis + rank : axis;
    return concat(
      values.map((value) => expandDims(value, at)),
      at,
    );
  },
  Split(layer) {
    const { config, known, refuse, shapeOf } = layer;
    const x = oneOf(layer);
    const axis = config.number('axis', 0);
    const size = known(shapeOf(x).at(axis), 'the length of what is split');
    const node = config.find('indices_or_sections');
    const count = node && !Array.isArray(node.value) ? node.integer() : 0;
    if (count !== 0 && (count < 1 || size % count !== 0)) refuse(`${count} parts of ${size}`);
    const bounds = Array.isArray(node?.value)
      ? node.list().map((bound) => bound.integer())
      : Array.from({ length: count - 1 }, (_, i) => ((i + 1) * size) / count);
    return [...bounds, size].map((to, i) =>
      calculator(layer).slice(x, axis, bounds[i - 1] ?? 0, to),
    );
  },
  Unstack(layer) {
    const x = oneOf(layer);
    const axis = layer.config.number('axis', 0);
    const own = layer.shapeOf(x).at(axis);
    const count = layer.config.number('num', layer.known(own, 'the length of what is split'));
    return Array.from({ length: count }, (_, i) => calculator(layer).select(x, axis, i));
  },
  Flip(layer) {
    const x = oneOf(layer);
    const node = layer.config.find('axis');
    const axes = node && Array.isArray(node.value) ? node.list() : node ? [node] : [];
    const all = axes.length > 0 ? axes.map((axis) => axis.integer()) : layer.refuse('all axes');
    return all.reduce((value, axis) => calculator(layer).flip(value, axis), x);
  },
  Roll(layer) {
    const { config, emit, refuse, shapeOf } = layer;
    const x = oneOf(layer);
    const numbers = (key: string) => {
      const node = config.find(key) ?? refuse(`it has no ${key}`);
      const items = Array.isArray(node.value) ? node.list() : [node];
      return items.map((item) => item.integer());
    };
    const [axes, shifts] = [numbers('axis'), numbers('shift')];
    return emit('roll', [x], { axes, shifts }, shapeOf(x));
  },
  Tile(layer) {
    const x = oneOf(layer);
    const node = layer.config.find('repeats') ?? layer.refuse('no repeats');
    const given = (Array.isArray(node.value) ? node.list() : [node]).map((one) => one.integer());
    const rank = layer.shapeOf(x).length;
    if (given.length > rank) layer.refuse('axes in front of the examples');
    const repeats = [...Array.from({ length: rank - given.length }, () => 1), ...given];
    if (repeats[0] !== 1) layer.refuse('examples that are repeated');
    const shape = layer
      .shapeOf(x)
      .map((size, i) => (size === null ? null : size * (repeats[i] ?? 1)));
    return layer.emit('tile', [x], { repeats }, shape);
  },
  Repeat(layer) {
    const { concat, expandDims, reshape } = calculator(layer);
    const x = oneOf(layer);
    const shape = layer.shapeOf(x);
    const rank = shape.length;
    const axis = (layer.config.number('axis', Number.NaN) + rank) % rank;
    const times = layer.config.number('repeats', 1);
    if (!(axis > 0) || times > MOST) layer.refuse(`${times} times along the axis ${axis}`);
    const open = expandDims(x, axis + 1);
    const many = concat(
      Array.from({ length: times }, () => open),
      axis + 1,
    );
    const sizes = shape.map((size, i): Dimension | null =>
      i === axis && size !== null ? size * times : size,
    );
    return reshape(many, sizes);
  },
  BroadcastTo(layer) {
    const x = oneOf(layer);
    const node = layer.config.find('shape') ?? layer.refuse('no shape');
    const shape = node.list().map((size) => (size.value === null ? -1 : size.integer()));
    const own = layer.shapeOf(x);
    const known = shape.map((size, i) =>
      size === -1 ? (own[i - shape.length + own.length] ?? null) : size,
    );
    return layer.emit('expand', [x], { shape }, known);
  },
  Pad(layer) {
    const { config, emit, refuse, shapeOf } = layer;
    const x = oneOf(layer);
    if (config.text('mode', 'constant') !== 'constant') refuse('a mode other than constant');
    const value = layer.given('constant_values', 1) ?? 0;
    if (typeof value !== 'number') return refuse('constant_values');
    const node = config.find('pad_width') ?? refuse('no pad_width');
    const rank = shapeOf(x).length;
    const whole = Array.isArray(node.value) ? node.list() : [];
    const padding = Array.from({ length: rank }, (_, i): [number, number] => {
      const own = whole.length === 1 ? whole[0] : whole[i];
      if (!own) return [node.integer(), node.integer()];
      const [before, after] = Array.isArray(own.value) ? own.list() : [own, own];
      return [before?.integer() ?? 0, after?.integer() ?? 0];
    });
    const shape = shapeOf(x).map((size, i) =>
      size === null ? null : size + (padding[i]?.[0] ?? 0) + (padding[i]?.[1] ?? 0),
    );
    return emit('pad', [x], { padding, value }, shape);
  },
  Take(layer) {
    const { config, emit, known, refuse, shapeOf, tensor } = layer;
    const x = oneOf(layer);
    const indices = tensor('indices', 1) ?? refuse('it has no indices');
    const axis = known(config.find('axis')?.integer(), 'the axis');
    const at = axis < 0 ? axis + shapeOf(x).length : axis;
    const shape = shapeOf(x).toSpliced(at, 1, ...shapeOf(indices));
    const whole = calculator(layer).cast(indices, 'int32');
    return emit('gather', [x, whole], { axis: at }, shape);
  },
  GetItem: (layer) => cut(layer),
  Ravel: (layer) => layer.refuse('examples that are joined'),
};

/** Copies that are put into a graph one by one. */
const MOST = 1024;

function oneOf({ input, tensor }: LayerContext): string {
  return tensor('x', 0) ?? input;
}

/** Values of a list of inputs, as `concatenate` takes it. */
function listed({ given, inputs }: LayerContext): readonly string[] {
  const found = given('xs', 0) ?? given('x', 0);
  return found !== undefined && isList(found) ? valuesOf(found) : inputs;
}

/** `x[:, 0]`, `x[..., 1:3]`, `x[:, None]` */
function cut(layer: LayerContext): string {
  const x = oneOf(layer);
  const key = layer.given('key', 1) ?? null;
  const items: readonly Given[] = isList(key) ? key : [key];
  const named = items.filter((item) => item !== null && !isDots(item)).length;
  const rank = layer.shapeOf(x).length;
  let value = x;
  let axis = 0;
  for (const item of items) {
    if (isDots(item)) {
      axis += rank - named;
      continue;
    }
    value = cutAxis(layer, value, axis, item);
    if (typeof item !== 'number') axis++;
  }
  return value;
}

function cutAxis(layer: LayerContext, x: string, axis: number, item: Given): string {
  const { expandDims, select } = calculator(layer);
  if (item === null) return expandDims(x, axis);
  if (typeof item === 'number') {
    return axis === 0 ? layer.refuse('a single example is taken') : select(x, axis, item);
  }
  return isSlice(item) ? sliced(layer, x, axis, item) : layer.refuse(`an index ${show(item)}`);
}

function sliced(layer: LayerContext, x: string, axis: number, { from, to, step }: Slice): string {
  const { flip, slice } = calculator(layer);
  const by = step ?? 1;
  const isWhole = from === null && to === null;
  if (isWhole && by === 1) return x;
  if (axis === 0) layer.refuse('examples are left out');
  if (isWhole && by === -1) return flip(x, axis);
  if (by < 1) return layer.refuse(`steps of ${by}`);
  const part = slice(x, axis, from ?? 0, to);
  if (by === 1) return part;
  const length = layer.shapeOf(part)[axis] ?? null;
  const left = length === null ? null : Math.ceil(length / by);
  const shape = layer.shapeOf(x).map((size, i) => (i === axis ? left : size));
  return layer.emit('slice', [x], { axis, from: from ?? 0, to, step: by }, shape);
}

function isSlice(item: Given): item is Slice {
  return typeof item === 'object' && item !== null && !isList(item) && item.kind === 'slice';
}

function isDots(item: Given): boolean {
  return typeof item === 'object' && item !== null && !isList(item) && item.kind === 'ellipsis';
}
