import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Checkpoint, Metadata } from '#domain/tensor.ts';
import { joinParts } from '#formats/join-parts.ts';
import type { OpenOptions, Part } from '#formats/open-options.ts';
import { type Assembled, published } from '#formats/pytorch/assemble.ts';
import { openTorch } from '#formats/torch-legacy/open-torch.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { joinPath, parentOf } from '#io/path.ts';
import { foldersFor, isRankFile, rankOf } from './ranks.ts';

/** More processes than share one model. */
const MAX_RANKS = 65_536;
const IN_FLIGHT = 8;

/**
 * Opens what Megatron-LM writes: a file of torch for each rank that has a part of the model,
 * `iter_0000100/mp_rank_00/model_optim_rng.pt`. Where there are several, the tensors of each are under its
 * folder's name: how they were cut is known to the code of the model alone.
 * @see https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/training/checkpointing.py
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  const { path } = source;
  const first = await openTorch(source, options);
  const others = (options.parts ?? []).filter(
    (part) =>
      part.path !== path && isRankFile(part.path) && iterationOf(part.path) === iterationOf(path),
  );
  const missing =
    options.parts === undefined ? [] : missingOf(first, [path, ...others.map((part) => part.path)]);
  if (others.length === 0) return alone(first, path, missing);
  const { files, defects } = await openOthers(others, options);
  const all = [{ folder: rankOf(path)?.folder ?? '', checkpoint: published(first) }, ...files];
  const sorted = all.toSorted((a, b) => (a.folder < b.folder ? -1 : 1));
  const joined = joinParts(
    sorted.map(({ folder, checkpoint }) => ({ checkpoint, nameOf: (name) => `${folder}.${name}` })),
  );
  return {
    ...joined,
    // What a training says of itself is the same in all its ranks.
    metadata: {
      ...plainOf(first.metadata),
      ...Object.fromEntries(sorted.map(({ folder, checkpoint }) => [folder, checkpoint.metadata])),
    },
    defects: [...joined.defects, ...missing, ...defects],
    writer: 'Megatron-LM',
  };
}

function alone(file: Assembled, path: string, missing: readonly Defect[]): Checkpoint {
  const rank = rankOf(path);
  const { metadata, ...checkpoint } = published(file);
  return {
    ...checkpoint,
    defects: [...checkpoint.defects, ...missing],
    metadata: {
      ...metadata,
      ...(rank && { tensor_parallel_rank: rank.tensor }),
      ...(rank?.pipeline !== undefined && { pipeline_parallel_rank: rank.pipeline }),
      ...(rank?.expert !== undefined && { expert_parallel_rank: rank.expert }),
    },
    writer: 'Megatron-LM',
  };
}

/** The folder of an iteration, which has one for each rank. */
function iterationOf(path: string): string {
  return parentOf(parentOf(path));
}

/** Files of ranks that the arguments of the training speak of. */
function missingOf({ metadata }: Assembled, paths: readonly string[]): readonly Defect[] {
  const [path = ''] = paths;
  const args = metadata['args'];
  const count = (key: string): number => {
    const value = isRecord(args) ? args[key] : undefined;
    return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 1;
  };
  const [tensor, pipeline] = [
    count('tensor_model_parallel_size'),
    count('pipeline_model_parallel_size'),
  ];
  // Ranks of experts are numbered in ways that differ between versions.
  if (tensor * pipeline > MAX_RANKS || rankOf(path)?.expert !== undefined) return [];
  const there = new Set(paths.map((one) => rankOf(one)?.folder));
  const file = path.slice(path.lastIndexOf('/') + 1);
  return foldersFor(tensor, pipeline)
    .filter((folder) => !there.has(folder))
    .map((folder) => ({
      problem: { kind: 'missing', path: joinPath(iterationOf(path), `${folder}/${file}`) },
      place: { path },
    }));
}

interface RankFile {
  readonly folder: string;
  readonly checkpoint: Checkpoint;
}

async function openOthers(
  parts: readonly Part[],
  { signal }: OpenOptions,
): Promise<{ files: readonly RankFile[]; defects: readonly Defect[] }> {
  const files: RankFile[] = [];
  const defects: Defect[] = [];
  const openOne = async (part: Part): Promise<void> => {
    try {
      const checkpoint = published(await openTorch(await part.open(), { signal }));
      files.push({ checkpoint, folder: rankOf(part.path)?.folder ?? '' });
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      defects.push({ problem: error.problem, place: error.place });
    }
  };
  for (let next = 0; next < parts.length; next += IN_FLIGHT) {
    await Promise.all(parts.slice(next, next + IN_FLIGHT).map(openOne));
  }
  return { files, defects };
}

/** Numbers and texts, by which checkpoints are put in order. */
function plainOf(metadata: { readonly [key: string]: Metadata }) {
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => typeof value !== 'object' || value === null),
  );
}

function isRecord(value: Metadata | undefined): value is { readonly [key: string]: Metadata } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
