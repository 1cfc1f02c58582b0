import { CheckpointError, type Defect, type Problem } from '#domain/problem.ts';
import type { Checkpoint, Metadata } from '#domain/tensor.ts';
import { openZip, type ZipArchive } from '#encodings/zip.ts';
import { indexLayers } from '#formats/keras-hdf5/layer-index.ts';
import { versionOf } from '#formats/keras-hdf5/reader.ts';
import { findCode } from '#formats/keras-hdf5/runs-code.ts';
import { type KerasWeights, openWeights } from '#formats/keras-hdf5/weights.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { readDocument } from './document.ts';
import { entryOf } from './entry.ts';

const WEIGHTS = 'model.weights.h5';
const CONFIG = 'config.json';
const METADATA = 'metadata.json';

/**
 * Opens what `model.save('….keras')` writes: a zip archive of `metadata.json` · `config.json` ·
 * `model.weights.h5`, the last an HDF5 file that is read where it lies. What is missing or damaged leaves the
 * rest to be seen.
 */
export async function open(source: ByteSource, { signal }: OpenOptions = {}): Promise<Checkpoint> {
  const { path, size } = source;
  const archive = await openZip(source, { signal });
  const defects: Defect[] = [];
  const metadata = await document(archive, METADATA, defects, signal);
  const config = await document(archive, CONFIG, defects, signal);
  const layers = config === undefined ? undefined : indexLayers(config);
  const weights = await weightsOf(archive, defects, { layers, signal });
  const code = findCode(config);
  const version = versionOf(metadata) ?? weights?.version;
  const others = [...archive.entries.keys()].filter(
    (name) => ![WEIGHTS, CONFIG, METADATA].includes(name),
  );
  return {
    tensors: weights?.tensors ?? new Map(),
    metadata: {
      ...(isRecord(metadata) ? metadata : {}),
      ...weights?.metadata,
      ...(config !== undefined && { config }),
      ...(code.length > 0 && { runs_code: code }),
      ...(others.length > 0 && { other_entries: others }),
    },
    defects: [...defects, ...(weights?.contents.defects ?? [])],
    size,
    files: [path],
    globals: [],
    ...(version !== undefined && { writer: `Keras ${version}` }),
    async read(name, options) {
      if (!weights) throw new RangeError(`No tensor ${name}`);
      return weights.contents.read(name, options);
    },
    verify: (options) => archive.verify(options),
  };
}

async function document(
  archive: ZipArchive,
  name: string,
  defects: Defect[],
  signal?: AbortSignal,
): Promise<Metadata | undefined> {
  const read = () => readDocument(entryOf(archive, name), archive, signal);
  return orDefect(defects, read);
}

async function weightsOf(
  archive: ZipArchive,
  defects: Defect[],
  options: Parameters<typeof openWeights>[1],
): Promise<KerasWeights | undefined> {
  return orDefect(defects, async () => {
    if (!archive.entries.has(WEIGHTS) && archive.entries.has('model.weights.npz'))
      throw new CheckpointError(
        { kind: 'unsupported', feature: 'weights in model.weights.npz' },
        { path: archive.path },
      );
    return openWeights(archive.source(entryOf(archive, WEIGHTS).name), options);
  });
}

async function orDefect<T>(defects: Defect[], read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CheckpointError) || !OF_CONTENTS.has(error.problem.kind)) throw error;
    defects.push({ problem: error.problem, place: error.place });
    return undefined;
  }
}

/** Those that say something of what the archive holds; a file that is gone is gone for all of it. */
const OF_CONTENTS: ReadonlySet<Problem['kind']> = new Set([
  'truncated',
  'malformed',
  'corrupt',
  'too-large',
  'unsupported',
  'unsafe',
  'missing',
]);

function isRecord(value: Metadata | undefined): value is { readonly [key: string]: Metadata } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
