import type { CheckpointRef } from '#domain/run.ts';
import { baseOf, joinPath, parentOf } from '#io/path.ts';

/** Files of a folder that may belong to a checkpoint which several processes wrote, by path. */
export interface DistributedParts {
  readonly checkpoints: readonly string[];
  readonly auxiliaries: readonly string[];
  /** `.metadata` and `*.distcp` of PyTorch. */
  readonly distributed: readonly string[];
}

/** Of DeepSpeed: the model, and the parts of its optimizer. */
const MODEL_STATES = /^(?:zero_pp_rank_\d+_)?mp_rank_(\d+)_model_states\.pt$/;
const OPTIMIZER_STATES = /^(?:[a-z0-9]+_)?zero_pp_rank_\d+_mp_rank_(\d+)_optim_states\.pt$/;

/** Of accelerate: `pytorch_model_fsdp_0` beside `optimizer_0`. */
const FSDP_PART = /^(?:pytorch_model_fsdp|optimizer)(?:_\d+)?$/;
const OPTIMIZER_PART = /(?:^|\/)optimizer(?:_\d+)?\/\.metadata$/;

/** Of Megatron-LM: a folder for each rank that has a part of the model. */
const RANK_FOLDER = /^mp_rank_\d+(?:_\d+)*$/;

export function isDistributedFile(path: string): boolean {
  const name = baseOf(path);
  return name.endsWith('.distcp') || /^(?:__\d+)?\.metadata(?:\.tmp)?$/.test(name);
}

/** A folder of which each is a part of the checkpoint above it. */
export function isRankFolder(folder: string): boolean {
  return RANK_FOLDER.test(baseOf(folder));
}

/** Whether the folder as a whole is a checkpoint, or a part of one. */
export function isDistributedFolder({ checkpoints, auxiliaries, distributed }: DistributedParts) {
  return (
    distributed.some((path) => path.endsWith('.distcp')) ||
    [...checkpoints, ...auxiliaries].some((path) => isDeepSpeedFile(path))
  );
}

/** The checkpoints that the files of such a folder are. @param above the folder of the step that it is in */
export function distributedRefs(
  folder: string,
  parts: DistributedParts,
  above: string | null,
): CheckpointRef[] {
  const { checkpoints, auxiliaries, distributed } = parts;
  const files = [...checkpoints, ...auxiliaries];
  const path = above ?? (FSDP_PART.test(baseOf(folder)) ? parentOf(folder) : folder);
  if (distributed.some((file) => file.endsWith('.distcp'))) {
    const main = joinPath(folder, '.metadata');
    return [{ path: path || main, main, files: [...distributed, ...files] }];
  }
  return deepSpeedRefs(folder, path, files);
}

function isDeepSpeedFile(path: string): boolean {
  const name = baseOf(path);
  return MODEL_STATES.test(name) || OPTIMIZER_STATES.test(name);
}

/** One for each part of a model that is parallel in itself: how these were cut is not known. */
function deepSpeedRefs(folder: string, path: string, files: readonly string[]): CheckpointRef[] {
  const ranks = new Map<string, string[]>();
  for (const file of files) {
    const name = baseOf(file);
    const rank = (MODEL_STATES.exec(name) ?? OPTIMIZER_STATES.exec(name))?.[1];
    if (rank === undefined) continue;
    const known = ranks.get(rank);
    if (known) known.push(file);
    else ranks.set(rank, [file]);
  }
  const others = files.filter((file) => !isDeepSpeedFile(file));
  return [...ranks].map(([rank, own]) => {
    const models = own.filter((file) => MODEL_STATES.test(baseOf(file))).sort(byPath);
    const main = models[0] ?? joinPath(folder, `mp_rank_${rank}_model_states.pt`);
    const all = [...own, ...others];
    return { path: ranks.size === 1 && path !== '' ? path : main, main, files: all };
  });
}

/** Of two files that a checkpoint may be opened by: one that is there, and is not its optimizer. */
export function preferredMain(a: CheckpointRef, b: CheckpointRef): string {
  const [first] = [a, b].toSorted(
    (one, other) => rankOfMain(one) - rankOfMain(other) || byPath(one.main, other.main),
  );
  return first?.main ?? a.main;
}

function rankOfMain({ main, files }: CheckpointRef): number {
  if (!files.includes(main)) return 2;
  return OPTIMIZER_PART.test(main) ? 1 : 0;
}

const collator = new Intl.Collator('en', { numeric: true });

function byPath(a: string, b: string): number {
  return collator.compare(a, b);
}
