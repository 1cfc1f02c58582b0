import { activate } from '#formats/keras-config/activations.ts';
import type { LayerContext } from '#formats/keras-config/builder.ts';
import { each, type Table } from './table.ts';

/** Fully connected layers and tables. */
export const denseLayers: Table = {
  ...each(['Dense'], (layer) => {
    const { config, emit, input, known, shapeOf, weight } = layer;
    const shape = shapeOf(input);
    const units = known(config.find('units')?.integer(), 'the number of units');
    const kernel = weight('kernel', [known(shape.at(-1), 'the length of its input'), units]);
    const bias = biasOf(layer, units);
    const product = emit('linear', [input, kernel, bias], { weight: 'IO' }, [
      ...shape.slice(0, -1),
      units,
    ]);
    return activate(layer, product, config.find('activation'));
  }),

  ...each(
    ['Embedding', 'ReversibleEmbedding'],
    ({ config, emit, input, known, refuse, shapeOf, weight }) => {
      if (config.boolean('mask_zero', false)) refuse('a mask for index 0');
      // what matters where the table is used backwards, which is refused as an argument by name
      for (const key of ['tie_weights', 'reverse_dtype', 'logit_soft_cap']) config.find(key);
      const rows = known(config.find('input_dim')?.integer(), 'the number of rows');
      const columns = known(config.find('output_dim')?.integer(), 'the length of a row');
      const table = weight('embeddings', [rows, columns]);
      return emit('embedding', [input, table], {}, [...shapeOf(input), columns]);
    },
  ),
};

/** The bias of a layer that has one by default. */
export function biasOf({ config, weight }: LayerContext, units: number): string | null {
  return config.boolean('use_bias', true) ? weight('bias', [units]) : null;
}
