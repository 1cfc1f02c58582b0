import { isList, valuesOf } from '#formats/keras-config/arguments.ts';
import type { LayerContext, Shape } from '#formats/keras-config/builder.ts';
import { calculator } from '#formats/keras-config/calculator.ts';
import { each, type Table } from './table.ts';

/** Layers in which steps look at other steps. */
export const attentionLayers: Table = {
  ...each(['MultiHeadAttention'], multiHead),
  ...each(['GroupQueryAttention', 'GroupedQueryAttention'], grouped),
  ...each(['Attention', 'AdditiveAttention'], plain),
};

/** Query, key and value, and which of their steps count. */
interface Sequences {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly masks: {
    readonly query: string | null;
    readonly value: string | null;
    readonly key: string | null;
  };
}

/** A mask is taken from a sequence where none is given; the key's only where it is not the value. */
function sequencesOf(layer: LayerContext): Sequences {
  const { maskOf, refuse, tensor } = layer;
  const query = tensor('query', 0) ?? refuse('it has no query');
  const value = tensor('value', 1) ?? refuse('it has no value');
  const given = tensor('key', 2);
  const masks = {
    query: tensor('query_mask', 3) ?? maskOf(query),
    value: tensor('value_mask', 4) ?? maskOf(value),
    key: tensor('key_mask', 5) ?? (given === undefined ? null : maskOf(given)),
  };
  return { query, value, key: given ?? value, masks };
}

/**
 * This layer of Keras 3 takes the mask of the query from the query alone, whatever it is given, and then takes the
 * masks off all three: layers that read the same sequences later see none.
 */
function takingMasks(layer: LayerContext, sequences: Sequences): Sequences {
  if (!layer.isKeras3) return sequences;
  const { query, key, value } = sequences;
  const masks = { ...sequences.masks, query: layer.maskOf(query) };
  for (const sequence of [query, key, value]) layer.setMask(sequence, null);
  return { ...sequences, masks };
}

/** Truth values `[n, t, s]`, or fewer axes that broadcast to it; `null`: every step sees all. */
function attentionMask(layer: LayerContext, { query, value, masks }: Sequences): string | null {
  const { config, given, tensor } = layer;
  const { cast, expandDims, logical } = calculator(layer);
  const wide = (mask: string | null, axis: number) =>
    mask === null ? [] : [expandDims(cast(mask, 'bool'), axis)];
  const explicit = tensor('attention_mask', 6);
  const parts = [
    ...wide(masks.query, -1),
    ...wide(masks.value, -2),
    ...wide(masks.key, -2),
    ...(given('use_causal_mask') === true ? [causal(layer, query, value)] : []),
    ...window(layer, config.find('sliding_window')?.integer(), { query, value }),
    ...(explicit === undefined ? [] : [cast(explicit, 'bool')]),
  ];
  return parts.length === 0 ? null : parts.reduce((a, b) => logical('and', a, b));
}

/** `[t, 1]` and `[1, s]`: the places of steps. */
function places({ emit, shapeOf, sizeOf }: LayerContext, x: string, axis: 0 | 1): string {
  const size = shapeOf(x)[1] ?? null;
  const range = { from: 0, to: sizeOf(x, 1), step: 1, dtype: 'int32' } as const;
  const row = emit('range', [], range, [size]);
  return emit('unsqueeze', [row], { axis }, axis === 0 ? [1, size] : [size, 1]);
}

function causal(layer: LayerContext, query: string, value: string): string {
  const { compare } = calculator(layer);
  return compare('ge', places(layer, query, 1), places(layer, value, 0));
}

function window(
  layer: LayerContext,
  width: number | undefined,
  { query, value }: { readonly query: string; readonly value: string },
): readonly string[] {
  if (width === undefined) return [];
  const { binary, cast, compare, unary } = calculator(layer);
  const [rows, columns] = [places(layer, query, 1), places(layer, value, 0)];
  const distance = binary('sub', cast(rows, 'float32'), cast(columns, 'float32'));
  return [compare('lt', unary('abs', distance), width)];
}

/** What Keras puts in place of masked scores, unless dropout makes it take the longer way. */
const HIDDEN = -0.7 * 3.402_823_466e38;
const HIDDEN_BY_SOFTMAX = -1e9;

