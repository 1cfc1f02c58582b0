import type { BinaryName, CompareName, OpAttributes, OpName } from '#domain/graph.ts';
import type { SizeOperation, Sizes } from './sizes.ts';
import { axisFrom, isFloat, type Known, known, product, type Size } from './values.ts';

/** Larger ones are computed with the batch. */
const MAX_FOLDED = 4096;

type Fold<Op extends OpName> = (
  inputs: readonly Known[],
  attributes: OpAttributes[Op],
  sizes: Sizes,
) => Known | null;

/** What an op gives when all that goes in is known; `null` where that has to wait. */
export function fold<Op extends OpName>(
  op: Op,
  inputs: readonly Known[],
  attributes: OpAttributes[Op],
  sizes: Sizes,
): Known | null {
  const folds = FOLDS[op] as Fold<Op> | undefined;
  const folded = folds?.(inputs, attributes, sizes) ?? null;
  return folded && folded.values.length <= MAX_FOLDED ? folded : null;
}

const FOLDS: { readonly [Op in OpName]?: Fold<Op> } = {
  identity: ([x]) => x ?? null,
  constant: (_, { values, shape, dtype }) => known(values, shape, dtype),
  reshape: ([x], { shape }) => {
    if (!x || shape.some((size) => typeof size !== 'number')) return null;
    const to = shape.map(Number);
    const rest = to.indexOf(-1);
    if (rest >= 0) to[rest] = x.values.length / product(to.toSpliced(rest, 1));
    return product(to) === x.values.length ? { ...x, shape: to } : null;
  },
  squeeze: ([x], { axes }) => {
    if (!x) return null;
    const gone = axes?.map((axis) => axisFrom(axis, x.shape.length));
    return { ...x, shape: x.shape.filter((n, at) => n !== 1 || (gone && !gone.includes(at))) };
  },
  unsqueeze: ([x], { axis }) =>
    x ? { ...x, shape: x.shape.toSpliced(axisFrom(axis, x.shape.length + 1), 0, 1) } : null,
  transpose: ([x], { axes }) => {
    if (!x) return null;
    const shape = axes.map((axis) => x.shape[axis] ?? 0);
    return rearranged(x, shape, (at) => axes.map((_, axis) => at[axes.indexOf(axis)] ?? 0));
  },
  expand: ([x], { shape }) => {
    if (!x || shape.some((size) => typeof size !== 'number')) return null;
    const more = shape.length - x.shape.length;
    const to = shape.map((size, axis) =>
      size === -1 ? (x.shape[axis - more] ?? 1) : Number(size),
    );
    if (product(to) > MAX_FOLDED) return null;
    return rearranged(x, to, (at) =>
      at.slice(more).map((i, axis) => (x.shape[axis] === 1 ? 0 : i)),
    );
  },
  tile: ([x], { repeats }) => {
    if (!x || repeats.length !== x.shape.length) return null;
    if (repeats.some((size) => typeof size !== 'number')) return null;
    const to = x.shape.map((size, axis) => size * Number(repeats[axis]));
    if (product(to) > MAX_FOLDED) return null;
    return rearranged(x, to, (at) => at.map((i, axis) => i % (x.shape[axis] ?? 1)));
  },
  slice: ([x], { axis, from, to, step }) => {
    if (!x) return null;
    const at = axisFrom(axis, x.shape.length);
    const size = x.shape[at] ?? 0;
    const within = (place: number) => Math.min(size, Math.max(0, place < 0 ? place + size : place));
    const first = within(from);
    const count = Math.max(0, Math.ceil((within(to ?? size) - first) / step));
    return rearranged(x, x.shape.with(at, count), (place) =>
      place.with(at, first + (place[at] ?? 0) * step),
    );
  },
  select: ([x], { axis, index }) => {
    if (!x) return null;
    const at = axisFrom(axis, x.shape.length);
    const size = x.shape[at] ?? 0;
    const place = axisFrom(index, size);
    if (place < 0 || place >= size) return null;
    return rearranged(x, x.shape.toSpliced(at, 1), (rest) => rest.toSpliced(at, 0, place));
  },
  flip: ([x], { axes }) => {
    if (!x) return null;
    const over = axes.map((axis) => axisFrom(axis, x.shape.length));
    return rearranged(x, x.shape, (at) =>
      at.map((i, axis) => (over.includes(axis) ? (x.shape[axis] ?? 1) - 1 - i : i)),
    );
  },
  gather: ([x, indices], { axis }) => {
    if (!x || !indices || indices.values.some((value) => typeof value !== 'number')) return null;
    const at = axisFrom(axis, x.shape.length);
    const to = x.shape.toSpliced(at, 1, ...indices.shape);
    const size = x.shape[at] ?? 0;
    if (indices.values.some((value) => Number(value) < 0 || Number(value) >= size)) return null;
    return rearranged(x, to, (place) => {
      const inner = place.slice(at, at + indices.shape.length);
      const index = Number(indices.values[flat(inner, indices.shape)] ?? 0);
      return place.toSpliced(at, indices.shape.length, index);
    });
  },
  concat: (parts, { axis }) => {
    const [first] = parts;
    if (!first) return null;
    const at = axisFrom(axis, first.shape.length);
    const outer = product(first.shape.slice(0, at));
    const values = Array.from({ length: outer }, (_, row) =>
      parts.flatMap((part) => {
        const run = part.values.length / Math.max(1, outer);
        return part.values.slice(row * run, (row + 1) * run);
      }),
    ).flat();
    const joined = parts.reduce((sum, part) => sum + (part.shape[at] ?? 0), 0);
    return known(values, first.shape.with(at, joined), first.dtype);
  },
  cast: ([x], { dtype }) => {
    if (!x) return null;
    if (dtype === 'bool' && x.values.some((value) => typeof value !== 'number')) return null;
    const values = x.values.map((value) => {
      if (typeof value === 'string') return value;
      if (dtype === 'bool') return Number(value !== 0);
      return isFloat(dtype) ? Math.fround(value) : Math.trunc(value);
    });
    return { ...x, values, dtype };
  },
  fill: (_, { shape, value, dtype }) => {
    if (shape.some((size) => typeof size !== 'number')) return null;
    const count = product(shape.map(Number));
    if (count > MAX_FOLDED) return null;
    return known(
      Array.from({ length: count }, () => value),
      shape.map(Number),
      dtype,
    );
  },
  range: (_, { from, to, step, dtype }) => {
    if (typeof to !== 'number') return null;
    const count = Math.max(0, Math.ceil((to - from) / step));
    if (count > MAX_FOLDED) return null;
    return known(
      Array.from({ length: count }, (_element, i) => from + i * step),
      [count],
      dtype,
    );
  },
  reduce: ([x], attributes, sizes) => (x ? reduced(x, attributes, sizes) : null),
  unary: ([x], { name }) => {
    if (!x || (name !== 'neg' && name !== 'not' && name !== 'abs')) return null;
    if (x.values.some((value) => typeof value !== 'number')) return null;
    const of = { neg: (v: number) => 0 - v, not: (v: number) => 1 - v, abs: Math.abs }[name];
    return { ...x, values: x.values.map((value) => of(Number(value))) };
  },
  binary: ([a, b], { name }, sizes) => {
    if (!a || !b) return null;
    const dtype = isFloat(a.dtype) ? a.dtype : b.dtype;
    return joined(a, b, dtype, (x, y) => binary(name, x, y, isFloat(dtype) ? null : sizes));
  },
  compare: ([a, b], { name }) => {
    if (!a || !b) return null;
    return joined(a, b, 'bool', (x, y) => {
      if (typeof x === 'number' && typeof y === 'number') return Number(COMPARE[name](x, y));
      return x === y ? Number(COMPARE[name](0, 0)) : null;
    });
  },
  logical: ([a, b], { name }) => {
    if (!a || !b) return null;
    return joined(a, b, 'bool', (x, y) => {
      if (typeof x !== 'number' || typeof y !== 'number') return null;
      if (name === 'and') return x && y;
      return name === 'or' ? x || y : Number(x !== y);
    });
  },
  where: ([condition, a, b]) => {
    if (!condition || !a || !b || condition.values.length !== 1) return null;
    const [first] = condition.values;
    const taken = first === 0 ? b : a;
    const sameShape = a.shape.join() === b.shape.join();
    return sameShape && condition.shape.length <= a.shape.length ? taken : null;
  },
};

