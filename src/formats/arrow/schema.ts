import type { Dtype } from '#domain/dtype.ts';
import type { FlatTable } from '#encodings/flatbuffer.ts';

/** How the values of a field lie in its buffers. */
export type Layout =
  | 'null'
  | 'bool'
  | 'number'
  | 'text'
  | 'binary'
  | 'view'
  | 'list'
  | 'fixed-list'
  | 'fixed-binary'
  | 'struct'
  | 'other';

export interface Field {
  readonly name: string;
  readonly layout: Layout;
  /** Of numbers. */
  readonly dtype: Dtype;
  /** Bytes of an offset, or of an element of a fixed size; elements of a fixed list. */
  readonly size: number;
  /** Whether bytes are text. */
  readonly isText: boolean;
  readonly children: readonly Field[];
  /** The dictionary that its numbers point into. */
  readonly dictionary: { readonly id: number; readonly values: Field } | null;
  /** In order of a record batch. */
  readonly nodes: number;
  readonly buffers: number;
  /** Its views have more buffers than these: as many as a batch says. */
  readonly views: number;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Nested deeper is no data set. */
const MAX_DEPTH = 16;

/** @see https://github.com/apache/arrow/blob/main/format/Schema.fbs */
export function readFields(schema: FlatTable): Field[] {
  return schema.tables(1).map((field) => readField(field, 0));
}

/** Key and value, as schemas and fields have them. */
export function readMetadata(table: FlatTable, field: number): ReadonlyMap<string, string> {
  return new Map(
    table.tables(field).map((entry) => [entry.text(0) ?? '', entry.text(1) ?? ''] as const),
  );
}

interface Type {
  readonly layout: Layout;
  readonly dtype?: Dtype;
  readonly size?: number;
  readonly isText?: boolean;
  /** Buffers of its own. */
  readonly buffers: number;
}

const INTS: Readonly<Record<string, Dtype>> = {
  '8 true': 'int8',
  '16 true': 'int16',
  '32 true': 'int32',
  '64 true': 'int64',
  '8 false': 'uint8',
  '16 false': 'uint16',
  '32 false': 'uint32',
  '64 false': 'uint64',
};
const FLOATS: readonly Dtype[] = ['float16', 'float32', 'float64'];

const intOf = (type: FlatTable | undefined): Type => {
  const bits = type?.i32(0) ?? 0;
  const dtype = INTS[`${bits} ${type?.u8(1) === 1}`];
  return dtype
    ? { layout: 'number', dtype, size: bits / 8, buffers: 2 }
    : { layout: 'other', buffers: 2 };
};

/** By the number of the type; those not here cannot be passed over either. */
const TYPES: Readonly<Record<number, (type: FlatTable | undefined) => Type>> = {
  1: () => ({ layout: 'null', buffers: 0 }),
  2: intOf,
  3(type) {
    const dtype = FLOATS[type?.i16(0) ?? 0];
    const size = 2 ** (1 + (type?.i16(0) ?? 0));
    return dtype ? { layout: 'number', dtype, size, buffers: 2 } : { layout: 'other', buffers: 2 };
  },
  4: () => ({ layout: 'binary', size: 4, buffers: 3 }),
  5: () => ({ layout: 'text', size: 4, isText: true, buffers: 3 }),
  6: () => ({ layout: 'bool', dtype: 'bool', buffers: 2 }),
  7: () => ({ layout: 'other', buffers: 2 }),
  8: (type) => ({
    layout: 'number',
    ...(type?.i16(0, 1) === 0 ? { dtype: 'int32', size: 4 } : { dtype: 'int64', size: 8 }),
    buffers: 2,
  }),
  9: (type) => {
    const isShort = (type?.i32(1, 32) ?? 32) === 32;
    return {
      layout: 'number',
      dtype: isShort ? 'int32' : 'int64',
      size: isShort ? 4 : 8,
      buffers: 2,
    };
  },
  10: () => ({ layout: 'number', dtype: 'int64', size: 8, buffers: 2 }),
  11: () => ({ layout: 'other', buffers: 2 }),
  12: () => ({ layout: 'list', size: 4, buffers: 2 }),
  13: () => ({ layout: 'struct', buffers: 1 }),
  15: (type) => ({ layout: 'fixed-binary', size: type?.i32(0) ?? 0, buffers: 2 }),
  16: (type) => ({ layout: 'fixed-list', size: type?.i32(0) ?? 0, buffers: 1 }),
  17: () => ({ layout: 'other', buffers: 2 }),
  18: () => ({ layout: 'number', dtype: 'int64', size: 8, buffers: 2 }),
  19: () => ({ layout: 'binary', size: 8, buffers: 3 }),
  20: () => ({ layout: 'text', size: 8, isText: true, buffers: 3 }),
  21: () => ({ layout: 'list', size: 8, buffers: 2 }),
  23: () => ({ layout: 'view', buffers: 2 }),
  24: () => ({ layout: 'view', isText: true, buffers: 2 }),
};

/** What stands for a type whose buffers cannot be counted: nothing behind it can be found. */
const UNKNOWN: Type = { layout: 'other', buffers: Number.NaN };

function readField(table: FlatTable, depth: number): Field {
  const values = depth > MAX_DEPTH ? UNKNOWN : (TYPES[table.u8(2)]?.(table.table(3)) ?? UNKNOWN);
  const encoding = table.table(4);
  const children =
    depth > MAX_DEPTH ? [] : table.tables(5).map((child) => readField(child, depth + 1));
  const name = table.text(0) ?? '';
  const metadata = readMetadata(table, 6);
  const field = fieldOf({ name, metadata }, values, children);
  if (!encoding) return field;
  const index = encoding.table(1);
  // Without a type of their own, indices are 32 bits with a sign.
  const indices: Type = index
    ? intOf(index)
    : { layout: 'number', dtype: 'int32', size: 4, buffers: 2 };
  const dictionary = { id: encoding.i64(0), values: field };
  return { ...fieldOf({ name, metadata }, indices, []), dictionary };
}

function fieldOf(
  { name, metadata }: Pick<Field, 'name' | 'metadata'>,
  { layout, dtype = 'float64', size = 0, isText = false, buffers }: Type,
  children: readonly Field[],
): Field {
  const sum = (of: 'nodes' | 'buffers' | 'views') =>
    children.reduce((total, child) => total + child[of], 0);
  return {
    name,
    layout,
    dtype,
    size,
    isText,
    children,
    dictionary: null,
    nodes: 1 + sum('nodes'),
    buffers: buffers + sum('buffers'),
    views: (layout === 'view' ? 1 : 0) + sum('views'),
    metadata,
  };
}
