import type { Context } from '#formats/tensorflow-graph/context.ts';
import { type Arrayed, axisFrom, isFloat } from '#formats/tensorflow-graph/values.ts';

/** The slices of `x` at indices. Rows of a table that it does not have come out as NaN. */
export function gather({ emit }: Context, x: Arrayed, indices: Arrayed, along: number): Arrayed {
  const axis = axisFrom(along, x.shape.length);
  const shape = x.shape.toSpliced(axis, 1, ...indices.shape);
  const out = { shape, dtype: x.dtype };
  const isTable = axis === 0 && x.shape.length === 2 && isFloat(x.dtype) && x.kind === 'computed';
  if (isTable) return emit('embedding', [indices, x], {}, out);
  return emit('gather', [x, indices], { axis }, out);
}
