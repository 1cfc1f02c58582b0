import { bytesSource } from '#io/testing.ts';

/** A layer in short: its class, its configuration, and what goes in. */
export interface ShortLayer {
  readonly type: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly name?: string;
  /** Names of layers, or `[layer, call, tensor]`. */
  readonly from?: readonly (string | readonly [string, number, number])[];
}

/** A sequential model as Keras 3 describes it. */
export function sequential(shape: readonly (number | null)[], ...layers: ShortLayer[]): unknown {
  const input = { type: 'InputLayer', name: 'x', config: { batch_shape: [null, ...shape] } };
  return {
    module: 'keras',
    class_name: 'Sequential',
    config: { name: 'net', layers: [input, ...layers].map(describeLayer) },
  };
}

/** A functional model as Keras 3 describes it; the last layer is its output. */
export function functional(shape: readonly (number | null)[], ...layers: ShortLayer[]): unknown {
  const input = { type: 'InputLayer', name: 'x', config: { batch_shape: [null, ...shape] } };
  return {
    module: 'keras',
    class_name: 'Functional',
    config: {
      name: 'net',
      layers: [input, ...layers].map(describeLayer),
      input_layers: ['x', 0, 0],
      output_layers: [nameOf(layers.at(-1) ?? input), 0, 0],
    },
  };
}

function describeLayer(layer: ShortLayer): Record<string, unknown> {
  const name = nameOf(layer);
  const described = {
    module: 'keras.layers',
    class_name: layer.type,
    config: { name, trainable: true, dtype: 'float32', ...layer.config },
    registered_name: null,
    name,
  };
  if (!layer.from) return { ...described, inbound_nodes: [] };
  const tensors = layer.from.map((from) => ({
    class_name: '__keras_tensor__',
    config: { keras_history: typeof from === 'string' ? [from, 0, 0] : from },
  }));
  const args = tensors.length === 1 ? tensors : [tensors];
  return { ...described, inbound_nodes: [{ args, kwargs: { training: null } }] };
}

function nameOf({ name, type }: ShortLayer): string {
  return name ?? type.toLowerCase();
}

export function jsonSource(document: unknown, path = 'run/model.json') {
  return bytesSource(new TextEncoder().encode(JSON.stringify(document)), path);
}
