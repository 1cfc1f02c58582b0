import type { DatasetSummary } from '#domain/dataset.ts';
import type { EvaluationPlan, VirtualCheckpoint } from '#domain/evaluation.ts';
import type { Graph, GraphChoice } from '#domain/graph.ts';
import type { Task } from '#domain/scores.ts';
import type { DataSettings } from './data/settings.ts';
import { isClassification, usualTargets, usualTask } from './data/task-choice.ts';
import { usualColumns } from './data-choice.ts';
import { parseScaling, type ScalingText } from './scaling.ts';
import type { EvaluateView } from './view.ts';

/** All that is chosen so far. */
export interface Choices {
  readonly directory: string;
  readonly view: EvaluateView;
  readonly settings: DataSettings;
  /** Chosen ones that can be evaluated. */
  readonly checkpoints: readonly string[];
  readonly choice: GraphChoice | null;
  readonly isConfirmed: boolean;
  readonly graph: Graph | undefined;
  readonly dataset: DatasetSummary | undefined;
  readonly scaling: ScalingText;
}

/** What is still to be chosen. */
export type Lack =
  | 'checkpoints'
  | 'graph'
  | 'confirm'
  | 'dataset'
  | 'columns'
  | 'label'
  | 'targets'
  | 'classes'
  | 'scaling';

/** How the columns of a data set are used: as a person said, or as they fit. */
export interface Columns {
  readonly task: Task;
  /** In the order of the graph's inputs; `''`: filled. */
  readonly inputs: readonly string[];
  readonly label: string | null;
  readonly targets: readonly string[];
  readonly slices: readonly string[];
  /** Of `next-token`; `null`: all places count. */
  readonly mask: string | null;
}

export function chosenColumns(
  settings: DataSettings,
  dataset: DatasetSummary,
  graph: Graph | undefined,
): Columns {
  const names = new Set(dataset.columns.map(({ name }) => name));
  const task = settings.task ?? usualTask(dataset, graph);
  const known = settings.label !== null && names.has(settings.label) ? settings.label : null;
  const label = known ?? dataset.label;
  const own = task === 'next-token' ? null : label;
  const inputs = chosenInputs(settings, dataset, { graph, label: own });
  const targets = isClassification(task)
    ? []
    : (settings.targets?.filter((name) => names.has(name)) ?? usualTargets(dataset, task, inputs));
  return {
    task,
    inputs: dataset.tabular ? inputs.filter((name) => !targets.includes(name)) : inputs,
    label: isClassification(task) ? label : null,
    targets,
    slices: settings.slices?.filter((name) => names.has(name)) ?? [],
    mask: task === 'next-token' ? chosenMask(settings, dataset) : null,
  };
}

function chosenInputs(
  settings: DataSettings,
  dataset: DatasetSummary,
  { graph, label }: { readonly graph: Graph | undefined; readonly label: string | null },
): readonly string[] {
  const names = new Set(dataset.columns.map(({ name }) => name));
  const usual = usualColumns(dataset, graph?.inputs ?? [], label).inputs;
  const said = settings.inputs?.filter(
    (name) => name === '' || (names.has(name) && name !== label),
  );
  if (!said?.some((name) => name !== '')) return usual;
  if (dataset.tabular || said.length === usual.length) return said;
  // They were chosen for a graph with more or fewer inputs.
  return usual.map((name, index) => said[index] ?? name);
}

/** A mask that came with the tokens counts unless a person says otherwise. */
function chosenMask({ mask }: DataSettings, { columns }: DatasetSummary): string | null {
  if (mask !== null) return columns.some(({ name }) => name === mask) ? mask : null;
  return (
    columns.find(({ name }) => /^(?:attention|loss|padding)?_?mask$/i.test(name))?.name ?? null
  );
}

