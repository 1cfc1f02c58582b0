import { CheckpointError, type Defect, type Problem } from '#domain/problem.ts';
import type { Checkpoint, Metadata } from '#domain/tensor.ts';
import { readMessage } from '#encodings/protobuf.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { open as openBundle } from '#formats/tensor-bundle/reader.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { Cursor } from '#io/cursor.ts';
import { describeKeras, describeModel, type ModelDescription } from './describe.ts';
import { type SavedModelMessage, savedModelMessage } from './saved-model-proto.ts';

/** A graph takes kilobytes, a frozen one as much as its weights; TensorFlow's own limit is 2 GiB. */
const MAX_MODEL = 2 ** 29;
const VARIABLES = 'variables/';
const INDEX = 'variables/variables.index';

/**
 * Opens a SavedModel by its `saved_model.pb`: the weights are the bundle `variables/variables` beside it.
 * Nothing of its graph is run; what of it would reach for files or for Python is named in `metadata.runs_code`.
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  const { signal } = options;
  const defects: Defect[] = [];
  const model = await orDefect(defects, () => readModel(source, signal));
  const bundle = await variablesOf(source, options, defects, model?.hasVariables ?? true);
  const keras = await readKeras(options, defects);
  const [first] = defects;
  if (!model && !bundle && first) throw new CheckpointError(first.problem, first.place);
  const code = [...(model?.code ?? []), ...(keras?.code ?? [])];
  const own = [source, ...(keras ? [keras.source] : [])];
  const { verify } = bundle ?? {};
  return {
    ...(bundle ?? EMPTY),
    metadata: {
      ...model?.metadata,
      ...(keras && { keras_metadata: keras.metadata }),
      ...bundle?.metadata,
      ...(code.length > 0 && { runs_code: code }),
    },
    defects: [...defects, ...(bundle?.defects ?? [])],
    size: own.reduce((sum, { size }) => sum + size, bundle?.size ?? 0),
    files: [...own.map(({ path }) => path), ...(bundle?.files ?? [])],
    ...(model?.version !== undefined && { writer: `TensorFlow ${model.version}` }),
    ...(verify && { verify }),
  };
}

const EMPTY: Pick<Checkpoint, 'tensors' | 'globals' | 'read'> = {
  tensors: new Map(),
  globals: [],
  read: (name) => Promise.reject(new RangeError(`No tensor ${name}`)),
};

async function readModel(source: ByteSource, signal?: AbortSignal): Promise<ModelDescription> {
  const { path, size } = source;
  const limit = MAX_MODEL;
  if (size === 0) throw new CheckpointError({ kind: 'truncated', needed: 1, size }, { path });
  if (size > limit)
    throw new CheckpointError({ kind: 'too-large', what: 'the graph', size, limit }, { path });
  const bytes = await source.read(0, size, signal);
  const model = parse(bytes, path);
  if (model.metaGraphs.length > 0) return describeModel(model);
  const what = 'there is no graph in it';
  throw new CheckpointError({ kind: 'malformed', what }, { path });
}

/** An end that comes too early within a message is damage; at that of the file it is that. */
function parse(bytes: Uint8Array<ArrayBuffer>, path: string): SavedModelMessage {
  try {
    return readMessage(savedModelMessage, new Cursor(bytes, path));
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const { problem, place } = error;
    if (problem.kind !== 'truncated' || problem.size === bytes.length) throw error;
    const what = 'a message in it is longer than what it stands in';
    throw new CheckpointError({ kind: 'malformed', what }, place, { cause: error });
  }
}

/** The weights; a model without variables has none. */
async function variablesOf(
  { path }: ByteSource,
  { signal, sibling }: OpenOptions,
  defects: Defect[],
  expected: boolean,
): Promise<Checkpoint | undefined> {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const missing = { kind: 'missing', path: `${folder}${INDEX}` } as const;
  const index = await orDefect(expected ? defects : [], async () => {
    if (!sibling) throw new CheckpointError(missing, { path });
    return sibling(INDEX);
  });
  if (!index) return undefined;
  return orDefect(defects, () =>
    openBundle(index, { signal, sibling: sibling && ((name) => sibling(`${VARIABLES}${name}`)) }),
  );
}

/** Keras 2 describes its layers in a file of its own, which need not be there. */
async function readKeras({ sibling, signal }: OpenOptions, defects: Defect[]) {
  const source = await orDefect([], async () => sibling?.('keras_metadata.pb'));
  if (!source) return undefined;
  return orDefect(defects, async () => {
    const { path, size } = source;
    const limit = MAX_MODEL;
    if (size > limit)
      throw new CheckpointError({ kind: 'too-large', what: 'it', size, limit }, { path });
    const described = describeKeras(await source.read(0, size, signal), path);
    return { source, ...described } as {
      source: ByteSource;
      metadata: Metadata;
      code: readonly string[];
    };
  });
}

async function orDefect<T>(defects: Defect[], read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CheckpointError) || OF_THE_DIRECTORY.has(error.problem.kind))
      throw error;
    defects.push({ problem: error.problem, place: error.place });
    return undefined;
  }
}

const OF_THE_DIRECTORY: ReadonlySet<Problem['kind']> = new Set(['changed', 'denied']);
