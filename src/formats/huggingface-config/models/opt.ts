import {
  allowedBy,
  attend,
  type Tokens,
  tokenInputs,
} from '#formats/huggingface-config/attention.ts';
import type { Activation } from '#formats/huggingface-config/config.ts';
import { headOf } from '#formats/huggingface-config/heads.ts';
import type { Network } from '#formats/huggingface-config/network.ts';
import { decoderHead } from './gpt2.ts';

/** Rows in front of the table of places that no place has. */
const OFFSET = 2;
const EPSILON = 1e-5;

/** @see https://github.com/huggingface/transformers/blob/main/src/transformers/models/opt/modeling_opt.py */
export function opt(network: Network): void {
  const { config } = network;
  const head = headOf(config, ['none', 'causal-lm', 'sequence']);
  config.only('layer_norm_elementwise_affine', true);
  const hidden = config.count('hidden_size', 768);
  const narrow = config.count('word_embed_proj_dim', hidden);
  const vocabulary = config.count('vocab_size', 50272);
  const outer = head === 'none' ? '' : 'model.';
  network.prefix = outer;
  const base = `${outer}decoder.`;
  const tokens = tokenInputs(network);
  const words = network.embedding(tokens.ids, `${base}embed_tokens`, [vocabulary, narrow]);
  const wide =
    narrow === hidden
      ? words
      : network.linear(words, `${base}project_in`, { from: narrow, to: hidden, bias: false });
  const rows = config.count('max_position_embeddings', 2048) + OFFSET;
  const order = placesOf(network, tokens);
  const where = network.embedding(order, `${base}embed_positions`, [rows, hidden]);
  const first = config.boolean('do_layer_norm_before', true);
  let x = network.binary('add', wide, where);
  x = layers(network, x, { base, tokens, hidden, first });
  if (first && !config.boolean('_remove_final_layer_norm', false)) {
    x = network.layerNorm(x, `${base}final_layer_norm`, hidden, EPSILON);
  }
  if (narrow !== hidden) {
    x = network.linear(x, `${base}project_out`, { from: hidden, to: narrow, bias: false });
  }
  const table = `${base}embed_tokens.weight`;
  const { ids } = tokens;
  decoderHead(network, x, {
    head,
    ids,
    hidden: narrow,
    vocabulary,
    table,
    tied: true,
    padding: 1,
  });
}

/** Of tokens that count, from 2 on; padding has 1. */
function placesOf(network: Network, { kept }: Tokens): string {
  const ones = network.emit('cast', [kept], { dtype: 'int32' });
  const sums = network.emit('cumsum', [ones], { axis: 1, exclusive: false, reverse: false });
  const counted = network.binary('mul', sums, ones);
  return network.binary('add', counted, network.number(OFFSET - 1, 'int32'));
}

interface Layers {
  readonly base: string;
  readonly tokens: Tokens;
  readonly hidden: number;
  /** Whether norms come before what they are for. */
  readonly first: boolean;
}

function layers(network: Network, start: string, { base, tokens, hidden, first }: Layers): string {
  const { config } = network;
  const heads = config.count('num_attention_heads', 12);
  const inner = config.count('ffn_dim', 3072);
  const bias = config.boolean('enable_bias', true);
  const activation: Activation = config.activation('activation_function', 'relu');
  const allowed = allowedBy(network, tokens, { window: null });
  const same = { from: hidden, to: hidden, bias };
  let x = start;
  for (let i = 0; i < config.count('num_hidden_layers', 12); i++) {
    const layer = `${base}layers.${i}`;
    const norm = (value: string, name: string) =>
      network.layerNorm(value, `${layer}.${name}`, hidden, EPSILON);
    const normal = first ? norm(x, 'self_attn_layer_norm') : x;
    const [query = '', key = '', value = ''] = ['q_proj', 'k_proj', 'v_proj'].map((name) =>
      network.linear(normal, `${layer}.self_attn.${name}`, same),
    );
    const width = hidden / heads;
    const mixed = attend(network, { query, key, value, heads, width, allowed });
    x = network.binary('add', x, network.linear(mixed, `${layer}.self_attn.out_proj`, same));
    if (!first) x = norm(x, 'self_attn_layer_norm');
    const again = first ? norm(x, 'final_layer_norm') : x;
    const wide = network.linear(again, `${layer}.fc1`, { from: hidden, to: inner, bias });
    const active = network.activate(wide, activation);
    const out = network.linear(active, `${layer}.fc2`, { from: inner, to: hidden, bias });
    x = network.binary('add', x, out);
    if (!first) x = norm(x, 'final_layer_norm');
  }
  return x;
}
