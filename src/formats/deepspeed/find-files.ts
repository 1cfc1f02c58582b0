import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { Assembled } from '#formats/pytorch/assemble.ts';
import { openTorch } from '#formats/torch-legacy/open-torch.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { joinPath, parentOf } from '#io/path.ts';
import type { Files } from './merge.ts';
import { isPerProcess, modelRankOf, modelStatesName, optimizerNames } from './names.ts';
import { type ModelStates, type OptimizerStates, readOptimizerStates } from './states.ts';

/** The files of a checkpoint, and what is wrong with those that are not among them. */
export interface FoundFiles extends Files {
  /** All that could be opened. */
  readonly all: readonly Assembled[];
  readonly lost: readonly Problem[];
}

/** More processes than any training has. */
const MAX_PROCESSES = 65_536;
const IN_FLIGHT = 8;

/** A file, or why there is none. */
type Attempt = Assembled | Problem;

/** Opens the files of all processes. */
export async function findFiles(
  source: ByteSource,
  model: Assembled,
  states: ModelStates,
  options: OpenOptions,
): Promise<FoundFiles> {
  const { path } = source;
  const modelRank = modelRankOf(path);
  const openFirst = (names: readonly string[]) => attempt(names, path, options);
  const first = await openFirst(optimizerNames(0, modelRank));
  const known = isFile(first) ? readOptimizerStates(first) : undefined;
  const count = Math.max(1, known?.worldSize ?? states.worldSize ?? 1);
  if (count > MAX_PROCESSES) {
    const what = 'the number of processes of the training';
    const problem: Problem = { kind: 'too-large', what, size: count, limit: MAX_PROCESSES };
    throw new CheckpointError(problem, { path });
  }
  const ranks = Array.from({ length: count }, (_, rank) => rank);
  const parts = await each(ranks, (rank) =>
    rank === 0 ? first : openFirst(optimizerNames(rank, modelRank)),
  );
  const models = isPerProcess(path)
    ? await each(ranks, (rank) => {
        const name = modelStatesName(rank, modelRank);
        return path.endsWith(name) ? model : openFirst([name]);
      })
    : [];
  const optimizers = parts.map((part): OptimizerStates | undefined =>
    isFile(part) ? readOptimizerStates(part) : undefined,
  );
  return {
    model,
    models: models.map((one) => (isFile(one) ? one : undefined)),
    optimizers,
    problemOf(rank) {
      const part = parts[rank];
      const what = `the file of process ${rank} has too few numbers`;
      return part && !isFile(part) ? part : { kind: 'malformed', what };
    },
    all: [...new Set([model, ...models.filter(isFile), ...parts.filter(isFile)])],
    lost: [...models, ...parts].filter((one): one is Problem => !isFile(one)),
  };
}

function isFile(attempt: Attempt): attempt is Assembled {
  return 'tensors' in attempt;
}

/** Opens the first of some names that is there. What is wrong with a file is no error of the others. */
async function attempt(
  names: readonly string[],
  path: string,
  options: OpenOptions,
): Promise<Attempt> {
  for (const name of names) {
    try {
      const file = await options.sibling?.(name);
      if (file) return await openTorch(file, { signal: options.signal });
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      const { problem } = error;
      if (problem.kind !== 'missing' && problem.kind !== 'gone') return problem;
    }
  }
  return { kind: 'missing', path: joinPath(parentOf(path), names[0] ?? '') };
}

async function each(
  ranks: readonly number[],
  open: (rank: number) => Attempt | Promise<Attempt>,
): Promise<readonly Attempt[]> {
  const found: Attempt[] = [];
  for (let next = 0; next < ranks.length; next += IN_FLIGHT) {
    found.push(...(await Promise.all(ranks.slice(next, next + IN_FLIGHT).map(open))));
  }
  return found;
}
