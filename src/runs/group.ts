import type { CheckpointRef, Run, UnreadFile } from '#domain/run.ts';
import { baseOf, joinPath, parentOf } from '#io/path.ts';
import { byPath } from './by-path.ts';
import {
  type CheckpointParts,
  checkpointRefs,
  emptyFolderRef,
  exportedRefs,
  folderRefs,
  loneRefs,
  webRefs,
} from './checkpoint-refs.ts';
import { datasetFiles } from './dataset-files.ts';
import { distributedRefs, isDistributedFolder, isRankFolder } from './distributed-folders.ts';
import { type FileKind, isSurelyData, kindOf, tableKind, titleOf } from './file-kind.ts';
import {
  type FolderContents,
  isSaveTemp,
  isStepFolder,
  isThrownAway,
  isTrainerFolder,
  runOf,
  wandbRunOf,
} from './folder-role.ts';
import { imageFolders } from './image-folders.ts';
import { createMlflowRuns } from './mlflow-runs.ts';
import { createOrbaxFiles } from './orbax-refs.ts';
import { isOfSavedModel, savedModelRefs } from './saved-model-refs.ts';
import { sessionFolders } from './session-folders.ts';
import { isTrainerState } from './trainer-states.ts';
import { uniqueRefs } from './unique-refs.ts';

/** What a list of paths amounts to. */
export interface Grouping {
  readonly runs: readonly Run[];
  readonly datasets: readonly string[];
  readonly graphs: readonly string[];
  readonly unread: readonly UnreadFile[];
}

/** Files that need be part of no run are kept up to these numbers; more are only counted as seen. */
const MAX_LOOSE_FILES = 1000;
const MAX_FILES_BESIDE = 50_000;

export type TableKind = 'history' | 'dataset' | 'checkpoint' | 'text' | 'other';
type Tables = Map<string, TableKind>;

/** Files of a folder that matter, by what they may be. */
type Folder = Readonly<Record<KeptKind, string[]>> & { savedModel: boolean };
type KeptKind = (typeof KEPT)[number];

const KEPT = [
  'checkpoint',
  'auxiliary',
  'bundle-index',
  'bundle-data',
  'distributed',
  'web-shard',
  'history',
  'table',
  'text',
  'configuration',
  'graph',
  'json',
  'pointer',
  'dataset',
  'data',
  'known',
] as const satisfies readonly FileKind[];

/**
 * Groups paths into runs as they come in. Paths that are nothing to us are forgotten, so a directory
 * of a million unrelated files costs no memory.
 */