interface Heads {
  /** `[n, t, heads, depth]` */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly scale: number;
  /** `[n, t, s]`, without the heads. */
  readonly mask: string | null;
  /** By a layer of its own, which sets masked shares to zero even where all are masked. */
  readonly isBySoftmax: boolean;
}

/** `[n, t, heads, depth]`, and the shares `[n, heads, t, s]`. */
function attend(layer: LayerContext, { query, key, value, scale, mask, isBySoftmax }: Heads) {
  const { binary, expandDims, matmul, softmax, transpose, where } = calculator(layer);
  const rows = transpose(binary('mul', query, scale), [0, 2, 1, 3]);
  const scores = matmul(rows, transpose(key, [0, 2, 3, 1]));
  const rank = mask === null ? 0 : layer.shapeOf(mask).length;
  const perHead = mask !== null && rank === 3 ? expandDims(mask, 1) : mask;
  const hidden = isBySoftmax ? HIDDEN_BY_SOFTMAX : HIDDEN;
  const shares = softmax(perHead === null ? scores : where(perHead, scores, hidden), -1);
  const kept = perHead !== null && isBySoftmax ? where(perHead, shares, 0) : shares;
  const mixed = matmul(kept, transpose(value, [0, 2, 1, 3]));
  return { mixed: transpose(mixed, [0, 2, 1, 3]), shares: kept };
}

/** `[n, t, features]` into `[n, t, heads, depth]`. */
function project(
  layer: LayerContext,
  x: string,
  { name, heads, depth }: { name: string; heads: number; depth: number },
): string {
  const { config, known, shapeOf, sizeOf, weight } = layer;
  const { binary, reshape } = calculator(layer);
  const shape = shapeOf(x);
  if (shape.length !== 3) layer.refuse(`attention over ${shape.length - 2} axes`);
  const features = known(shape.at(-1), 'the number of features');
  const kernel = weight(`${name}/kernel`, [features, heads, depth]);
  const flat = layer.emit('reshape', [kernel], { shape: [features, heads * depth] }, [
    features,
    heads * depth,
  ]);
  const product: Shape = [...shape.slice(0, -1), heads * depth];
  const sums = layer.emit('linear', [x, flat, null], { weight: 'IO' }, product);
  const split = reshape(sums, [null, sizeOf(x, 1), heads, depth]);
  if (!config.boolean('use_bias', true)) return split;
  return binary('add', split, weight(`${name}/bias`, [heads, depth]));
}

/** `[n, t, heads, depth]` into `[n, t, …out]`. */
function combine(layer: LayerContext, x: string, out: readonly number[]): string {
  const { config, known, shapeOf, sizeOf, weight } = layer;
  const { binary, reshape } = calculator(layer);
  const [examples = null, steps = null, heads, depth] = shapeOf(x);
  const [rows, columns] = [known(heads, 'the number of heads'), known(depth, 'their depth')];
  const width = out.reduce((product, size) => product * size, 1);
  const kernel = weight('attention_output/kernel', [rows, columns, ...out]);
  const flat = layer.emit('reshape', [kernel], { shape: [rows * columns, width] }, [
    rows * columns,
    width,
  ]);
  const joined = reshape(x, [null, sizeOf(x, 1), rows * columns]);
  const shape: Shape = [examples, steps, width];
  const sums = layer.emit('linear', [joined, flat, null], { weight: 'IO' }, shape);
  const whole = out.length === 1 ? sums : reshape(sums, [null, sizeOf(x, 1), ...out]);
  if (!config.boolean('use_bias', true)) return whole;
  return binary('add', whole, weight('attention_output/bias', out));
}

function refuseQuantized({ policy, refuse }: LayerContext): void {
  if (policy.quantized) refuse('quantized weights');
}

