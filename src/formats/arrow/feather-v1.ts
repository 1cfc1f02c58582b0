import type { Dataset } from '#domain/dataset.ts';
import type { Dtype } from '#domain/dtype.ts';
import { CheckpointError } from '#domain/problem.ts';
import { FlatTable } from '#encodings/flatbuffer.ts';
import type { Cells, ChunkedColumn } from '#formats/examples/chunked.ts';
import { openChunked } from '#formats/examples/chunked-dataset.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { Batch } from './batch.ts';
import { readCells } from './cells.ts';
import type { Bytes } from './messages.ts';
import type { Field, Layout } from './schema.ts';

/** Metadata of as many columns as this has no data set. */
const MAX_METADATA = 64 << 20;

interface ValueType {
  readonly layout: Layout;
  readonly dtype?: Dtype;
  readonly size?: number;
}

/** By the number of the type: dates and times are numbers. */
const TYPES: readonly (ValueType | undefined)[] = [
  { layout: 'bool', dtype: 'bool' },
  { layout: 'number', dtype: 'int8', size: 1 },
  { layout: 'number', dtype: 'int16', size: 2 },
  { layout: 'number', dtype: 'int32', size: 4 },
  { layout: 'number', dtype: 'int64', size: 8 },
  { layout: 'number', dtype: 'uint8', size: 1 },
  { layout: 'number', dtype: 'uint16', size: 2 },
  { layout: 'number', dtype: 'uint32', size: 4 },
  { layout: 'number', dtype: 'uint64', size: 8 },
  { layout: 'number', dtype: 'float32', size: 4 },
  { layout: 'number', dtype: 'float64', size: 8 },
  { layout: 'text', size: 4 },
  { layout: 'binary', size: 4 },
  undefined,
  { layout: 'number', dtype: 'int64', size: 8 },
  { layout: 'number', dtype: 'int32', size: 4 },
  { layout: 'number', dtype: 'int64', size: 8 },
  { layout: 'text', size: 8 },
  { layout: 'binary', size: 8 },
];

/** A column of categories; its numbers point to their names. */
const CATEGORIES = 1;

/** Where the values of a column lie. */
interface Stored {
  readonly field: Field;
  readonly offset: number;
  readonly length: number;
  readonly nulls: number;
  readonly end: number;
}

/**
 * Feather as it was before it became Arrow's own file:
 *
 *     FEA1 … columns … metadata · u32 its size · FEA1
 *
 * A column is the bits of what is there, if anything is missing, offsets of texts, and the values, each padded to
 * 8 bytes.
 *
 * @see https://github.com/apache/arrow/blob/main/cpp/src/arrow/ipc/feather.fbs
 */
export async function openFeatherV1(source: ByteSource, signal?: AbortSignal): Promise<Dataset> {
  const { path, size } = source;
  const cut = { kind: 'truncated', needed: size + 1, size } as const;
  if (size < 12) throw new CheckpointError(cut, { path });
  const tail = await source.read(size - 8, size, signal);
  if (String.fromCharCode(...tail.subarray(4)) !== 'FEA1') throw new CheckpointError(cut, { path });
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  const end = size - 8;
  if (length > end || length > MAX_METADATA) {
    throw new CheckpointError({ kind: 'malformed', what: 'a footer that cannot be' }, { path });
  }
  const table = FlatTable.root(await source.read(end - length, end, signal), { path });
  const rows = table.i64(1);
  const columns = table
    .tables(2)
    .map((column) => columnOf(source, column, rows))
    .filter((column) => column !== null);
  return openChunked({ path, counts: [rows], columns }, signal);
}

function columnOf(source: ByteSource, column: FlatTable, rows: number): ChunkedColumn | null {
  const name = column.text(0) ?? '';
  const { path } = source;
  const stored = storedOf(name, column.table(1), source.size);
  const levels =
    column.u8(2) === CATEGORIES
      ? storedOf(name, column.table(3)?.table(0), source.size)
      : undefined;
  if (!stored || levels === null) return null;
  if (stored.length !== rows) {
    const what = `column ${name} has ${stored.length} rows of ${rows}`;
    throw new CheckpointError({ kind: 'malformed', what }, { path });
  }
  const { layout, dtype } = (levels ?? stored).field;
  const isText = layout === 'text';
  const kind = isText ? 'texts' : layout === 'binary' ? 'bytes' : 'numbers';
  return {
    name,
    kind,
    dtype: isText ? 'string' : dtype,
    shape: [],
    async load(_, signal) {
      const known = new Map<number, Cells>();
      if (!levels) return readStored(source, stored, known, signal);
      known.set(0, await readStored(source, levels, known, signal));
      const field = { ...stored.field, dictionary: { id: 0, values: levels.field } };
      return readStored(source, { ...stored, field }, known, signal);
    },
  };
}

function storedOf(name: string, array: FlatTable | undefined, size: number): Stored | null {
  const type = array && TYPES[array.u8(0)];
  if (!array || !type || array.u8(1) !== 0) return null;
  const [offset, length, nulls, bytes] = [array.i64(2), array.i64(3), array.i64(4), array.i64(5)];
  if (offset < 0 || length < 0 || bytes < 0 || offset + bytes > size) return null;
  const field: Field = {
    name,
    layout: type.layout,
    dtype: type.dtype ?? 'float64',
    size: type.size ?? 0,
    isText: type.layout === 'text',
    children: [],
    dictionary: null,
    nodes: 1,
    buffers: 3,
    views: 0,
    metadata: new Map(),
  };
  return { field, offset, length, nulls, end: offset + bytes };
}

const padded = (size: number) => Math.ceil(size / 8) * 8;

/** Its parts as the buffers of a batch. */
async function readStored(
  source: ByteSource,
  { field, offset, length, nulls, end }: Stored,
  known: ReadonlyMap<number, Cells>,
  signal?: AbortSignal,
): Promise<Cells> {
  const bytes = await source.read(offset, end, signal);
  const bits = nulls > 0 ? padded(Math.ceil(length / 8)) : 0;
  const isOffsets = field.layout === 'text' || field.layout === 'binary';
  const offsets = isOffsets ? padded((length + 1) * field.size) : 0;
  const parts: Bytes[] = [
    bytes.subarray(0, bits),
    isOffsets ? bytes.subarray(bits, bits + offsets) : bytes.subarray(bits),
    bytes.subarray(bits + offsets),
  ];
  const batch: Batch = {
    rows: length,
    path: source.path,
    node: () => ({ length, nulls }),
    buffer: async (at) => parts[at] ?? new Uint8Array(),
    variadic: () => 0,
    fail(problem) {
      throw new CheckpointError(problem, { path: source.path, offset });
    },
  };
  return readCells(batch, { field, node: 0, buffer: 0, view: 0 }, known, signal);
}
