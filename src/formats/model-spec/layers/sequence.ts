import { type Context, type Made, words } from '#formats/model-spec/builder.ts';
import { choice, count, flag, optional } from '#formats/model-spec/fields.ts';
import { type Kinds, kind } from './kind.ts';

type Cell = 'lstm' | 'gru' | 'tanh' | 'relu';

const STACK = {
  features: count,
  layers: optional(count, 1),
  bidirectional: optional(flag, false),
  bias: optional(flag, true),
  gives: optional(choice(['sequence', 'last']), 'sequence'),
};

interface Stack {
  readonly features: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly bias: boolean;
  readonly gives: 'sequence' | 'last';
}

/** Layers of `[time, features]`, with the names and gates of PyTorch's state dicts. */
export const sequenceKinds: Kinds = {
  lstm: kind(STACK, (context, settings) => recurrent(context, 'lstm', settings)),
  gru: kind(STACK, (context, settings) => recurrent(context, 'gru', settings)),
  rnn: kind(
    { ...STACK, function: optional(choice(['tanh', 'relu']), 'tanh') },
    (context, { function: activation, ...settings }) => recurrent(context, activation, settings),
  ),
  attention: kind(
    { heads: count, bias: optional(flag, true), causal: optional(flag, false) },
    attention,
    [1, 3],
  ),
};

/** Layers on top of each other, each in one direction or in both. */
function recurrent(context: Context, cell: Cell, settings: Stack): Made {
  const { layer, input, emit } = context;
  const [time = null, features = null] = input.shape;
  if (input.shape.length !== 2 || features === null) {
    return `${layer} takes [time, features], and gets ${words(input.shape)}`;
  }
  const directions = settings.bidirectional ? [false, true] : [false];
  const width = settings.features * directions.length;
  let [sequence, size] = [input.name, features];
  for (let index = 0; index < settings.layers; index++) {
    const isLast = index === settings.layers - 1;
    const sides = directions.map((reverse) => {
      const key = `l${index}${reverse ? '_reverse' : ''}`;
      return direction(context, { cell, settings, sequence, size, key, reverse });
    });
    if (isLast && settings.gives === 'last') {
      const lasts = sides.map((steps, i) =>
        emit('select', [steps], { axis: 1, index: i === 1 ? 0 : -1 }, `last ${i}`),
      );
      return { value: emit('concat', lasts, { axis: 1 }), shape: [width] };
    }
    sequence = emit('concat', sides, { axis: 2 }, isLast ? undefined : `layer ${index}`);
    size = width;
  }
  return { value: sequence, shape: [time, width] };
}

interface Direction {
  readonly cell: Cell;
  readonly settings: Stack;
  readonly sequence: string;
  /** Features of each step. */
  readonly size: number;
  /** `l0`, `l1_reverse` */
  readonly key: string;
  readonly reverse: boolean;
}

/** h after every step: `[n, t, u]`. */
function direction(context: Context, one: Direction): string {
  const { emit, parameter } = context;
  const { cell, settings, sequence, size, key, reverse } = one;
  const { features: units, bias } = settings;
  const rows = units * (cell === 'lstm' ? 4 : cell === 'gru' ? 3 : 1);
  const step = (what: string) => `${what} ${key}`;
  const ordered = (name: string) => (cell === 'gru' ? reordered(context, name, units) : name);
  const matrix = (name: string, columns: number) =>
    emit(
      'transpose',
      [ordered(parameter(`${name}_${key}`, [rows, columns]))],
      { axes: [1, 0] },
      step(name),
    );
  const kernels = [sequence, matrix('weight_ih', size), matrix('weight_hh', units)];
  const biases = bias
    ? ['bias_ih', 'bias_hh'].map((name) => ordered(parameter(`${name}_${key}`, [rows])))
    : [null, null];
  if (cell === 'gru') {
    const attributes = {
      activation: 'tanh',
      recurrent: 'sigmoid',
      reverse,
      resetAfter: true,
    } as const;
    return emit('gru', [...kernels, ...biases], attributes, step('steps'));
  }
  const sum = bias ? emit('binary', biases, { name: 'add' }, step('bias')) : null;
  if (cell !== 'lstm') {
    return emit('simple_rnn', [...kernels, sum], { reverse, activation: cell }, step('steps'));
  }
  const attributes = { activation: 'tanh', recurrent: 'sigmoid', reverse } as const;
  const both = emit('lstm', [...kernels, sum], attributes, step('states'));
  return emit('select', [both], { axis: 0, index: 0 }, step('steps'));
}

