import { CheckpointError } from '#domain/problem.ts';
import type { Metadata } from '#domain/tensor.ts';
import { readMessage } from '#encodings/protobuf.ts';
import { findCode } from '#formats/keras-hdf5/runs-code.ts';
import { dtypeOf } from '#formats/tensor-bundle/dtypes.ts';
import { Cursor } from '#io/cursor.ts';
import { findFileOperations } from './file-operations.ts';
import {
  kerasMetadata,
  type SavedModelMessage,
  type Signature,
  type TensorInfoMessage,
} from './saved-model-proto.ts';

type Texts = { [key: string]: Metadata };

/** Operations that hold a variable: with one of these there must be files of variables. */
const VARIABLES = new Set(['VarHandleOp', 'VariableV2', 'Variable', 'AutoReloadVariable']);

export interface ModelDescription {
  readonly metadata: { readonly [key: string]: Metadata };
  /** Of TensorFlow. */
  readonly version: string | undefined;
  readonly hasVariables: boolean;
  /** What would reach for files, or for Python. */
  readonly code: readonly string[];
}

/** What `saved_model.pb` says: tags, signatures, and which version of TensorFlow wrote it. */
export function describeModel({ metaGraphs }: SavedModelMessage): ModelDescription {
  const signatures: Texts = {};
  for (const { key, value } of metaGraphs.flatMap((one) => one.signatures)) {
    if (key !== undefined && value) signatures[key] = describeSignature(value);
  }
  const graphs = metaGraphs.flatMap(({ graph }) => graph ?? []);
  const versions = metaGraphs.flatMap(({ info }) => info?.version ?? []);
  return {
    metadata: {
      tags: metaGraphs.flatMap(({ info }) => info?.tags ?? []),
      ...(versions[0] !== undefined && { tensorflow_version: versions[0] }),
      signatures,
    },
    version: versions[0],
    hasVariables: graphs.some(({ nodes }) => nodes.some(({ op = '' }) => VARIABLES.has(op))),
    code: [...new Set(graphs.flatMap((graph) => findFileOperations(graph)))],
  };
}

function describeSignature({ method = '', inputs, outputs }: Signature): Metadata {
  return { method, inputs: describeTensors(inputs), outputs: describeTensors(outputs) };
}

function describeTensors(entries: Signature['inputs']): Metadata {
  const described = entries.flatMap(({ key, value }): [string, Metadata][] =>
    key === undefined || !value ? [] : [[key, describeTensor(value)]],
  );
  return Object.fromEntries(described);
}

/** −1 for a length that is not known, as TensorFlow has it; an operation without a value has no dtype. */
function describeTensor({ name = '', dtype = 0, shape }: TensorInfoMessage): Metadata {
  const known = dtypeOf(dtype) ?? null;
  const sizes = shape?.dims.map(({ size = 0 }) => size) ?? [];
  return { tensor: name, dtype: known, shape: known && shape?.unknownRank ? null : sizes };
}

export interface KerasDescription {
  readonly metadata: Metadata;
  readonly code: readonly string[];
}

/** What `keras_metadata.pb` says: the model's configuration, and the class of every layer. */
export function describeKeras(bytes: Uint8Array<ArrayBuffer>, path: string): KerasDescription {
  const { nodes } = parse(bytes, path);
  const layers: Texts = {};
  const code: string[] = [];
  let model: Metadata = null;
  for (const { path: at = '', identifier = '', metadata = '' } of nodes) {
    const value = json(metadata);
    code.push(...findCode(value));
    if (at === 'root') model = value;
    else if (identifier.startsWith('_tf_keras_')) layers[at] = classOf(value) ?? identifier;
  }
  return { metadata: { model, layers }, code };
}

function parse(bytes: Uint8Array<ArrayBuffer>, path: string) {
  try {
    return readMessage(kerasMetadata, new Cursor(bytes, path));
  } catch (cause) {
    if (!(cause instanceof CheckpointError)) throw cause;
    const what = 'what it says of the Keras model is no message';
    throw new CheckpointError({ kind: 'malformed', what }, { path }, { cause });
  }
}

function json(text: string): Metadata {
  try {
    return JSON.parse(text) as Metadata;
  } catch {
    return text;
  }
}

function classOf(value: Metadata): string | undefined {
  if (typeof value !== 'object' || value === null || !('class_name' in value)) return undefined;
  return typeof value.class_name === 'string' ? value.class_name : undefined;
}