export function createGrouping() {
  const folders = new Map<string, Folder>();
  const tables: Tables = new Map();
  const images = imageFolders(MAX_LOOSE_FILES);
  const empty = new Set<string>();
  const orbax = createOrbaxFiles();
  const mlflow = createMlflowRuns();
  const loose = new Map<FileKind, number>();
  let datasets: ReadonlyMap<string, readonly string[]> = new Map();

  /** Whether there are already as many of its kind as are kept. */
  function isTooMany(kind: FileKind, path: string): boolean {
    const limit = LIMITS.get(kind);
    if (limit === undefined || tableKind(path) === 'history') return false;
    const count = (loose.get(kind) ?? 0) + 1;
    if (count <= limit) loose.set(kind, count);
    return count > limit;
  }

  function add(path: string): void {
    const kind = kindOf(path);
    if (kind === 'other') return;
    if (kind === 'image' || kind === 'orbax' || kind === 'mlflow') {
      ({ image: images, orbax, mlflow })[kind].add(path);
      return;
    }
    if (isTooMany(kind, path)) return;
    const name = parentOf(path);
    const folder = folders.get(name) ?? newFolder();
    folders.set(name, folder);
    if (kind === 'saved-model') folder.savedModel = true;
    else folder[kind].push(path);
  }

  return {
    add(paths: readonly string[]): void {
      for (const path of paths) add(path);
    },
    /** A folder with nothing in it: a save may have got no further. */
    addEmpty(path: string): void {
      if (isTrainerFolder(path) && empty.size < MAX_LOOSE_FILES) empty.add(path);
    },
    /** Tables whose content has to say what they are; those whose names say nothing come first. */
    undecided(): readonly string[] {
      const open = [...folders.values()]
        .flatMap(({ table, text }) => [...table, ...text])
        .filter((path) => !tables.has(path) && !isSurelyData(path));
      return open.sort((a, b) => Number(tableKind(a) !== null) - Number(tableKind(b) !== null));
    },
    decide(path: string, kind: TableKind): void {
      tables.set(path, kind);
    },
    grouping(): Grouping {
      const grouped = group(folders, tables, {
        images: images.found(),
        empty,
        orbax: orbax.refs(),
        mlflow,
      });
      datasets = datasetFiles(grouped.datasets);
      return { ...grouped, datasets: [...datasets.keys()] };
    },
    /** All files that a data set is made of, itself first. */
    filesOfDataset: (path: string): readonly string[] => datasets.get(path) ?? [path],
    /** Other files that a log is made of. */
    partsOf: (history: string): readonly string[] => mlflow.partsOf(history),
    /** JSON files in the folders of a run whose names do not say what they are. */
    unnamed(run: string): readonly string[] {
      const contents = contentsOf(folders, mlflow);
      return [...folders]
        .filter(([name]) => runOf(name, contents) === run)
        .flatMap(([, { json, configuration }]) => [...json, ...configuration]);
    },
  };
}

/** Kinds that can be many without any of them being part of a run. */
const LIMITS: ReadonlyMap<FileKind, number> = new Map([
  ['table', MAX_LOOSE_FILES],
  ['text', MAX_LOOSE_FILES],
  ['dataset', MAX_LOOSE_FILES],
  ['data', MAX_LOOSE_FILES],
  ['known', MAX_LOOSE_FILES],
  ['json', MAX_LOOSE_FILES],
  ['configuration', MAX_FILES_BESIDE],
  ['graph', MAX_FILES_BESIDE],
  ['pointer', MAX_FILES_BESIDE],
]);

function newFolder(): Folder {
  const lists = Object.fromEntries(KEPT.map((kind) => [kind, [] as string[]]));
  return { ...(lists as Record<KeptKind, string[]>), savedModel: false };
}

function contentsOf(folders: ReadonlyMap<string, Folder>, mlflow: MlflowRuns): FolderContents {
  const wandb = wandbIds(folders);
  const aboveSteps = new Set([...folders.keys()].filter(isStepFolder).map(parentOf));
  const aboveVariables = new Set(
    [...folders].filter(([, folder]) => hasVariables(folder)).map(([name]) => parentOf(name)),
  );
  return {
    onlyEvents(name) {
      const folder = folders.get(name);
      if (!folder) return false;
      const { history, checkpoint, configuration } = folder;
      const others = [...checkpoint, ...configuration, ...folder['bundle-index'], ...folder.table];
      return others.length === 0 && history.every(isEvents) && history.length > 0;
    },
    hasCheckpoints(name) {
      const folder = folders.get(name);
      if (!folder) return aboveSteps.has(name);
      const { checkpoint } = folder;
      return checkpoint.length > 0 || folder['bundle-index'].length > 0 || aboveSteps.has(name);
    },
    isSavedModel: (name) => folders.get(name)?.savedModel || aboveVariables.has(name),
    isDistributed(name) {
      const folder = folders.get(name);
      return folder !== undefined && isDistributedFolder(distributedParts(folder));
    },
    isSession: sessionFolders(folders),
    trackedRun: mlflow.runAbove,
    wandbRuns: (name) => wandb.get(name)?.size ?? 0,
  };
}

/** The ids of the runs of Weights & Biases below each folder. */
function wandbIds(folders: ReadonlyMap<string, Folder>): ReadonlyMap<string, ReadonlySet<string>> {
  const ids = new Map<string, Set<string>>();
  for (const name of folders.keys()) {
    const run = wandbRunOf(name);
    if (run) ids.set(run.above, (ids.get(run.above) ?? new Set()).add(run.id));
  }
  return ids;
}

