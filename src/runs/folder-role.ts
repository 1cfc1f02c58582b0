import { baseOf, parentOf } from '#io/path.ts';
import { isRankFolder } from './distributed-folders.ts';

/** Folders that hold a part of the run above them, whatever is in them. */
const PART =
  /^(?:checkpoints?|ckpts?|weights|models?|saved_models?|snapshots?|logs?|tensorboard|tb|tb_logs|events|backup|vis_data|csv_logs?|\.hydra)$/i;

/** Folders for one split's log. They can be runs of their own, so what is in them decides. */
const SPLIT = /^(?:train|training|val|valid|validation|eval|evaluation|test|dev)$/i;

/** A folder that is one checkpoint: `checkpoint-500`, `global_step30`, `iter_0000100`, `epoch_3`. */
const STEP_FOLDER = /^(?:tmp-)?(?:checkpoint|ckpt|(?:global_?)?step|iter|epoch|ep)[-_]?\d+$/i;

/** `runs/Jan01_00-00-00_host`, where the Hugging Face Trainer puts its log. */
const TRAINER_LOG = /^(?:.*\/)?runs\/[A-Z][a-z]{2}\d\d_\d\d-\d\d-\d\d_[^/]*$/;

/** Copies that the other workers of a distributed save write and throw away. */
const WORKER_TEMP = /^workertemp_\d+$/;

/** What a sharded save writes before it renames: `ckpt-5_temp`. */
const SAVE_TEMP = /_temp(?:\/|$)/;

export function isStepFolder(folder: string): boolean {
  return STEP_FOLDER.test(baseOf(folder));
}

/** `checkpoint-500` of the Hugging Face Trainer. */
export function isTrainerFolder(folder: string): boolean {
  return /^(?:tmp-)?checkpoint-\d+$/.test(baseOf(folder));
}

export function isThrownAway(folder: string): boolean {
  return folder.split('/').some((part) => WORKER_TEMP.test(part) || part === TRASH);
}

export function isSaveTemp(folder: string): boolean {
  return SAVE_TEMP.test(folder);
}

/** The id at the end of the name of such a folder. */
export function wandbRunOf(folder: string): { readonly above: string; readonly id: string } | null {
  const found = WANDB_RUN.exec(folder);
  return found && { above: found[1] ?? '', id: folder.replace(/^.*run-\d{8}_\d{6}-/, '') };
}

/** What MLflow deleted, with all its runs. */
const TRASH = '.trash';

/** A folder of Weights & Biases: `wandb/offline-run-20240101_120000-abc123`. */
const WANDB_RUN = /^(?:(.*)\/)?wandb\/(?:offline-)?run-\d{8}_\d{6}-[^/]+$/;

/** Where it keeps what it would send away: its configuration and summary. */
const WANDB_PART = /(?:^|\/)(?:offline-)?run-\d{8}_\d{6}-[^/]+\/(?:files|logs|tmp)$/;

/** The folder that OpenMMLab makes for each start: `20240101_120000`. */
const DATED = /^\d{8}_\d{6}$/;

/** What must be known of a folder to say whose it is. */
export interface FolderContents {
  /** Whether there is nothing in it that matters but TensorBoard logs. */
  onlyEvents(folder: string): boolean;
  hasCheckpoints(folder: string): boolean;
  isSavedModel(folder: string): boolean;
  /** Whether it is a checkpoint that several processes wrote, or a part of one. */
  isDistributed(folder: string): boolean;
  /** Whether torch has put the hyper-parameters of the run above into it. */
  isSession(folder: string): boolean;
  /** The run of a tracker that a folder is, or lies in; `null` where there is none. */
  trackedRun(folder: string): string | null;
  /** How many runs of Weights & Biases there are in the `wandb` of a folder; a resumed one is one. */
  wandbRuns(folder: string): number;
}

/** The folder whose run a folder belongs to: itself, or one above. */
export function runOf(folder: string, contents: FolderContents): string {
  if (folder === '') return '';
  const tracked = contents.trackedRun(folder);
  if (tracked !== null) return tracked;
  const parent = parentOf(folder);
  return belongsToParent(folder, contents) ? runOf(parent, contents) : runOfLogs(folder, contents);
}

function belongsToParent(folder: string, contents: FolderContents): boolean {
  const name = baseOf(folder);
  const parent = parentOf(folder);
  return (
    PART.test(name) ||
    STEP_FOLDER.test(name) ||
    WORKER_TEMP.test(name) ||
    SAVE_TEMP.test(name) ||
    WANDB_PART.test(folder) ||
    ((SPLIT.test(name) || contents.isSession(folder)) && contents.onlyEvents(folder)) ||
    contents.isSavedModel(folder) ||
    (name === 'variables' && contents.isSavedModel(parent)) ||
    contents.isDistributed(folder) ||
    isRankFolder(folder) ||
    (parent !== '' && isStepFolder(parent))
  );
}

/** Folders that hold the logs of the training above them, if there is one. */
function runOfLogs(folder: string, contents: FolderContents): string {
  const above = aboveLogs(folder, contents);
  return above !== null && contents.hasCheckpoints(above) ? runOf(above, contents) : folder;
}

function aboveLogs(folder: string, contents: FolderContents): string | null {
  if (TRAINER_LOG.test(folder)) return parentOf(parentOf(folder));
  if (DATED.test(baseOf(folder))) return parentOf(folder);
  const wandb = WANDB_RUN.exec(folder);
  // Several in one place are several trainings.
  return wandb && contents.wandbRuns(wandb[1] ?? '') === 1 ? (wandb[1] ?? '') : null;
}
