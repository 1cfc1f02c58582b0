import type { RecurrentActivation } from '#domain/graph.ts';
import type { JsonNode } from '#encodings/json-node.ts';
import { nameOf } from '#formats/keras-config/activations.ts';
import { valuesOf } from '#formats/keras-config/arguments.ts';
import type { LayerContext } from '#formats/keras-config/builder.ts';
import { calculator } from '#formats/keras-config/calculator.ts';
import { type LayerConfig, layerConfig } from '#formats/keras-config/layer-config.ts';
import { each, type Table } from './table.ts';

/** Layers that go through a sequence step by step, and what wraps them. */
export const recurrentLayers: Table = {
  ...each(['LSTM', 'CuDNNLSTM', 'GRU', 'CuDNNGRU', 'SimpleRNN'], (layer) => {
    const kind = layer.className.replace('CuDNN', '') as Kind;
    const cell = cellOf(layer, kind, layer.config, {
      path: `${CELLS[kind]}/`,
      isCudnn: layer.className.startsWith('CuDNN'),
    });
    return outputsOf(layer, settingsOf(layer.config, layer.refuse), [cell]);
  }),

  ...each(['RNN'], (layer) => {
    const settings = settingsOf(layer.config, layer.refuse);
    const node = layer.config.find('cell') ?? layer.refuse('it has no cell');
    return outputsOf(layer, settings, cellsOf(layer, node));
  }),

  ...each(['Bidirectional'], (layer) => bidirectional(layer)),
};

type Kind = 'LSTM' | 'GRU' | 'SimpleRNN';

const CELLS: Readonly<Record<Kind, string>> = {
  LSTM: 'lstm_cell',
  GRU: 'gru_cell',
  SimpleRNN: 'simple_rnn_cell',
};

const KINDS: Readonly<Record<string, Kind>> = {
  LSTMCell: 'LSTM',
  GRUCell: 'GRU',
  SimpleRNNCell: 'SimpleRNN',
};

/** How many states a cell hands on. */
const STATES: Readonly<Record<Kind, number>> = { LSTM: 2, GRU: 1, SimpleRNN: 1 };

const ACTIVATIONS: readonly RecurrentActivation[] = [
  'tanh',
  'sigmoid',
  'hard_sigmoid',
  'relu',
  'linear',
];

/** What a layer does with the steps of its cells. */
interface Settings {
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly goBackwards: boolean;
  readonly zeroOutput: boolean;
}

function settingsOf(config: LayerConfig, refuse: (why: string) => never): Settings {
  // a state that is kept between batches would depend on their order
  if (config.boolean('stateful', false)) refuse('a state that is kept between batches');
  if (config.boolean('time_major', false)) refuse('steps before examples');
  for (const key of ['unroll', 'implementation', 'dropout', 'recurrent_dropout']) config.find(key);
  for (const key of ['unit_forget_bias', 'use_cudnn']) config.find(key);
  return {
    returnSequences: config.boolean('return_sequences', false),
    returnState: config.boolean('return_state', false),
    goBackwards: config.boolean('go_backwards', false),
    zeroOutput: config.boolean('zero_output_for_mask', false),
  };
}

/** Goes through a sequence; gives the states after every step, h and for an LSTM c, in the order of x. */
interface Cell {
  readonly states: number;
  readonly units: number;
  run(x: string, walk: Walk): readonly string[];
}

interface Walk {
  readonly reverse: boolean;
  readonly first: readonly string[];
  readonly mask: string | null;
}

interface CellPlace {
  /** Where its weights stand within the layer: `lstm_cell/`. */
  readonly path: string;
  /** Layers for one device alone keep two biases and have no activations to choose. */
  readonly isCudnn?: boolean;
}

function cellOf(layer: LayerContext, kind: Kind, config: LayerConfig, place: CellPlace): Cell {
  const { known, refuse, weight } = layer;
  const units = known(config.find('units')?.integer(), 'the number of units');
  const gates = { LSTM: 4, GRU: 3, SimpleRNN: 1 }[kind];
  const activation = activationOf(layer, config.find('activation'), 'tanh');
  const recurrent =
    kind === 'SimpleRNN'
      ? 'linear'
      : activationOf(
          layer,
          config.find('recurrent_activation'),
          layer.isKeras3 || place.isCudnn ? 'sigmoid' : 'hard_sigmoid',
        );
  if (place.isCudnn && kind === 'LSTM') refuse('two biases, which Keras 2 alone has');
  const after = kind === 'GRU' && config.boolean('reset_after', place.isCudnn ?? layer.isKeras3);
  const own = (name: string, shape: readonly number[]) =>
    weight(`${place.path}${name}`, shape, name);
  return {
    states: STATES[kind],
    units,
    run(x, { reverse, first, mask }) {
      const { emit, shapeOf } = layer;
      const [examples = null, steps = null, features = null] = shapeOf(x);
      const size = known(features, 'the number of features');
      const kernels = [
        own('kernel', [size, gates * units]),
        own('recurrent_kernel', [units, gates * units]),
      ];
      const hasBias = config.boolean('use_bias', true);
      const shape = [examples, steps, units];
      const [h = null, c = null] = first;
      if (kind === 'SimpleRNN') {
        const bias = hasBias ? own('bias', [units]) : null;
        const inputs = [x, ...kernels, bias, h, mask];
        return [emit('simple_rnn', inputs, { reverse, activation }, shape)];
      }
      if (kind === 'GRU') {
        const biases = hasBias
          ? gruBiases(layer, after, (rows) => own('bias', [...rows, 3 * units]))
          : [null, null];
        const attributes = { reverse, activation, recurrent, resetAfter: after };
        return [emit('gru', [x, ...kernels, ...biases, h, mask], attributes, shape)];
      }
      const bias = hasBias ? own('bias', [4 * units]) : null;
      const inputs = [x, ...kernels, bias, h, c, mask];
      const both = emit('lstm', inputs, { reverse, activation, recurrent }, [2, ...shape]);
      const { select } = calculator(layer);
      return [select(both, 0, 0), select(both, 0, 1)];
    },
  };
}