function hasVariables(folder: Folder): boolean {
  return [...folder['bundle-index'], ...folder['bundle-data']].some(isOfSavedModel);
}

type MlflowRuns = ReturnType<typeof createMlflowRuns>;

interface RunParts {
  readonly checkpoints: CheckpointRef[];
  readonly histories: string[];
  readonly texts: string[];
  readonly configurations: string[];
  readonly graphs: string[];
  readonly pointers: string[];
}

/** Folders that are what they are without a file that says so. */
interface LoneFolders {
  readonly images: readonly string[];
  readonly empty: ReadonlySet<string>;
  readonly orbax: readonly CheckpointRef[];
  readonly mlflow: MlflowRuns;
}

function group(
  folders: ReadonlyMap<string, Folder>,
  tables: Tables,
  { images, empty, orbax, mlflow }: LoneFolders,
): Grouping {
  const contents = contentsOf(folders, mlflow);
  const runs = new Map<string, RunParts>();
  const datasets: string[] = [...images];
  const unread: UnreadFile[] = [];

  for (const [name, folder] of folders) {
    if (isThrownAway(name)) continue;
    const run = runOf(name, contents);
    const parts = runs.get(run) ?? newParts();
    runs.set(run, parts);
    parts.checkpoints.push(
      ...refsOf(name, folder, contents),
      ...webRefs(folder.graph, folder['web-shard']),
      ...loneRefs(folder.table.filter((path) => kindOfTable(path, tables) === 'checkpoint')),
    );
    parts.histories.push(
      ...folder.history,
      ...folder.pointer.filter(isTrainerState),
      ...folder.table.filter((path) => kindOfTable(path, tables) === 'history'),
      ...folder.text.filter((path) => tables.get(path) === 'history'),
    );
    parts.texts.push(
      ...[...folder.table, ...folder.text].filter((path) => tables.get(path) === 'text'),
    );
    parts.configurations.push(...folder.configuration);
    parts.graphs.push(...folder.graph);
    if (folder.savedModel) parts.graphs.push(joinPath(name, 'saved_model.pb'));
    parts.pointers.push(...folder.pointer);
    datasets.push(
      ...folder.dataset,
      ...folder.table.filter((path) => kindOfTable(path, tables) === 'dataset'),
    );
    unread.push(...unreadOf(folder));
  }
  const partsAt = (run: string) => {
    const parts = runs.get(run) ?? newParts();
    runs.set(run, parts);
    return parts;
  };
  const add = (folder: string, ref: CheckpointRef) => {
    partsAt(runOf(folder, contents)).checkpoints.push(ref);
  };
  for (const run of mlflow.runs()) partsAt(run).histories.push(joinPath(run, 'meta.yaml'));
  for (const name of empty) add(name, emptyFolderRef(name));
  for (const ref of orbax) add(parentOf(ref.path === ref.main ? ref.main : ref.path), ref);
  addExported(runs);
  const sorted = [...runs]
    .filter(([, parts]) => isRun(parts))
    .map(([path, parts]) => ({ path, ...sortParts(parts) }))
    .sort((a, b) => byPath(a.path, b.path));
  return {
    runs: sorted,
    datasets: datasets.sort(byPath),
    graphs: [...runs.values()].flatMap(({ graphs }) => graphs).sort(byPath),
    unread: unread.sort((a, b) => byPath(a.path, b.path)),
  };
}

/**
 * A model that was exported carries its weights, and is a checkpoint where nothing else was saved: an ONNX
 * file here or in a folder below, a program of torch.export, which is first of all a graph, anywhere.
 */
