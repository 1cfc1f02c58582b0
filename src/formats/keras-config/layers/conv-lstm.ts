import type { OpAttributes } from '#domain/graph.ts';
import { activateBy, nameOf } from '#formats/keras-config/activations.ts';
import type { LayerContext, Shape } from '#formats/keras-config/builder.ts';
import { calculator } from '#formats/keras-config/calculator.ts';
import { paddingOf, type Spatial, shapeFrom, type Window, windowed } from './spatial.ts';

/** Steps are put into the graph one by one. */
const MOST_STEPS = 256;

/**
 * An LSTM whose products are convolutions; gates i, f, c, o.
 * @see https://github.com/keras-team/keras/blob/master/keras/src/layers/rnn/conv_lstm.py
 */
export function convLstm(layer: LayerContext, axes: number): readonly string[] {
  const { config, input, known, refuse, shapeOf } = layer;
  const { concat, expandDims, select } = calculator(layer);
  refuseUnusual(layer);
  const shape = shapeOf(input);
  if (shape.length !== axes + 3) refuse(`an input of ${shape.length} axes`);
  const steps = known(shape[1], 'the number of steps');
  if (steps < 1 || steps > MOST_STEPS) refuse(`${steps} steps`);
  const step = stepOf(layer, axes);
  const isBack = config.boolean('go_backwards', false);
  const outputs: string[] = [];
  let state: State | null = null;
  for (let i = 0; i < steps; i++) {
    state = step(select(step.products, 1, isBack ? steps - 1 - i : i), state);
    outputs.push(state.h);
  }
  const isWhole = config.boolean('return_sequences', false);
  const wide = isWhole ? outputs.map((output) => expandDims(output, 1)) : [];
  const output = isWhole ? concat(wide, 1) : (outputs.at(-1) ?? '');
  const isShown = config.boolean('return_state', false);
  return isShown && state ? [output, state.h, state.c] : [output];
}

interface State {
  readonly h: string;
  readonly c: string;
}

interface Step {
  (sums: string, before: State | null): State;
  /** Of the kernel with all steps at once: `[n, t, …, 4 · filters]`. */
  readonly products: string;
}

function stepOf(layer: LayerContext, axes: number): Step {
  const { config, emit, known, weight } = layer;
  const { binary, slice } = calculator(layer);
  const { inner, layout, channels, window } = stepShapeOf(layer, axes);
  const filters = known(config.find('filters')?.integer(), 'the number of filters');
  const padding = paddingOf(layer, window);
  const sizes = windowed(inner, window, padding);
  const spatial: Spatial = { layout, axis: layout === 'NCHW' ? 1 : axes + 1, channels, sizes };
  const shape = shapeFrom(spatial, [null], 4 * filters, sizes);
  const own = (name: string, lengths: readonly number[]) =>
    weight(`conv_lstm_cell/${name}`, lengths, name);
  const kernel = own('kernel', [...window.size, channels, 4 * filters]);
  const recurrent = own('recurrent_kernel', [...window.size, filters, 4 * filters]);
  const bias = config.boolean('use_bias', true) ? own('bias', [4 * filters]) : null;
  const { strides, dilations } = window;
  const common = { layout, kernel: 'HWIO', groups: 1 } as const;
  const products = kernelProducts(layer, [kernel, bias], {
    attributes: { ...common, strides, dilations, padding },
    shape,
  });
  const ones = Array.from({ length: axes }, () => 1);
  const again = { ...common, strides: ones, dilations: ones, padding: 'same' } as const;
  const activation = activator(layer, 'activation', 'tanh');
  const usual = layer.isKeras3 ? 'sigmoid' : 'hard_sigmoid';
  const gate = activator(layer, 'recurrent_activation', usual);
  const step = (x: string, before: State | null): State => {
    const sums = before
      ? binary('add', x, emit('conv', [before.h, recurrent, null], again, shape))
      : x;
    const part = (n: number) => slice(sums, spatial.axis, n * filters, (n + 1) * filters);
    const fresh = binary('mul', gate(part(0)), activation(part(2)));
    const c = before ? binary('add', binary('mul', gate(part(1)), before.c), fresh) : fresh;
    return { h: binary('mul', gate(part(3)), activation(c)), c };
  };
  return Object.assign(step, { products });
}

function stepShapeOf({ config, input, known, shapeOf }: LayerContext, axes: number) {
  const isFirst = config.text('data_format', 'channels_last') === 'channels_first';
  const whole = shapeOf(input)
    .slice(2)
    .map((size) => known(size, 'the shape of a step'));
  const ones = Array.from({ length: axes }, () => 1);
  const window: Window = {
    size: config.sizes('kernel_size', axes),
    strides: config.sizes('strides', axes, ones),
    dilations: config.sizes('dilation_rate', axes, ones),
  };
  return {
    layout: isFirst ? ('NCHW' as const) : ('NHWC' as const),
    channels: whole.at(isFirst ? 0 : -1) ?? 0,
    inner: isFirst ? whole.slice(1) : whole.slice(0, -1),
    window,
  };
}

function kernelProducts(
  layer: LayerContext,
  [kernel, bias]: readonly [string, string | null],
  { attributes, shape }: { attributes: OpAttributes['conv']; shape: Shape },
): string {
  const { emit, input, known, shapeOf, sizeOf } = layer;
  const { reshape } = calculator(layer);
  const rows = reshape(input, [null, ...shapeOf(input).slice(2)]);
  const made = shape.slice(1).map((size) => known(size, 'the shape of a step'));
  const products = emit('conv', [rows, kernel, bias], attributes, shape);
  return reshape(products, [null, sizeOf(input, 1), ...made]);
}

function refuseUnusual(layer: LayerContext): void {
  const { config, inputs, refuse } = layer;
  if (layer.mask() !== null) refuse('a mask');
  if (inputs.length > 1) refuse('first states');
  if (config.boolean('stateful', false)) refuse('a state that is kept between batches');
  for (const key of ['unroll', 'dropout', 'recurrent_dropout', 'unit_forget_bias']) {
    config.find(key);
  }
}

function activator(layer: LayerContext, key: string, missing: string): (x: string) => string {
  const node = layer.config.find(key);
  const name = node ? nameOf(node) : missing;
  return (x) => activateBy(layer, x, name);
}
