import { useQueries } from '@tanstack/react-query';
import type { Dtype } from '#domain/dtype.ts';
import { type Plane, partOf } from '#domain/tensor-plane.ts';
import { type Block, blockQuery, type TensorPlace } from './queries.ts';

/** Rows and columns that are read together. */
const TILE_ROWS = 64;
const TILE_COLUMNS = 32;

/** What is in sight: rows and columns `[from, to)`. */
export interface Sight {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/** A value as it is shown. */
export interface Value {
  /** Exact. */
  readonly word: string;
  /** `null` for what is no real number. */
  readonly number: number | null;
}

export interface Values {
  /** `undefined`: it is not there yet. */
  readonly at: (row: number, column: number) => Value | undefined;
  /** The furthest from 0 of those that are there. */
  readonly furthest: number;
  readonly error: unknown;
  readonly retry: () => void;
}

interface Tile {
  readonly key: string;
  readonly part: Plane;
}

/** The values in sight, read as they are needed. */
export function useValues(
  place: TensorPlace,
  { plane, dtype }: { readonly plane: Plane; readonly dtype: Dtype },
  sight: Sight,
): Values {
  const tiles = tilesIn(plane, sight);
  return useQueries({
    queries: tiles.map(({ part }) => blockQuery(place, part, dtype)),
    combine: (results) => {
      const blocks = new Map(tiles.map(({ key }, index) => [key, results[index]?.data]));
      const failed = results.find(({ error }) => error);
      return {
        at: (row, column) => valueIn(blocks.get(keyOf(row, column)), plane, [row, column]),
        furthest: Math.max(0, ...results.map(({ data }) => furthestOf(data))),
        error: failed?.error ?? null,
        retry: () => void failed?.refetch(),
      };
    },
  });
}

function tilesIn(plane: Plane, { rows, columns }: Sight): readonly Tile[] {
  const tiles: Tile[] = [];
  const [top, left] = [startOf(rows[0], TILE_ROWS), startOf(columns[0], TILE_COLUMNS)];
  for (let row = top; row < rows[1]; row += TILE_ROWS) {
    for (let column = left; column < columns[1]; column += TILE_COLUMNS) {
      const part = partOf(plane, [row, row + TILE_ROWS], [column, column + TILE_COLUMNS]);
      if (part.rows > 0 && part.columns > 0) tiles.push({ key: keyOf(row, column), part });
    }
  }
  return tiles;
}

function startOf(at: number, size: number): number {
  return Math.floor(at / size) * size;
}

function keyOf(row: number, column: number): string {
  return `${startOf(row, TILE_ROWS)} ${startOf(column, TILE_COLUMNS)}`;
}

function valueIn(
  block: Block | undefined,
  plane: Plane,
  [row, column]: readonly [number, number],
): Value | undefined {
  const left = startOf(column, TILE_COLUMNS);
  const width = Math.min(TILE_COLUMNS, plane.columns - left);
  const at = (row - startOf(row, TILE_ROWS)) * width + (column - left);
  const word = block?.words[at];
  return word === undefined ? undefined : { word, number: block?.numbers?.[at] ?? null };
}

function furthestOf(block: Block | undefined): number {
  let furthest = 0;
  for (const value of block?.numbers ?? []) {
    const size = Math.abs(value);
    if (size > furthest && Number.isFinite(size)) furthest = size;
  }
  return furthest;
}