/** PyTorch keeps a GRU's gates as r, z, n; they are computed as z, r, n. */
function reordered({ emit }: Context, name: string, units: number): string {
  const gate = (i: number) =>
    emit(
      'slice',
      [name],
      { axis: 0, from: i * units, to: (i + 1) * units, step: 1 },
      `gate ${i} of ${name}`,
    );
  const [r, z, n] = [gate(0), gate(1), gate(2)];
  return emit('concat', [z, r, n], { axis: 0 }, `gates of ${name}`);
}

interface AttentionSettings {
  readonly heads: number;
  readonly bias: boolean;
  readonly causal: boolean;
}

/** The lowest float32: after a softmax nothing is left of it, and no backend makes NaN of it. */
const LOWEST = -3.4028234663852886e38;

/** `nn.MultiheadAttention` with `batch_first`, of one array, or of queries, keys and values. */
function attention(context: Context, { heads, bias, causal }: AttentionSettings): Made {
  const { layer, inputs, input, emit, parameter, sizeOf } = context;
  const [query = input, key = query, value = key] = inputs;
  const width = query.shape[1] ?? null;
  const wrong = [query, key, value].find(({ shape }) => shape.length !== 2 || shape[1] !== width);
  if (width === null || wrong)
    return `${layer} takes [time, features], and gets ${words((wrong ?? query).shape)}`;
  if (width % heads !== 0) return `${layer} cannot cut ${width} features into ${heads} heads`;
  const weight = parameter('in_proj_weight', [3 * width, width]);
  const offset = bias ? parameter('in_proj_bias', [3 * width]) : null;
  const batch = sizeOf(input.name, 0);
  const split = (from: { readonly name: string }, part: number, axes: readonly number[]) => {
    const third = (name: string) =>
      emit(
        'slice',
        [name],
        { axis: 0, from: part * width, to: (part + 1) * width, step: 1 },
        `${name} ${part}`,
      );
    const operands = [from.name, third(weight), offset && third(offset)];
    const projected = emit('linear', operands, { weight: 'OI' }, `projection ${part}`);
    const shape = [batch, -1, heads, width / heads];
    const apart = emit('reshape', [projected], { shape }, `heads ${part}`);
    return emit('transpose', [apart], { axes }, `turned ${part}`);
  };
  const q = split(query, 0, [0, 2, 1, 3]);
  const k = split(key, 1, [0, 2, 3, 1]);
  const v = split(value, 2, [0, 2, 1, 3]);
  const scale = scalar(context, Math.sqrt(heads / width), 'scale');
  const products = emit('matmul', [q, k], {}, 'products');
  const scores = emit('binary', [products, scale], { name: 'mul' }, 'scores');
  const kept = causal ? masked(context, scores, [query.name, key.name]) : scores;
  const weights = emit('softmax', [kept], { axis: -1 }, 'weights');
  const mixed = emit('matmul', [weights, v], {}, 'mixed');
  const turned = emit('transpose', [mixed], { axes: [0, 2, 1, 3] }, 'mixed, turned');
  const together = emit('reshape', [turned], { shape: [batch, -1, width] }, 'mixed, together');
  const out = [
    parameter('out_proj.weight', [width, width]),
    bias ? parameter('out_proj.bias', [width]) : null,
  ];
  return { value: emit('linear', [together, ...out], { weight: 'OI' }), shape: query.shape };
}

function scalar({ emit }: Context, value: number, step: string): string {
  return emit('constant', [], { values: [value], shape: [], dtype: 'float32' }, step);
}

/** No place sees what comes after it. */
function masked(context: Context, scores: string, [query, key]: readonly [string, string]): string {
  const { emit } = context;
  const length = (value: string, side: string) =>
    emit('size', [value], { axis: 1 }, `length of ${side}`);
  const shape = [length(query, 'queries'), length(key, 'keys')];
  const square = emit('fill', [], { shape, value: 1, dtype: 'bool' }, 'square');
  const mask = emit('triangle', [square], { keep: 'lower', diagonal: 0 }, 'mask');
  const lowest = scalar(context, LOWEST, 'lowest');
  return emit('where', [mask, scores, lowest], {}, 'scores before');
}
