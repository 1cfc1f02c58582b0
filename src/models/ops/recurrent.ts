import {
  add,
  cast,
  fill,
  matMul,
  mul,
  reshape,
  slice,
  split,
  stack,
  sub,
  type Tensor,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs';
import type { RecurrentActivation } from '#domain/graph.ts';
import { apply } from './activations.ts';
import { typed } from './arithmetic.ts';
import { toFloat } from './linear.ts';
import { float, type Inputs, Misfit, need, type Op, type Spec, show, sizeOf } from './op.ts';
import { pick } from './wide.ts';

/** @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html */
export const lstm: Op<'lstm'> = {
  infer(inputs) {
    const { batch, steps, units } = sizesOf(inputs, 4);
    checkVector(inputs, 3, 4 * units);
    checkStates(inputs, [4, 5], [batch, units]);
    checkStates(inputs, [6], [batch, steps]);
    return float([2, batch, steps, units]);
  },
  compute(inputs, { reverse, activation, recurrent }, { shape }) {
    const [, batch = 0, steps = 0, units = 0] = shape;
    const kernel = need(inputs, 2);
    const products = inputProducts(inputs, steps, inputs[3] ?? null);
    const start: State = [first(inputs[4], batch, units), first(inputs[5], batch, units)];
    const states = walk({ steps, reverse, start, mask: inputs[6] ?? null }, (at, [h, c]) => {
      const sums = add(products(at), matMul(h, kernel));
      const [i, f, g, o] = split(sums, 4, 1);
      if (!i || !f || !g || !o || !c) throw new TypeError('four gates');
      const cell = add(mul(act(recurrent, f), c), mul(act(recurrent, i), act(activation, g)));
      return [mul(act(recurrent, o), act(activation, cell)), cell];
    });
    return stack([stack(states.map(of(0)), 1), stack(states.map(of(1)), 1)]);
  },
};

/** @see https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html */
export const gru: Op<'gru'> = {
  infer(inputs) {
    const { batch, steps, units } = sizesOf(inputs, 3);
    for (const index of [3, 4]) checkVector(inputs, index, 3 * units);
    checkStates(inputs, [5], [batch, units]);
    checkStates(inputs, [6], [batch, steps]);
    return float([batch, steps, units]);
  },
  compute(inputs, { reverse, resetAfter, activation, recurrent }, { shape }) {
    const [batch = 0, steps = 0, units = 0] = shape;
    const kernel = need(inputs, 2);
    const bias = inputs[4] ?? null;
    const products = inputProducts(inputs, steps, inputs[3] ?? null);
    const columns = (matrix: Tensor, from: number, to: number) =>
      slice(matrix, [0, from * units], [matrix.shape[0] ?? 1, (to - from) * units]);
    const parts = { gates: columns(kernel, 0, 2), candidate: columns(kernel, 2, 3) };
    const biasRow = bias && reshape(bias, [1, -1]);
    const start: State = [first(inputs[5], batch, units)];
    const states = walk({ steps, reverse, start, mask: inputs[6] ?? null }, (at, [h]) => {
      const sums = products(at);
      const gateSums = matMul(h, parts.gates);
      const gates = add(columns(sums, 0, 2), biased(gateSums, biasRow && columns(biasRow, 0, 2)));
      const [z, r] = split(act(recurrent, gates), 2, 1);
      if (!z || !r) throw new TypeError('two gates');
      const ownBias = biasRow && columns(biasRow, 2, 3);
      const inner = resetAfter
        ? mul(r, biased(matMul(h, parts.candidate), ownBias))
        : biased(matMul(mul(r, h), parts.candidate), ownBias);
      const candidate = act(activation, add(columns(sums, 2, 3), inner));
      return [add(mul(z, h), mul(sub(1, z), candidate))];
    });
    return stack(states.map(of(0)), 1);
  },
};

export const simpleRnn: Op<'simple_rnn'> = {
  infer(inputs) {
    const { batch, steps, units } = sizesOf(inputs, 1);
    checkVector(inputs, 3, units);
    checkStates(inputs, [4], [batch, units]);
    checkStates(inputs, [5], [batch, steps]);
    return float([batch, steps, units]);
  },
  compute(inputs, { reverse, activation }, { shape }) {
    const [batch = 0, steps = 0, units = 0] = shape;
    const products = inputProducts(inputs, steps, inputs[3] ?? null);
    const start: State = [first(inputs[4], batch, units)];
    const states = walk({ steps, reverse, start, mask: inputs[5] ?? null }, (at, [h]) => {
      return [act(activation, add(products(at), matMul(h, need(inputs, 2))))];
    });
    return stack(states.map(of(0)), 1);
  },
};

/** What a layer hands on from step to step: h, and for an LSTM c. */
type State = readonly [Tensor, Tensor?];

interface Walk {
  readonly steps: number;
  readonly reverse: boolean;
  /** Before the first step. */
  readonly start: State;
  /** `[n, t]`; a step without it keeps the state before. */
  readonly mask: Tensor | null;
}

/** The state after every step, in the order of x. */
function walk(
  { steps, reverse, start, mask }: Walk,
  step: (at: number, before: State) => State,
): readonly State[] {
  const states = new Array<State>(steps);
  let before = start;
  for (let i = 0; i < steps; i++) {
    const at = reverse ? steps - 1 - i : i;
    const last = before;
    const made = tidy(() => [...kept(step(at, last), last, maskAt(mask, at))]);
    const [h, c] = made as [Tensor, Tensor?];
    const state: State = c ? [h, c] : [h];
    states[at] = state;
    before = state;
  }
  return states;
}

function kept(now: State, before: State, mask: Tensor | null): State {
  if (!mask) return now;
  const held = (tensor: Tensor, index: 0 | 1) => {
    const last = before[index] ?? tensor;
    return pick(matchRows(mask, tensor), tensor, last);
  };
  const [h, c] = now;
  return c ? [held(h, 0), held(c, 1)] : [held(h, 0)];
}

/** A truth value per row, for all of its columns. */
function matchRows(mask: Tensor, { shape }: Tensor): Tensor {
  const ones = fill([1, shape[1] ?? 1], 1);
  return typed(matMul(cast(mask, 'float32') as Tensor2D, ones as Tensor2D), 'bool');
}

function maskAt(mask: Tensor | null, at: number): Tensor | null {
  return mask && slice(typed(mask, 'bool'), [0, at], [mask.shape[0] ?? 1, 1]);
}

/** The products of x with the kernel, of all steps at once; then one step of them: `[n, gates · u]`. */
function inputProducts(
  inputs: Inputs<Tensor>,
  steps: number,
  bias: Tensor | null,
): (at: number) => Tensor {
  const x = toFloat(need(inputs, 0));
  const [batch = 0, , features = 0] = x.shape;
  const rows = biased(matMul(reshape(x, [-1, features]), need(inputs, 1)), bias);
  const width = rows.shape[1] ?? 0;
  const all = reshape(rows, [batch, steps, width]);
  return (at) => reshape(slice(all, [0, at, 0], [batch, 1, width]), [batch, width]);
}

function biased(x: Tensor, bias: Tensor | null): Tensor {
  return bias ? add(x, bias) : x;
}

function first(given: Tensor | null | undefined, batch: number, units: number): Tensor {
  return given ? toFloat(given) : fill([batch, units], 0);
}

function act(name: RecurrentActivation, x: Tensor): Tensor {
  return name === 'linear' ? x : apply(name, x);
}

function of(index: 0 | 1): (state: State) => Tensor {
  return (state) => {
    const tensor = state[index];
    if (!tensor) throw new TypeError('a state is missing');
    return tensor;
  };
}

function sizesOf(inputs: Inputs<Spec>, gates: number) {
  const { shape } = need(inputs, 0);
  const [kernel, recurrent] = [need(inputs, 1).shape, need(inputs, 2).shape];
  const units = sizeOf(recurrent, 0);
  if (shape.length !== 3) throw new Misfit(`a sequence of shape ${show(shape)}`);
  const [batch = 0, steps = 0, features = 0] = shape;
  if (kernel[0] !== features || kernel[1] !== gates * units || recurrent[1] !== gates * units) {
    throw new Misfit(
      `kernels of shape ${show(kernel)} and ${show(recurrent)} for ${features} features and ${gates} gates`,
    );
  }
  if (steps === 0) throw new Misfit('a sequence of no steps');
  return { batch, steps, units };
}

function checkVector(inputs: Inputs<Spec>, index: number, size: number): void {
  const shape = inputs[index]?.shape;
  if (shape && (shape.length !== 1 || shape[0] !== size)) {
    throw new Misfit(`a bias of shape ${show(shape)} for ${size} sums`);
  }
}

function checkStates(
  inputs: Inputs<Spec>,
  indices: readonly number[],
  wanted: readonly number[],
): void {
  for (const index of indices) {
    const shape = inputs[index]?.shape;
    if (shape && shape.join() !== wanted.join()) {
      throw new Misfit(`input ${index} has shape ${show(shape)}, where ${show(wanted)} is wanted`);
    }
  }
}
