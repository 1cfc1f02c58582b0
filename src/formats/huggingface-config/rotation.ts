import type { JsonNode } from '#encodings/json-node.ts';
import { places } from './attention.ts';
import type { Network } from './network.ts';

/**
 * Rotary embeddings: what turns `[batch, heads, length, width]` by its places.
 * @see https://github.com/huggingface/transformers/blob/main/src/transformers/modeling_rope_utils.py
 */
export function rotation(network: Network, width: number, base: number): (x: string) => string {
  const { config } = network;
  config.only('partial_rotary_factor', 1);
  const given = config.find('rope_parameters') ?? config.find('rope_scaling');
  const own = config.number('rope_theta', base);
  const theta = given?.find('rope_theta')?.number() ?? own;
  const half = Math.floor(width / 2);
  const usual = Array.from({ length: half }, (_, i) => theta ** ((-2 * i) / width));
  const speeds = scaled(network, usual, given);
  const twice = [...speeds, ...speeds].map(Math.fround);
  const shape = [1, twice.length];
  const along = network.emit('constant', [], { values: twice, shape, dtype: 'float32' });
  const whole = network.emit('cast', [places(network)], { dtype: 'float32' });
  const column = network.emit('unsqueeze', [whole], { axis: 1 });
  const angles = network.binary('mul', column, along);
  const cosine = network.emit('unary', [angles], { name: 'cos' });
  const sine = network.emit('unary', [angles], { name: 'sin' });
  return (x) => {
    const part = (from: number, to: number) =>
      network.emit('slice', [x], { axis: -1, from, to, step: 1 });
    const back = network.emit('unary', [part(half, 2 * half)], { name: 'neg' });
    const turned = network.emit('concat', [back, part(0, half)], { axis: -1 });
    const still = network.binary('mul', x, cosine);
    return network.binary('add', still, network.binary('mul', turned, sine));
  };
}

function scaled(
  { config }: Network,
  speeds: readonly number[],
  given: JsonNode | undefined,
): readonly number[] {
  const type = (given?.find('rope_type') ?? given?.find('type'))?.text() ?? 'default';
  const known = new Set(['rope_type', 'type', 'rope_theta', ...(KEYS[type] ?? [])]);
  for (const [key] of given?.entries() ?? []) {
    if (!known.has(key)) config.reasons.push(`rope_scaling: ${key} is not supported`);
  }
  if (type === 'default') return speeds;
  if (!given || !(type in KEYS)) {
    config.reasons.push(`rope_scaling: the type ${type} is not supported`);
    return speeds;
  }
  const factor = given.get('factor').number();
  if (type === 'linear') return speeds.map((speed) => speed / factor);
  const low = given.get('low_freq_factor').number();
  const high = given.get('high_freq_factor').number();
  const before = given.get('original_max_position_embeddings').number();
  return speeds.map((speed) => {
    const wave = (2 * Math.PI) / speed;
    if (wave < before / high) return speed;
    if (wave > before / low) return speed / factor;
    const smooth = (before / wave - low) / (high - low);
    return ((1 - smooth) * speed) / factor + smooth * speed;
  });
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  default: ['factor'],
  linear: ['factor'],
  llama3: ['factor', 'low_freq_factor', 'high_freq_factor', 'original_max_position_embeddings'],
};
