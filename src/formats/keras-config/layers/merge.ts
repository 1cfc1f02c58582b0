import type { BinaryName } from '#domain/graph.ts';
import { valuesOf } from '#formats/keras-config/arguments.ts';
import type { LayerContext, Shape } from '#formats/keras-config/builder.ts';
import { calculator } from '#formats/keras-config/calculator.ts';
import { each, type Table } from './table.ts';

/** Layers of several inputs. */
export const mergeLayers: Table = {
  ...each(['Add'], (layer) => merge(layer, 'add')),
  ...each(['Multiply'], maskedProduct),
  ...each(['Maximum'], (layer) => maskedExtreme(layer, 'maximum')),
  ...each(['Minimum'], (layer) => maskedExtreme(layer, 'minimum')),
  ...each(['Subtract'], (layer) => {
    if (layer.inputs.length !== 2) layer.refuse(`${layer.inputs.length} inputs`);
    return merge(layer, 'sub');
  }),
  ...each(['Average'], (layer) => {
    const sum = fold(layer, 'add');
    return withMask(layer, calculator(layer).binary('div', sum, layer.inputs.length));
  }),

  ...each(['Concatenate'], (layer) => {
    const { config, inputs } = layer;
    const axis = config.number('axis', -1);
    const joined = calculator(layer).concat(inputs, axis);
    layer.setMask(joined, concatenatedMask(layer, axis));
    return joined;
  }),

  ...each(['Dot'], dot),
};

/** One after the other, broadcast as Keras does: an axis that is missing comes behind the examples. */
function fold(layer: LayerContext, name: BinaryName): string {
  const { binary } = calculator(layer);
  return alike(layer).reduce((value, input) => binary(name, value, input));
}

function alike(layer: LayerContext): readonly string[] {
  const { inputs, shapeOf } = layer;
  const { expandDims } = calculator(layer);
  const rank = Math.max(...inputs.map((input) => shapeOf(input).length));
  return inputs.map((input) => {
    let value = input;
    while (shapeOf(value).length < rank) value = expandDims(value, 1);
    return value;
  });
}

/** Of a mask, as wide as its input. */
function wideMask(layer: LayerContext, input: string): string | null {
  const { maskOf, refuse, shapeOf } = layer;
  const mask = layer.isKeras3 ? maskOf(input) : null;
  if (mask === null) return null;
  if (shapeOf(mask).length !== shapeOf(input).length - 1) refuse('a mask of other axes');
  const { cast, expandDims } = calculator(layer);
  return cast(expandDims(mask, -1), 'bool');
}

/**
 * Numbers that are masked give way to those of the other inputs.
 * @see https://github.com/keras-team/keras/blob/master/keras/src/layers/merging/base_merge.py
 */
function maskedExtreme(layer: LayerContext, name: 'maximum' | 'minimum'): string {
  if (layer.inputs.every((input) => wideMask(layer, input) === null)) return merge(layer, name);
  const { binary, logical, where } = calculator(layer);
  const [first = '', ...others] = layer.inputs;
  let mask = wideMask(layer, first);
  const merged = others.reduce((output, input) => {
    const own = wideMask(layer, input);
    const x = own === null ? input : where(own, input, output);
    const before = mask === null ? output : where(mask, output, x);
    mask = own !== null && mask !== null ? logical('or', mask, own) : null;
    return binary(name, before, x);
  }, first);
  return withMask(layer, merged);
}

/** Numbers that are masked count as 1, and where all are, the product is 0. */
function maskedProduct(layer: LayerContext): string {
  const masks = layer.inputs.map((input) => wideMask(layer, input));
  if (masks.every((mask) => mask === null)) return merge(layer, 'mul');
  const { binary, logical, where } = calculator(layer);
  const product = layer.inputs
    .map((input, i) => (masks[i] ? where(masks[i], input, 1) : input))
    .reduce((a, b) => binary('mul', a, b));
  const given = masks.filter((mask) => mask !== null);
  if (given.length < masks.length) return withMask(layer, product);
  const any = given.reduce((a, b) => logical('or', a, b));
  return withMask(layer, where(any, product, 0));
}

