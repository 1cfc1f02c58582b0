import {
  allowedBy,
  attend,
  firstPlace,
  places,
  tokenInputs,
} from '#formats/huggingface-config/attention.ts';
import { headOf, labelCount, meaningOf } from '#formats/huggingface-config/heads.ts';
import type { Network } from '#formats/huggingface-config/network.ts';

const EPSILON = 1e-12;

/** @see https://github.com/huggingface/transformers/blob/main/src/transformers/models/distilbert/modeling_distilbert.py */
export function distilbert(network: Network): void {
  const { config } = network;
  const head = headOf(config, ['none', 'sequence', 'tokens', 'masked-lm']);
  config.ignore('sinusoidal_pos_embds', 'pad_token_id');
  const hidden = config.count('dim', 768);
  const vocabulary = config.count('vocab_size', 30522);
  const base = head === 'none' ? '' : 'distilbert.';
  network.prefix = base;
  const table = `${base}embeddings.word_embeddings.weight`;
  const states = body(network, { base, hidden, vocabulary });
  if (head === 'none') {
    network.output(states, 'last_hidden_state', 'values');
  } else if (head === 'masked-lm') {
    const dense = network.linear(states, 'vocab_transform', { from: hidden, to: hidden });
    const active = network.activate(dense, config.activation('activation', 'gelu'));
    const normal = network.layerNorm(active, 'vocab_layer_norm', hidden, EPSILON);
    const isTied = config.boolean('tie_word_embeddings', true);
    const own = 'vocab_projector.weight';
    const shape = [vocabulary, hidden];
    const weight = network.matrix(isTied ? table : own, shape, 'table', isTied ? [own] : []);
    const bias = network.weight('vocab_projector.bias', [vocabulary]);
    network.output(
      network.emit('linear', [normal, weight, bias], { weight: 'OI' }, { source: own }),
      'logits',
      'logits',
    );
  } else {
    const to = labelCount(config);
    const seen = head === 'tokens' ? states : before(network, states, hidden);
    const logits = network.linear(seen, 'classifier', { from: hidden, to });
    network.output(logits, 'logits', meaningOf(config));
  }
  config.ignore('tie_word_embeddings', 'tie_weights_');
}

function before(network: Network, states: string, hidden: number): string {
  const first = firstPlace(network, states);
  const dense = network.linear(first, 'pre_classifier', { from: hidden, to: hidden });
  return network.activate(dense, 'relu');
}

function body(
  network: Network,
  { base, hidden, vocabulary }: { base: string; hidden: number; vocabulary: number },
): string {
  const { config } = network;
  const heads = config.count('n_heads', 12);
  const inner = config.count('hidden_dim', 3072);
  const activation = config.activation('activation', 'gelu');
  const rows = config.count('max_position_embeddings', 512);
  const tokens = tokenInputs(network);
  const at = `${base}embeddings`;
  const words = network.embedding(tokens.ids, `${at}.word_embeddings`, [vocabulary, hidden]);
  const order = places(network);
  const where = network.embedding(order, `${at}.position_embeddings`, [rows, hidden]);
  const sum = network.binary('add', words, where);
  let x = network.layerNorm(sum, `${at}.LayerNorm`, hidden, EPSILON);
  const allowed = allowedBy(network, tokens, null);
  for (let i = 0; i < config.count('n_layers', 6); i++) {
    const layer = `${base}transformer.layer.${i}`;
    const same = { from: hidden, to: hidden };
    const [query = '', key = '', value = ''] = ['q_lin', 'k_lin', 'v_lin'].map((name) =>
      network.linear(x, `${layer}.attention.${name}`, same),
    );
    const width = hidden / heads;
    const mixed = attend(network, { query, key, value, heads, width, allowed });
    const out = network.linear(mixed, `${layer}.attention.out_lin`, same);
    const joined = network.binary('add', out, x);
    const seen = network.layerNorm(joined, `${layer}.sa_layer_norm`, hidden, EPSILON);
    const wide = network.linear(seen, `${layer}.ffn.lin1`, { from: hidden, to: inner });
    const active = network.activate(wide, activation);
    const narrow = network.linear(active, `${layer}.ffn.lin2`, { from: inner, to: hidden });
    const whole = network.binary('add', narrow, seen);
    x = network.layerNorm(whole, `${layer}.output_layer_norm`, hidden, EPSILON);
  }
  return x;
}
