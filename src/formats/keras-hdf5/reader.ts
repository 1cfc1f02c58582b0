import { CheckpointError } from '#domain/problem.ts';
import type { Checkpoint, Metadata } from '#domain/tensor.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { baseOf } from '#io/path.ts';
import { indexLayers } from './layer-index.ts';
import { findCode } from './runs-code.ts';
import { openWeights } from './weights.ts';

/** Text files beside the weights of a model that was saved as a folder. */
const MAX_TEXT = 64 * 2 ** 20;

/**
 * Opens a file of weights: `.weights.h5` of Keras 3, the `.h5` of Keras 1 and 2 with its model in attributes,
 * and `model.weights.h5` of a folder that would be a `.keras` file if it were zipped.
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  const { signal } = options;
  const beside = await readBeside(source, options);
  const config = beside.config?.value;
  const layers = config === undefined ? undefined : indexLayers(config);
  const weights = await openWeights(source, { layers, signal });
  const { contents, tensors, metadata, version = beside.version } = weights;
  const code = findCode(config ?? metadata['model_config']);
  const files = [source, ...beside.sources];
  const { defects, read, verify } = contents;
  return {
    tensors,
    metadata: {
      ...beside.metadata,
      ...metadata,
      ...(config !== undefined && { config }),
      ...(code.length > 0 && { runs_code: code }),
    },
    defects,
    size: files.reduce((sum, { size }) => sum + size, 0),
    files: files.map(({ path }) => path),
    globals: [],
    ...(version !== undefined && { writer: `Keras ${version}` }),
    read,
    ...(verify && { verify }),
  };
}

interface Text {
  readonly source: ByteSource;
  readonly value: Metadata;
}

/** `config.json` and `metadata.json`, where both are there and are Keras's. */
async function readBeside({ path }: ByteSource, { sibling, signal }: OpenOptions) {
  const none = { config: undefined, metadata: {}, version: undefined, sources: [] };
  if (baseOf(path) !== 'model.weights.h5' || !sibling) return none;
  const read = (name: string) => readJson(() => sibling(name), signal);
  const [config, metadata] = [await read('config.json'), await read('metadata.json')];
  const version = versionOf(metadata?.value);
  if (!config || !metadata || version === undefined) return none;
  const sources = [config.source, metadata.source];
  return { config, metadata: metadata.value as { [key: string]: Metadata }, version, sources };
}

/** What says nothing of this file is left alone: it may be anything. */
async function readJson(
  find: () => Promise<ByteSource>,
  signal?: AbortSignal,
): Promise<Text | undefined> {
  try {
    const source = await find();
    if (source.size > MAX_TEXT) return undefined;
    const bytes = await source.read(0, source.size, signal);
    return { source, value: JSON.parse(new TextDecoder().decode(bytes)) as Metadata };
  } catch (error) {
    if (error instanceof CheckpointError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Of Keras, out of `metadata.json`. */
export function versionOf(metadata: unknown): string | undefined {
  if (typeof metadata !== 'object' || metadata === null || !('keras_version' in metadata))
    return undefined;
  return typeof metadata.keras_version === 'string' ? metadata.keras_version : undefined;
}
