import {
  allowedBy,
  attend,
  firstPlace,
  LENGTH,
  places,
  type Tokens,
  tokenInputs,
} from '#formats/huggingface-config/attention.ts';
import type { Activation } from '#formats/huggingface-config/config.ts';
import { headOf, labelCount, meaningOf } from '#formats/huggingface-config/heads.ts';
import type { Network } from '#formats/huggingface-config/network.ts';

interface Sizes {
  readonly hidden: number;
  readonly heads: number;
  readonly inner: number;
  readonly layers: number;
  readonly vocabulary: number;
  readonly positions: number;
  readonly types: number;
  readonly epsilon: number;
  readonly activation: Activation;
}

function sizesOf({ config }: Network, epsilon: number): Sizes {
  return {
    hidden: config.count('hidden_size', 768),
    heads: config.count('num_attention_heads', 12),
    inner: config.count('intermediate_size', 3072),
    layers: config.count('num_hidden_layers', 12),
    vocabulary: config.count('vocab_size', 30522),
    positions: config.count('max_position_embeddings', 512),
    types: config.count('type_vocab_size', 2),
    epsilon: config.number('layer_norm_eps', epsilon),
    activation: config.activation('hidden_act', 'gelu'),
  };
}

/** @see https://github.com/huggingface/transformers/blob/main/src/transformers/models/bert/modeling_bert.py */
export function bert(network: Network): void {
  encoder(network, {
    name: 'bert',
    epsilon: 1e-12,
    positions: (tokens, _) => plain(network, tokens),
  });
}

/** @see https://github.com/huggingface/transformers/blob/main/src/transformers/models/roberta/modeling_roberta.py */
export function roberta(network: Network): void {
  const padding = network.config.count('pad_token_id', 1);
  encoder(network, {
    name: 'roberta',
    epsilon: 1e-12,
    positions: ({ ids }) => afterPadding(network, ids, padding),
  });
}

const plain = (network: Network, _: Tokens) => places(network);

/** Places of tokens that are no padding, from `padding + 1` on; padding has `padding`. */
function afterPadding(network: Network, ids: string, padding: number): string {
  const id = network.number(padding, 'int32');
  const is = network.emit('compare', [ids, id], { name: 'ne' });
  const ones = network.emit('cast', [is], { dtype: 'int32' });
  const sums = network.emit('cumsum', [ones], { axis: 1, exclusive: false, reverse: false });
  return network.binary('add', network.binary('mul', sums, ones), id);
}

interface Family {
  readonly name: 'bert' | 'roberta';
  readonly epsilon: number;
  readonly positions: (tokens: Tokens, sizes: Sizes) => string;
}

function encoder(network: Network, family: Family): void {
  const { config } = network;
  const head = headOf(config, ['none', 'sequence', 'tokens', 'masked-lm']);
  config.only('position_embedding_type', 'absolute');
  config.only('is_decoder', false);
  config.only('add_cross_attention', false);
  config.ignore('is_encoder_decoder', 'pad_token_id', 'tie_word_embeddings', 'embedding_size');
  config.only('is_encoder_decoder', false);
  const sizes = sizesOf(network, family.epsilon);
  const base = head === 'none' ? '' : `${family.name}.`;
  network.prefix = base;
  const tokens = tokenInputs(network);
  const states = layers(network, { base, tokens, sizes, family });
  if (head === 'none') {
    network.output(states, 'last_hidden_state', 'values');
    const pooled = pooler(network, states, `${base}pooler`, sizes.hidden);
    network.output(pooled, 'pooler_output', 'values');
  } else if (head === 'masked-lm') {
    languageHead(network, states, { base, sizes, family });
  } else if (head === 'tokens') {
    const to = labelCount(config);
    const logits = network.linear(states, 'classifier', { from: sizes.hidden, to });
    network.output(logits, 'logits', meaningOf(config));
  } else classifier(network, states, { base, sizes, family });
}

interface Scene {
  readonly base: string;
  readonly sizes: Sizes;
  readonly family: Family;
}

