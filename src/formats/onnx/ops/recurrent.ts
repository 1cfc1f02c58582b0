import type { RecurrentActivation } from '#domain/graph.ts';
import type { Context, Table, Value } from '#formats/onnx/context.ts';
import type { Arrayed } from '#formats/tensorflow-graph/values.ts';
import { concat, cut, reshape, transpose, unsqueeze } from './shape.ts';

type Kind = 'lstm' | 'gru' | 'rnn';

/** Recurrent layers of one or two directions, their gates in the order of ONNX. */
export const recurrentOps: Table = {
  LSTM: (context) => layer(context, 'lstm'),
  GRU: (context) => layer(context, 'gru'),
  RNN: (context) => layer(context, 'rnn'),
};

/** Where each of our gates stands: i, f, g, o among i, o, f, c; z, r, h as they are. */
const GATES: Readonly<Record<Kind, readonly number[]>> = {
  lstm: [0, 2, 3, 1],
  gru: [0, 1, 2],
  rnn: [0],
};

const USUAL: Readonly<Record<Kind, readonly string[]>> = {
  lstm: ['Sigmoid', 'Tanh', 'Tanh'],
  gru: ['Sigmoid', 'Tanh'],
  rnn: ['Tanh'],
};

const ACTIVATIONS: Readonly<Record<string, RecurrentActivation>> = {
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  relu: 'relu',
};

/** Gives `Y`, `Y_h` and, of an LSTM, `Y_c`. */
function layer(context: Context, kind: Kind): readonly Value[] {
  const { attribute, has, int, ints, refuse, text } = context;
  checkRest(context, kind);
  const direction = text('direction', 'forward');
  const isBatchFirst = int('layout', 0) !== 0;
  if (has(4)) refuse('sequence_lens');
  if ((attribute('clip')?.float ?? 0) !== 0) refuse('clip');
  ints('activation_alpha');
  const units = int('hidden_size');
  const x = context.array(0);
  const sequence = isBatchFirst ? x : transpose(context, x, [1, 0, 2]);
  const reversed = DIRECTIONS[direction] ?? refuse(`direction ${direction}`);
  const activations = activationsOf(context, kind, reversed.length);
  const sides = reversed.map((reverse, index) =>
    run(context, { kind, sequence, units, index, reverse, activations }, isBatchFirst),
  );
  // [n, t, u] of each to [t, directions, n, u], or [n, t, directions, u]
  const axis = isBatchFirst ? 2 : 1;
  const stacked = sides.map(({ out }) => {
    const ordered = isBatchFirst ? out : transpose(context, out, [1, 0, 2]);
    return unsqueeze(context, ordered, axis);
  });
  const lasts = (sides[0]?.last ?? []).map((_, i) => {
    const at = isBatchFirst ? 1 : 0;
    const parts = sides.map(({ last }) => unsqueeze(context, last[i] ?? x, at));
    return concat(context, parts, at);
  });
  return [concat(context, stacked, axis), ...lasts];
}

const DIRECTIONS: Readonly<Record<string, readonly boolean[]>> = {
  forward: [false],
  reverse: [true],
  bidirectional: [false, true],
};

function checkRest({ has, int, refuse }: Context, kind: Kind): void {
  if (kind !== 'lstm') return;
  if (has(7)) refuse('peepholes');
  if (int('input_forget', 0) !== 0) refuse('input_forget');
}

/** The same for both directions, and of an LSTM for the cell and what it gives. */
function activationsOf(
  { refuse, texts }: Context,
  kind: Kind,
  directions: number,
): readonly RecurrentActivation[] {
  const usual = USUAL[kind];
  const given = texts('activations');
  const all = given.length > 0 ? given : Array.from({ length: directions }, () => usual).flat();
  const own = all.slice(0, usual.length);
  const isSame = all.every((name, i) => name === own[i % own.length]);
  if (!isSame || (kind === 'lstm' && own[1] !== own[2])) refuse(`activations ${all.join(', ')}`);
  return own.map((name) => ACTIVATIONS[name.toLowerCase()] ?? refuse(`the activation ${name}`));
}

interface Run {
  readonly kind: Kind;
  /** `[n, t, features]` */
  readonly sequence: Arrayed;
  readonly units: number;
  /** Of the direction. */
  readonly index: number;
  readonly reverse: boolean;
  readonly activations: readonly RecurrentActivation[];
}

function run(
  context: Context,
  { kind, sequence, units, index, reverse, activations }: Run,
  isBatchFirst: boolean,
): { readonly out: Arrayed; readonly last: readonly Arrayed[] } {
  const { emit, int, optional } = context;
  const gates = GATES[kind];
  const one = (value: Arrayed, axis = 0): Arrayed => {
    const out = { shape: value.shape.toSpliced(axis, 1), dtype: value.dtype };
    return emit('select', [value], { axis, index }, out);
  };
  const inOrder = (value: Arrayed): Arrayed => {
    if (gates.every((gate, at) => gate === at)) return value;
    const parts = gates.map((gate) =>
      cut(context, value, { axis: 0, from: gate * units, to: (gate + 1) * units }),
    );
    return concat(context, parts, 0);
  };
  const matrix = (place: number) => transpose(context, inOrder(one(context.array(place))), [1, 0]);
  const both = optional(3);
  const biases = both
    ? [0, 1].map((half) => {
        const size = gates.length * units;
        const flat = reshape(context, one(both), [2, size]);
        const out = { shape: [size], dtype: flat.dtype };
        return inOrder(emit('select', [flat], { axis: 0, index: half }, out));
      })
    : [];
  const [bias = null, recurrentBias = null] = biases;
  const sum = bias && recurrentBias && emit('binary', [bias, recurrentBias], { name: 'add' }, bias);
  const state = (place: number) => {
    const given = optional(place);
    return given && one(given, isBatchFirst ? 1 : 0);
  };
  const inputs = [sequence, matrix(1), matrix(2)];
  const [n = 1, t = 1] = sequence.shape;
  const steps = { shape: [n, t, units], dtype: sequence.dtype };
  const last = (value: Arrayed): Arrayed => {
    const attributes = { axis: 1, index: reverse ? 0 : -1 };
    return emit('select', [value], attributes, { shape: [n, units], dtype: value.dtype });
  };
  const [first = 'tanh', second = 'tanh'] = activations;
  if (kind === 'lstm') {
    const attributes = { reverse, recurrent: first, activation: second };
    const out = { shape: [2, n, t, units], dtype: sequence.dtype };
    const all = emit('lstm', [...inputs, sum, state(5), state(6)], attributes, out);
    const [h, c] = [0, 1].map((part) => emit('select', [all], { axis: 0, index: part }, steps));
    return { out: h ?? all, last: [last(h ?? all), last(c ?? all)] };
  }
  if (kind === 'gru') {
    const resetAfter = int('linear_before_reset', 0) !== 0;
    const pair = resetAfter ? [bias, recurrentBias] : [sum, null];
    const attributes = { reverse, recurrent: first, activation: second, resetAfter };
    const out = emit('gru', [...inputs, ...pair, state(5)], attributes, steps);
    return { out, last: [last(out)] };
  }
  const attributes = { reverse, activation: first };
  const out = emit('simple_rnn', [...inputs, sum, state(5)], attributes, steps);
  return { out, last: [last(out)] };
}
