import {
  allowedBy,
  attend,
  lastPlace,
  places,
  tokenInputs,
} from '#formats/huggingface-config/attention.ts';
import { type Head, headOf, labelCount, meaningOf } from '#formats/huggingface-config/heads.ts';
import type { Network } from '#formats/huggingface-config/network.ts';

/** @see https://github.com/huggingface/transformers/blob/main/src/transformers/models/gpt2/modeling_gpt2.py */
export function gpt2(network: Network): void {
  const { config } = network;
  const head = headOf(config, ['none', 'causal-lm', 'sequence', 'tokens']);
  config.only('add_cross_attention', false);
  config.ignore('reorder_and_upcast_attn');
  const hidden = config.count('n_embd', 768);
  const vocabulary = config.count('vocab_size', 50257);
  const heads = config.count('n_head', 12);
  if (hidden % heads !== 0) config.reasons.push(`n_embd ${hidden} in ${heads} heads`);
  const base = head === 'none' ? '' : 'transformer.';
  network.prefix = base;
  const tokens = tokenInputs(network);
  const words = network.embedding(tokens.ids, `${base}wte`, [vocabulary, hidden]);
  const rows = config.count('n_positions', 1024);
  const where = network.embedding(places(network), `${base}wpe`, [rows, hidden]);
  const states = blocks(network, {
    x: network.binary('add', words, where),
    base,
    hidden,
    heads,
    allowed: allowedBy(network, tokens, { window: null }),
  });
  decoderHead(network, states, {
    head,
    ids: tokens.ids,
    hidden,
    vocabulary,
    table: `${base}wte.weight`,
    tied: true,
    padding: null,
  });
}

interface Blocks {
  readonly x: string;
  readonly base: string;
  readonly hidden: number;
  readonly heads: number;
  readonly allowed: string;
}

/** Its matrices lie as `Conv1D` keeps them: `x · W`. */
function blocks(network: Network, { x: first, base, hidden, heads, allowed }: Blocks): string {
  const { config } = network;
  const inner = config.count('n_inner', 4 * hidden);
  const epsilon = config.number('layer_norm_epsilon', 1e-5);
  const activation = config.activation('activation_function', 'gelu_new');
  const usual = config.boolean('scale_attn_weights', true) ? 1 / Math.sqrt(hidden / heads) : 1;
  const byLayer = config.boolean('scale_attn_by_inverse_layer_idx', false);
  const conv = (x: string, name: string, from: number, to: number) =>
    network.linear(x, name, { from, to, layout: 'IO' });
  let x = first;
  for (let i = 0; i < config.count('n_layer', 12); i++) {
    const layer = `${base}h.${i}`;
    const normal = network.layerNorm(x, `${layer}.ln_1`, hidden, epsilon);
    const all = conv(normal, `${layer}.attn.c_attn`, hidden, 3 * hidden);
    const [query = '', key = '', value = ''] = [0, 1, 2].map((part) =>
      network.emit('slice', [all], {
        axis: -1,
        from: part * hidden,
        to: (part + 1) * hidden,
        step: 1,
      }),
    );
    const scale = byLayer ? usual / (i + 1) : usual;
    const width = hidden / heads;
    const mixed = attend(network, { query, key, value, heads, width, allowed, scale });
    const out = conv(mixed, `${layer}.attn.c_proj`, hidden, hidden);
    x = network.binary('add', out, x);
    const again = network.layerNorm(x, `${layer}.ln_2`, hidden, epsilon);
    const wide = network.activate(conv(again, `${layer}.mlp.c_fc`, hidden, inner), activation);
    x = network.binary('add', x, conv(wide, `${layer}.mlp.c_proj`, inner, hidden));
  }
  return network.layerNorm(x, `${base}ln_f`, hidden, epsilon);
}

export interface DecoderHead {
  readonly head: Head;
  readonly ids: string;
  readonly hidden: number;
  readonly vocabulary: number;
  /** Name of the table of words. */
  readonly table: string;
  /** Whether the head uses it, where nothing is said. */
  readonly tied: boolean;
  /** The id of padding, where nothing is said. */
  readonly padding: number | null;
}

/** What the decoders of transformers have on top: the words again, or classes at the last token. */
export function decoderHead(network: Network, states: string, one: DecoderHead): void {
  const { config } = network;
  const { head, ids, hidden, vocabulary, table } = one;
  const isTied = config.boolean('tie_word_embeddings', one.tied);
  const pad = config.find('pad_token_id')?.number() ?? one.padding;
  if (head === 'none') {
    network.output(states, 'last_hidden_state', 'values');
  } else if (head === 'causal-lm') {
    const own = 'lm_head.weight';
    const shape = [vocabulary, hidden];
    const weight = isTied
      ? network.matrix(table, shape, 'table', [own])
      : network.matrix(own, shape, 'OI');
    const logits = network.emit(
      'linear',
      [states, weight, null],
      { weight: 'OI' },
      { source: own },
    );
    network.output(logits, 'logits', 'logits');
  } else if (head === 'tokens') {
    const to = labelCount(config);
    const name = table.startsWith('transformer.') ? 'classifier' : 'score';
    const logits = network.linear(states, name, { from: hidden, to });
    network.output(logits, 'logits', meaningOf(config));
  } else {
    const width = labelCount(config);
    const all = network.linear(states, 'score', { from: hidden, to: width, bias: false });
    const logits = lastPlace(network, all, { ids, padding: pad, width });
    network.output(logits, 'logits', meaningOf(config));
  }
}
