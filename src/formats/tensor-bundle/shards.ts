import { CheckpointError, type Defect, type Problem } from '#domain/problem.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { BundleIndex, BundleTensor, Piece } from './bundle-index.ts';

/** The data files of a bundle, by number: those that some tensor lies in. */
export interface Shards {
  readonly sources: ReadonlyMap<number, ByteSource>;
  /** Of the bundle first, one per shard; then of each tensor that cannot be read, by its name. */
  readonly defects: readonly Defect[];
  readonly broken: ReadonlyMap<string, Defect>;
}

const SUFFIX = '.index';

/** `<prefix>.data-00000-of-00001`, without the folder. */
function shardName(indexPath: string, shard: number, numShards: number): string {
  const name = indexPath.slice(indexPath.lastIndexOf('/') + 1);
  const prefix = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;
  const five = (n: number) => String(n).padStart(5, '0');
  return `${prefix}.data-${five(shard)}-of-${five(numShards)}`;
}

/** Finds the shards, and the tensors that they are too short for. Reads nothing. */
export async function openShards(
  path: string,
  { tensors, numShards }: BundleIndex,
  sibling: OpenOptions['sibling'],
): Promise<Shards> {
  const placed = [...tensors.values()].flatMap((tensor) =>
    tensor.pieces.map((piece) => ({ tensor, piece })),
  );
  const numbers = [...new Set(placed.map(({ piece }) => piece.shard))].sort((a, b) => a - b);
  const sources = new Map<number, ByteSource>();
  const missing = new Map<number, string>();
  const names = numbers.map((shard) => shardName(path, shard, numShards));
  const found = await Promise.all(names.map((name) => findSibling(name, sibling)));
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  for (const [i, shard] of numbers.entries()) {
    const source = found[i];
    if (source) sources.set(shard, source);
    else missing.set(shard, `${folder}${names[i]}`);
  }
  const broken = new Map<string, Defect>();
  for (const { tensor, piece } of placed) {
    const defect = defectOf(tensor, piece, sources.get(piece.shard), missing.get(piece.shard));
    if (defect && !broken.has(tensor.info.name)) broken.set(tensor.info.name, defect);
  }
  for (const defect of findOverlaps(placed, sources)) {
    const name = defect.place.tensor ?? '';
    if (!broken.has(name)) broken.set(name, defect);
  }
  return { sources, broken, defects: [...summaries(missing, broken), ...broken.values()] };
}

async function findSibling(
  name: string,
  sibling: OpenOptions['sibling'],
): Promise<ByteSource | undefined> {
  try {
    return await sibling?.(name);
  } catch (error) {
    const gone =
      error instanceof CheckpointError && ['missing', 'gone'].includes(error.problem.kind);
    if (gone) return undefined;
    throw error;
  }
}

function defectOf(
  { info }: BundleTensor,
  { offset, size }: Piece,
  source: ByteSource | undefined,
  missing: string | undefined,
): Defect | undefined {
  if (!source) {
    const path = missing ?? '';
    return { problem: { kind: 'missing', path }, place: { path, tensor: info.name } };
  }
  const needed = offset + size;
  if (needed <= source.size) return undefined;
  return {
    problem: { kind: 'truncated', needed, size: source.size },
    place: { path: source.path, offset, tensor: info.name },
  };
}

interface Placed {
  readonly tensor: BundleTensor;
  readonly piece: Piece;
}

/** No writer lets tensors share bytes. */
function* findOverlaps(
  placed: readonly Placed[],
  sources: ReadonlyMap<number, ByteSource>,
): Generator<Defect> {
  const sorted = placed
    .filter(({ piece }) => piece.size > 0)
    .sort((a, b) => a.piece.shard - b.piece.shard || a.piece.offset - b.piece.offset);
  let shard = -1;
  let end = 0;
  for (const { tensor, piece } of sorted) {
    if (piece.shard !== shard) end = 0;
    shard = piece.shard;
    if (piece.offset < end) {
      const path = sources.get(shard)?.path ?? '';
      const problem: Problem = {
        kind: 'malformed',
        what: `it shares ${end - piece.offset} bytes with another tensor`,
      };
      yield { problem, place: { path, offset: piece.offset, tensor: tensor.info.name } };
    }
    end = Math.max(end, piece.offset + piece.size);
  }
}

/** One for each file that is missing or too short, for whoever does not want the tensors. */
function summaries(
  missing: ReadonlyMap<number, string>,
  broken: ReadonlyMap<string, Defect>,
): readonly Defect[] {
  const lacking = new Map<string, Extract<Problem, { kind: 'truncated' }>>();
  for (const { problem, place } of broken.values()) {
    if (problem.kind !== 'truncated') continue;
    if (problem.needed > (lacking.get(place.path)?.needed ?? 0)) lacking.set(place.path, problem);
  }
  return [
    ...[...missing.values()].map(
      (path): Defect => ({ problem: { kind: 'missing', path }, place: { path } }),
    ),
    ...[...lacking].map(([path, problem]): Defect => ({ problem, place: { path } })),
  ];
}
