import type { Dtype } from '#domain/dtype.ts';
import type { JsonNode } from '#encodings/json-node.ts';

/** The types in which a layer keeps its weights and computes. */
export interface Policy {
  /** `mixed_float16`, `int8_from_float32` */
  readonly name: string;
  /** Of its weights. */
  readonly variable: Dtype;
  /** `int8` where the weights were quantised after training. */
  readonly quantized: 'int8' | null;
  /** Whether float32 is what Keras itself computes in. */
  readonly isExact: boolean;
}

/** Types of weights; integers come in where inputs are indices. */
const DTYPES: readonly Dtype[] = [
  'float32',
  'float16',
  'bfloat16',
  'float64',
  'int32',
  'int64',
  'uint8',
  'bool',
  'int8',
];

/** A name, or an object of Keras 3. */
export function policyOf(given: JsonNode | undefined, refuse: (why: string) => never): Policy {
  const config = given?.isObject ? given.find('config') : undefined;
  const mode = config?.find('mode')?.text();
  const source = config?.find('source_name')?.text();
  const single = config ? config.find('name')?.text() : given?.isObject ? undefined : given?.text();
  const name =
    mode !== undefined && source !== undefined ? `${mode}_from_${source}` : (single ?? 'float32');
  const [, quantized, from = name] = /^(\w+?)_from_(\w+)$/.exec(name) ?? [];
  if (quantized !== undefined && quantized !== 'int8') refuse(`quantized weights (${name})`);
  const base = from.startsWith('mixed_') ? 'float32' : from;
  return {
    name,
    variable: DTYPES.find((dtype) => dtype === base) ?? refuse(`dtype ${name}`),
    quantized: quantized === 'int8' ? 'int8' : null,
    isExact: !/float16|float64/.test(name),
  };
}
