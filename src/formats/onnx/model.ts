import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { Metadata } from '#domain/tensor.ts';
import { nextField, type StreamField } from '#encodings/protobuf-stream.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { StreamCursor } from '#io/stream-cursor.ts';

/** Bytes `[start, end)` of the file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** An initialiser, before any of its elements are read. */
export interface Initialiser {
  readonly name: string;
  /** Number of its `DataType`. */
  readonly type: number;
  readonly dims: readonly number[];
  readonly raw: Span | undefined;
  /** The typed lists by their field: 4 float, 5 int32, 6 string, 7 int64, 10 double, 11 uint64. */
  readonly typed: ReadonlyMap<number, readonly Span[]>;
  /** `location`, `offset`, `length`, where its elements lie in another file. */
  readonly external: ReadonlyMap<string, string> | undefined;
  readonly isSparse: boolean;
}

export interface Model {
  readonly initialisers: readonly Initialiser[];
  readonly metadata: { readonly [key: string]: Metadata };
  readonly producer: string;
  /** Why the end of the model could not be read. */
  readonly problem: Problem | undefined;
}

/** Longer texts describe nothing that is shown. */
const MAX_TEXT = 2 ** 16;
/** Axes of a tensor; each takes a byte at least, so that only files of garbage have more. */
const MAX_AXES = 64;
/** Lists that are not packed take a span for each element: nobody writes large ones so. */
const MAX_SPANS = 2 ** 20;

interface Parts {
  readonly initialisers: Initialiser[];
  readonly fields: Map<string, Metadata>;
  readonly opsets: Map<string, Metadata>;
  readonly properties: Map<string, Metadata>;
  readonly operators: Map<string, number>;
}

/**
 * Walks through `ModelProto` without reading the elements of its tensors. A file that ends too early gives what
 * stands before. Throws `malformed` where it is none.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export async function readModel(source: ByteSource, signal?: AbortSignal): Promise<Model> {
  const parts: Parts = {
    initialisers: [],
    fields: new Map(),
    opsets: new Map(),
    properties: new Map(),
    operators: new Map(),
  };
  const cursor = new StreamCursor(source, { signal });
  let problem: Problem | undefined;
  try {
    await walk(cursor, source.size, (field) => readModelField(cursor, field, parts));
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    if (error.problem.kind !== 'truncated') throw error;
    problem = error.problem;
  }
  const { fields, opsets, properties, operators, initialisers } = parts;
  const producer = [fields.get('producer_name'), fields.get('producer_version')];
  if (operators.size > 0) fields.set('operators', Object.fromEntries(operators));
  if (opsets.size > 0) fields.set('opset_import', Object.fromEntries(opsets));
  if (properties.size > 0) fields.set('metadata_props', Object.fromEntries(properties));
  const metadata = Object.fromEntries(fields);
  return { initialisers, metadata, producer: producer.filter(Boolean).join(' '), problem };
}

type OnField = (field: StreamField) => Promise<void> | void;

/** Calls `onField` for each field up to `end`, and steps behind it. */
async function walk(cursor: StreamCursor, end: number, onField: OnField): Promise<void> {
  while (cursor.at < end) {
    const field = await nextField(cursor);
    if (field.end > end) {
      // A message that is longer than what holds it, unless it is the file that is short.
      const size = cursor.at + cursor.remaining;
      if (end <= size && end !== size) {
        cursor.fail({ kind: 'malformed', what: 'a field is longer than the message it is in' });
      }
    }
    await onField(field);
    cursor.skip(field.end - cursor.at);
  }
}

const MODEL_NUMBERS: Readonly<Record<number, string>> = { 1: 'ir_version', 5: 'model_version' };
const MODEL_TEXTS: Readonly<Record<number, string>> = {
  2: 'producer_name',
  3: 'producer_version',
  4: 'domain',
  6: 'doc_string',
};

async function readModelField(
  cursor: StreamCursor,
  field: StreamField,
  parts: Parts,
): Promise<void> {
  const number = MODEL_NUMBERS[field.number];
  const text = MODEL_TEXTS[field.number];
  if (field.wire === 0 && number) parts.fields.set(number, safe(field.value));
  if (field.wire !== 2) return;
  if (text) parts.fields.set(text, await readText(cursor, field));
  else if (field.number === 7) {
    await walk(cursor, field.end, (inner) => readGraphField(cursor, inner, parts));
  } else if (field.number === 8) {
    const [domain = '', version = 0] = await readPair(cursor, field);
    parts.opsets.set(String(domain) || 'ai.onnx', version);
  } else if (field.number === 14) {
    const [key = '', value = ''] = await readPair(cursor, field);
    parts.properties.set(String(key), value);
  }
}