/** `sum`, `prod`, and so on over whole numbers, whose order does not matter. */
function reduced(
  x: Known,
  { name, axes, keep }: OpAttributes['reduce'],
  sizes: Sizes,
): Known | null {
  const rank = x.shape.length;
  const over = (axes ?? Array.from({ length: rank }, (_, i) => i)).map((a) => axisFrom(a, rank));
  if (name === 'mean' || (isFloat(x.dtype) && name !== 'max' && name !== 'min')) return null;
  const kept = x.shape.map((size, axis) => (over.includes(axis) ? 1 : size));
  const slots: Size[][] = [];
  for (const [i, value] of x.values.entries()) {
    const place = places(i, x.shape).map((at, axis) => (over.includes(axis) ? 0 : at));
    const slot = flat(place, kept);
    slots[slot] = [...(slots[slot] ?? []), value];
  }
  const join = (a: Size | null, b: Size) =>
    a === null ? null : binary(REDUCE[name], a, b, isFloat(x.dtype) ? null : sizes);
  const values = Array.from({ length: product(kept) }, (_, slot) => {
    const [first, ...others] = slots[slot] ?? [];
    if (first === undefined) return name === 'prod' || name === 'all' ? 1 : 0;
    return others.reduce<Size | null>(join, first);
  });
  if (!values.every((value) => value !== null)) return null;
  const shape = keep ? kept : x.shape.filter((_, axis) => !over.includes(axis));
  return known(values, shape, name === 'any' || name === 'all' ? 'bool' : x.dtype);
}