/** @see https://github.com/keras-team/keras/blob/master/keras/src/layers/attention/multi_head_attention.py */
function multiHead(layer: LayerContext): readonly string[] {
  const { config, given, known, refuse, shapeOf } = layer;
  refuseQuantized(layer);
  const sequences = takingMasks(layer, sequencesOf(layer));
  const heads = known(config.find('num_heads')?.integer(), 'the number of heads');
  const depth = known(config.find('key_dim')?.integer(), 'the depth of a head');
  const valueDepth = config.number('value_dim', depth);
  const axes = config.find('attention_axes');
  const along = axes && Array.isArray(axes.value) ? axes.list() : axes ? [axes] : [];
  if (along.some((axis) => axis.integer() !== 1 && axis.integer() !== -2)) {
    refuse(`attention along the axes ${along.map((axis) => axis.integer()).join(', ')}`);
  }
  const isShown = given('return_attention_scores') === true;
  const mask = attentionMask(layer, sequences);
  const { mixed, shares } = attend(layer, {
    query: project(layer, sequences.query, { name: 'query', heads, depth }),
    key: project(layer, sequences.key, { name: 'key', heads, depth }),
    value: project(layer, sequences.value, { name: 'value', heads, depth: valueDepth }),
    scale: 1 / Math.sqrt(depth),
    mask,
    isBySoftmax: config.number('dropout', 0) > 0 || isShown,
  });
  const gated = gate(layer, mixed, { query: sequences.query, heads, depth: valueDepth });
  const wanted = config.find('output_shape');
  const sizes = wanted && Array.isArray(wanted.value) ? wanted.list() : wanted ? [wanted] : [];
  const width = known(shapeOf(sequences.query).at(-1), 'the number of features');
  const out = sizes.length > 0 ? sizes.map((size) => size.integer()) : [width];
  return withScores(layer, combine(layer, gated, out), {
    shares,
    isShown,
    mask: sequences.masks.query,
  });
}

/** @see https://github.com/keras-team/keras/blob/master/keras/src/layers/attention/grouped_query_attention.py */
function grouped(layer: LayerContext): readonly string[] {
  const { config, given, known, refuse, shapeOf } = layer;
  refuseQuantized(layer);
  const sequences = sequencesOf(layer);
  const heads = known(config.find('num_query_heads')?.integer(), 'the number of heads');
  const groups = known(config.find('num_key_value_heads')?.integer(), 'the number of groups');
  const depth = known(config.find('head_dim')?.integer(), 'the depth of a head');
  if (groups < 1 || heads % groups !== 0) refuse(`${heads} heads in ${groups} groups`);
  const isShown = given('return_attention_scores') === true;
  const repeat = (x: string) => repeated(layer, x, heads / groups);
  const { mixed, shares } = attend(layer, {
    query: project(layer, sequences.query, { name: 'query', heads, depth }),
    key: repeat(project(layer, sequences.key, { name: 'key', heads: groups, depth })),
    value: repeat(project(layer, sequences.value, { name: 'value', heads: groups, depth })),
    scale: 1 / Math.sqrt(depth),
    mask: attentionMask(layer, sequences),
    isBySoftmax: config.number('dropout', 0) > 0 || isShown,
  });
  const gated = gate(layer, mixed, { query: sequences.query, heads, depth });
  const width = known(shapeOf(sequences.query).at(-1), 'the number of features');
  return withScores(layer, combine(layer, gated, [width]), {
    shares,
    isShown,
    mask: sequences.masks.query,
  });
}

/** Every head `times` times, one beside the other. */
function repeated(layer: LayerContext, x: string, times: number): string {
  if (times === 1) return x;
  const { concat, expandDims, reshape } = calculator(layer);
  const { known, shapeOf, sizeOf } = layer;
  const open = expandDims(x, 3);
  const many = concat(
    Array.from({ length: times }, () => open),
    3,
  );
  const [, , heads, depth] = shapeOf(x);
  const sizes = [known(heads, 'the number of heads') * times, known(depth, 'their depth')];
  return reshape(many, [null, sizeOf(x, 1), ...sizes]);
}

function gate(
  layer: LayerContext,
  mixed: string,
  { query, heads, depth }: { query: string; heads: number; depth: number },
): string {
  if (!layer.config.boolean('use_gate', false)) return mixed;
  const { binary, unary } = calculator(layer);
  const open = unary('sigmoid', project(layer, query, { name: 'gate', heads, depth }));
  return binary('mul', mixed, open);
}

function withScores(
  { config, setMask }: LayerContext,
  output: string,
  { shares, isShown, mask }: { shares: string; isShown: boolean; mask: string | null },
): readonly string[] {
  for (const key of ['dropout', 'flash_attention']) config.find(key);
  setMask(output, mask);
  if (!isShown) return [output];
  setMask(shares, null);
  return [output, shares];
}

