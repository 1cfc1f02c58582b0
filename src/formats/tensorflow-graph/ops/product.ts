import type { Context, Table } from '#formats/tensorflow-graph/context.ts';
import { type Arrayed, isFloat, type Size } from '#formats/tensorflow-graph/values.ts';
import { broadcast } from './broadcast.ts';
import { fusedTail } from './fused.ts';

/** Products of matrices, and what attention puts between them. */
export const productOps: Table = {
  MatMul: (context) =>
    matrices(context, {
      a: context.bool('transpose_a', false),
      b: context.bool('transpose_b', false),
    }),
  _FusedMatMul: (context) =>
    fusedTail(
      context,
      matrices(context, {
        a: context.bool('transpose_a', false),
        b: context.bool('transpose_b', false),
      }),
    ),
  BatchMatMul: batched,
  BatchMatMulV2: batched,
  BatchMatMulV3: batched,
  Einsum: einsum,
  Softmax: ({ array, emit }) => emit('softmax', [array(0)], { axis: -1 }, array(0)),
  LogSoftmax: ({ array, emit }) => emit('log_softmax', [array(0)], { axis: -1 }, array(0)),
  MatrixBandPart: (context) => {
    const x = context.array(0);
    const [below, above] = [1, 2].map((i) => context.number(i, 'how many diagonals are kept'));
    const lower: Arrayed =
      above !== undefined && above >= 0
        ? context.emit('triangle', [x], { keep: 'lower', diagonal: above }, x)
        : x;
    return below !== undefined && below >= 0
      ? context.emit('triangle', [lower], { keep: 'upper', diagonal: -below }, x)
      : lower;
  },
};

/** A weight is multiplied with as a layer does it; two arrays of a batch as matrices. */
function matrices(context: Context, turned: { readonly a: boolean; readonly b: boolean }): Arrayed {
  const { emit, refuse } = context;
  const [given, weight] = [context.array(0), context.array(1)];
  if (!isFloat(given.dtype)) refuse(`of ${given.dtype}`);
  const a = turned.a ? swapped(context, given) : given;
  const [inner, outer] = turned.b ? [1, 0] : [0, 1];
  const columns: Size = weight.shape[outer] ?? refuse('its second input is no matrix');
  if (weight.shape[inner] !== a.shape[1] && typeof a.shape[1] === 'number') {
    if (typeof weight.shape[inner] === 'number') refuse('its matrices do not go together');
  }
  const shape = [a.shape[0] ?? 1, columns];
  const layout = turned.b ? 'OI' : 'IO';
  return emit('linear', [a, weight, null], { weight: layout }, { shape, dtype: a.dtype });
}

function swapped({ emit }: Context, x: Arrayed): Arrayed {
  const rank = x.shape.length;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const order = [...axes.slice(0, -2), rank - 1, rank - 2];
  const shape = order.map((axis) => x.shape[axis] ?? 1);
  return emit('transpose', [x], { axes: order }, { shape, dtype: x.dtype });
}

function batched(context: Context): Arrayed {
  const { array, bool, emit, ignore } = context;
  ignore('Ta', 'Tb', 'Tout');
  const a = bool('adj_x', false) ? swapped(context, array(0)) : array(0);
  const b = bool('adj_y', false) ? swapped(context, array(1)) : array(1);
  const rows = a.shape.at(-2) ?? 1;
  const columns = b.shape.at(-1) ?? 1;
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
  return emit('matmul', [a, b], {}, { shape, dtype: a.dtype });
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Dots stand for the axes in front: each gets a letter that the equation does not have. */
function einsum(context: Context): Arrayed {
  const { array, emit, inputs, refuse, text } = context;
  const arrays = inputs.map((_, i) => array(i));
  const given = text('equation', '').replaceAll(' ', '');
  const [left = '', right] = given.split('->');
  if (right === undefined) return refuse('an equation without an arrow');
  const free = [...LETTERS].filter((letter) => !given.includes(letter));
  const terms = left.split(',');
  const counts = terms.map((term, i) =>
    term.includes('...') ? (arrays[i]?.shape.length ?? 0) - term.length + 3 : 0,
  );
  const most = Math.max(0, ...counts);
  const dots = free.slice(0, most).join('');
  const operands = terms.map((term, i) => term.replace('...', dots.slice(most - (counts[i] ?? 0))));
  const result = right.replace('...', dots);
  const isPlain = [...operands, result].every((term) => new Set(term).size === term.length);
  const fits = operands.every((letters, i) => arrays[i]?.shape.length === letters.length);
  if (!isPlain || !fits) refuse(`the equation ${given}`);
  const sizes = sizesOf(context, operands, dots);
  const shape = [...result].map((letter) => sizes.get(letter) ?? refuse(`the letter ${letter}`));
  const equation = `${operands.join(',')}->${result}`;
  return emit('einsum', arrays, { equation }, { shape, dtype: arrays[0]?.dtype ?? 'float32' });
}

function sizesOf(
  { array, refuse }: Context,
  operands: readonly string[],
  dots: string,
): ReadonlyMap<string, Size> {
  const sizes = new Map<string, Size>();
  for (const [i, letters] of operands.entries()) {
    for (const [axis, letter] of [...letters].entries()) {
      const size = array(i).shape[axis] ?? 1;
      const before = sizes.get(letter);
      if (before !== undefined && before !== size && dots.includes(letter)) {
        refuse('arrays that are repeated over the axes in front');
      }
      if (before === undefined || typeof size === 'number') sizes.set(letter, size);
    }
  }
  return sizes;
}
