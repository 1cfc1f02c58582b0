import type { BinaryName } from '#domain/graph.ts';
import type { LayerContext, Shape } from '#formats/keras-config/builder.ts';
import { each, type Table } from './table.ts';

/** Layers of several inputs. */
export const mergeLayers: Table = {
  ...each(['Add'], (layer) => fold(layer, 'add')),
  ...each(['Multiply'], (layer) => fold(layer, 'mul')),
  ...each(['Maximum'], (layer) => fold(layer, 'maximum')),
  ...each(['Minimum'], (layer) => fold(layer, 'minimum')),
  ...each(['Subtract'], (layer) => {
    if (layer.inputs.length !== 2) layer.refuse(`${layer.inputs.length} inputs`);
    return fold(layer, 'sub');
  }),
  ...each(['Average'], (layer) => {
    const { constant, emit, inputs, shapeOf } = layer;
    const sum = fold(layer, 'add');
    return emit('binary', [sum, constant([inputs.length])], { name: 'div' }, shapeOf(sum));
  }),

  ...each(['Concatenate'], ({ config, emit, inputs, shapeOf }) => {
    const axis = config.number('axis', -1);
    const shapes = inputs.map(shapeOf);
    const rank = shapes[0]?.length ?? 0;
    const at = axis < 0 ? axis + rank : axis;
    const length = shapes.reduce<number | null>((sum, shape) => plus(sum, shape[at] ?? null), 0);
    const shape = (shapes[0] ?? []).map((size, i) => (i === at ? length : size));
    return emit('concat', inputs, { axis }, shape);
  }),

  ...each(['Dot'], dot),
};

/** One after the other, broadcast as NumPy does. */
function fold({ emit, inputs, shapeOf }: LayerContext, name: BinaryName): string {
  return inputs.reduce((value, input) =>
    emit('binary', [value, input], { name }, broadcast(shapeOf(value), shapeOf(input))),
  );
}

export function broadcast(a: Shape, b: Shape): Shape {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const [left, right] = [a, b].map((shape) => {
      const at = i - Math.max(a.length, b.length) + shape.length;
      return at < 0 ? 1 : (shape[at] ?? null);
    });
    return left === 1 ? (right ?? null) : (left ?? null);
  });
}

/** Products along one axis of each: rows of numbers, or rows of vectors. */
function dot(layer: LayerContext): string {
  const { config, emit, inputs, refuse, shapeOf } = layer;
  if (config.boolean('normalize', false)) refuse('normalize');
  const [a = '', b = ''] = inputs;
  const [left, right] = [shapeOf(a), shapeOf(b)];
  const [first = 1, second = first] = axesOf(layer);
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

function axesOf({ config, inputs, shapeOf }: LayerContext): readonly number[] {
  const node = config.find('axes');
  const axes = node && Array.isArray(node.value) ? node.list() : node ? [node, node] : [];
  return axes.map((axis, i) => {
    const rank = shapeOf(inputs[i] ?? '').length;
    return axis.integer() < 0 ? axis.integer() + rank : axis.integer();
  });
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
