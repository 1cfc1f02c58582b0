import { CheckpointError, type Defect, type Place } from '#domain/problem.ts';
import type { Metadata } from '#domain/tensor.ts';
import { Cursor } from '#io/cursor.ts';
import type { BundleTensor, Piece } from './bundle-index.ts';
import { readFirst, type Span } from './first-reads.ts';
import { OBJECT_GRAPH, parseObjectGraph } from './object-graph.ts';
import { parseElements, parseNumbers, placeOf, type Storage } from './pieces.ts';
import { findTelling, numberOf } from './progress.ts';

/** The graph of a hundred thousand variables has 20 MB. */
const MAX_GRAPH_SIZE = 64 * 2 ** 20;

export interface Description {
  /** Names of variables in their model, by key. */
  readonly labels: ReadonlyMap<string, string>;
  /** Names of the objects that were saved; empty without an object graph. */
  readonly objects: readonly string[];
  /** Numbers that say how far the training was. */
  readonly metadata: { readonly [key: string]: Metadata };
  /** What was found damaged on the way. */
  readonly defects: readonly Defect[];
}

/** Reads what describes a bundle: the object graph, and single numbers that do not lie too far apart. */
export async function describeBundle(
  tensors: readonly BundleTensor[],
  storage: Storage,
  signal?: AbortSignal,
): Promise<Description> {
  const single = new Map(tensors.filter(isSingle).map((tensor) => [tensor.info.name, tensor]));
  const graph = single.get(OBJECT_GRAPH);
  const graphs = graph && isGraph(graph) ? [graph] : [];
  const telling = findTelling([...single.values()].map(({ info }) => info));
  const numbers = telling.flatMap(({ key, info }) => {
    const tensor = single.get(info.name);
    return tensor ? [{ key, ...tensor }] : [];
  });
  const bytesOf = await readAll([...graphs, ...numbers], storage, signal);

  const defects: Defect[] = [];
  const parsed = graphs.flatMap(({ info, pieces: [piece] }) =>
    attempt(defects, () => {
      const bytes = bytesOf(piece);
      if (!bytes) return [];
      const [content] = parseElements(info, piece, storage, bytes);
      return [parseGraph(content, placeOf(info, piece, storage))];
    }),
  );
  const metadata = numbers.flatMap(({ key, info, pieces: [piece] }) =>
    attempt(defects, () => {
      const bytes = bytesOf(piece);
      const value = bytes && numberOf(parseNumbers(info, piece, storage, bytes), info.dtype);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
  const { labels, objects } = parsed[0] ?? { labels: new Map(), objects: [] };
  return { labels, objects, metadata: Object.fromEntries(metadata), defects };
}

type Single = BundleTensor & { readonly pieces: readonly [Piece] };

function isSingle(tensor: BundleTensor): tensor is Single {
  return tensor.pieces.length === 1;
}

function isGraph({ info, pieces: [{ size }] }: Single): boolean {
  return info.dtype === 'string' && info.shape.length === 0 && size <= MAX_GRAPH_SIZE;
}

/** Reads each shard that something is wanted of; gives the bytes of a piece, unless they would have cost too much. */
async function readAll(
  tensors: readonly Single[],
  { sources }: Storage,
  signal: AbortSignal | undefined,
): Promise<(piece: Piece) => Uint8Array<ArrayBuffer> | undefined> {
  const pieces = tensors.map(({ pieces: [piece] }) => piece);
  const reads = [...sources].map(async ([shard, source]) => {
    const wanted = pieces.filter((piece) => piece.shard === shard).map(spanOf);
    return [shard, await readFirst(source, wanted, signal)] as const;
  });
  const byShard = new Map(await Promise.all(reads));
  return (piece) => byShard.get(piece.shard)?.(spanOf(piece));
}

function spanOf({ offset, size }: Piece): Span {
  return { from: offset, to: offset + size };
}

function attempt<T>(defects: Defect[], read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    defects.push({ problem: error.problem, place: error.place });
    return [];
  }
}

function parseGraph(content: Uint8Array<ArrayBuffer> | undefined, place: Place) {
  try {
    return parseObjectGraph(new Cursor(content ?? new Uint8Array(), place.path));
  } catch (cause) {
    if (!(cause instanceof CheckpointError)) throw cause;
    const problem = { kind: 'malformed', what: 'the object graph is no message' } as const;
    throw new CheckpointError(problem, place, { cause });
  }
}