async function readGraphField(
  cursor: StreamCursor,
  field: StreamField,
  parts: Parts,
): Promise<void> {
  if (field.wire !== 2) return;
  if (field.number === 1) {
    await walk(cursor, field.end, async (inner) => {
      if (inner.number !== 4 || inner.wire !== 2) return;
      const operator = await readText(cursor, inner);
      parts.operators.set(operator, (parts.operators.get(operator) ?? 0) + 1);
    });
  } else if (field.number === 2) {
    parts.fields.set('graph', await readText(cursor, field));
  } else if (field.number === 5) {
    await readTensor(cursor, field, false, parts);
  } else if (field.number === 15) {
    await walk(cursor, field.end, async (inner) => {
      if (inner.number === 1 && inner.wire === 2) await readTensor(cursor, inner, true, parts);
    });
  }
}

/** `key` and `value`, whatever each is. */
async function readPair(
  cursor: StreamCursor,
  field: StreamField,
): Promise<(Metadata | undefined)[]> {
  const pair: (Metadata | undefined)[] = [undefined, undefined];
  await walk(cursor, field.end, async (inner) => {
    if (inner.number < 1 || inner.number > 2) return;
    pair[inner.number - 1] = inner.wire === 2 ? await readText(cursor, inner) : safe(inner.value);
  });
  return pair;
}

interface Draft {
  name: string;
  type: number;
  dims: number[];
  raw: Span | undefined;
  typed: Map<number, Span[]>;
  external: Map<string, string>;
  isExternal: boolean;
  spans: number;
}

/** A tensor whose elements the file does not have to the end is kept: it has its place in the list. */
async function readTensor(
  cursor: StreamCursor,
  field: StreamField,
  isSparse: boolean,
  { initialisers }: Parts,
): Promise<void> {
  const draft: Draft = {
    name: '',
    type: 0,
    dims: [],
    raw: undefined,
    typed: new Map(),
    external: new Map(),
    isExternal: false,
    spans: 0,
  };
  try {
    await walk(cursor, field.end, (inner) => readTensorField(cursor, inner, draft));
  } finally {
    const { isExternal, external, ...rest } = draft;
    if (draft.type !== 0) {
      initialisers.push({ ...rest, isSparse, external: isExternal ? external : undefined });
    }
  }
}

const TYPED = new Set([4, 5, 6, 7, 10, 11]);

async function readTensorField(
  cursor: StreamCursor,
  field: StreamField,
  draft: Draft,
): Promise<void> {
  const { number, wire, value, start, end } = field;
  if (number === 1) await readDims(cursor, field, draft);
  else if (number === 2 && wire === 0) draft.type = Number(value);
  else if (number === 8 && wire === 2) draft.name = await readText(cursor, field);
  else if (number === 9 && wire === 2) draft.raw = { start, end };
  else if (number === 14 && wire === 0) draft.isExternal = value === 1n;
  else if (number === 13 && wire === 2) {
    const [key = '', text = ''] = await readPair(cursor, field);
    draft.external.set(String(key), String(text));
  } else if (TYPED.has(number)) {
    if (++draft.spans > MAX_SPANS) {
      const problem = { what: 'elements that are not packed', size: draft.spans, limit: MAX_SPANS };
      cursor.fail({ kind: 'too-large', ...problem });
    }
    const spans = draft.typed.get(number) ?? [];
    spans.push({ start, end });
    draft.typed.set(number, spans);
  }
}

async function readDims(cursor: StreamCursor, field: StreamField, draft: Draft): Promise<void> {
  const add = (value: bigint) => {
    if (draft.dims.length >= MAX_AXES) {
      cursor.fail({ kind: 'malformed', what: `a tensor has more than ${MAX_AXES} axes` });
    }
    draft.dims.push(Number(BigInt.asIntN(64, value)));
  };
  if (field.wire === 0) add(field.value);
  if (field.wire !== 2) return;
  await cursor.fill(field.end - cursor.at);
  let value = 0n;
  let shift = 0n;
  for (const byte of cursor.bytes(field.end - cursor.at)) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80 && shift < 70n) continue;
    add(value);
    [value, shift] = [0n, 0n];
  }
}

async function readText(cursor: StreamCursor, { start, end }: StreamField): Promise<string> {
  const length = Math.min(end - start, MAX_TEXT);
  await cursor.fill(length);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(cursor.bytes(length));
}

function safe(value: bigint): number | bigint {
  const signed = BigInt.asIntN(64, value);
  const number = Number(signed);
  return Number.isSafeInteger(number) ? number : signed;
}
