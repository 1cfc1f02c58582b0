import type { TensorInfo } from '#domain/tensor.ts';
import type { JsonNode } from '#encodings/json-node.ts';
import type { Adapter, Network } from './network.ts';

/** What PEFT puts before the names of the model. */
export const PREFIX = 'base_model.model.';

/** What an adapter adds: `scale · B · A`, with ranks and scales of its own for some modules. */
export function loraOf(
  network: Network,
  config: JsonNode,
  tensors: readonly TensorInfo[],
  reasons: string[],
): Adapter {
  const named = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const scaleOf = scales(config);
  const fanInFanOut = config.find('fan_in_fan_out')?.boolean() ?? false;
  const matrix = (name: string): string => {
    const { shape } = named.get(name) ?? { shape: [] };
    network.parameters.set(name, { name, shape, dtype: 'float32' });
    return name;
  };
  return {
    // tables that it adds to are kept whole beside what is added
    nameOf: (weight) =>
      [weight, weight.replace(/\.weight$/, '.base_layer.weight')]
        .map((name) => PREFIX + name)
        .find((name) => named.has(name)) ?? weight,
    adapted(weight, shape, layout) {
      const module = weight.replace(/\.weight$/, '');
      const pair = pairOf(named, module, layout === 'table');
      if (!pair) return null;
      const [a, b] = pair;
      const [rank = 0, from] = a.shape;
      const [to, other] = b.shape;
      // what lies as x · W is turned, and tables have a row for each of their words
      const added = layout === 'OI' ? [to, from] : [from, to];
      const fits = other === rank && added.join() === shape.join() && a.shape.length === 2;
      if (!fits) {
        reasons.push(
          `${a.name} and ${b.name} do not fit ${weight}, which is [${shape.join(', ')}]`,
        );
        return null;
      }
      if (layout === 'IO' && !fanInFanOut) {
        reasons.push(`fan_in_fan_out is false, but ${weight} lies as x · W`);
      }
      const source = `LoRA ${module}`;
      const product = network.emit('matmul', [matrix(b.name), matrix(a.name)], {}, { source });
      const turned =
        layout === 'OI' ? product : network.emit('transpose', [product], { axes: [1, 0] });
      const scale = network.number(scaleOf(module, rank));
      const own = network.adapter?.nameOf(weight) ?? weight;
      return network.binary('add', own, network.binary('mul', turned, scale));
    },
  };
}

function pairOf(
  named: ReadonlyMap<string, TensorInfo>,
  module: string,
  isTable: boolean,
): readonly [TensorInfo, TensorInfo] | null {
  const ends = isTable
    ? ['lora_embedding_#', 'lora_embedding_#.default']
    : ['lora_#.weight', 'lora_#.default.weight'];
  for (const end of ends) {
    const [a, b] = ['A', 'B'].map((side) =>
      named.get(`${PREFIX}${module}.${end.replace('#', side)}`),
    );
    if (a && b) return [a, b];
  }
  return null;
}

/** `rank_pattern` tells in the file by its shapes, `alpha_pattern` does not. */
function scales(config: JsonNode): (module: string, rank: number) => number {
  const alpha = config.find('lora_alpha')?.number() ?? 8;
  const root = config.find('use_rslora')?.boolean() ?? false;
  const patterns = config.find('alpha_pattern')?.entries() ?? [];
  return (module, rank) => {
    const [, own] = patterns.find(([key]) => matches(module, key)) ?? [];
    return (own?.number() ?? alpha) / (root ? Math.sqrt(rank) : rank);
  };
}

/** @see https://github.com/huggingface/peft/blob/main/src/peft/utils/other.py `get_pattern_key` */
function matches(module: string, key: string): boolean {
  if (!/^[\w.\\d+*()|[\]^$]*$/.test(key)) return module === key || module.endsWith(`.${key}`);
  try {
    return new RegExp(`^(?:.*\\.)?(?:${key})$`).test(module);
  } catch {
    return false;
  }
}
