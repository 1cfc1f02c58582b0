import type { RecurrentActivation } from '#domain/graph.ts';
import type { Context } from '#formats/torch-export/builder.ts';
import { LIVE_DROPOUT } from './activation.ts';
import { each, type Table } from './table.ts';

type Kind = 'lstm' | 'gru' | 'tanh' | 'relu';

/** Weights of one direction of one layer, in the order of PyTorch: `[gates · u, features]`. */
interface Weights {
  readonly kernel: string;
  readonly recurrent: string;
  readonly bias: string | null;
  readonly recurrentBias: string | null;
}

/** Recurrent layers, whole stacks of them, and single cells. */
export const recurrentOps: Table = {
  ...each(['lstm.input'], (context) => stack(context, 'lstm')),
  ...each(['gru.input'], (context) => stack(context, 'gru')),
  ...each(['rnn_tanh.input'], (context) => stack(context, 'tanh')),
  ...each(['rnn_relu.input'], (context) => stack(context, 'relu')),
  ...each(['lstm_cell.default'], (context) => cell(context, 'lstm')),
  ...each(['gru_cell.default'], (context) => cell(context, 'gru')),
  ...each(['rnn_tanh_cell.default'], (context) => cell(context, 'tanh')),
  ...each(['rnn_relu_cell.default'], (context) => cell(context, 'relu')),
  ...each(['lstm.data', 'gru.data', 'rnn_tanh.data', 'rnn_relu.data'], ({ refuse }) =>
    refuse('packed sequences'),
  ),
};

/** Layers on top of each other, each in one direction or in both. */
function stack(context: Context, kind: Kind): void {
  const { args, emit, node, refuse } = context;
  const train = args.boolean('train', false);
  if (args.number('dropout', 0) > 0 && train) refuse(LIVE_DROPOUT);
  const layers = args.number('num_layers');
  const directions = args.boolean('bidirectional', false) ? 2 : 1;
  const batchFirst = args.boolean('batch_first', false);
  const weights = weightsOf(context, layers * directions);
  const first = kind === 'lstm' ? args.tensors('hx') : [args.tensor('hx')];
  const input = args.tensor('input');
  if (context.rankOf(input) !== 3) refuse('an input without a batch axis');

  let sequence = batchFirst ? input : emit('transpose', [input], { axes: [1, 0, 2] });
  const lasts: (readonly string[])[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const sides = Array.from({ length: directions }, (_, direction) => {
      const index = layer * directions + direction;
      const own = weights[index] ?? refuse('weights are missing');
      const states = first.map((state) => emit('select', [state], { axis: 0, index }));
      return run(context, { kind, sequence, weights: own, states, reverse: direction === 1 });
    });
    lasts.push(...sides.map(({ last }) => last));
    const [only, other] = sides.map(({ out }) => out);
    sequence = emit('concat', other ? [only ?? '', other] : [only ?? ''], { axis: 2 });
  }

  const all = node.outputs[0] ?? undefined;
  if (batchFirst) emit('identity', [sequence], {}, all);
  else emit('transpose', [sequence], { axes: [1, 0, 2] }, all);
  giveStates(context, lasts);
}

/** The states after the last step: of all layers and directions, one below the other. */
function giveStates({ emit, node }: Context, lasts: readonly (readonly string[])[]): void {
  for (const [i, name] of node.outputs.slice(1).entries()) {
    if (name === null) continue;
    const parts = lasts.map((last) => emit('unsqueeze', [last[i] ?? ''], { axis: 0 }));
    emit('concat', parts, { axis: 0 }, name);
  }
}

/** Two matrices for each direction, and two biases where there are some. */
function weightsOf({ args, refuse }: Context, count: number): readonly Weights[] {
  const names = args.tensors('params');
  const each = args.boolean('has_biases', true) ? 4 : 2;
  if (names.length > count * each) refuse('projections');
  if (names.length < count * each) refuse(`${names.length} weights for ${count} layers`);
  return Array.from({ length: count }, (_, i) => {
    const [kernel = '', recurrent = '', bias = null, recurrentBias = null] = names.slice(
      i * each,
      (i + 1) * each,
    );
    return { kernel, recurrent, bias, recurrentBias };
  });
}

interface Run {
  readonly kind: Kind;
  /** `[n, t, features]` */
  readonly sequence: string;
  readonly weights: Weights;
  /** h, and c of an LSTM: `[n, u]`. */
  readonly states: readonly string[];
  readonly reverse: boolean;
}

/** One layer in one direction: h after every step, and the states after the last. */
function run(context: Context, one: Run): { out: string; last: readonly string[] } {
  const { emit } = context;
  const { kind, sequence, weights, states, reverse } = one;
  const index = reverse ? 0 : -1;
  const lastOf = (steps: string) => emit('select', [steps], { axis: 1, index });
  const [h = null, c = null] = states;
  const matrix = (name: string) => {
    const ordered = kind === 'gru' ? reordered(context, name) : name;
    return emit('transpose', [ordered], { axes: [1, 0] });
  };
  const { kernel, recurrent, bias, recurrentBias } = weights;
  const matrices = [sequence, matrix(kernel), matrix(recurrent)];
  if (kind === 'gru') {
    const biases = [bias, recurrentBias].map((name) => name && reordered(context, name));
    const attributes = { ...GATES, reverse, resetAfter: true };
    const out = emit('gru', [...matrices, ...biases, h], attributes);
    return { out, last: [lastOf(out)] };
  }
  const sum = bias && recurrentBias && emit('binary', [bias, recurrentBias], { name: 'add' });
  if (kind === 'lstm') {
    const both = emit('lstm', [...matrices, sum, h, c], { ...GATES, reverse });
    const parts = [0, 1].map((part) => emit('select', [both], { axis: 0, index: part }));
    return { out: parts[0] ?? '', last: parts.map(lastOf) };
  }
  const out = emit('simple_rnn', [...matrices, sum, h], { reverse, activation: kind });
  return { out, last: [lastOf(out)] };
}

const GATES = { activation: 'tanh', recurrent: 'sigmoid' } as const satisfies Record<
  string,
  RecurrentActivation
>;

/** PyTorch keeps a GRU's gates as r, z, n; they are computed as z, r, n. */
function reordered({ emit, known, shapeOf }: Context, name: string): string {
  const units = known(shapeOf(name)[0], 'the number of units') / 3;
  const [r = '', z = '', n = ''] = [0, 1, 2].map((gate) =>
    emit('slice', [name], { axis: 0, from: gate * units, to: (gate + 1) * units, step: 1 }),
  );
  return emit('concat', [z, r, n], { axis: 0 });
}

/** A layer over a sequence of one step. */
function cell(context: Context, kind: Kind): void {
  const { args, emit, node } = context;
  const weights = {
    kernel: args.tensor('w_ih'),
    recurrent: args.tensor('w_hh'),
    bias: args.optionalTensor('b_ih'),
    recurrentBias: args.optionalTensor('b_hh'),
  };
  const states = kind === 'lstm' ? args.tensors('hx') : [args.tensor('hx')];
  const sequence = emit('unsqueeze', [args.tensor('input')], { axis: 1 });
  const { last } = run(context, { kind, sequence, weights, states, reverse: false });
  for (const [i, name] of node.outputs.entries()) {
    if (name !== null) emit('identity', [last[i] ?? ''], {}, name);
  }
}
