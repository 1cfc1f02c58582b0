import { at, fill, type Numbers, node, numbers, type OpCase, some } from './reference.ts';

const [BATCH, STEPS, FEATURES, UNITS] = [2, 4, 3, 2];
const X = some([BATCH, STEPS, FEATURES]);
const MASK = numbers([BATCH, STEPS], [1, 0, 1, 1, 1, 1, 0, 0]);

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const read = (array: Numbers, ...index: number[]) => at(array, index) ?? Number.NaN;
const units = Array.from({ length: UNITS }, (_, unit) => unit);

interface Layer {
  readonly kernel: Numbers;
  readonly recurrent: Numbers;
  readonly bias: Numbers | null;
  readonly reverse: boolean;
  readonly mask: Numbers | null;
}

/** `x_t · W + b`, of one column. */
function fromInput(layer: Layer, [n, t, column]: readonly [number, number, number]): number {
  let sum = layer.bias ? read(layer.bias, column) : 0;
  for (let f = 0; f < FEATURES; f++) sum += read(X, n, t, f) * read(layer.kernel, f, column);
  return sum;
}

function fromState(layer: Layer, h: readonly number[], column: number): number {
  return h.reduce((sum, value, unit) => sum + value * read(layer.recurrent, unit, column), 0);
}

type Step = (at: readonly [number, number], before: readonly number[]) => number[];

/** Every state, `[n][t][…]`, by plain loops. */
function walk(layer: Layer, first: readonly number[], step: Step): number[][][] {
  return Array.from({ length: BATCH }, (_, n) => {
    const states: number[][] = [];
    let state = [...first];
    for (let i = 0; i < STEPS; i++) {
      const t = layer.reverse ? STEPS - 1 - i : i;
      if (!layer.mask || read(layer.mask, n, t) !== 0) state = step([n, t], state);
      states[t] = state;
    }
    return states;
  });
}

const part = (states: readonly (readonly (readonly number[])[])[], from: number) =>
  fill([BATCH, STEPS, UNITS], ([n = 0, t = 0, unit = 0]) => states[n]?.[t]?.[from + unit] ?? NaN);

function layerOf(gates: number, options: Partial<Layer>): Layer {
  return {
    kernel: some([FEATURES, gates * UNITS], 2),
    recurrent: some([UNITS, gates * UNITS], 3),
    bias: some([gates * UNITS], 4),
    reverse: false,
    mask: null,
    ...options,
  };
}

function graphOf(layer: Layer, step: ReturnType<typeof node>, more: Record<string, Numbers> = {}) {
  return {
    nodes: [step],
    inputs: { x: X, ...(layer.mask ? { mask: layer.mask } : {}) },
    weights: {
      kernel: layer.kernel,
      recurrent: layer.recurrent,
      ...(layer.bias ? { bias: layer.bias } : {}),
      ...more,
    },
  };
}

const names = (layer: Layer) => ['x', 'kernel', 'recurrent', layer.bias ? 'bias' : null];

function lstmCase(name: string, options: Partial<Layer>): OpCase {
  const layer = layerOf(4, options);
  const states = walk(layer, [0, 0, 0, 0], ([n, t], before) => {
    const [h, c] = [before.slice(0, UNITS), before.slice(UNITS)];
    const sum = (gate: number, unit: number) => {
      const column = gate * UNITS + unit;
      return fromInput(layer, [n, t, column]) + fromState(layer, h, column);
    };
    const cell = units.map(
      (unit) =>
        sigmoid(sum(1, unit)) * (c[unit] ?? 0) + sigmoid(sum(0, unit)) * Math.tanh(sum(2, unit)),
    );
    const out = units.map((unit) => sigmoid(sum(3, unit)) * Math.tanh(cell[unit] ?? 0));
    return [...out, ...cell];
  });
  const [h, c] = [part(states, 0), part(states, UNITS)];
  const attributes = { reverse: layer.reverse, activation: 'tanh', recurrent: 'sigmoid' } as const;
  const inputs = [...names(layer), null, null, layer.mask ? 'mask' : null];
  return {
    name,
    graph: graphOf(layer, node('lstm', attributes, inputs, 'y')),
    expected: numbers([2, BATCH, STEPS, UNITS], [...h.values, ...c.values]),
  };
}

function gruCase(name: string, resetAfter: boolean, options: Partial<Layer>): OpCase {
  const layer = layerOf(3, options);
  const own = some([3 * UNITS], 5);
  const states = walk(layer, [0.5, -0.5], ([n, t], h) => {
    const both = (gate: number, unit: number) => {
      const column = gate * UNITS + unit;
      return fromInput(layer, [n, t, column]) + fromState(layer, h, column) + read(own, column);
    };
    const r = units.map((unit) => sigmoid(both(1, unit)));
    return units.map((unit) => {
      const column = 2 * UNITS + unit;
      const gated = h.map((value, other) => value * (r[other] ?? 0));
      const inner = resetAfter
        ? (r[unit] ?? 0) * (fromState(layer, h, column) + read(own, column))
        : fromState(layer, gated, column) + read(own, column);
      const candidate = Math.tanh(fromInput(layer, [n, t, column]) + inner);
      const z = sigmoid(both(0, unit));
      return z * (h[unit] ?? 0) + (1 - z) * candidate;
    });
  });
  const attributes = {
    reverse: layer.reverse,
    resetAfter,
    activation: 'tanh',
    recurrent: 'sigmoid',
  } as const;
  const inputs = [...names(layer), 'own', 'h0', layer.mask ? 'mask' : null];
  const h0 = numbers([BATCH, UNITS], [0.5, -0.5, 0.5, -0.5]);
  return {
    name,
    graph: graphOf(layer, node('gru', attributes, inputs, 'y'), { own, h0 }),
    expected: part(states, 0),
  };
}

function simpleCase(name: string, options: Partial<Layer>): OpCase {
  const layer = layerOf(1, options);
  const states = walk(layer, [0, 0], ([n, t], h) =>
    units.map((unit) => Math.max(0, fromInput(layer, [n, t, unit]) + fromState(layer, h, unit))),
  );
  const attributes = { reverse: layer.reverse, activation: 'relu' } as const;
  const inputs = [...names(layer), null, layer.mask ? 'mask' : null];
  return {
    name,
    graph: graphOf(layer, node('simple_rnn', attributes, inputs, 'y')),
    expected: part(states, 0),
  };
}

export const RECURRENT_CASES: readonly OpCase[] = [
  lstmCase('LSTM', {}),
  lstmCase('LSTM backwards, with a mask, without a bias', {
    reverse: true,
    mask: MASK,
    bias: null,
  }),
  gruCase('GRU, reset after', true, {}),
  gruCase('GRU, reset before, backwards', false, { reverse: true }),
  gruCase('GRU, reset after, with a mask', true, { mask: MASK }),
  simpleCase('simple RNN', {}),
  simpleCase('simple RNN backwards, with a mask', { reverse: true, mask: MASK }),
];
