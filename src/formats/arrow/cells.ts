import { elementCount } from '#domain/tensor.ts';
import type { Cells, NumberCells } from '#formats/examples/chunked.ts';
import { numbersOf } from '#formats/examples/numbers.ts';
import { type Batch, type Places, placesOf } from './batch.ts';
import type { Bytes } from './messages.ts';

/** Values of dictionaries by their ids. */
export type Dictionaries = ReadonlyMap<number, Cells>;

interface Reading {
  readonly batch: Batch;
  readonly dictionaries: Dictionaries;
  readonly signal: AbortSignal | undefined;
  /** Buffers of views that came before. */
  readonly variadic: (view: number) => number;
}

/**
 * The values of one column of a batch.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html
 */
export async function readCells(
  batch: Batch,
  place: Places,
  dictionaries: Dictionaries,
  signal?: AbortSignal,
): Promise<Cells> {
  const variadic = (view: number): number => {
    let before = 0;
    for (let i = 0; i < view; i++) before += batch.variadic(i);
    return before;
  };
  return read({ batch, dictionaries, signal, variadic }, place);
}

async function read(reading: Reading, place: Places): Promise<Cells> {
  const { field } = place;
  if (field.dictionary) return readIndices(reading, place);
  switch (field.layout) {
    case 'number':
    case 'bool':
      return readNumbers(reading, place);
    case 'text':
    case 'binary':
      return readOffsets(reading, place);
    case 'view':
      return readViews(reading, place);
    case 'fixed-binary':
      return readFixedBytes(reading, place);
    case 'list':
    case 'fixed-list':
      return readList(reading, place);
    case 'struct':
      return readStruct(reading, place);
    case 'null':
    case 'other': {
      const feature = `column ${field.name} of this type`;
      return reading.batch.fail({ kind: 'unsupported', feature });
    }
  }
}

const bufferOf = ({ batch, signal, variadic }: Reading, { buffer, view }: Places, at: number) =>
  batch.buffer(buffer + at + variadic(view), signal);

/** Rows without a value; `null`: there are none. */
async function missingOf(reading: Reading, place: Places): Promise<Uint8Array | null> {
  const { length, nulls } = reading.batch.node(place.node);
  if (nulls === 0) return null;
  const bits = await bufferOf(reading, place, 0);
  if (bits.length === 0) return null;
  need(reading, bits, Math.ceil(length / 8));
  return Uint8Array.from({ length }, (_, i) => 1 - (((bits[i >> 3] ?? 0) >> (i & 7)) & 1));
}

function need({ batch }: Reading, bytes: Uint8Array, size: number): void {
  if (bytes.length >= size) return;
  batch.fail({ kind: 'malformed', what: `a buffer of ${bytes.length} bytes instead of ${size}` });
}

async function readNumbers(reading: Reading, place: Places): Promise<NumberCells> {
  const { field, node } = place;
  const { length } = reading.batch.node(node);
  const missing = await missingOf(reading, place);
  const bytes = await bufferOf(reading, place, 1);
  const values = field.layout === 'bool' ? bitsOf(reading, bytes, length) : numbers();
  return { kind: 'numbers', values, offsets: null, inner: [], missing };

  function numbers(): ArrayLike<number> {
    need(reading, bytes, length * field.size);
    const exact = numbersOf(bytes.subarray(0, length * field.size), field.dtype, true);
    return (
      exact ?? reading.batch.fail({ kind: 'unsupported', feature: `values of ${field.dtype}` })
    );
  }
}

function bitsOf(reading: Reading, bits: Bytes, length: number): Uint8Array {
  need(reading, bits, Math.ceil(length / 8));
  return Uint8Array.from({ length }, (_, i) => ((bits[i >> 3] ?? 0) >> (i & 7)) & 1);
}

