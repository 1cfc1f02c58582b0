import { BITS, type Dtype } from '#domain/dtype.ts';
import { CheckpointError } from '#domain/problem.ts';
import { elementCount, type Metadata } from '#domain/tensor.ts';
import { type JsonNode, parseJson } from '#encodings/json-node.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** A topology with a vocabulary in it is some megabytes. */
const MAX_MODEL = 100_000_000;

/** How a weight became fewer bytes. @see https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/io_utils.ts */
export interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  readonly scale: number;
  readonly min: number;
}

export interface Weight {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly quantization: Quantization | undefined;
  /** That it takes in the shards; `undefined` for texts, which say so themselves. */
  readonly bytes: number | undefined;
}

/** Weights one after another in shards that are laid end to end. */
export interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly Weight[];
}

export interface Manifest {
  readonly groups: readonly Group[];
  readonly metadata: { readonly [key: string]: Metadata };
  readonly writer: string;
}

export async function readManifest(source: ByteSource, signal?: AbortSignal): Promise<Manifest> {
  const { path, size } = source;
  if (size > MAX_MODEL) {
    const problem = { kind: 'too-large', what: 'the model', size, limit: MAX_MODEL } as const;
    throw new CheckpointError(problem, { path });
  }
  const root = parseJson(await source.read(0, size, signal), { path });
  const manifest = Array.isArray(root.value) ? root : root.find('weightsManifest');
  return {
    groups: (manifest?.list() ?? []).map(groupOf),
    metadata: Array.isArray(root.value) ? {} : metadataOf(root),
    writer: writerOf(root),
  };
}

function groupOf(node: JsonNode): Group {
  return {
    paths: node
      .get('paths')
      .list()
      .map((path) => path.text()),
    weights: node.get('weights').list().map(weightOf),
  };
}

const DTYPES: ReadonlyMap<string, Dtype> = new Map([
  ['float32', 'float32'],
  ['int32', 'int32'],
  ['bool', 'bool'],
  ['uint8', 'uint8'],
  ['complex64', 'complex64'],
  ['string', 'string'],
  ['float16', 'float16'],
]);

function weightOf(node: JsonNode): Weight {
  const name = node.get('name').text();
  const dtype = DTYPES.get(node.get('dtype').text());
  if (!dtype) return node.get('dtype').fail(`is no type of weights: ${node.get('dtype').text()}`);
  const shape = node
    .get('shape')
    .list()
    .map((axis) => axis.integer());
  const count = elementCount(shape);
  if (shape.some((axis) => axis < 0) || !Number.isSafeInteger(count * 16)) {
    return node.get('shape').fail('is no shape');
  }
  const quantization = quantizationOf(node.find('quantization'));
  if (quantization && dtype !== 'float32' && dtype !== 'int32') {
    return node.get('quantization').fail(`is of ${dtype}, which cannot be`);
  }
  const stored = quantization?.dtype ?? dtype;
  const bytes = dtype === 'string' ? undefined : (count * BITS[stored]) / 8;
  return { name, dtype, shape, quantization, bytes };
}

function quantizationOf(node: JsonNode | undefined): Quantization | undefined {
  if (!node) return undefined;
  const dtype = node.get('dtype').text();
  if (dtype === 'float16') return { dtype, scale: 1, min: 0 };
  if (dtype !== 'uint8' && dtype !== 'uint16') return node.fail(`is of a type ${dtype}`);
  return { dtype, scale: node.get('scale').number(), min: node.get('min').number() };
}

/** The topology is a graph's, and read as one. */
function metadataOf(root: JsonNode): Manifest['metadata'] {
  const { modelTopology: _, weightsManifest: __, ...rest } = root.value as Manifest['metadata'];
  return rest;
}

function writerOf(root: JsonNode): string {
  if (Array.isArray(root.value)) return 'TensorFlow.js';
  const { convertedBy, generatedBy } = root.value as Record<string, unknown>;
  const names = [convertedBy, generatedBy].filter((name) => typeof name === 'string');
  return names.length > 0 ? names.join(', from ') : 'TensorFlow.js';
}
