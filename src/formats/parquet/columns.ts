import type { SchemaTree } from 'hyparquet';
import type { Dtype } from '#domain/dtype.ts';
import type { Cells, NumberCells } from '#formats/examples/chunked.ts';

/** What a column of the schema holds; `null`: records, maps and what else is no example. */
export interface ColumnType {
  readonly kind: Cells['kind'];
  readonly dtype: Dtype;
  readonly isList: boolean;
}

const PHYSICAL: Readonly<Record<string, Dtype>> = {
  BOOLEAN: 'bool',
  INT32: 'int32',
  INT64: 'int64',
  INT96: 'int64',
  FLOAT: 'float32',
  DOUBLE: 'float64',
};

export function typeOf(tree: SchemaTree): ColumnType | null {
  const { element, children } = tree;
  if (children.length === 0) {
    const isList = element.repetition_type === 'REPEATED';
    const leaf = leafType(element);
    return leaf && (leaf.kind === 'numbers' || !isList) ? { ...leaf, isList } : null;
  }
  if (isListOf(tree)) {
    const inside = itemOf(tree);
    const type = inside && typeOf(inside);
    return type?.kind === 'numbers' ? { ...type, isList: true } : null;
  }
  // Images as Hugging Face keeps them.
  const bytes = children.find((child) => child.element.name === 'bytes');
  const isImage = bytes?.children.length === 0 && bytes.element.type === 'BYTE_ARRAY';
  return isImage ? { kind: 'bytes', dtype: 'uint8', isList: false } : null;
}

function isListOf({ element, children }: SchemaTree): boolean {
  const isMarked = element.converted_type === 'LIST' || element.logical_type?.type === 'LIST';
  return isMarked && children.length === 1;
}

/** `list { element }`, or the repeated field itself in files of old. */
function itemOf({ children: [repeated] }: SchemaTree): SchemaTree | undefined {
  if (!repeated) return undefined;
  const { children, element } = repeated;
  if (children.length === 1) return children[0];
  return children.length === 0
    ? { ...repeated, element: { ...element, repetition_type: 'REQUIRED' } }
    : undefined;
}

type Leaf = Omit<ColumnType, 'isList'>;

const TEXT: Leaf = { kind: 'texts', dtype: 'string' };
const number = (dtype: Dtype): Leaf => ({ kind: 'numbers', dtype });

/** By what the bytes are meant as, in the old words and in the new ones. */
const MEANT: Readonly<Record<string, Leaf | null>> = {
  UTF8: TEXT,
  STRING: TEXT,
  ENUM: TEXT,
  JSON: TEXT,
  UUID: TEXT,
  FLOAT16: number('float16'),
  DECIMAL: number('float64'),
  BSON: null,
  INTERVAL: null,
  VARIANT: null,
  GEOMETRY: null,
  GEOGRAPHY: null,
};

function leafType({ type, converted_type, logical_type }: SchemaTree['element']): Leaf | null {
  for (const name of [logical_type?.type, converted_type]) {
    const meant = name === undefined ? undefined : MEANT[name];
    if (meant !== undefined) return meant;
  }
  if (logical_type?.type === 'INTEGER') {
    return number(intOf(logical_type.isSigned, logical_type.bitWidth));
  }
  const sized = /^(U?)INT_(\d+)$/.exec(converted_type ?? '');
  if (sized) return number(intOf(sized[1] === '', Number(sized[2])));
  const dtype = PHYSICAL[type ?? ''];
  return dtype ? number(dtype) : { kind: 'bytes', dtype: 'uint8' };
}

function intOf(isSigned: boolean, bits: number): Dtype {
  const known: Readonly<Record<number, Dtype>> = isSigned
    ? { 8: 'int8', 16: 'int16', 32: 'int32', 64: 'int64' }
    : { 8: 'uint8', 16: 'uint16', 32: 'uint32', 64: 'uint64' };
  return known[bits] ?? 'int64';
}

/** What the library gives for a column: typed arrays, or lists of what a row holds. */
export type Decoded = ArrayLike<unknown>;

export function cellsOf(decoded: Decoded, { kind, isList }: ColumnType): Cells {
  if (kind === 'texts') return { kind, values: Array.from(decoded, textOf) };
  if (kind === 'bytes') return { kind, values: Array.from(decoded, bytesOf) };
  return isList ? listCells(decoded) : numberCells(decoded);
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : String(value);
}

function bytesOf(value: unknown): Uint8Array<ArrayBuffer> | null {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (typeof value !== 'object' || value === null || !('bytes' in value)) return null;
  return value.bytes instanceof Uint8Array ? new Uint8Array(value.bytes) : null;
}

function numberCells(decoded: Decoded): NumberCells {
  const { length } = decoded;
  const values = new Float64Array(length);
  let missing: Uint8Array | null = null;
  for (let i = 0; i < length; i++) {
    const value = decoded[i];
    if (value === null || value === undefined) {
      missing ??= new Uint8Array(length);
      missing[i] = 1;
      values[i] = Number.NaN;
    } else values[i] = Number(value);
  }
  return { kind: 'numbers', values, offsets: null, inner: [], missing };
}

/** Lists, one in another as deep as they go, laid end to end. */
function listCells(decoded: Decoded): NumberCells {
  const { length } = decoded;
  const offsets = new Float64Array(length + 1);
  let missing: Uint8Array | null = null;
  let inner: readonly number[] | null | undefined;
  const values: number[] = [];
  for (let i = 0; i < length; i++) {
    const row = decoded[i];
    if (isList(row)) {
      const shape = append(row, values)?.slice(1) ?? null;
      inner =
        inner === undefined || isSame(inner, shape) || row.length === 0 ? (inner ?? shape) : null;
    } else {
      missing ??= new Uint8Array(length);
      missing[i] = 1;
    }
    offsets[i + 1] = values.length;
  }
  return {
    kind: 'numbers',
    values: Float64Array.from(values),
    offsets,
    inner: inner ?? null,
    missing,
  };
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

function isSame(a: readonly number[] | null, b: readonly number[] | null): boolean {
  return a !== null && b !== null && a.length === b.length && a.every((size, i) => size === b[i]);
}

/** Gives the shape of a list, `null` where those in it have not all the same. */
function append(list: ArrayLike<unknown>, values: number[]): readonly number[] | null {
  let inner: readonly number[] | null = [];
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (!isList(item)) {
      values.push(item === null || item === undefined ? Number.NaN : Number(item));
      continue;
    }
    const shape = append(item, values);
    if (i === 0) inner = shape;
    else if (!isSame(inner, shape)) inner = null;
  }
  return inner && [list.length, ...inner];
}
