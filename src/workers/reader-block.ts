import { BITS } from '#domain/dtype.ts';
import { packStrings, readStrings } from '#domain/strings.ts';
import { type Checkpoint, elementCount, type TensorInfo } from '#domain/tensor.ts';
import type { Plane } from '#domain/tensor-plane.ts';
import { createLimit } from './reader-limit.ts';

/** Elements between those that are wanted are read along with them while all take no more, in bytes. */
const WHOLE = 2 ** 20;

/** Reads at a time. */
const READS = 8;

/** What no screen shows at once. */
const MAX_ELEMENTS = 2 ** 20;

interface Read {
  readonly from: number;
  readonly to: number;
  /** Numbers of the wanted elements, and the places in the block where they go. */
  readonly wanted: readonly { readonly element: number; readonly place: number }[];
}

/**
 * The elements of a plane, row after row, in the tensor's own dtype. Where a plane goes on past the tensor,
 * as the last row of a wrapped vector does, there are zeros, or texts of no length.
 *
 * @throws RangeError for a packed dtype, or for more elements than a screen shows
 */
export async function readBlock(
  checkpoint: Checkpoint,
  info: TensorInfo,
  plane: Plane,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const bits = BITS[info.dtype];
  const size = plane.rows * plane.columns;
  if (bits % 8 !== 0 || !(size <= MAX_ELEMENTS)) {
    throw new RangeError(`No block of ${size} elements of ${info.name}`);
  }
  const reads = planReads(plane, elementCount(info.shape), Math.max(1, bits / 8));
  const limit = createLimit(READS);
  const read = (one: Read) => {
    const { from, to } = one;
    return limit(() => checkpoint.read(info.name, { from, to, signal }), signal);
  };
  const pieces = await Promise.all(reads.map(async (one) => ({ ...one, bytes: await read(one) })));
  return bits === 0 ? gatherStrings(pieces, size) : gather(pieces, size, bits / 8);
}

/** One read of all, or one for each line, or one for each element, as they lie apart. */
function planReads(plane: Plane, count: number, width: number): readonly Read[] {
  const most = Math.max(1, Math.floor(WHOLE / width));
  const wanted = wantedBy(plane, count);
  if (fits(wanted, most)) return asReads([wanted]);
  const lines = linesOf(wanted, plane);
  return asReads(lines.flatMap((line) => (fits(line, most) ? [line] : line.map((one) => [one]))));
}

function wantedBy({ start, rows, columns, rowStride, columnStride }: Plane, count: number) {
  const all = Array.from({ length: rows * columns }, (_, place) => ({
    element: start + Math.floor(place / columns) * rowStride + (place % columns) * columnStride,
    place,
  }));
  return all.filter(({ element }) => element < count);
}

/** Rows, or columns where those lie closer together. */
function linesOf(
  wanted: Read['wanted'],
  { columns, rowStride, columnStride }: Plane,
): readonly Read['wanted'][] {
  const byRow = rowStride >= columnStride;
  const lines: Read['wanted'][number][][] = [];
  for (const one of wanted) {
    const line = byRow ? Math.floor(one.place / columns) : one.place % columns;
    lines[line] ??= [];
    lines[line].push(one);
  }
  return lines;
}

function fits(wanted: Read['wanted'], most: number): boolean {
  const last = wanted.at(-1)?.element ?? 0;
  return last - (wanted[0]?.element ?? 0) < most;
}

function asReads(groups: readonly Read['wanted'][]): readonly Read[] {
  return groups.flatMap((wanted) => {
    const [first] = wanted;
    const last = wanted.at(-1);
    return first && last ? [{ from: first.element, to: last.element + 1, wanted }] : [];
  });
}

type Piece = Read & { readonly bytes: Uint8Array<ArrayBuffer> };

function gather(pieces: readonly Piece[], size: number, width: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(size * width);
  for (const { from, wanted, bytes } of pieces) {
    for (const { element, place } of wanted) {
      const at = (element - from) * width;
      block.set(bytes.subarray(at, at + width), place * width);
    }
  }
  return block;
}

function gatherStrings(pieces: readonly Piece[], size: number): Uint8Array<ArrayBuffer> {
  const block: Uint8Array[] = Array.from({ length: size }, () => new Uint8Array());
  for (const { from, to, wanted, bytes } of pieces) {
    const strings = readStrings(bytes, to - from);
    for (const { element, place } of wanted)
      block[place] = strings[element - from] ?? new Uint8Array();
  }
  return packStrings(block);
}
