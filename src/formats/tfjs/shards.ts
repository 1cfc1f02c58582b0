import { CheckpointError, type Defect, type Problem } from '#domain/problem.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { staysInside } from '#formats/stays-inside.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { joinPath, parentOf } from '#io/path.ts';

/** More is no model; each of them is a file to open. */
const MAX_SHARDS = 10_000;
const AT_ONCE = 8;

/** A file of a group, and where it lies among the bytes of the group. */
interface Shard {
  readonly path: string;
  readonly source: ByteSource | undefined;
  /** Why there is no `source`. */
  readonly problem: Problem | undefined;
}

/** The bytes of a group as far as they are there. */
export interface Shards {
  readonly sources: readonly ByteSource[];
  readonly defects: readonly Defect[];
  /** Why bytes `[start, end)` of the group cannot be read; `undefined` where they can. */
  lacking(start: number, end: number): Defect | undefined;
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

/** Opens the files of a group. Paths that lead out of the folder are never opened. */
export async function openShards(
  paths: readonly string[],
  model: string,
  { sibling }: OpenOptions,
): Promise<readonly Shard[]> {
  if (paths.length > MAX_SHARDS) {
    const problem = { what: 'the number of shards', size: paths.length, limit: MAX_SHARDS };
    throw new CheckpointError({ kind: 'too-large', ...problem }, { path: model });
  }
  const open = async (name: string): Promise<Shard> => {
    const path = joinPath(parentOf(model), name);
    const without = (problem: Problem) => ({ path, source: undefined, problem });
    if (!staysInside(name)) {
      return without({
        kind: 'unsafe',
        what: `it looks for weights outside of its folder: ${name}`,
      });
    }
    try {
      const source = await sibling?.(name);
      return source ? { path, source, problem: undefined } : without({ kind: 'missing', path });
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      return without(error.problem);
    }
  };
  const shards: Shard[] = [];
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    shards.push(...(await Promise.all(paths.slice(at, at + AT_ONCE).map(open))));
  }
  return shards;
}

interface Segment {
  readonly start: number;
  readonly end: number;
  readonly source: ByteSource | undefined;
  readonly defect: Defect | undefined;
}

/**
 * Lays shards end to end.
 *
 * @param needed bytes that the weights of the group take; `undefined`: not known
 */
export function layOut(shards: readonly Shard[], needed: number | undefined): Shards {
  const { segments, end } = segmentsOf(shards, needed);
  const misfit = misfitOf(shards, end, needed);
  return {
    sources: shards.flatMap(({ source }) => source ?? []),
    defects: [...segments.flatMap(({ defect }) => defect ?? []), ...(misfit ? [misfit] : [])],
    lacking(start, to) {
      const broken = segments.find((one) => one.defect && one.start < to && start < one.end);
      if (broken?.defect) return broken.defect;
      if (misfit?.problem.kind !== 'truncated' || start === to) return undefined;
      const sure = isEven(shards) ? end : (segments[0]?.end ?? 0);
      return to > sure ? misfit : undefined;
    },
    async read(start, to, signal) {
      const out = new Uint8Array(to - start);
      for (const { source, ...segment } of segments) {
        const from = Math.max(start, segment.start);
        const until = Math.min(to, segment.end);
        if (!source || from >= until) continue;
        const bytes = await source.read(from - segment.start, until - segment.start, signal);
        out.set(bytes, from - start);
      }
      return out;
    },
  };
}

/** What is missing must be as long as what is left of the whole. */
function segmentsOf(shards: readonly Shard[], needed: number | undefined) {
  const sizes = shards.map(({ source }) => source?.size);
  const known = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const absent = sizes.filter((size) => size === undefined).length;
  const rest = absent === 0 ? 0 : Math.max(0, (needed ?? Number.MAX_SAFE_INTEGER) - known);
  const [first, last] = [sizes.indexOf(undefined), sizes.lastIndexOf(undefined)];
  const segments: Segment[] = [];
  let at = 0;
  for (const [i, { source, problem, path }] of shards.entries()) {
    const defect = problem && { problem, place: { path } };
    // Between two that are missing nobody knows where one lies.
    if (absent > 0 && i >= first && i <= last) {
      const end = i === last ? at + rest + hidden(sizes, first, last) : at;
      segments.push({ start: at, end, source: undefined, defect });
      at = end;
      continue;
    }
    const end = at + (source?.size ?? 0);
    segments.push({ start: at, end, source, defect });
    at = end;
  }
  return { segments, end: at };
}

function hidden(sizes: readonly (number | undefined)[], first: number, last: number): number {
  return sizes.slice(first, last + 1).reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

/** Files that are together too short, or too long. */
function misfitOf(
  shards: readonly Shard[],
  end: number,
  needed: number | undefined,
): Defect | undefined {
  const last = shards.at(-1);
  if (needed === undefined || !last?.source || end === needed) {
    return needed !== undefined && needed > 0 && !last
      ? { problem: { kind: 'malformed', what: 'its weights lie in no file' }, place: { path: '' } }
      : undefined;
  }
  const { size } = last.source;
  if (end < needed) {
    return {
      problem: { kind: 'truncated', needed: size + needed - end, size },
      place: { path: last.path },
    };
  }
  const what = `nothing says what its last ${end - needed} bytes are`;
  return { problem: { kind: 'malformed', what }, place: { path: last.path } };
}

/** As the converter cuts them: all but the last have the same length, so that it is the last which is short. */
function isEven(shards: readonly Shard[]): boolean {
  const sizes = shards.slice(0, -1).map(({ source }) => source?.size);
  return new Set(sizes).size < 2;
}
