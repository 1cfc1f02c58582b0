import { parseNumbers } from '#formats/keras-config/arguments.ts';
import type { LayerContext } from '#formats/keras-config/builder.ts';
import { calculator } from '#formats/keras-config/calculator.ts';
import { convLstm } from './conv-lstm.ts';
import { each, type Table } from './table.ts';

/** Layers around other layers, and what tells steps apart. */
export const wrapperLayers: Table = {
  ...each(['TimeDistributed'], timeDistributed),

  // the kernel is stored as it was last normalized in training
  ...each(['SpectralNormalization'], ({ child, config, input, refuse }) => {
    config.find('power_iterations');
    const node = config.find('layer') ?? refuse('it holds no layer');
    return child(node, [input]);
  }),

  ...each(['Masking'], (layer) => {
    const { config, input, refuse, setMask } = layer;
    const { compare, expandDims, reduce, where } = calculator(layer);
    const node = config.find('mask_value');
    const wrapped = node?.isObject ? node.get('config').get('value') : node;
    const value = wrapped ? parseNumbers(wrapped) : undefined;
    if (value && value.values.length !== 1) refuse('several mask values');
    const mask = reduce('any', compare('ne', input, value?.values[0] ?? 0), [-1]);
    const kept = where(expandDims(mask, -1), input, 0);
    setMask(kept, mask);
    return kept;
  }),

  ...each(['ConvLSTM1D'], (layer) => convLstm(layer, 1)),
  ...each(['ConvLSTM2D'], (layer) => convLstm(layer, 2)),
};

/** Layers that would look at the mask of a single step, alone or within a model. */
const MASKED =
  /"(?:LSTM|GRU|SimpleRNN|RNN|Bidirectional|GlobalAveragePooling1D|Softmax|TimeDistributed|\w*Attention)"/;

/** The same layer for every step: steps and examples are put into one axis, and taken apart again. */
function timeDistributed(layer: LayerContext): string {
  const { child, config, input, maskOf, known, refuse, shapeOf, sizeOf } = layer;
  const { reshape } = calculator(layer);
  const mask = layer.mask();
  const node = config.find('layer') ?? refuse('it holds no layer');
  const className = node.get('class_name').text();
  if (mask !== null && MASKED.test(JSON.stringify(node.value)))
    refuse(`a mask for the steps of ${className}`);
  const [, , ...sizes] = shapeOf(input);
  const each = sizes.map((size) => known(size, 'the shape of a step'));
  const steps = sizeOf(input, 1);
  const [flat = '', ...others] = child(node, [reshape(input, [null, ...each])]);
  if (others.length > 0) refuse('several outputs per step');
  if (maskOf(flat) !== null) refuse(`the mask that ${className} makes of a step`);
  const made = shapeOf(flat)
    .slice(1)
    .map((size) => known(size, 'the shape of what a step gives'));
  return reshape(flat, [null, steps, ...made]);
}
