import type { TranslateLayer } from './builder.ts';
import { activationLayers } from './layers/activation.ts';
import { convolutionLayers } from './layers/convolution.ts';
import { denseLayers } from './layers/dense.ts';
import { mergeLayers } from './layers/merge.ts';
import { normalizationLayers } from './layers/normalization.ts';
import { passiveLayers } from './layers/passive.ts';
import { poolingLayers } from './layers/pooling.ts';
import { shapeLayers } from './layers/shape.ts';
import type { Table } from './layers/table.ts';
import { isKeras, type LayerSpec } from './model.ts';

/** How the layers and operations of one configuration are translated. */
export interface Translations {
  /** `undefined` for a class that is not Keras's own, or not known. */
  of(layer: Pick<LayerSpec, 'className' | 'module'>): TranslateLayer | undefined;
}

const LAYERS: readonly Table[] = [
  activationLayers,
  convolutionLayers,
  denseLayers,
  mergeLayers,
  normalizationLayers,
  passiveLayers,
  poolingLayers,
  shapeLayers,
];

/** Kinds of layers that few models have, by a word that stands in a configuration which needs them. */
const RARE: readonly { readonly when: RegExp; readonly load: () => Promise<Table> }[] = [
  {
    when: /"(?:LSTM|GRU|SimpleRNN|CuDNNLSTM|CuDNNGRU|RNN|Bidirectional)"/,
    load: async () => (await import('./layers/recurrent.ts')).recurrentLayers,
  },
  {
    when: /"(?:ConvLSTM[123]D|TimeDistributed|SpectralNormalization|Masking)"/,
    load: async () => (await import('./layers/wrappers.ts')).wrapperLayers,
  },
  {
    when: /Attention"/,
    load: async () => (await import('./layers/attention.ts')).attentionLayers,
  },
  {
    when: /"(?:Discretization|CategoryEncoding|Resizing|IntegerLookup|Hashing)"/,
    load: async () => (await import('./layers/encoding.ts')).encodingLayers,
  },
];

const OPERATION = /"keras\.src\.ops\.|"keras\.ops\.|"keras\.src\.activations\./;

/** Loads what a configuration needs. */
export async function translationsFor(text: string): Promise<Translations> {
  const needed = RARE.filter(({ when }) => when.test(text));
  const rare = await Promise.all(needed.map(({ load }) => load()));
  const layers = tableOf([...LAYERS, ...rare]);
  const operations = OPERATION.test(text)
    ? tableOf([(await import('./layers/operations.ts')).operations])
    : new Map<string, TranslateLayer>();
  return {
    // layers and operations share names: `Add` is both
    of({ className, module }) {
      if (/^keras\.(?:src\.)?(?:ops|activations)\b/.test(module)) return operations.get(className);
      return isKeras(module) ? layers.get(className) : undefined;
    },
  };
}

function tableOf(tables: readonly Table[]): ReadonlyMap<string, TranslateLayer> {
  return new Map(tables.flatMap((table) => Object.entries(table)));
}

/** Layers that treat steps alike, so that which of them count stays the same; see `supports_masking` of Keras. */
const KEEPS =
  /^(?:Dense|Activation|ReLU|LeakyReLU|PReLU|ELU|ThresholdedReLU|Softmax|Identity|Rescaling|Normalization|Dropout|SpatialDropout[123]D|GaussianDropout|GaussianNoise|AlphaDropout|ActivityRegularization|BatchNormalization|SyncBatchNormalization|LayerNormalization|GroupNormalization|UnitNormalization|MultiHeadAttention|GroupQueryAttention|GroupedQueryAttention|TimeDistributed|RandomCrop)$/;

/** Whether what comes out has the mask of what went in, unless the layer says otherwise. */
export function keepsMask(className: string): boolean {
  return KEEPS.test(className);
}
