import { CheckpointError, type Place } from '#domain/problem.ts';

/** Elements of a storage in the order of a tensor. */
export interface View {
  readonly shape: readonly number[];
  /** Elements between neighbours, per axis; not negative. */
  readonly stride: readonly number[];
  /** Elements before the first. */
  readonly offset: number;
}

/** Read at a time; of a view that is spread wider, the parts are read one after another. */
const MAX_SPAN = 2 ** 27;
/** More is not read at once. */
const MAX_READ = 2 ** 31;
/** A view may repeat one element for ever: besides four times what is stored, no more is made of it at once. */
const MAX_REPEATED = 2 ** 26;

/** One past the last element of the storage that a view touches; its offset when it is empty. */
export function viewEnd({ shape, stride, offset }: View): number {
  if (shape.includes(0)) return offset;
  return shape.reduce((end, size, axis) => end + (size - 1) * (stride[axis] ?? 0), offset + 1);
}

/** The same elements with as few axes as will do: contiguous ones become one. */
export function simplify({ shape, stride, offset }: View): View {
  const axes: { size: number; step: number }[] = [];
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const step = stride[axis] ?? 0;
    const before = axes.at(-1);
    if (before && before.step === size * step) {
      before.size *= size;
      before.step = step;
    } else axes.push({ size, step });
  }
  return { shape: axes.map(({ size }) => size), stride: axes.map(({ step }) => step), offset };
}

/** Whether a simplified view is a run of elements without gaps. */
export function isRun({ shape, stride }: View): boolean {
  return shape.length === 0 || (shape.length === 1 && stride[0] === 1);
}

/** Elements `[low, high)` of the storage within which elements `[from, to)` of a view lie. */
export function reach({ shape, stride, offset }: View, from: number, to: number) {
  let [first, last] = [from, to - 1];
  let low = offset;
  for (const [axis, step] of stride.entries()) {
    const inner = product(shape.slice(axis + 1));
    const [a, b] = [Math.floor(first / inner), Math.floor(last / inner)];
    [first, last] = [first % inner, last % inner];
    low += a * step;
    if (a === b) continue;
    const rest = { shape: shape.slice(axis + 1), stride: stride.slice(axis + 1), offset: 0 };
    return { low, high: low + (b - a) * step + viewEnd(rest) };
  }
  return { low, high: low + 1 };
}

export interface Gathering {
  /** Bytes of an element. */
  readonly width: number;
  /** Elements of the view. */
  readonly from: number;
  readonly to: number;
  readonly place: Place;
  /** Bytes that the storage has: what is read at once may not be much more. */
  readonly stored?: number;
  /** Bytes `[start, end)` of the storage. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Elements `[from, to)` of a view, one after another. */
export async function gather(view: View, job: Gathering): Promise<Uint8Array<ArrayBuffer>> {
  const { width, from, to, stored = MAX_READ } = job;
  if (from >= to) return new Uint8Array();
  const size = (to - from) * width;
  const limit = Math.min(MAX_READ, 4 * stored + MAX_REPEATED);
  if (size > limit) {
    const what = `what is read of ${job.place.tensor ?? 'a tensor'} at once`;
    throw new CheckpointError({ kind: 'too-large', what, size, limit }, job.place);
  }
  const simple = simplify(view);
  if (isRun(simple)) return job.read((simple.offset + from) * width, (simple.offset + to) * width);
  const { low, high } = reach(simple, from, to);
  const out = new Uint8Array(size);
  const span = Math.floor(MAX_SPAN / width);
  for (let start = low; start < high; start += span) {
    const end = Math.min(high, start + span);
    const bytes = await job.read(start * width, end * width);
    scatter(simple, { ...job, start, end, bytes, out });
  }
  return out;
}

interface Part extends Gathering {
  /** Elements of the storage that `bytes` are. */
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly out: Uint8Array<ArrayBuffer>;
}

/** Puts those elements of a part into their places that belong to `[from, to)` of the view. */
function scatter(view: View, part: Part): void {
  const { shape, stride } = view;
  const { from, to, start, end, width } = part;
  const copy = copier(part.bytes, part.out, width);
  const size = shape.at(-1) ?? 1;
  const step = stride.at(-1) ?? 0;
  for (let at = from; at < to; ) {
    const column = at % size;
    const row = rowStart(view, (at - column) / size);
    const count = Math.min(size - column, to - at);
    for (let index = 0; index < count; index++) {
      const element = row + (column + index) * step;
      if (element >= start && element < end) copy(element - start, at - from + index);
    }
    at += count;
  }
}

/** The storage index of the first element of the `row`-th run along the last axis. */
function rowStart({ shape, stride, offset }: View, row: number): number {
  let index = offset;
  let rest = row;
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    const position = rest % size;
    index += position * (stride[axis] ?? 0);
    rest = (rest - position) / size;
  }
  return index;
}

/** Copies one element; as integers, since floats need not keep the bits of a NaN. */
function copier(from: Uint8Array<ArrayBuffer>, to: Uint8Array<ArrayBuffer>, width: number) {
  // Both are fresh, so that they start where any word may.
  const aligned = from.byteOffset % 4 === 0 ? from : from.slice();
  if (width < 4) {
    const Words = width === 2 ? Uint16Array : Uint8Array;
    const source = new Words(aligned.buffer, aligned.byteOffset, aligned.byteLength / width);
    const target = new Words(to.buffer);
    return (element: number, position: number) => {
      target[position] = source[element] as number;
    };
  }
  const words = width / 4;
  const source = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
  const target = new Uint32Array(to.buffer);
  return (element: number, position: number) => {
    for (let word = 0; word < words; word++) {
      target[position * words + word] = source[element * words + word] as number;
    }
  };
}

/** Reverses the bytes of each number, in place. */
export function swapBytes(bytes: Uint8Array, width: number): void {
  if (width < 2) return;
  for (let start = 0; start + width <= bytes.length; start += width) {
    for (let low = start, high = start + width - 1; low < high; low++, high--) {
      const byte = bytes[low] as number;
      bytes[low] = bytes[high] as number;
      bytes[high] = byte;
    }
  }
}

/** Changes the sign of every `every`-th number, the last of each group, in place. */
export function flipSigns(bytes: Uint8Array, width: number, every: number): void {
  const group = width * every;
  for (let end = group; end <= bytes.length; end += group) {
    bytes[end - 1] = (bytes[end - 1] ?? 0) ^ 0x80;
  }
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
