import { attend, BATCH, firstPlace } from '#formats/huggingface-config/attention.ts';
import { headOf, labelCount, meaningOf } from '#formats/huggingface-config/heads.ts';
import type { Network } from '#formats/huggingface-config/network.ts';

/** @see https://github.com/huggingface/transformers/blob/main/src/transformers/models/vit/modeling_vit.py */
export function vit(network: Network): void {
  const { config } = network;
  const head = headOf(config, ['none', 'image']);
  const hidden = config.count('hidden_size', 768);
  const epsilon = config.number('layer_norm_eps', 1e-12);
  const base = head === 'none' ? '' : 'vit.';
  network.prefix = base;
  const { x: patches, count } = embeddings(network, base, hidden);
  const x = layers(network, patches, { base, hidden, epsilon, count: count + 1 });
  const states = network.layerNorm(x, `${base}layernorm`, hidden, epsilon);
  const first = firstPlace(network, states);
  const poolSize = config.count('pooler_output_size', hidden);
  const poolActivation = config.activation('pooler_act', 'tanh');
  if (head === 'image') {
    const logits = network.linear(first, 'classifier', { from: hidden, to: labelCount(config) });
    network.output(logits, 'logits', meaningOf(config));
    return;
  }
  network.output(states, 'last_hidden_state', 'values');
  const dense = network.linear(first, 'pooler.dense', { from: hidden, to: poolSize });
  network.output(network.activate(dense, poolActivation), 'pooler_output', 'values');
}

/** Two numbers, or one for both. */
function pair({ config }: Network, key: string, fallback: number): readonly [number, number] {
  const node = config.find(key);
  if (node && Array.isArray(node.value)) {
    const [a = fallback, b = a] = node.list().map((one) => one.integer());
    return [a, b];
  }
  const size = config.count(key, fallback);
  return [size, size];
}

function embeddings(
  network: Network,
  base: string,
  hidden: number,
): { readonly x: string; readonly count: number } {
  const { config } = network;
  const [height, width] = pair(network, 'image_size', 224);
  const size = pair(network, 'patch_size', 16);
  const channels = config.count('num_channels', 3);
  const count = Math.floor(height / size[0]) * Math.floor(width / size[1]);
  const shape = [null, channels, height, width];
  const pixels = network.input({ name: 'pixel_values', dtype: 'float32', shape });
  network.emit('size', [pixels], { axis: 0 }, { name: BATCH });
  const name = `${base}embeddings.patch_embeddings.projection`;
  const kernel = network.weight(`${name}.weight`, [hidden, channels, ...size]);
  const bias = network.weight(`${name}.bias`, [hidden]);
  const image = network.emit(
    'conv',
    [pixels, kernel, bias],
    {
      layout: 'NCHW',
      kernel: 'OIHW',
      strides: size,
      dilations: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
      groups: 1,
    },
    { source: name },
  );
  const flat = network.emit('flatten', [image], { from: 2, to: 3 });
  const patches = network.emit('transpose', [flat], { axes: [0, 2, 1] });
  const token = network.weight(`${base}embeddings.cls_token`, [1, 1, hidden]);
  const tokens = network.emit('expand', [token], { shape: [BATCH, 1, hidden] });
  const all = network.emit('concat', [tokens, patches], { axis: 1 });
  const rows = [1, count + 1, hidden];
  const where = network.weight(`${base}embeddings.position_embeddings`, rows);
  return { x: network.binary('add', all, where), count };
}

interface Layers {
  readonly base: string;
  readonly hidden: number;
  readonly epsilon: number;
  /** Places. */
  readonly count: number;
}

function layers(network: Network, start: string, one: Layers): string {
  const { config } = network;
  const { base, hidden, epsilon, count } = one;
  const heads = config.count('num_attention_heads', 12);
  const inner = config.count('intermediate_size', 3072);
  const activation = config.activation('hidden_act', 'gelu');
  const bias = config.boolean('qkv_bias', true);
  const width = hidden / heads;
  let x = start;
  for (let i = 0; i < config.count('num_hidden_layers', 12); i++) {
    const layer = `${base}encoder.layer.${i}`;
    const normal = network.layerNorm(x, `${layer}.layernorm_before`, hidden, epsilon);
    const [query = '', key = '', value = ''] = ['query', 'key', 'value'].map((name) =>
      network.linear(normal, `${layer}.attention.attention.${name}`, {
        from: hidden,
        to: hidden,
        bias,
      }),
    );
    const parts = { query, key, value, heads, width, allowed: null, length: count };
    const mixed = attend(network, parts);
    const out = network.linear(mixed, `${layer}.attention.output.dense`, {
      from: hidden,
      to: hidden,
    });
    x = network.binary('add', out, x);
    const again = network.layerNorm(x, `${layer}.layernorm_after`, hidden, epsilon);
    const wide = network.linear(again, `${layer}.intermediate.dense`, { from: hidden, to: inner });
    const active = network.activate(wide, activation);
    const narrow = network.linear(active, `${layer}.output.dense`, { from: inner, to: hidden });
    x = network.binary('add', narrow, x);
  }
  return x;
}