/** With `reset_after` there are two rows: of the input, and of the state. */
function gruBiases(
  layer: LayerContext,
  after: boolean,
  own: (rows: readonly number[]) => string,
): readonly (string | null)[] {
  if (!after) return [own([]), null];
  const both = own([2]);
  const { select } = calculator(layer);
  return [select(both, 0, 0), select(both, 0, 1)];
}

function activationOf(
  { isKeras3, refuse }: LayerContext,
  node: JsonNode | undefined,
  missing: RecurrentActivation,
): RecurrentActivation {
  const name = node ? nameOf(node) : missing;
  const found = ACTIVATIONS.find((activation) => activation === name);
  if (!found) return refuse(`the activation ${name} inside a recurrent layer`);
  return found === 'hard_sigmoid' && !isKeras3 ? 'hard_sigmoid_keras2' : found;
}

/** The cells that a configuration describes, the lowest first. */
function cellsOf(layer: LayerContext, node: JsonNode, path = ''): readonly Cell[] {
  const className = node.get('class_name').text();
  const settings = node.get('config');
  const name = settings.find('name')?.text() ?? '';
  const config = layerConfig(settings);
  if (className === 'StackedRNNCells') {
    if (config.boolean('reverse_state_order', false)) layer.refuse('states in reverse order');
    const inner = config.find('cells')?.list() ?? [];
    return inner.flatMap((cell) => cellsOf(layer, cell, `${path}${name || 'stacked_rnn_cells'}/`));
  }
  const kind = Object.hasOwn(KINDS, className) ? KINDS[className] : undefined;
  if (!kind) return layer.refuse(`the cell ${className}`);
  for (const key of ['implementation', 'dropout', 'recurrent_dropout', 'unit_forget_bias']) {
    config.find(key);
  }
  const cell = cellOf(layer, kind, config, { path: `${path}${name || CELLS[kind]}/` });
  // all keys that matter are asked for when it runs
  const run: Cell['run'] = (x, walk) => {
    const states = cell.run(x, walk);
    const [unread] = config.unread();
    return unread === undefined
      ? states
      : layer.refuse(`${className}: ${unread} is not understood`);
  };
  return [{ ...cell, run }];
}

/** What a layer gives out: the sequence or its end, and the last states where they are asked for. */
function outputsOf(
  layer: LayerContext,
  { returnSequences, returnState, goBackwards, zeroOutput }: Settings,
  cells: readonly Cell[],
): readonly string[] {
  const { input, setMask } = layer;
  const { flip } = calculator(layer);
  const given = initialStates(layer, cells);
  const hasFirst = given.some((states) => states.length > 0);
  // Keras 3 looks for the mask of the only tensor that it is called with: with first states there are more
  const mask = hasFirst && layer.isKeras3 ? (layer.tensor('mask') ?? null) : layer.mask();
  const last = goBackwards ? 0 : -1;
  const ends: string[] = [];
  let x = input;
  for (const [i, cell] of cells.entries()) {
    const states = cell.run(x, { reverse: goBackwards, first: given[i] ?? [], mask });
    ends.push(...states.map((state) => calculator(layer).select(state, 1, last)));
    x = states[0] ?? x;
  }
  const sequence = masked(layer, x, { mask, zeroOutput, hasFirst, goBackwards });
  const ordered = goBackwards && returnSequences ? flip(sequence, 1) : sequence;
  const output = returnSequences ? ordered : calculator(layer).select(sequence, 1, last);
  setMask(output, returnSequences ? layer.mask() : null);
  for (const end of ends) setMask(end, null);
  return returnState ? [output, ...ends] : [output];
}

