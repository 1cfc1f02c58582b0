import type { Context } from '#formats/tensorflow-graph/context.ts';
import { type Arrayed, known } from '#formats/tensorflow-graph/values.ts';

interface Positions {
  /** Where each of the new elements lies among the old ones. */
  readonly at: readonly number[];
  readonly size: number;
}

/** @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/image_resizer_state.h */
function positionsOf(context: Context, x: Arrayed, axis: number): Positions {
  const { bool, count, fixed, known: knownInput } = context;
  const size = fixed(x.shape[axis + 1], 'the size of the image');
  const out = count(fixed(knownInput(1, 'the new size').values[axis], 'it'), 'the new size');
  const [corners, centers] = [bool('align_corners', false), bool('half_pixel_centers', false)];
  const scale = corners && out > 1 ? (size - 1) / (out - 1) : size / out;
  const at = Array.from({ length: out }, (_, i) =>
    Math.fround(centers ? (i + 0.5) * scale - 0.5 : i * scale),
  );
  return { at, size };
}

export function resizeBilinear(context: Context): Arrayed {
  return [0, 1].reduce<Arrayed>((x, axis) => {
    const { at, size } = positionsOf(context, x, axis);
    const inside = at.map((place) => Math.max(0, place));
    const lower = inside.map((place) => Math.min(size - 1, Math.floor(place)));
    const weights = inside.map((place, i) => place - (lower[i] ?? 0));
    const before = take(context, x, axis, lower);
    if (weights.every((weight) => weight === 0)) return before;
    const upper = lower.map((place) => Math.min(size - 1, place + 1));
    const after = take(context, x, axis, upper);
    const { emit } = context;
    const along = known(
      weights,
      axis === 0 ? [1, at.length, 1, 1] : [1, 1, at.length, 1],
      'float32',
    );
    const difference = emit('binary', [after, before], { name: 'sub' }, before);
    const part = emit('binary', [difference, along], { name: 'mul' }, before);
    return emit('binary', [before, part], { name: 'add' }, before);
  }, asFloat(context));
}

export function resizeNearest(context: Context): Arrayed {
  const { bool } = context;
  const [corners, centers] = [bool('align_corners', false), bool('half_pixel_centers', false)];
  return [0, 1].reduce<Arrayed>((x, axis) => {
    const { at, size } = positionsOf(context, x, axis);
    const places = at.map((place) => {
      // with half pixels the centre of the new element decides
      const nearest = corners ? Math.round(place) : Math.floor(centers ? place + 0.5 : place);
      return Math.min(size - 1, Math.max(0, nearest));
    });
    return take(context, x, axis, places);
  }, context.array(0));
}

function asFloat({ array, emit }: Context): Arrayed {
  const x = array(0);
  if (x.dtype === 'float32') return x;
  return emit('cast', [x], { dtype: 'float32' }, { shape: x.shape, dtype: 'float32' });
}

function take({ emit }: Context, x: Arrayed, axis: number, places: readonly number[]): Arrayed {
  if (places.length === x.shape[axis + 1] && places.every((place, i) => place === i)) return x;
  const out = { shape: x.shape.with(axis + 1, places.length), dtype: x.dtype };
  return emit('gather', [x, known(places, [places.length])], { axis: axis + 1 }, out);
}
