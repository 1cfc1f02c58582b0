import { allowedBy, attend, LENGTH, tokenInputs } from '#formats/huggingface-config/attention.ts';
import { headOf } from '#formats/huggingface-config/heads.ts';
import type { Network } from '#formats/huggingface-config/network.ts';
import { rotation } from '#formats/huggingface-config/rotation.ts';
import { decoderHead } from './gpt2.ts';

/** What tells the relatives of Llama apart. */
interface Family {
  /** Biases of queries, keys and values; absent: as `attention_bias` says, of the last one as well. */
  readonly biases?: boolean;
  /** Whether queries and keys are normalised head by head. */
  readonly normalised?: boolean;
  readonly epsilon: number;
  readonly theta: number;
  readonly window: (network: Network, layer: number) => number | null;
  readonly shared: number | null;
}

const NO_WINDOW = () => null;

/** @see https://github.com/huggingface/transformers/blob/main/src/transformers/models/llama/modeling_llama.py */
export function llama(network: Network): void {
  network.config.only('sliding_window', 0);
  decoder(network, { epsilon: 1e-6, theta: 10_000, window: NO_WINDOW, shared: null });
}

/** @see https://github.com/huggingface/transformers/blob/main/src/transformers/models/mistral/modeling_mistral.py */
export function mistral(network: Network): void {
  const window = network.config.find('sliding_window')?.integer() ?? null;
  const family = { epsilon: 1e-6, theta: 10_000, shared: 8, biases: false };
  decoder(network, { ...family, window: () => window });
}

/** @see https://github.com/huggingface/transformers/blob/main/src/transformers/models/qwen2/modeling_qwen2.py */
export function qwen2(network: Network): void {
  const family = { epsilon: 1e-6, theta: 10_000, shared: 32, biases: true };
  decoder(network, { ...family, window: windowOfQwen(network) });
}

/** @see https://github.com/huggingface/transformers/blob/main/src/transformers/models/qwen3/modeling_qwen3.py */
export function qwen3(network: Network): void {
  const family = { epsilon: 1e-6, theta: 10_000, shared: 32, normalised: true };
  decoder(network, { ...family, window: windowOfQwen(network) });
}

function windowOfQwen({ config }: Network): Family['window'] {
  const from = config.number('max_window_layers', 28);
  const isOn = config.boolean('use_sliding_window', false);
  const window = config.find('sliding_window')?.integer() ?? null;
  return (_, layer) => (isOn && layer >= from ? window : null);
}

interface Sizes {
  readonly hidden: number;
  readonly heads: number;
  readonly shared: number;
  readonly width: number;
  readonly epsilon: number;
}

function sizesOf({ config }: Network, family: Family): Sizes {
  const hidden = config.count('hidden_size', 4096);
  const heads = config.count('num_attention_heads', 32);
  const shared = config.count('num_key_value_heads', family.shared ?? heads);
  if (heads % shared !== 0) config.reasons.push(`${heads} heads share ${shared}`);
  const width = config.count('head_dim', family.normalised ? 128 : hidden / heads);
  return { hidden, heads, shared, width, epsilon: config.number('rms_norm_eps', family.epsilon) };
}

function decoder(network: Network, family: Family): void {
  const { config } = network;
  const head = headOf(config, ['none', 'causal-lm', 'sequence', 'tokens']);
  config.ignore('max_position_embeddings');
  const sizes = sizesOf(network, family);
  const { hidden, epsilon } = sizes;
  const vocabulary = config.count('vocab_size', 32000);
  const base = head === 'none' ? '' : 'model.';
  network.prefix = base;
  const tokens = tokenInputs(network);
  const turn = rotation(network, sizes.width, family.theta);
  const kinds = config.texts('layer_types');
  let x = network.embedding(tokens.ids, `${base}embed_tokens`, [vocabulary, hidden]);
  const masks = new Map<number | null, string>();
  for (let i = 0; i < config.count('num_hidden_layers', 32); i++) {
    const window = kinds[i] === 'full_attention' ? null : family.window(network, i);
    if (kinds[i] === 'sliding_attention' && window === null) {
      config.reasons.push(`layer_types: layer ${i} has no window`);
    }
    const allowed = masks.get(window) ?? allowedBy(network, tokens, { window });
    masks.set(window, allowed);
    x = layer(network, x, { name: `${base}layers.${i}`, sizes, family, allowed, turn });
  }
  const states = norm(network, x, `${base}norm`, [hidden, epsilon]);
  const table = `${base}embed_tokens.weight`;
  const { ids } = tokens;
  const rest = { head, ids, hidden, vocabulary, table };
  decoderHead(network, states, { ...rest, tied: false, padding: null });
}

function norm(
  network: Network,
  x: string,
  name: string,
  [size, epsilon]: readonly [number, number],
): string {
  const scale = network.weight(`${name}.weight`, [size]);
  return network.emit('rms_norm', [x, scale], { axes: [-1], epsilon }, { source: name });
}

interface Layer {
  readonly name: string;
  readonly sizes: Sizes;
  readonly family: Family;
  readonly allowed: string;
  readonly turn: (x: string) => string;
}

function layer(network: Network, x: string, one: Layer): string {
  const { config } = network;
  const { name, sizes } = one;
  const { hidden, epsilon } = sizes;
  const normal = norm(network, x, `${name}.input_layernorm`, [hidden, epsilon]);
  const joined = network.binary('add', x, selfAttention(network, normal, one));
  const again = norm(network, joined, `${name}.post_attention_layernorm`, [hidden, epsilon]);
  const inner = config.count('intermediate_size', 11_008);
  const bias = config.boolean('mlp_bias', false);
  const wide = { from: hidden, to: inner, bias };
  const gate = network.linear(again, `${name}.mlp.gate_proj`, wide);
  const active = network.activate(gate, config.activation('hidden_act', 'silu'));
  const up = network.linear(again, `${name}.mlp.up_proj`, wide);
  const both = network.binary('mul', active, up);
  const down = network.linear(both, `${name}.mlp.down_proj`, { from: inner, to: hidden, bias });
  return network.binary('add', joined, down);
}

function selfAttention(network: Network, x: string, one: Layer): string {
  const { config } = network;
  const { name, sizes, family, allowed } = one;
  const { hidden, heads, shared, width, epsilon } = sizes;
  const isBiased = config.boolean('attention_bias', false);
  const bias = family.biases ?? isBiased;
  const at = `${name}.self_attn`;
  const queries = { from: hidden, to: heads * width, bias };
  const keys = { from: hidden, to: shared * width, bias };
  const query = network.linear(x, `${at}.q_proj`, queries);
  const key = network.linear(x, `${at}.k_proj`, keys);
  const value = network.linear(x, `${at}.v_proj`, keys);
  const normalised = (states: string, count: number, of: string) => {
    if (!family.normalised) return states;
    const shape = ['batch', LENGTH, count, width];
    const apart = network.emit('reshape', [states], { shape });
    return norm(network, apart, `${at}.${of}`, [width, epsilon]);
  };
  const mixed = attend(network, {
    query: normalised(query, heads, 'q_norm'),
    key: normalised(key, shared, 'k_norm'),
    value,
    heads,
    shared,
    width,
    allowed,
    turn: one.turn,
  });
  const last = family.biases === undefined && isBiased;
  return network.linear(mixed, `${at}.o_proj`, { from: heads * width, to: hidden, bias: last });
}
