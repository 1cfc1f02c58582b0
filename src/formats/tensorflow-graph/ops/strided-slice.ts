import type { Context } from '#formats/tensorflow-graph/context.ts';
import { type Arrayed, known, type Size } from '#formats/tensorflow-graph/values.ts';

/** What becomes of one axis: whole, from one place to another, one place, or a new axis. */
type Step =
  | { readonly kind: 'whole' }
  | { readonly kind: 'new' }
  | { readonly kind: 'one'; readonly index: Size }
  | {
      readonly kind: 'part';
      readonly from: number | null;
      readonly to: Size | null;
      readonly step: number;
    };

/** `x[a:b:c, ..., i, newaxis]`. @see https://www.tensorflow.org/api_docs/python/tf/strided_slice */
export function stridedSlice(context: Context): Arrayed {
  const x = context.array(0);
  let out = x;
  let axis = 0;
  for (const step of stepsOf(context, x.shape.length)) {
    switch (step.kind) {
      case 'whole':
        axis++;
        break;
      case 'new': {
        const shape = out.shape.toSpliced(axis, 0, 1);
        out = context.emit('unsqueeze', [out], { axis }, { shape, dtype: x.dtype });
        axis++;
        break;
      }
      case 'one':
        out = one(context, out, axis, step.index);
        break;
      case 'part':
        out = part(context, out, axis, step);
        axis++;
        break;
    }
  }
  return out;
}

interface Masks {
  begins(i: number): boolean;
  ends(i: number): boolean;
  dots(i: number): boolean;
  adds(i: number): boolean;
  shrinks(i: number): boolean;
}

function masksOf({ int }: Context): Masks {
  const mask = (name: string) => {
    const bits = int(`${name}_mask`, 0);
    return (i: number) => Math.floor(bits / 2 ** i) % 2 === 1;
  };
  const dots = mask('ellipsis');
  return {
    begins: mask('begin'),
    ends: mask('end'),
    dots,
    adds: mask('new_axis'),
    shrinks: mask('shrink_axis'),
  };
}

function stepsOf(context: Context, rank: number): Step[] {
  const begin = context.known(1, 'where it begins').values;
  const end = context.known(2, 'where it ends').values;
  const strides = context.numbers(3, 'its step');
  const masks = masksOf(context);
  const named = strides.filter((_, i) => !masks.dots(i) && !masks.adds(i)).length;
  return strides.flatMap((step, i): Step[] => {
    if (masks.dots(i)) return Array.from({ length: rank - named }, () => ({ kind: 'whole' }));
    if (masks.adds(i)) return [{ kind: 'new' }];
    const first = begin[i] ?? 0;
    if (masks.shrinks(i)) return [{ kind: 'one', index: first }];
    const from = masks.begins(i) ? null : first;
    if (typeof from === 'string') {
      return context.refuse('where it begins depends on the size of the input');
    }
    return [{ kind: 'part', from, to: masks.ends(i) ? null : (end[i] ?? 0), step }];
  });
}

function one({ emit, refuse }: Context, x: Arrayed, axis: number, index: Size): Arrayed {
  const size = x.shape[axis];
  if (size === undefined) refuse(`it has no axis ${axis}`);
  const out = { shape: x.shape.toSpliced(axis, 1), dtype: x.dtype };
  return typeof index === 'number'
    ? emit('select', [x], { axis, index }, out)
    : emit('gather', [x, known([index], [])], { axis }, out);
}

type Part = Extract<Step, { readonly kind: 'part' }>;

function part(context: Context, x: Arrayed, axis: number, piece: Part): Arrayed {
  const size = x.shape[axis] ?? context.refuse(`it has no axis ${axis}`);
  const { from, to, step } = piece;
  if (step < 0) return backwards(context, x, axis, piece);
  const isWhole = (from === null || from === 0) && (to === null || to === size) && step === 1;
  if (isWhole) return x;
  if (typeof size === 'string') return openPart(context, x, axis, piece);
  if (typeof to === 'string') return takenPart(context, x, axis, piece);
  const within = (place: number) => Math.min(size, Math.max(0, place < 0 ? place + size : place));
  const first = within(from ?? 0);
  const last = Math.max(first, within(to ?? size));
  const count = Math.ceil((last - first) / step);
  if (count === size) return x;
  const out = { shape: x.shape.with(axis, count), dtype: x.dtype };
  return context.emit('slice', [x], { axis, from: first, to: last, step }, out);
}

/** Of an axis whose length only the inputs tell. */
function openPart(context: Context, x: Arrayed, axis: number, { from, to, step }: Part): Arrayed {
  const { emit, refuse, sizes } = context;
  if (step !== 1) refuse('a step along an axis whose length depends on the input');
  const size = x.shape[axis] ?? 0;
  const start = from ?? 0;
  if (typeof to === 'string' && to !== size)
    return takenPart(context, x, axis, { kind: 'part', from, to, step });
  const end = to === size ? null : (to as number | null);
  const stop =
    end === null ? size : end < 0 ? sizes.join('add', size, end) : sizes.join('minimum', size, end);
  const length = start < 0 && end === null ? -start : sizes.join('sub', stop, start);
  if (start < 0 && end !== null) refuse('where it begins depends on the size of the input');
  const shape: Size[] = [...x.shape];
  shape[axis] = length;
  return emit('slice', [x], { axis, from: start, to: end, step }, { shape, dtype: x.dtype });
}

/** Up to a place that only the inputs tell: elements are taken by their places. */
function takenPart(context: Context, x: Arrayed, axis: number, { from, to, step }: Part): Arrayed {
  const { emit, refuse, sizes } = context;
  const start = from ?? 0;
  if (start < 0 || step !== 1 || to === null) {
    return refuse('where it begins and ends depends on the size of the input');
  }
  const length = sizes.join('sub', to, start);
  const numbers = { from: start, to, step: 1, dtype: 'int32' } as const;
  const places = emit('range', [], numbers, { shape: [length], dtype: 'int32' });
  const shape: Size[] = [...x.shape];
  shape[axis] = length;
  return emit('gather', [x, places], { axis }, { shape, dtype: x.dtype });
}

/** From one place back to another. */
function backwards(context: Context, x: Arrayed, axis: number, { from, to, step }: Part): Arrayed {
  const { emit, fixed, refuse } = context;
  const flipped = emit('flip', [x], { axes: [axis] }, x);
  if (from === null && to === null && step === -1) return flipped;
  if (typeof to === 'string') return refuse('where it ends depends on the size of the input');
  const size = fixed(x.shape[axis], 'the length of what is turned round');
  const clamp = (place: number) =>
    Math.min(size - 1, Math.max(-1, place < 0 ? place + size : place));
  const first = from === null ? size - 1 : clamp(from);
  const last = to === null ? -1 : clamp(to);
  const count = Math.max(0, Math.ceil((first - last) / -step));
  const start = size - 1 - first;
  const end = Math.max(start, size - 1 - last);
  const out = { shape: x.shape.with(axis, count), dtype: x.dtype };
  return emit('slice', [flipped], { axis, from: start, to: end, step: -step }, out);
}
