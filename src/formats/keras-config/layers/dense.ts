import { activate } from '#formats/keras-config/activations.ts';
import type { LayerContext } from '#formats/keras-config/builder.ts';
import { calculator } from '#formats/keras-config/calculator.ts';
import { each, type Table } from './table.ts';

/** Fully connected layers and tables. */
export const denseLayers: Table = {
  ...each(['Dense'], (layer) => {
    const { config, emit, input, known, policy, shapeOf, weight } = layer;
    const shape = shapeOf(input);
    const units = known(config.find('units')?.integer(), 'the number of units');
    const sizes = [known(shape.at(-1), 'the length of its input'), units] as const;
    if (policy.quantized) {
      return activate(layer, quantizedProduct(layer, sizes), config.find('activation'));
    }
    const product = emit(
      'linear',
      [input, weight('kernel', sizes), biasOf(layer, units)],
      { weight: 'IO' },
      [...shape.slice(0, -1), units],
    );
    return activate(layer, product, config.find('activation'));
  }),

  ...each(['EinsumDense'], (layer) => {
    const { config, input, policy, refuse, shapeOf, weight } = layer;
    if (policy.quantized) refuse('quantized weights');
    const equation = config.text('equation', '');
    const wanted = config.find('output_shape');
    const sizes = Array.isArray(wanted?.value)
      ? wanted.list().map((size) => (size.value === null ? null : size.integer()))
      : [wanted?.integer() ?? null];
    const parsed = parseEquation(layer, equation, sizes);
    const { binary, einsum } = calculator(layer);
    const product = einsum(parsed.plain, input, weight('kernel', parsed.kernel));
    const axes = config.find('bias_axes')?.text() ?? '';
    if (axes === '') return activate(layer, product, config.find('activation'));
    const first = Math.min(...[...axes].map((letter) => parsed.output.indexOf(letter)));
    if (first < 0) refuse(`a bias along ${axes}`);
    const bias = [...parsed.output.slice(first)].map((letter, i) =>
      axes.includes(letter) ? layer.known(shapeOf(product)[first + i], 'the shape of its bias') : 1,
    );
    const sum = binary('add', product, weight('bias', bias));
    return activate(layer, sum, config.find('activation'));
  }),

  ...each(['Embedding', 'ReversibleEmbedding'], (layer) => {
    const { className, config, given, input, known, setMask } = layer;
    const rows = known(config.find('input_dim')?.integer(), 'the number of rows');
    const columns = known(config.find('output_dim')?.integer(), 'the length of a row');
    const isMasked = config.boolean('mask_zero', false);
    const isReversed = className === 'ReversibleEmbedding' && given('reverse', 1) === true;
    if (isReversed) return reversed(layer, rows, columns);
    for (const key of ['tie_weights', 'reverse_dtype', 'logit_soft_cap']) config.find(key);
    const found = lookUp(layer, rows, columns);
    // Keras' own reversible embedding drops the mask
    const hasMask = isMasked && className === 'Embedding';
    setMask(found, hasMask ? calculator(layer).compare('ne', input, 0) : null);
    return found;
  }),
};

/** The bias of a layer that has one by default. */
export function biasOf({ config, weight }: LayerContext, units: number): string | null {
  return config.boolean('use_bias', true) ? weight('bias', [units]) : null;
}

function lookUp(layer: LayerContext, rows: number, columns: number): string {
  const { emit, input, policy, shapeOf, weight, weightOf } = layer;
  const { binary, cast, expandDims } = calculator(layer);
  const shape = [...shapeOf(input), columns];
  const indices = cast(input, 'int32');
  if (!policy.quantized) {
    return emit('embedding', [indices, weight('embeddings', [rows, columns])], {}, shape);
  }
  const codes = cast(weightOf('int8', 'embeddings', [rows, columns]), 'float32');
  const scale = expandDims(weight('embeddings_scale', [rows]), 1);
  return emit('embedding', [indices, binary('div', codes, scale)], {}, shape);
}

