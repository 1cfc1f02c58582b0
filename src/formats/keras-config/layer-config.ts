import type { JsonNode } from '#encodings/json-node.ts';

/** What changes nothing when a model is restored and evaluated. */
const IGNORED =
  /^(?:name|trainable|dtype|autocast|batch_input_shape|batch_shape|input_shape|seed|noise_shape|momentum|renorm_momentum|renorm_clipping|synchronized|optional|lora_rank|lora_alpha|quantization_config|activity_regularizer|input_length|.*_(?:initializer|regularizer|constraint))$/;

/** The configuration of a layer, by keys; every key has to be asked for, or it is not understood. */
export interface LayerConfig {
  find(key: string): JsonNode | undefined;
  number(key: string, missing: number): number;
  boolean(key: string, missing: boolean): boolean;
  text(key: string, missing: string): string;
  /** As many whole numbers as there are spatial axes; a single one stands for all. */
  sizes(key: string, axes: number, missing?: readonly number[]): readonly number[];
  /** Keys that nobody asked for and that say something, with what they say. */
  unread(): readonly string[];
}

export function layerConfig(config: JsonNode): LayerConfig {
  const read = new Set<string>();

  function find(key: string): JsonNode | undefined {
    read.add(key);
    return config.find(key);
  }

  return {
    find,
    number: (key, missing) => find(key)?.number() ?? missing,
    boolean: (key, missing) => find(key)?.boolean() ?? missing,
    text: (key, missing) => find(key)?.text() ?? missing,
    sizes(key, axes, missing) {
      const node = find(key);
      if (!node) return missing ?? config.fail(`has no ${key}`);
      if (!Array.isArray(node.value)) return Array.from({ length: axes }, () => node.integer());
      const sizes = node.list().map((size) => size.integer());
      return sizes.length === axes ? sizes : node.fail(`has ${sizes.length} numbers, not ${axes}`);
    },
    unread: () =>
      config.entries().flatMap(([key, { value }]) => {
        const says = value !== null && value !== false && !IGNORED.test(key) && !read.has(key);
        return says ? [`${key} = ${JSON.stringify(value)}`] : [];
      }),
  };
}