/** A step that is masked repeats the output before it, or zeros: at the beginning, and where it was asked for. */
function masked(
  layer: LayerContext,
  sequence: string,
  { mask, zeroOutput, hasFirst, goBackwards }: Masked,
): string {
  if (mask === null || (!zeroOutput && !hasFirst)) return sequence;
  const { cast, compare, expandDims, where } = calculator(layer);
  const { emit, shapeOf } = layer;
  if (zeroOutput) return where(cast(expandDims(mask, 2), 'bool'), sequence, 0);
  const counts = cast(mask, 'float32');
  const attributes = { axis: 1, exclusive: false, reverse: goBackwards };
  const seen = compare('gt', emit('cumsum', [counts], attributes, shapeOf(mask)), 0);
  return where(expandDims(seen, 2), sequence, 0);
}

interface Masked {
  readonly mask: string | null;
  readonly zeroOutput: boolean;
  readonly hasFirst: boolean;
  readonly goBackwards: boolean;
}

/** Given by name, or in a list behind the sequence; per cell. */
function initialStates(
  { given, inputs, refuse }: LayerContext,
  cells: readonly Cell[],
): readonly (readonly string[])[] {
  const named = valuesOf(given('initial_state', 1) ?? null);
  const states = named.length > 0 ? named : inputs.slice(1);
  if (states.length === 0) return [];
  const wanted = cells.reduce((sum, cell) => sum + cell.states, 0);
  if (states.length !== wanted) return refuse(`${states.length} first states of ${wanted}`);
  let at = 0;
  return cells.map((cell) => {
    at += cell.states;
    return states.slice(at - cell.states, at);
  });
}

interface Direction {
  readonly outputs: readonly string[];
  readonly config: LayerConfig;
}

/** Both directions side by side; each stands in the file as a layer of its own. */
function bidirectional(layer: LayerContext): readonly string[] {
  const { config, given, refuse, setMask } = layer;
  if (valuesOf(given('initial_state', 1) ?? null).length > 0 || layer.inputs.length > 1) {
    refuse('first states for both directions');
  }
  const node = config.find('layer') ?? refuse('it holds no layer');
  const mode = config.find('merge_mode')?.text() ?? null;
  const forward = direction(layer, node, { isBackward: false, isMade: false });
  const back = config.find('backward_layer');
  const backward = direction(layer, back ?? node, { isBackward: true, isMade: !back });
  const returnSequences = forward.config.boolean('return_sequences', false);
  const [first = '', ...states] = forward.outputs;
  const [behind = '', ...others] = backward.outputs;
  const { flip } = calculator(layer);
  const second = returnSequences ? flip(behind, 1) : behind;
  const mask = returnSequences ? layer.mask() : null;
  const merged = merge(layer, mode, first, second);
  for (const output of merged) setMask(output, mask);
  return [...merged, ...states, ...others];
}

function merge(layer: LayerContext, mode: string | null, a: string, b: string): readonly string[] {
  const { binary, concat } = calculator(layer);
  switch (mode) {
    case null:
      return [a, b];
    case 'concat':
      return [concat([a, b], -1)];
    case 'sum':
      return [binary('add', a, b)];
    case 'mul':
      return [binary('mul', a, b)];
    case 'ave':
      return [binary('div', binary('add', a, b), 2)];
    default:
      return layer.refuse(`the merge mode ${mode}`);
  }
}

/** Bidirectional sets steps that are masked to zero where it gives out sequences, whatever its layers say. */
function direction(
  layer: LayerContext,
  node: JsonNode,
  { isBackward, isMade }: { isBackward: boolean; isMade: boolean },
): Direction {
  const className = node.get('class_name').text();
  const settings = node.get('config');
  const own = settings.find('name')?.text() ?? className.toLowerCase();
  // Keras 3 leaves a layer that was given its own name
  const isOwn = isBackward && !isMade && layer.isKeras3;
  const name = isOwn ? own : nameFor(own, isBackward);
  const config = layerConfig(settings);
  const kind = Object.hasOwn(CELLS, className) ? (className as Kind) : undefined;
  if (!kind && className !== 'RNN') return layer.refuse(`a layer ${className}`);
  const asked = settingsOf(config, layer.refuse);
  const walk = {
    ...asked,
    goBackwards: isMade ? !asked.goBackwards : asked.goBackwards,
    zeroOutput: asked.returnSequences,
  };
  const within = scoped(layer, name);
  const cells = kind
    ? [cellOf(within, kind, config, { path: `${CELLS[kind]}/` })]
    : cellsOf(within, config.find('cell') ?? layer.refuse('it has no cell'));
  const outputs = outputsOf(within, walk, cells);
  const [unread] = config.unread();
  if (unread !== undefined) layer.refuse(`${className}: ${unread} is not understood`);
  return { outputs, config };
}

function nameFor(own: string, isBackward: boolean): string {
  const bare = own.replace(/^(?:forward|backward)_/, '');
  return `${isBackward ? 'backward' : 'forward'}_${bare}`;
}

/** The same layer, its weights under another name. */
function scoped(layer: LayerContext, name: string): LayerContext {
  return {
    ...layer,
    weight: (variable, shape, ...also) =>
      layer.weight(`${name}/${variable}`, shape, ...also.map((one) => `${name}/${one}`)),
  };
}