/** The plan, or what it lacks. */
export function planOf(choices: Choices): EvaluationPlan | readonly Lack[] {
  const { view, settings, checkpoints, choice, graph, dataset } = choices;
  const scaling = parseScaling(choices.scaling);
  const columns = dataset && chosenColumns(settings, dataset, graph);
  const classes = dataset && columns && renumbered(settings, dataset, columns.label);
  const lacks = lacksOf(choices, columns);
  if (classes !== undefined && hasTwice(classes)) lacks.push('classes');
  if (scaling === null) lacks.push('scaling');
  if (lacks.length > 0 || !choice || !dataset || !scaling || !columns) return lacks;
  const virtual = virtualOf(view, checkpoints);
  return {
    directory: choices.directory,
    graph: choice,
    checkpoints,
    ...(virtual ? { virtual } : {}),
    dataset: dataset.path,
    ...scoredOf(settings, columns),
    ...(settings.image && hasImages(dataset, columns.inputs) ? { image: settings.image } : {}),
    ...outputOf(settings, graph),
    ...(classes ? { classes } : {}),
    ...(view.prefix === null ? {} : { prefix: view.prefix }),
    scaling,
    batchSize: graph?.batch ?? view.batch,
    backend: view.backend,
  };
}

/** What goes in, and what comes out is compared with; what has nothing to say is left out. */
function scoredOf(
  { positive }: DataSettings,
  { task, inputs, label, targets, slices, mask }: Columns,
): Pick<EvaluationPlan, 'task' | 'inputs' | 'label' | 'targets' | 'slices' | 'positive' | 'mask'> {
  return {
    task,
    inputs,
    label: label ?? '',
    ...(targets.length > 0 ? { targets } : {}),
    ...(slices.length > 0 ? { slices } : {}),
    ...(positive !== null && task === 'binary' ? { positive } : {}),
    ...(mask === null ? {} : { mask }),
  };
}

function outputOf(
  { output }: DataSettings,
  graph: Graph | undefined,
): Pick<EvaluationPlan, 'output'> {
  const isKnown = output !== null && graph?.outputs.some(({ name }) => name === output);
  return isKnown ? { output } : {};
}

function lacksOf(choices: Choices, columns: Columns | undefined): Lack[] {
  const { checkpoints, choice, graph, dataset, isConfirmed } = choices;
  const isLabelled = columns !== undefined && isClassification(columns.task);
  const needsTargets = columns?.task === 'multi-label' || columns?.task === 'regression';
  const lacks: readonly (readonly [Lack, boolean])[] = [
    ['checkpoints', checkpoints.length === 0],
    ['graph', !choice || !graph],
    ['confirm', choice?.kind === 'proposal' && graph !== undefined && !isConfirmed],
    ['dataset', !dataset],
    ['columns', graph !== undefined && columns !== undefined && !columns.inputs.some(Boolean)],
    ['label', isLabelled && columns.label === null],
    ['targets', needsTargets && columns.targets.length === 0],
  ];
  return lacks.flatMap(([lack, isLacking]) => (isLacking ? [lack] : []));
}

/** The averages that are among the chosen ones. */
function virtualOf(
  { virtual }: EvaluateView,
  checkpoints: readonly string[],
): Readonly<Record<string, VirtualCheckpoint>> | null {
  const used = Object.entries(virtual).filter(([name]) => checkpoints.includes(name));
  return used.length > 0 ? Object.fromEntries(used) : null;
}

export function hasImages({ columns }: DatasetSummary, inputs: readonly string[]): boolean {
  return columns.some(({ name, kind }) => kind === 'image' && inputs.includes(name));
}

/** The numbers of the label's words, where a person gave others than their order. */
function renumbered(
  { classes }: DataSettings,
  { columns }: DatasetSummary,
  label: string | null,
): readonly number[] | undefined {
  const words = columns.find(({ name }) => name === label)?.classes;
  if (!words || classes?.length !== words.length) return undefined;
  return classes.every((number, index) => number === index) ? undefined : classes;
}

function hasTwice(numbers: readonly number[]): boolean {
  return new Set(numbers).size < numbers.length;
}

export function isPlan(plan: EvaluationPlan | readonly Lack[]): plan is EvaluationPlan {
  return !Array.isArray(plan);
}
