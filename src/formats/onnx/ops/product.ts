import type { Context, Table } from '#formats/onnx/context.ts';
import { broadcast } from '#formats/tensorflow-graph/ops/broadcast.ts';
import {
  ABSENT,
  type Arrayed,
  isFloat,
  known,
  type Size,
} from '#formats/tensorflow-graph/values.ts';
import { reshape, transpose } from './shape.ts';

/** Products of matrices, and what normalises. */
export const productOps: Table = {
  MatMul: matmul,
  Gemm: gemm,
  Einsum: einsum,
  Softmax: (context) => softmax(context, 'softmax'),
  LogSoftmax: (context) => softmax(context, 'log_softmax'),
  BatchNormalization: batchNorm,
  LayerNormalization: layerNorm,
  InstanceNormalization: ({ array, emit, fixed, float }) => {
    const x = array(0);
    const groups = fixed(x.shape[1], 'the number of channels');
    const attributes = { groups, axis: 1, epsilon: float('epsilon', 1e-5) };
    return emit('group_norm', [x, array(1), array(2)], attributes, x);
  },
  GroupNormalization: groupNorm,
};

function matmul({ array, emit, refuse }: Context): Arrayed {
  const [a, b] = [array(0), array(1)];
  if (!isFloat(a.dtype)) refuse(`of ${a.dtype}`);
  const columns = b.shape.at(-1) ?? 1;
  if (b.shape.length === 2 && a.shape.length > 1) {
    const out = { shape: [...a.shape.slice(0, -1), columns], dtype: a.dtype };
    return emit('linear', [a, b, null], { weight: 'IO' }, out);
  }
  const shape = [
    ...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)),
    ...(a.shape.length === 1 ? [] : [a.shape.at(-2) ?? 1]),
    ...(b.shape.length === 1 ? [] : [columns]),
  ];
  return emit('matmul', [a, b], {}, { shape, dtype: a.dtype });
}

/** `alpha · A · B + beta · C` */
function gemm(context: Context): Arrayed {
  const { array, emit, float, int, optional, refuse } = context;
  const x = array(0);
  if (!isFloat(x.dtype)) refuse(`of ${x.dtype}`);
  const a = int('transA', 0) === 0 ? x : transpose(context, x, [1, 0]);
  const isTurned = int('transB', 0) !== 0;
  const [alpha, beta] = [float('alpha', 1), float('beta', 1)];
  const [b, c] = [array(1), optional(2)];
  const columns: Size = b.shape[isTurned ? 0 : 1] ?? refuse('its second input is no matrix');
  const out = { shape: [a.shape[0] ?? 1, columns], dtype: a.dtype };
  const weight = isTurned ? 'OI' : 'IO';
  const isBias = c?.shape.length === 1 && c.shape[0] === columns && alpha === 1 && beta === 1;
  if (isBias) return emit('linear', [a, b, c], { weight }, out);
  const product = emit('linear', [a, b, null], { weight }, out);
  const scaled = times(context, product, alpha);
  return c ? emit('binary', [scaled, times(context, c, beta)], { name: 'add' }, out) : scaled;
}

function times({ emit }: Context, x: Arrayed, factor: number): Arrayed {
  if (factor === 1) return x;
  return emit('binary', [x, known([factor], [], x.dtype)], { name: 'mul' }, x);
}

/** Before version 13, all axes from `axis` on are one. */
function softmax(context: Context, op: 'softmax' | 'log_softmax'): Arrayed {
  const { axis: axisOf, emit, opset, sizes } = context;
  const x = context.array(0);
  const rank = x.shape.length;
  const axis = axisOf('axis', opset < 13 ? 1 : -1, rank);
  if (opset >= 13 || axis === rank - 1) return emit(op, [x], { axis }, x);
  const rows = sizes.product(x.shape.slice(0, axis));
  const flat = reshape(context, x, [rows, sizes.product(x.shape.slice(axis))]);
  return reshape(context, emit(op, [flat], { axis: 1 }, flat), x.shape);
}

