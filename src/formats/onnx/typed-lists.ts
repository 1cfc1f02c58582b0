import { BITS, type Dtype } from '#domain/dtype.ts';
import { CheckpointError, type Place } from '#domain/problem.ts';
import { packStrings } from '#domain/strings.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { Span } from './model.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Read at a time from a list of varints. */
const PIECE = 2 ** 20;

/** The field that holds the elements of each type, where they are not raw and it is not `int32_data`. */
const LISTS: ReadonlyMap<Dtype, number> = new Map([
  ['float32', 4],
  ['complex64', 4],
  ['string', 6],
  ['int64', 7],
  ['float64', 10],
  ['complex128', 10],
  ['uint32', 11],
  ['uint64', 11],
]);

export function listOf(dtype: Dtype): number {
  return LISTS.get(dtype) ?? 5;
}

/** Elements `[from, to)` of a list. */
export interface ListRange {
  readonly source: ByteSource;
  readonly spans: readonly Span[];
  readonly dtype: Dtype;
  readonly from: number;
  readonly to: number;
  readonly place: Place;
  readonly signal?: AbortSignal | undefined;
}

/** Throws `malformed` where the list is shorter. */
export async function readList(range: ListRange): Promise<Bytes> {
  const list = listOf(range.dtype);
  if (list === 6) return readTexts(range);
  return list === 4 || list === 10 ? readFixed(range) : readVarints(range);
}

function tooShort({ place, to }: ListRange, has: number): never {
  const what = `it has ${has} elements where there should be at least ${to}`;
  throw new CheckpointError({ kind: 'malformed', what }, place);
}

/** Numbers of the same width as they are, little-endian in every file. */
async function readFixed(range: ListRange): Promise<Bytes> {
  const { source, spans, dtype, signal } = range;
  const width = BITS[dtype] / 8;
  const [start, end] = [range.from * width, range.to * width];
  const total = spans.reduce((sum, span) => sum + span.end - span.start, 0);
  if (end > total) tooShort(range, Math.floor(total / width));
  const out = new Uint8Array(end - start);
  let before = 0;
  for (const span of spans) {
    const length = span.end - span.start;
    const [first, last] = [Math.max(start, before), Math.min(end, before + length)];
    if (first < last) {
      const at = span.start - before;
      out.set(await source.read(at + first, at + last, signal), first - start);
    }
    before += length;
  }
  return out;
}

async function readTexts(range: ListRange): Promise<Bytes> {
  const { source, spans, from, to, signal } = range;
  if (spans.length < to) tooShort(range, spans.length);
  const texts: Bytes[] = [];
  for (const { start, end } of spans.slice(from, to)) {
    texts.push(await source.read(start, end, signal));
  }
  return packStrings(texts);
}

/** Varints, of which only reading them all tells where the `from`-th begins. */
async function readVarints(range: ListRange): Promise<Bytes> {
  const { source, spans, dtype, from, to, signal } = range;
  const width = BITS[dtype] / 8;
  const total = spans.reduce((sum, span) => sum + span.end - span.start, 0);
  if (to > total) tooShort(range, total);
  const out = new Uint8Array((to - from) * width);
  const put = putter(out, width);
  const element = new Varints();
  let index = 0;
  for (const { start, end } of pieces(spans)) {
    if (index >= to) break;
    for (const byte of await source.read(start, end, signal)) {
      if (!element.push(byte)) continue;
      if (index >= from && index < to) put(index - from, element);
      index++;
      element.clear();
    }
  }
  return index < to ? tooShort(range, index) : out;
}

function* pieces(spans: readonly Span[]): Generator<Span> {
  for (const { start, end } of spans) {
    for (let at = start; at < end; at += PIECE) {
      yield { start: at, end: Math.min(end, at + PIECE) };
    }
  }
}

/** A varint as it comes in, as two halves of 32 bits. */
class Varints {
  low = 0;
  high = 0;
  #shift = 0;

  /** Whether it is complete. */
  push(byte: number): boolean {
    const bits = byte & 0x7f;
    if (this.#shift < 32) this.low |= bits << this.#shift;
    if (this.#shift === 28) this.high |= bits >> 4;
    if (this.#shift > 31 && this.#shift < 64) this.high |= bits << (this.#shift - 32);
    this.#shift += 7;
    return byte < 0x80;
  }

  clear(): void {
    this.low = 0;
    this.high = 0;
    this.#shift = 0;
  }
}

/** Writes the lowest bytes of a varint. */
function putter(out: Bytes, width: number) {
  const view = new DataView(out.buffer);
  return (index: number, { low, high }: Varints): void => {
    if (width === 1) view.setUint8(index, low);
    else if (width === 2) view.setUint16(index * 2, low, true);
    else {
      view.setInt32(index * width, low, true);
      if (width === 8) view.setInt32(index * 8 + 4, high, true);
    }
  };
}
