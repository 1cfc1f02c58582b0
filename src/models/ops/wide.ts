import {
  broadcastTo,
  concat,
  fill,
  pad,
  reshape,
  reverse,
  stridedSlice,
  type Tensor,
  where,
} from '@tensorflow/tfjs';
import { broadcast, product, sizeOf } from './op.ts';

/**
 * Of arrays with more than four axes tfjs on WebGPU has no `where`, and its `pad` gives zeros without a
 * word. What goes along one axis is done here on three: all before it, it, and all after.
 */
const MOST_AXES = 4;

/** `x` as `[before, size of the axis, after]`, and what came of it as the shape that it would have had. */
export function alongAxis(x: Tensor, axis: number, act: (rows: Tensor) => Tensor): Tensor {
  const size = sizeOf(x.shape, axis);
  const before = product(x.shape.slice(0, axis));
  const made = act(reshape(x, [before, size, product(x.shape.slice(axis + 1))]));
  return reshape(made, x.shape.with(axis, made.shape[1] ?? 0));
}

/** As `where`, of arrays with any number of axes. */
export function pick(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  const shape = broadcast(condition.shape, broadcast(a.shape, b.shape));
  if (shape.length <= MOST_AXES) return where(condition, a, b);
  const flat = (x: Tensor) =>
    reshape(x.size === product(shape) ? x : broadcastTo(x, shape), [product(shape)]);
  return reshape(where(flat(condition), flat(a), flat(b)), shape);
}

/** Elements of one value before and after, along any axes. */
export function surround(
  x: Tensor,
  pads: readonly (readonly [number, number])[],
  value: number,
): Tensor {
  if (x.rank <= MOST_AXES) {
    return pad(
      x,
      pads.map(([before, after]): [number, number] => [before, after]),
      value,
    );
  }
  return pads.reduce((whole, [before, after], axis) => {
    if (before === 0 && after === 0) return whole;
    return alongAxis(whole, axis, (rows) => {
      const [first = 1, , last = 1] = rows.shape;
      const edge = (size: number) =>
        size > 0 ? [fill([first, size, last], value, rows.dtype)] : [];
      return concat([...edge(before), rows, ...edge(after)], 1);
    });
  }, x);
}

/** `[from, to)` of an axis, every `step`-th: `stridedSlice` does not compile for more than four axes either. */
export function everyNth(
  x: Tensor,
  axis: number,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): Tensor {
  return alongAxis(x, axis, (rows) =>
    stridedSlice(rows, [0, from, 0], rows.shape.with(1, to), [1, step, 1]),
  );
}

/** Back to front, along some axes. */
export function backwards(x: Tensor, axes: readonly number[]): Tensor {
  return axes.reduce((turned, axis) => alongAxis(turned, axis, (rows) => reverse(rows, 1)), x);
}
