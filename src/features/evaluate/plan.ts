import type { DatasetSummary } from '#domain/dataset.ts';
import type { EvaluationPlan } from '#domain/evaluation.ts';
import type { Graph, GraphChoice } from '#domain/graph.ts';
import { type ColumnChoice, usualColumns } from './data-choice.ts';
import { parseScaling, type ScalingText } from './scaling.ts';
import type { EvaluateView } from './view.ts';

/** All that is chosen so far. */
export interface Choices {
  readonly view: EvaluateView;
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
  | 'classes'
  | 'scaling';

/** The columns that are chosen, or those that fit. */
export function chosenColumns(
  view: EvaluateView,
  dataset: DatasetSummary,
  graph: Graph | undefined,
): ColumnChoice {
  const names = new Set(dataset.columns.map(({ name }) => name));
  const label = view.label !== null && names.has(view.label) ? view.label : dataset.label;
  const usual = usualColumns(dataset, graph?.inputs ?? [], label);
  const kept = view.inputs?.filter((name) => names.has(name) && name !== label) ?? [];
  return kept.length > 0 ? { inputs: kept, label } : usual;
}

/** The plan, or what it lacks. */
export function planOf(choices: Choices): EvaluationPlan | readonly Lack[] {
  const { view, checkpoints, choice, graph, dataset } = choices;
  const scaling = parseScaling(choices.scaling);
  const columns = dataset && chosenColumns(view, dataset, graph);
  const label = columns?.label ?? null;
  const inputs = columns?.inputs ?? [];
  const classes = dataset && renumbered(view, dataset, label);
  const lacks = (
    [
      ['checkpoints', checkpoints.length === 0],
      ['graph', !choice || !graph],
      ['confirm', choice?.kind === 'proposal' && graph !== undefined && !choices.isConfirmed],
      ['dataset', !dataset],
      ['columns', dataset !== undefined && graph !== undefined && inputs.length === 0],
      ['label', dataset !== undefined && label === null],
      ['classes', classes !== undefined && hasTwice(classes)],
      ['scaling', scaling === null],
    ] as const
  ).flatMap(([lack, isLacking]) => (isLacking ? [lack] : []));
  if (lacks.length > 0 || !choice || !dataset || !scaling || label === null) return lacks;
  return {
    graph: choice,
    checkpoints,
    dataset: dataset.path,
    inputs,
    label,
    ...(classes ? { classes } : {}),
    scaling,
    batchSize: graph?.batch ?? view.batch,
    backend: view.backend,
  };
}

/** The numbers of the label's words, where a person gave others than their order. */
function renumbered(
  { classes }: EvaluateView,
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
