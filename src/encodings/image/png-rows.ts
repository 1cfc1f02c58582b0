import type { Problem } from '#domain/problem.ts';
import type { PngHeader } from './png.ts';

/** Pixels that are stored together: all of them, or every so many of an interlaced image. */
export interface Pass {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly stepX: number;
  readonly stepY: number;
  /** Without the byte that names the filter. */
  readonly rowBytes: number;
}

/** Adam7: left, top, and the steps to the next pixel. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export function passesOf({ width, height, depth, samples, interlaced }: PngHeader): Pass[] {
  const all = interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return all
    .map(([left, top, stepX, stepY]) => {
      const across = Math.ceil((width - left) / stepX);
      const down = Math.ceil((height - top) / stepY);
      const rowBytes = Math.ceil((across * samples * depth) / 8);
      return { width: across, height: down, left, top, stepX, stepY, rowBytes };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

interface Unfiltering {
  readonly data: Uint8Array;
  /** Where the pass begins in `data`. */
  readonly at: number;
  readonly header: PngHeader;
  readonly pass: Pass;
  /** All samples of the image, row-major, that the pass puts its own into. */
  readonly raw: Uint16Array;
  readonly fail: (problem: Problem) => never;
}

/** Undoes the filters of a pass in place and spreads its samples; gives where the next pass begins. */
export function unfilter({ data, at, header, pass, raw, fail }: Unfiltering): number {
  const { depth, samples } = header;
  const distance = Math.max(1, (depth * samples) >> 3);
  let above = new Uint8Array(pass.rowBytes);
  let start = at;
  for (let y = 0; y < pass.height; y++) {
    const filter = data[start] ?? 0;
    const row = data.subarray(start + 1, start + 1 + pass.rowBytes);
    if (filter > 4) fail({ kind: 'malformed', what: `PNG filter ${filter} does not exist` });
    UNDO[filter]?.(row, above, distance);
    spread(row, y, { header, pass, raw });
    above = row as Uint8Array<ArrayBuffer>;
    start += 1 + pass.rowBytes;
  }
  return start;
}

type Undo = (row: Uint8Array, above: Uint8Array, distance: number) => void;

/** A loop each: one that asks for every byte which filter it is takes three times as long. */
const UNDO: readonly (Undo | null)[] = [
  null,
  function sub(row, _, distance) {
    for (let i = distance; i < row.length; i++) row[i] = (row[i] ?? 0) + (row[i - distance] ?? 0);
  },
  function up(row, above) {
    for (let i = 0; i < row.length; i++) row[i] = (row[i] ?? 0) + (above[i] ?? 0);
  },
  function average(row, above, distance) {
    for (let i = 0; i < row.length; i++) {
      const left = i < distance ? 0 : (row[i - distance] ?? 0);
      row[i] = (row[i] ?? 0) + ((left + (above[i] ?? 0)) >> 1);
    }
  },
  function paeth(row, above, distance) {
    const start = Math.min(distance, row.length);
    for (let i = 0; i < start; i++) row[i] = (row[i] ?? 0) + (above[i] ?? 0);
    for (let i = distance; i < row.length; i++) {
      const left = row[i - distance] ?? 0;
      const up = above[i] ?? 0;
      const corner = above[i - distance] ?? 0;
      const a = Math.abs(up - corner);
      const b = Math.abs(left - corner);
      const c = Math.abs(left + up - 2 * corner);
      row[i] = (row[i] ?? 0) + (a <= b && a <= c ? left : b <= c ? up : corner);
    }
  },
];

type Target = Pick<Unfiltering, 'header' | 'pass' | 'raw'>;

function spread(row: Uint8Array, y: number, { header, pass, raw }: Target): void {
  const { depth, samples, width } = header;
  const line = (pass.top + y * pass.stepY) * width;
  if (depth === 8 && pass.stepX === 1) {
    raw.set(row, line * samples);
    return;
  }
  for (let x = 0; x < pass.width; x++) {
    const to = (line + pass.left + x * pass.stepX) * samples;
    for (let s = 0; s < samples; s++) raw[to + s] = sampleOf(row, x * samples + s, depth);
  }
}

function sampleOf(row: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return row[index] ?? 0;
  if (depth === 16) return ((row[2 * index] ?? 0) << 8) | (row[2 * index + 1] ?? 0);
  const bit = index * depth;
  return ((row[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}
