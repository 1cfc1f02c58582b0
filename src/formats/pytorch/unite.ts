import type { Defect } from '#domain/problem.ts';
import type {
  Checkpoint,
  Metadata,
  TensorInfo,
  Verification,
  WeightsOnly,
} from '#domain/tensor.ts';

/** One of the files that a checkpoint is made of. */
export interface Member {
  readonly checkpoint: Checkpoint;
  /** Goes before the names of its tensors, and its metadata is kept under it. */
  readonly prefix?: string | undefined;
}

/** Several files as the one checkpoint that they are. Tensors that come to the same name are counted. */
export function unite(members: readonly Member[]): Omit<Checkpoint, 'writer'> {
  const tensors = new Map<string, TensorInfo>();
  const readers = new Map<string, Checkpoint['read']>();
  const defects: Defect[] = [];
  for (const member of members) {
    const { checkpoint, prefix } = member;
    const names = new Map<string, string>();
    for (const [inner, info] of checkpoint.tensors) {
      const name = free(named(inner, prefix), tensors);
      names.set(inner, name);
      const path = prefix === undefined ? info.path : [prefix, ...(info.path ?? [inner])];
      tensors.set(name, { ...info, name, ...(path && { path }) });
      readers.set(name, (_, options) => checkpoint.read(inner, options));
    }
    defects.push(...checkpoint.defects.map((defect) => renamed(defect, names)));
  }
  const globals = [...new Set(members.flatMap(({ checkpoint }) => checkpoint.globals))];
  const weightsOnly = mergeWeightsOnly(members.map(({ checkpoint }) => checkpoint));
  return {
    tensors,
    metadata: mergeMetadata(members),
    defects,
    size: members.reduce((sum, { checkpoint }) => sum + checkpoint.size, 0),
    files: members.flatMap(({ checkpoint }) => checkpoint.files),
    globals,
    ...(weightsOnly && { weightsOnly }),
    async read(name, options = {}) {
      const read = readers.get(name);
      if (!read) throw new RangeError(`there is no tensor ${name}`);
      return read(name, options);
    },
    ...(members.some(({ checkpoint }) => checkpoint.verify) && {
      verify: (options) => verifyAll(members, options),
    }),
  };
}

function named(name: string, prefix: string | undefined): string {
  if (prefix === undefined) return name;
  return name === '' ? prefix : `${prefix}.${name}`;
}

function free(name: string, taken: ReadonlyMap<string, unknown>): string {
  let unique = name;
  for (let count = 2; taken.has(unique); count++) unique = `${name}#${count}`;
  return unique;
}

function renamed({ problem, place }: Defect, names: ReadonlyMap<string, string>): Defect {
  const tensor = place.tensor === undefined ? undefined : names.get(place.tensor);
  return tensor === undefined ? { problem, place } : { problem, place: { ...place, tensor } };
}

/** Without a prefix the first file that says something has the last word. */
function mergeMetadata(members: readonly Member[]): { readonly [key: string]: Metadata } {
  const entries = new Map<string, Metadata>();
  for (const { checkpoint, prefix } of members) {
    if (prefix !== undefined) entries.set(prefix, checkpoint.metadata);
    else {
      for (const [key, value] of Object.entries(checkpoint.metadata)) {
        if (!entries.has(key)) entries.set(key, value);
      }
    }
  }
  return Object.fromEntries(entries);
}

/** What is needed for all files of a checkpoint. */
export function mergeWeightsOnly(checkpoints: readonly Checkpoint[]): WeightsOnly | undefined {
  const answers = checkpoints.flatMap(({ weightsOnly }) => weightsOnly ?? []);
  if (answers.length === 0) return undefined;
  const obstacles = answers.flatMap((answer) => answer.obstacles);
  return {
    needs: [...new Set(answers.flatMap(({ needs }) => needs))],
    obstacles: [...new Map(obstacles.map((one) => [JSON.stringify(one), one])).values()],
  };
}

/** Compares the checksums of one file after another. */
export async function verifyAll(
  members: readonly Member[],
  { signal, onProgress }: Parameters<NonNullable<Checkpoint['verify']>>[0],
): Promise<Verification> {
  const defects: Defect[] = [];
  let done = 0;
  let checked = true;
  for (const { checkpoint, prefix } of members) {
    const before = done;
    const found = await checkpoint.verify?.({
      signal,
      onProgress: (bytes) => onProgress?.(before + bytes),
    });
    checked &&= found?.checked ?? false;
    for (const { problem, place } of found?.defects ?? []) {
      const { tensor } = place;
      const name = tensor === undefined ? undefined : named(tensor, prefix);
      defects.push({ problem, place: name === undefined ? place : { ...place, tensor: name } });
    }
    done += checkpoint.size;
    onProgress?.(done);
  }
  return { defects, checked };
}