function layers(
  network: Network,
  { base, tokens, sizes, family }: Scene & { readonly tokens: Tokens },
): string {
  const { hidden, epsilon, heads } = sizes;
  const at = `${base}embeddings`;
  const words = network.embedding(tokens.ids, `${at}.word_embeddings`, [sizes.vocabulary, hidden]);
  const types = network.input({
    name: 'token_type_ids',
    dtype: 'int64',
    shape: [null, null],
    fallback: 0,
  });
  const kinds = network.embedding(types, `${at}.token_type_embeddings`, [sizes.types, hidden]);
  const order = family.positions(tokens, sizes);
  const where = network.embedding(order, `${at}.position_embeddings`, [sizes.positions, hidden]);
  const sum = network.binary('add', network.binary('add', words, kinds), where);
  let x = network.layerNorm(sum, `${at}.LayerNorm`, hidden, epsilon);
  const allowed = allowedBy(network, tokens, null);
  for (let i = 0; i < sizes.layers; i++) {
    const layer = `${base}encoder.layer.${i}`;
    const [query = '', key = '', value = ''] = ['query', 'key', 'value'].map((name) =>
      network.linear(x, `${layer}.attention.self.${name}`, { from: hidden, to: hidden }),
    );
    const width = hidden / heads;
    const mixed = attend(network, { query, key, value, heads, width, allowed, length: LENGTH });
    const out = network.linear(mixed, `${layer}.attention.output.dense`, {
      from: hidden,
      to: hidden,
    });
    const joined = network.binary('add', out, x);
    const seen = network.layerNorm(joined, `${layer}.attention.output.LayerNorm`, hidden, epsilon);
    const wide = network.linear(seen, `${layer}.intermediate.dense`, {
      from: hidden,
      to: sizes.inner,
    });
    const active = network.activate(wide, sizes.activation);
    const narrow = network.linear(active, `${layer}.output.dense`, {
      from: sizes.inner,
      to: hidden,
    });
    const whole = network.binary('add', narrow, seen);
    x = network.layerNorm(whole, `${layer}.output.LayerNorm`, hidden, epsilon);
  }
  return x;
}

function pooler(network: Network, states: string, name: string, hidden: number): string {
  const first = firstPlace(network, states);
  const dense = network.linear(first, `${name}.dense`, { from: hidden, to: hidden });
  return network.activate(dense, 'tanh');
}

function classifier(network: Network, states: string, { base, sizes, family }: Scene): void {
  const { config } = network;
  const { hidden } = sizes;
  const to = labelCount(config);
  const isBert = family.name === 'bert';
  const pooled = pooler(network, states, isBert ? `${base}pooler` : 'classifier', hidden);
  const last = isBert ? 'classifier' : 'classifier.out_proj';
  const logits = network.linear(pooled, last, { from: hidden, to });
  network.output(logits, 'logits', meaningOf(config));
}

/** The table of words again; files hold it under another name, or not at all. */
function languageHead(network: Network, states: string, { base, sizes, family }: Scene): void {
  const { hidden, vocabulary } = sizes;
  const isBert = family.name === 'bert';
  const names = isBert
    ? {
        dense: 'cls.predictions.transform.dense',
        norm: 'cls.predictions.transform.LayerNorm',
        decoder: 'cls.predictions.decoder.weight',
        biases: ['cls.predictions.bias', 'cls.predictions.decoder.bias'],
      }
    : {
        dense: 'lm_head.dense',
        norm: 'lm_head.layer_norm',
        decoder: 'lm_head.decoder.weight',
        biases: ['lm_head.bias', 'lm_head.decoder.bias'],
      };
  const dense = network.linear(states, names.dense, { from: hidden, to: hidden });
  const active = network.activate(dense, isBert ? sizes.activation : 'gelu');
  const normal = network.layerNorm(active, names.norm, hidden, sizes.epsilon);
  const isTied = network.config.boolean('tie_word_embeddings', true);
  const table = isTied ? `${base}embeddings.word_embeddings.weight` : names.decoder;
  const aliases = isTied ? [names.decoder] : [];
  const weight = network.matrix(table, [vocabulary, hidden], 'table', aliases);
  const [bias = '', ...others] = names.biases;
  const offset = network.weight(bias, [vocabulary], others);
  const source = names.decoder;
  const logits = network.emit('linear', [normal, weight, offset], { weight: 'OI' }, { source });
  network.output(logits, 'logits', 'logits');
}