/** @see https://github.com/keras-team/keras/blob/master/keras/src/layers/attention/attention.py */
function plain(layer: LayerContext): readonly string[] {
  const { config, given, inputs, refuse, setMask } = layer;
  const { binary, cast, expandDims, matmul, softmax, where } = calculator(layer);
  if (inputs.length < 2 || inputs.length > 3) refuse(`${inputs.length} inputs`);
  const [query = '', value = '', key = value] = inputs;
  const [ofQuery, ofValue] = plainMasks(layer);
  config.find('dropout');
  const scores = scoresOf(layer, { query, key });
  const visible = visibleOf(layer, ofValue, { query, value });
  const hidden =
    visible === null ? scores : where(visible, scores, binary('sub', scores, MUCH_LESS));
  const shares = softmax(hidden, -1);
  const mixed = matmul(shares, value);
  const output = ofQuery === null ? mixed : where(cast(expandDims(ofQuery, -1), 'bool'), mixed, 0);
  setMask(output, ofQuery);
  return given('return_attention_scores') === true ? [output, shares] : [output];
}

/** Of the query and of the value. */
function plainMasks({
  given,
  inputs,
  maskOf,
}: LayerContext): readonly [string | null, string | null] {
  const explicit = given('mask', 1) ?? null;
  const masks = isList(explicit)
    ? explicit.map((mask) => valuesOf(mask)[0] ?? null)
    : inputs.map(maskOf);
  return [masks[0] ?? null, masks[1] ?? null];
}

function visibleOf(
  layer: LayerContext,
  ofValue: string | null,
  { query, value }: { readonly query: string; readonly value: string },
): string | null {
  const { config, given, isKeras3 } = layer;
  const { cast, expandDims, logical } = calculator(layer);
  const isCausal =
    given('use_causal_mask') === true || (!isKeras3 && config.boolean('causal', false));
  const parts = [
    ...(ofValue === null ? [] : [expandDims(cast(ofValue, 'bool'), -2)]),
    ...(isCausal ? [causal(layer, query, value)] : []),
  ];
  return parts.length === 0 ? null : parts.reduce((a, b) => logical('and', a, b));
}

function scoresOf(layer: LayerContext, pair: Pair): string {
  const { className, config, known, shapeOf, weight } = layer;
  const isAdditive = className === 'AdditiveAttention';
  const hasScale = config.boolean('use_scale', isAdditive);
  if (!isAdditive) return dotted(layer, pair, hasScale ? weight('scale', []) : null);
  const width = known(shapeOf(pair.query).at(-1), 'the number of features');
  return additive(layer, pair, hasScale ? weight('scale', [width]) : null);
}

/** What Keras takes off masked scores. */
const MUCH_LESS = 1e9;

interface Pair {
  readonly query: string;
  readonly key: string;
}

function dotted(layer: LayerContext, { query, key }: Pair, scale: string | null): string {
  const { config, refuse, weight } = layer;
  const { binary, matmul, reduce, transpose, unary } = calculator(layer);
  const mode = config.text('score_mode', 'dot');
  if (mode === 'concat') {
    const sums = pairs(layer, { query, key });
    const scaled = scale === null ? sums : binary('mul', sums, scale);
    const scores = reduce('sum', unary('tanh', scaled), [-1]);
    // alone, files of weights that do not know the mode call it a scale
    const also = scale === null ? ['scale'] : [];
    return binary('mul', scores, weight('concat_score_weight', [], ...also));
  }
  if (mode !== 'dot') refuse(`the score mode ${mode}`);
  const scores = matmul(query, transpose(key, [0, 2, 1]));
  return scale === null ? scores : binary('mul', scores, scale);
}

function additive(layer: LayerContext, pair: Pair, scale: string | null): string {
  const { binary, reduce, unary } = calculator(layer);
  const bent = unary('tanh', pairs(layer, pair));
  return reduce('sum', scale === null ? bent : binary('mul', bent, scale), [-1]);
}

/** Every query with every key: `[n, t, s, features]`. */
function pairs(layer: LayerContext, { query, key }: Pair): string {
  const { binary, expandDims } = calculator(layer);
  return binary('add', expandDims(query, 2), expandDims(key, 1));
}