function batchNorm(context: Context) {
  const { array, emit, float, ignore, int, refuse } = context;
  ignore('momentum');
  if (int('training_mode', 0) !== 0) refuse('training_mode: it was saved as it is trained');
  if (int('spatial', 1) !== 1) refuse('spatial');
  const x = array(0);
  const inputs = [x, ...[1, 2, 3, 4].map((i) => array(i))];
  const made = emit('batch_norm', inputs, { axis: 1, epsilon: float('epsilon', 1e-5) }, x);
  return [made, ABSENT, ABSENT, ABSENT, ABSENT];
}

function layerNorm(context: Context) {
  const { array, axis, emit, float, int, optional, refuse } = context;
  const x = array(0);
  const rank = x.shape.length;
  if (int('stash_type', 1) !== 1) refuse('stash_type');
  const from = axis('axis', -1, rank);
  const axes = Array.from({ length: rank - from }, (_, i) => from + i);
  const [scale, offset] = [array(1), optional(2)];
  const attributes = { axes, epsilon: float('epsilon', 1e-5) };
  if (scale.shape.length === axes.length) {
    return [emit('layer_norm', [x, scale, offset], attributes, x), ABSENT, ABSENT];
  }
  const plain = emit('layer_norm', [x, null, null], attributes, x);
  const scaled = emit('binary', [plain, scale], { name: 'mul' }, x);
  return [offset ? emit('binary', [scaled, offset], { name: 'add' }, x) : scaled, ABSENT, ABSENT];
}

/** Scales are one for each group before version 21, one for each channel since. */
function groupNorm(context: Context): Arrayed {
  const { array, emit, fixed, float, int, opset, refuse } = context;
  const x = array(0);
  const groups = int('num_groups');
  if (int('stash_type', 1) !== 1) refuse('stash_type');
  const channels = fixed(x.shape[1], 'the number of channels');
  const perChannel = (index: number): Arrayed => {
    const given = array(index);
    if (opset >= 21 || given.shape[0] === channels) return given;
    const column = reshape(context, given, [groups, 1]);
    const shape = [groups, channels / groups];
    const spread = emit('expand', [column], { shape }, { shape, dtype: given.dtype });
    return reshape(context, spread, [channels]);
  };
  const attributes = { groups, axis: 1, epsilon: float('epsilon', 1e-5) };
  return emit('group_norm', [x, perChannel(1), perChannel(2)], attributes, x);
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Dots stand for the axes in front: each gets a letter that the equation does not have. */
function einsum(context: Context): Arrayed {
  const { arrays: all, emit, refuse, text } = context;
  const arrays = all();
  const given = text('equation', '').replaceAll(' ', '');
  const [left = '', right = implicit(left)] = given.split('->');
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
  const lengths = lengthsOf(context, operands, arrays);
  const shape = [...result].map((letter) => lengths.get(letter) ?? refuse(`the letter ${letter}`));
  const equation = `${operands.join(',')}->${result}`;
  return emit('einsum', arrays, { equation }, { shape, dtype: arrays[0]?.dtype ?? 'float32' });
}

function lengthsOf(
  { refuse }: Context,
  operands: readonly string[],
  arrays: readonly Arrayed[],
): ReadonlyMap<string, Size> {
  const lengths = new Map<string, Size>();
  for (const [i, letters] of operands.entries()) {
    for (const [axis, letter] of [...letters].entries()) {
      const size = arrays[i]?.shape[axis] ?? 1;
      const before = lengths.get(letter);
      if (before !== undefined && before !== size && (before === 1 || size === 1)) {
        refuse('axes that are repeated');
      }
      if (before === undefined || typeof size === 'number') lengths.set(letter, size);
    }
  }
  return lengths;
}

/** Letters that are there once, in their order. */
function implicit(left: string): string {
  const letters = [...left.replaceAll(/[.,]/g, '')];
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter));
  return (left.includes('...') ? '...' : '') + once.sort().join('');
}