/** The table used backwards: a score for each of its rows. */
function reversed(layer: LayerContext, rows: number, columns: number): string {
  const { config, emit, input, policy, refuse, shapeOf, weight } = layer;
  const { binary, unary } = calculator(layer);
  if (policy.quantized) refuse('quantized weights');
  config.find('reverse_dtype');
  const isTied = config.boolean('tie_weights', true);
  const [table, order] = isTied
    ? ([weight('embeddings', [rows, columns]), 'OI'] as const)
    : ([weight('reverse_embeddings', [columns, rows]), 'IO'] as const);
  const shape = [...shapeOf(input).slice(0, -1), rows];
  const scores = emit('linear', [input, table, null], { weight: order }, shape);
  const cap = config.find('logit_soft_cap')?.number();
  return cap === undefined ? scores : binary('mul', unary('tanh', binary('div', scores, cap)), cap);
}

/** Both sides of a `Range` that a number is brought into before it is rounded. */
const RANGE = 127;
const EPSILON = 1e-7;

/**
 * Weights of 8 bits with a scale per unit; what goes in is rounded to 8 bits per row, as Keras does while computing.
 * @see https://github.com/keras-team/keras/blob/master/keras/src/layers/core/dense.py `_int8_call`
 */
function quantizedProduct(layer: LayerContext, sizes: readonly [number, number]): string {
  const { emit, input, shapeOf, weight, weightOf } = layer;
  const { binary, cast, clamp, reduce, unary } = calculator(layer);
  const [, units] = sizes;
  checkQuantizers(layer);
  const codes = cast(weightOf('int8', 'kernel', sizes), 'float32');
  const bias = biasOf(layer, units);
  const largest = reduce('max', unary('abs', input), [-1], true);
  const scale = binary('div', RANGE, binary('add', largest, EPSILON));
  const rounded = clamp(unary('round', binary('mul', input, scale)), -RANGE, RANGE);
  const shape = [...shapeOf(input).slice(0, -1), units];
  const product = emit('linear', [rounded, codes, null], { weight: 'IO' }, shape);
  const scales = binary('mul', weight('kernel_scale', [units]), scale);
  const result = binary('div', product, scales);
  return bias === null ? result : binary('add', result, bias);
}

/** Rounding other than the usual one would give other numbers. */
function checkQuantizers({ config, refuse }: LayerContext): void {
  const own = config.find('quantization_config')?.find('config');
  if (!own) return;
  const quantizer = own.find('activation_quantizer');
  const range = JSON.stringify(quantizer?.find('config')?.find('value_range')?.value);
  const isUsual = quantizer?.find('class_name')?.text() === 'AbsMaxQuantizer';
  if (!isUsual || range !== JSON.stringify([-RANGE, RANGE])) {
    refuse('quantized weights with another quantizer of activations');
  }
}

/** An equation without dots, and the shape of the kernel. */
function parseEquation(
  { input, known, refuse, shapeOf }: LayerContext,
  equation: string,
  sizes: readonly (number | null)[],
) {
  const written = equation.replace(/\s/g, '');
  const [, before = '', from = '', kernel = '', dots = '', to = ''] =
    /^(\.\.\.)?([a-zA-Z]+)(?:\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(?:\.\.\.)?$/.exec(
      written,
    ) ?? refuse(`the equation ${equation}`);
  const shape = shapeOf(input);
  const free = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter(
    (letter) => !written.includes(letter),
  );
  const elided = free.slice(0, shape.length - from.length).join('');
  const hasDots = written.includes('...');
  if (shape.length < from.length || (!hasDots && elided !== '')) refuse(`the equation ${equation}`);
  const isLeft = before !== '' || dots !== '';
  const whole = isLeft ? elided + from : from + elided;
  const output = isLeft ? elided + to : to + elided;
  // the wanted shape leaves out the examples, and what the dots stand for
  const named = isLeft && elided !== '' ? to : to.slice(1);
  const own = sizes.slice(-named.length || sizes.length);
  const sizeOf = (letter: string) => {
    const at = whole.indexOf(letter);
    const size = at >= 0 ? shape[at] : own[named.indexOf(letter)];
    return known(size, `the length ${letter} of its kernel`);
  };
  return {
    plain: `${whole},${kernel}->${output}`,
    output,
    kernel: [...kernel].map(sizeOf),
  };
}