function merge(layer: LayerContext, name: BinaryName): string {
  return withMask(layer, fold(layer, name));
}

/** A step counts where it counts in any input, if all have masks. */
function withMask(layer: LayerContext, merged: string): string {
  const masks = masksOf(layer);
  const given = masks.filter((mask) => mask !== null);
  const { logical } = calculator(layer);
  const isWhole = given.length === masks.length;
  layer.setMask(merged, isWhole ? given.reduce((a, b) => logical('or', a, b)) : null);
  return merged;
}

function masksOf({ given, inputs, maskOf, refuse }: LayerContext): readonly (string | null)[] {
  const explicit = given('mask');
  if (explicit === undefined || explicit === null) return inputs.map(maskOf);
  const values = valuesOf(explicit);
  return values.length === inputs.length ? values : refuse('masks of some inputs');
}

/** Every number counts where its own input says so; then a step counts where any of its numbers does. */
function concatenatedMask(layer: LayerContext, axis: number): string | null {
  const { emit, inputs, shapeOf, sizeOf } = layer;
  const masks = masksOf(layer);
  if (masks.every((mask) => mask === null)) return null;
  const { concat, expandDims, reduce } = calculator(layer);
  const wide = inputs.map((input, i) => {
    const shape = shapeOf(input);
    const mask = masks[i] ?? null;
    const full = shape.map((_, at) => sizeOf(input, at));
    if (mask === null) return emit('fill', [], { shape: full, value: 1, dtype: 'bool' }, shape);
    if (shapeOf(mask).length === shape.length) return mask;
    return emit('expand', [expandDims(mask, -1)], { shape: full }, shape);
  });
  return reduce('any', concat(wide, axis), [-1]);
}

/** Products along one axis of each: rows of numbers, or rows of vectors. */
function dot(layer: LayerContext): string {
  const { config, emit, inputs, refuse, shapeOf } = layer;
  const [one = '', two = ''] = inputs;
  const [left, right] = [shapeOf(one), shapeOf(two)];
  const [first = 1, second = first] = axesOf(layer);
  const isNormalized = config.boolean('normalize', false);
  const a = isNormalized ? normalized(layer, one, [first]) : one;
  const b = isNormalized ? normalized(layer, two, [second]) : two;
  if (left.length !== right.length || left.length > 3) refuse('inputs of these shapes');
  const [examples = null] = left;
  if (left.length === 2) {
    const product = emit('binary', [a, b], { name: 'mul' }, left);
    return emit('reduce', [product], { name: 'sum', axes: [1], keep: true }, [examples, 1]);
  }
  // a has to end with the axis, b to begin with it after the examples
  const turn = (value: string, [n = null, rows = null, columns = null]: Shape) =>
    emit('transpose', [value], { axes: [0, 2, 1] }, [n, columns, rows]);
  const turned = first === 1 ? turn(a, left) : a;
  const standing = second === 2 ? turn(b, right) : b;
  const shape = [examples, left[3 - first] ?? null, right[3 - second] ?? null];
  return emit('matmul', [turned, standing], {}, shape);
}

/** Of length 1 along some axes; what is all but zero stays so. */
export function normalized(
  layer: LayerContext,
  x: string,
  axes: readonly number[],
  epsilon = 1e-12,
): string {
  const { binary, clamp, reduce, unary } = calculator(layer);
  const squares = reduce('sum', unary('square', x), axes, true);
  return binary('mul', x, clamp(unary('rsqrt', squares), null, 1 / epsilon));
}

function axesOf({ config, inputs, shapeOf }: LayerContext): readonly number[] {
  const node = config.find('axes');
  const axes = node && Array.isArray(node.value) ? node.list() : node ? [node, node] : [];
  return axes.map((axis, i) => {
    const rank = shapeOf(inputs[i] ?? '').length;
    return axis.integer() < 0 ? axis.integer() + rank : axis.integer();
  });
}