function addExported(runs: ReadonlyMap<string, RunParts>): void {
  const above = new Set<string>();
  for (const [path, { checkpoints }] of runs) {
    for (let at = path; checkpoints.length > 0 && !above.has(at); at = parentOf(at)) above.add(at);
  }
  for (const [path, { checkpoints, graphs }] of runs) {
    if (above.has(path)) continue;
    const isAlone = above.size === 0;
    checkpoints.push(...exportedRefs(graphs.filter((at) => isAlone || at.endsWith('.onnx'))));
  }
}

function distributedParts({ checkpoint, auxiliary, distributed }: Folder) {
  return { checkpoints: checkpoint, auxiliaries: auxiliary, distributed };
}

function refsOf(name: string, folder: Folder, contents: FolderContents): CheckpointRef[] {
  const parts = {
    checkpoints: folder.checkpoint,
    auxiliaries: folder.auxiliary,
    bundleFiles: [...folder['bundle-index'], ...folder['bundle-data']],
  };
  const { bundleFiles } = parts;
  const models = savedModelRefs(name, { hasModel: folder.savedModel, bundleFiles });
  if (models.length > 0) {
    const others = bundleFiles.filter((path) => !isOfSavedModel(path));
    return [...models, ...checkpointRefs({ ...parts, bundleFiles: others })];
  }
  // Parts of one checkpoint can lie in folders of their own: `iter_0000100/mp_rank_00/…`.
  const step = stepFolderOf(name);
  if (contents.isDistributed(name)) return distributedRefs(name, distributedParts(folder), step);
  if (isRankFolder(name)) return folderRefs(step ?? parentOf(name), asRank(parts));
  return step === null || isSaveTemp(name) ? checkpointRefs(parts) : folderRefs(step, parts);
}

/** The folder of a step that a folder is, or is in. The Trainer has those of DeepSpeed in its own. */
function stepFolderOf(name: string): string | null {
  const parent = parentOf(name);
  if (isStepFolder(name) && !isTrainerFolder(parent)) return name;
  return isStepFolder(parent) ? parent : null;
}

/** The optimizer of a rank can be in a file of its own. */
function asRank(parts: CheckpointParts): CheckpointParts {
  const isOptimizer = (path: string) => baseOf(path) === 'distrib_optim.pt';
  return {
    ...parts,
    checkpoints: parts.checkpoints.filter((path) => !isOptimizer(path)),
    auxiliaries: [...parts.auxiliaries, ...parts.checkpoints.filter(isOptimizer)],
  };
}

function isRun({ checkpoints, histories, texts, pointers }: RunParts): boolean {
  const state = pointers.some((path) => baseOf(path) === 'checkpoint');
  return checkpoints.length > 0 || histories.length > 0 || texts.length > 0 || state;
}

/** What was decided of a table; until then, what its name says. */
function kindOfTable(path: string, tables: Tables): TableKind | null {
  return tables.get(path) ?? tableKind(path);
}

function unreadOf(folder: Folder): UnreadFile[] {
  return [...folder.known, ...folder.data].map((path) => ({ path, title: titleOf(path) }));
}

function isEvents(path: string): boolean {
  return baseOf(path).includes('.tfevents');
}

function newParts(): RunParts {
  return {
    checkpoints: [],
    histories: [],
    texts: [],
    configurations: [],
    graphs: [],
    pointers: [],
  };
}

function sortParts(parts: RunParts): Omit<Run, 'path'> {
  return {
    checkpoints: uniqueRefs(parts.checkpoints).sort((a, b) => byPath(a.path, b.path)),
    histories: withoutSummary(parts.histories).sort(byPath),
    ...(parts.texts.length > 0 && { texts: parts.texts.sort(byPath) }),
    configurations: parts.configurations.sort(byPath),
    graphs: parts.graphs.sort(byPath),
    pointers: parts.pointers.sort(byPath),
  };
}

/** The summary of Weights & Biases says something where its log is not there. */
function withoutSummary(histories: readonly string[]): string[] {
  const hasLog = histories.some((path) => path.endsWith('.wandb'));
  return histories.filter((path) => !(hasLog && baseOf(path) === 'wandb-summary.json'));
}