const REDUCE = {
  sum: 'add',
  prod: 'mul',
  max: 'maximum',
  min: 'minimum',
  any: 'maximum',
  all: 'minimum',
  mean: 'add',
} as const;

const SIZED: ReadonlySet<string> = new Set<SizeOperation>([
  'add',
  'sub',
  'mul',
  'floor_div',
  'remainder',
  'maximum',
  'minimum',
]);

/** `null` for lengths among floats, and for what is not a number. */
function binary(name: BinaryName, a: Size, b: Size, sizes: Sizes | null): Size | null {
  if (typeof a === 'number' && typeof b === 'number') {
    if (name === 'floor_div' && b === 0) return null;
    const value = COMPUTE[name](a, b);
    return sizes ? value : Math.fround(value);
  }
  return sizes && SIZED.has(name) ? sizes.join(name as SizeOperation, a, b) : null;
}

const COMPUTE: { readonly [Name in BinaryName]: (a: number, b: number) => number } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  maximum: Math.max,
  minimum: Math.min,
  pow: (a, b) => a ** b,
  floor_div: (a, b) => Math.floor(a / b),
  remainder: (a, b) => a - b * Math.floor(a / b),
};

const COMPARE: { readonly [Name in CompareName]: (a: number, b: number) => boolean } = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};

function joined(
  a: Known,
  b: Known,
  dtype: Known['dtype'],
  join: (x: Size, y: Size) => Size | null,
): Known | null {
  const rank = Math.max(a.shape.length, b.shape.length);
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const sizeOf = (x: Known, axis: number) => x.shape[axis - rank + x.shape.length] ?? 1;
  const shape = axes.map((axis) => (sizeOf(a, axis) === 1 ? sizeOf(b, axis) : sizeOf(a, axis)));
  if (product(shape) > MAX_FOLDED) return null;
  const valueAt = (x: Known, place: readonly number[]) => {
    const own = place.slice(rank - x.shape.length).map((i, axis) => (x.shape[axis] === 1 ? 0 : i));
    return x.values[flat(own, x.shape)] ?? 0;
  };
  const values: Size[] = [];
  for (let i = 0; i < product(shape); i++) {
    const place = places(i, shape);
    const value = join(valueAt(a, place), valueAt(b, place));
    if (value === null) return null;
    values.push(value);
  }
  return known(values, shape, dtype);
}

function rearranged(
  x: Known,
  shape: readonly number[],
  from: (place: readonly number[]) => readonly number[],
): Known {
  const values = Array.from(
    { length: product(shape) },
    (_, i) => x.values[flat(from(places(i, shape)), x.shape)] ?? 0,
  );
  return { ...x, values, shape };
}

/** Index per axis of the element `index`. */
function places(index: number, shape: readonly number[]): number[] {
  const out: number[] = [];
  let rest = index;
  for (const size of shape.toReversed()) {
    out.unshift(rest % Math.max(1, size));
    rest = Math.floor(rest / Math.max(1, size));
  }
  return out;
}

function flat(place: readonly number[], shape: readonly number[]): number {
  return shape.reduce((sum, size, axis) => sum * size + (place[axis] ?? 0), 0);
}