/** Offsets of `length` values and of the end of the last, in order and within `limit`. */
function offsetsOf(
  reading: Reading,
  bytes: Bytes,
  {
    length,
    size,
    limit,
  }: { readonly length: number; readonly size: number; readonly limit: number },
): Float64Array {
  // Without values there may be no offsets at all.
  if (length === 0) return new Float64Array(1);
  need(reading, bytes, (length + 1) * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const offsets = new Float64Array(length + 1);
  let last = 0;
  for (let i = 0; i <= length; i++) {
    const offset = size === 4 ? view.getInt32(4 * i, true) : Number(view.getBigInt64(8 * i, true));
    if (offset < last || offset > limit) {
      reading.batch.fail({ kind: 'malformed', what: 'offsets that do not go up' });
    }
    last = offset;
    offsets[i] = offset;
  }
  return offsets;
}

async function readOffsets(reading: Reading, place: Places): Promise<Cells> {
  const { field, node } = place;
  const { length } = reading.batch.node(node);
  const missing = await missingOf(reading, place);
  const data = await bufferOf(reading, place, 2);
  const bytes = await bufferOf(reading, place, 1);
  const offsets = offsetsOf(reading, bytes, { length, size: field.size, limit: data.length });
  return cellsOf(field.isText, length, (i) =>
    missing?.[i] ? null : data.subarray(offsets[i] ?? 0, offsets[i + 1] ?? 0),
  );
}

function cellsOf(isText: boolean, length: number, cellAt: (i: number) => Bytes | null): Cells {
  const values = Array.from({ length }, (_, i) => cellAt(i));
  if (!isText) return { kind: 'bytes', values };
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return { kind: 'texts', values: values.map((value) => value && decoder.decode(value)) };
}

/** 16 bytes each: short ones lie in it, longer ones in one of several buffers. */
async function readViews(reading: Reading, place: Places): Promise<Cells> {
  const { batch } = reading;
  const { length } = batch.node(place.node);
  const missing = await missingOf(reading, place);
  const views = await bufferOf(reading, place, 1);
  need(reading, views, 16 * length);
  const data: Bytes[] = [];
  for (let i = 0; i < batch.variadic(place.view); i++) {
    data.push(await bufferOf(reading, place, 2 + i));
  }
  const view = new DataView(views.buffer, views.byteOffset, views.length);
  return cellsOf(place.field.isText, length, (i) => {
    if (missing?.[i]) return null;
    const size = view.getInt32(16 * i, true);
    if (size <= 12) return views.subarray(16 * i + 4, 16 * i + 4 + size);
    const buffer = data[view.getInt32(16 * i + 8, true)];
    const start = view.getInt32(16 * i + 12, true);
    if (!buffer || start < 0 || start + size > buffer.length) {
      return batch.fail({ kind: 'malformed', what: 'a view of bytes that are not there' });
    }
    return buffer.subarray(start, start + size);
  });
}

async function readFixedBytes(reading: Reading, place: Places): Promise<Cells> {
  const { field, node } = place;
  const { length } = reading.batch.node(node);
  const missing = await missingOf(reading, place);
  const data = await bufferOf(reading, place, 1);
  need(reading, data, length * field.size);
  return cellsOf(false, length, (i) =>
    missing?.[i] ? null : data.subarray(i * field.size, (i + 1) * field.size),
  );
}

/** Lists of numbers, one in another as deep as they go. */
async function readList(reading: Reading, place: Places): Promise<Cells> {
  const { field, node } = place;
  const { length } = reading.batch.node(node);
  const missing = await missingOf(reading, place);
  const isFixed = field.layout === 'fixed-list';
  const first = { node: node + 1, buffer: place.buffer + (isFixed ? 1 : 2), view: place.view };
  const [child] = placesOf(field.children, first);
  const inside = child ? await read(reading, child) : null;
  if (!child || inside?.kind !== 'numbers') {
    return reading.batch.fail({ kind: 'unsupported', feature: `lists in column ${field.name}` });
  }
  const elements = reading.batch.node(child.node).length;
  const limit = elements;
  const own = isFixed
    ? Float64Array.from({ length: length + 1 }, (_, i) => i * field.size)
    : offsetsOf(reading, await bufferOf(reading, place, 1), { length, size: field.size, limit });
  if ((own[length] ?? 0) > limit) {
    reading.batch.fail({ kind: 'malformed', what: 'a list that ends before its values do' });
  }
  return nested(inside, own, missing);
}

/** What lists of lists amount to: where each begins among the innermost values. */
function nested(inside: NumberCells, own: Float64Array, missing: Uint8Array | null): NumberCells {
  const { offsets, values } = inside;
  const holes = withHoles(inside);
  if (!offsets) return { kind: 'numbers', values: holes, offsets: own, inner: [], missing };
  const widths = new Set<number>();
  for (let i = own[0] ?? 0; i < (own.at(-1) ?? 0); i++) {
    widths.add((offsets[i + 1] ?? 0) - (offsets[i] ?? 0));
  }
  const [width = 0] = widths;
  const inner = inside.inner;
  const each = elementCount(inner ?? []);
  const isEven = widths.size === 1 && inner !== null;
  return {
    kind: 'numbers',
    values: inside.missing ? holes : values,
    offsets: own.map((at) => offsets[at] ?? 0),
    inner: isEven ? [width / Math.max(1, each), ...inner] : null,
    missing,
  };
}

/** Single numbers that are missing become NaN. */
function withHoles({ values, missing, offsets }: NumberCells): ArrayLike<number> {
  if (!missing || offsets) return values;
  return Float64Array.from(values, (value, i) => (missing[i] ? Number.NaN : value));
}

/** Images as Hugging Face keeps them: `{ bytes, path }`. */
async function readStruct(reading: Reading, place: Places): Promise<Cells> {
  const { field, node, buffer, view } = place;
  const missing = await missingOf(reading, place);
  const children = placesOf(field.children, { node: node + 1, buffer: buffer + 1, view });
  const bytes = children.find((child) => child.field.name === 'bytes');
  const cells = bytes ? await read(reading, bytes) : null;
  if (cells?.kind !== 'bytes') {
    return reading.batch.fail({ kind: 'unsupported', feature: `column ${field.name} of records` });
  }
  return missing
    ? { kind: 'bytes', values: cells.values.map((value, i) => (missing[i] ? null : value)) }
    : cells;
}

/** Numbers that point into a dictionary, as what they point to. */
async function readIndices(reading: Reading, place: Places): Promise<Cells> {
  const { batch, dictionaries } = reading;
  const { values, missing } = await readNumbers(reading, place);
  const dictionary = dictionaries.get(place.field.dictionary?.id ?? -1);
  if (!dictionary) return batch.fail({ kind: 'malformed', what: 'a dictionary is missing' });
  const known = dictionary.values;
  const indices = Array.from(values, (index, i) => {
    if (missing?.[i]) return -1;
    if (index < 0 || index >= known.length) {
      batch.fail({ kind: 'malformed', what: `${index} is not in its dictionary` });
    }
    return index;
  });
  if (dictionary.kind === 'texts') {
    return { kind: 'texts', values: indices.map((index) => dictionary.values[index] ?? null) };
  }
  if (dictionary.kind === 'bytes') {
    return { kind: 'bytes', values: indices.map((index) => dictionary.values[index] ?? null) };
  }
  const numbers = Float64Array.from(indices, (index) => dictionary.values[index] ?? Number.NaN);
  return { kind: 'numbers', values: numbers, offsets: null, inner: [], missing };
}
