import type { Graph, GraphNode, GraphOutput, OpName } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { Task } from '#domain/scores.ts';
import { resolver } from './ops/arrays.ts';
import { computeType, Misfit, type Op, product, type Spec, show } from './ops/op.ts';
import { OPS } from './ops/table.ts';

/** A graph made ready for inputs of certain shapes: what is computed, in which order, and how large it is. */
export interface Plan {
  readonly title: string;
  readonly steps: readonly Step[];
  /** Of every value that is computed, read or given in. */
  readonly specs: ReadonlyMap<string, Spec>;
  /** Names of the parameters and constants that the steps read. */
  readonly weights: readonly string[];
  /** What is computed. */
  readonly value: string;
}

export interface ScoredPlan extends Plan {
  readonly output: PlannedOutput;
}

export interface Step {
  readonly node: GraphNode;
  readonly op: Op<OpName>;
  readonly inputs: readonly (string | null)[];
  readonly output: string;
  /** Values that no later step reads. */
  readonly done: readonly string[];
}

export interface PlannedOutput {
  /** The value that is scored: what stands before a softmax at the end, as metrics want logits. */
  readonly value: string;
  readonly means: GraphOutput['means'];
  /** What the graph itself gives out. */
  readonly shown: GraphOutput['means'];
  /** What stands between the two. */
  readonly by: 'softmax' | 'sigmoid' | null;
  /** Numbers per example, or per place of `next-token`. */
  readonly classes: number;
  /** Of `next-token`, per example; 1 otherwise. */
  readonly places: number;
  /** Shape of one example's outputs. */
  readonly shape: readonly number[];
}

export interface ScoreOptions {
  readonly task: Task;
  /** By `GraphOutput.name`; left out: the first. */
  readonly output?: string | undefined;
}

/**
 * Plans one value of a graph.
 *
 * @param inputs shapes by the names of the graph's inputs, the batch first
 * @throws `unfit` where the shapes do not go together, naming the op
 */
export function planValue(
  graph: Graph,
  inputs: ReadonlyMap<string, readonly number[]>,
  value: string,
): Plan {
  return planFrom(graph, inferSpecs(graph, inputs), value);
}

/**
 * Plans what is scored of a graph: one output with as many numbers for each example as the task wants.
 * @throws `unfit` where it has others
 */
export function planScores(
  graph: Graph,
  inputs: ReadonlyMap<string, readonly number[]>,
  options: ScoreOptions = { task: 'multi-class' },
): ScoredPlan {
  const specs = inferSpecs(graph, inputs);
  const output = scored(graph, specs, options);
  const batch = inputs.get(graph.inputs[0]?.name ?? '')?.[0] ?? 1;
  const { shape } = specs.get(output.value) ?? { shape: [] };
  const width = widthOf(shape, batch, options.task);
  if (width === null) throw unfit(graph, misshapen(shape, batch, options.task));
  return { ...planFrom(graph, specs, output.value), output: { ...output, ...width } };
}

function inferSpecs(
  graph: Graph,
  inputs: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, Spec> {
  const specs = new Map<string, Spec>();
  for (const input of graph.inputs) {
    const shape = inputs.get(input.name);
    if (!shape) throw unfit(graph, `input ${input.name} is not given`);
    specs.set(input.name, specOf(graph, { ...input, shape }));
  }
  for (const [name, parameter] of graph.parameters) specs.set(name, specOf(graph, parameter));
  for (const [name, constant] of graph.constants) {
    if (!specs.has(name)) specs.set(name, specOf(graph, { ...constant, name }));
  }
  for (const node of graph.nodes) inferNode(graph, node, specs);
  return specs;
}

function planFrom(graph: Graph, specs: ReadonlyMap<string, Spec>, value: string): Plan {
  const steps = order(graph, value, specs);
  const read = new Set(steps.flatMap((step) => step.inputs));
  const given = new Set([...graph.parameters.keys(), ...graph.constants.keys()]);
  return {
    title: graph.title,
    steps,
    specs,
    value,
    weights: [...given].filter((name) => read.has(name)),
  };
}

function unfit(graph: Graph, reason: string): CheckpointError {
  return new CheckpointError({ kind: 'unfit', reasons: [reason] }, { path: graph.title });
}

function specOf(
  graph: Graph,
  { name, shape, dtype }: { name: string; shape: readonly number[]; dtype: GraphDtype },
): Spec {
  const type = computeType(dtype);
  if (!type) throw unfit(graph, `${name} is of type ${dtype}, which cannot be computed with`);
  return { shape, dtype: type, known: null };
}

type GraphDtype = Graph['inputs'][number]['dtype'];

function inferNode(graph: Graph, node: GraphNode, specs: Map<string, Spec>): void {
  const [output, ...others] = node.outputs;
  if (output === undefined || others.length > 0) {
    throw unfit(graph, `${node.source} has ${node.outputs.length} outputs`);
  }
  const op: Op<OpName> = OPS[node.op];
  try {
    const inputs = node.inputs.map((name) => {
      if (name === null) return null;
      const spec = specs.get(name);
      if (!spec) throw new Misfit(`its input ${name} is not there`);
      return spec;
    });
    const spec = op.infer(inputs, node.attributes, resolver(specs));
    if (spec.shape.length > MAX_RANK) throw new Misfit(`${show(spec.shape)} has too many axes`);
    specs.set(output, spec);
  } catch (error) {
    if (error instanceof Misfit) throw unfit(graph, `${node.source}: ${error.message}`);
    throw error;
  }
}

/** tfjs on WebGPU has no shaders for more. */
const MAX_RANK = 6;

type Scored = Pick<PlannedOutput, 'value' | 'means' | 'shown' | 'by'>;

function scored(
  graph: Graph,
  specs: ReadonlyMap<string, Spec>,
  { task, output: wanted }: ScoreOptions,
): Scored {
  const output =
    wanted === undefined ? graph.outputs[0] : graph.outputs.find(({ name }) => name === wanted);
  if (!output && wanted !== undefined) throw unfit(graph, `it has no output ${wanted}`);
  if (!output || !specs.has(output.name)) throw unfit(graph, 'no node gives its output');
  const { name, means } = output;
  const asIs = { value: name, means, shown: means, by: null };
  if (task === 'regression') return asIs;
  const last = graph.nodes.find((node) => node.outputs[0] === name);
  const before = last?.inputs[0];
  if (last && before && endsInProbabilities(last, output, { task, spec: specs.get(name) })) {
    const by = last.op === 'unary' ? 'sigmoid' : 'softmax';
    return { value: before, means: 'logits', shown: means, by };
  }
  return asIs;
}

function endsInProbabilities(
  node: GraphNode,
  { means }: GraphOutput,
  { task, spec }: { readonly task: Task; readonly spec: Spec | undefined },
): boolean {
  const shape = spec?.shape ?? [];
  const classes = shape.at(-1) ?? 0;
  const rank = task === 'next-token' ? 3 : 2;
  const onLast = (axis: number) =>
    task !== 'multi-label' &&
    shape.length === rank &&
    classes > 1 &&
    (axis === -1 || axis === rank - 1);
  if (node.op === 'softmax') return means === 'probabilities' && onLast(node.attributes.axis);
  if (node.op === 'log_softmax') {
    return means === 'log-probabilities' && onLast(node.attributes.axis);
  }
  const isSigmoid = node.op === 'unary' && node.attributes.name === 'sigmoid';
  return means === 'probabilities' && isSigmoid && (task === 'multi-label' || classes === 1);
}

/** How the numbers of an output are counted; `null` where the task cannot do with their shape. */
function widthOf(
  [first, ...rest]: readonly number[],
  batch: number,
  task: Task,
): Pick<PlannedOutput, 'classes' | 'places' | 'shape'> | null {
  const classes = product(rest);
  if (first !== batch || classes < 1) return null;
  const isRow = rest.filter((size) => size > 1).length <= 1;
  switch (task) {
    case 'regression':
    case 'multi-label':
      return { classes, places: 1, shape: rest };
    case 'multi-class':
      return isRow ? { classes, places: 1, shape: rest } : null;
    case 'binary':
      return isRow && classes <= 2 ? { classes, places: 1, shape: rest } : null;
    case 'next-token': {
      const [places = 0, vocabulary = 0] = rest;
      return rest.length === 2 ? { classes: vocabulary, places, shape: rest } : null;
    }
  }
}

const WANTED: { readonly [T in Task]: string } = {
  'multi-class': 'one row of classes',
  binary: 'one number, or two,',
  'multi-label': 'one number per label',
  regression: 'some numbers',
  'next-token': 'a row of the vocabulary at each place',
};

function misshapen(shape: readonly number[], batch: number, task: Task): string {
  return `its output has shape ${show(shape)}; a score needs ${WANTED[task]} for each of ${batch} examples`;
}

/** The nodes that the value depends on, each with what can be let go after it. */
function order(graph: Graph, value: string, specs: ReadonlyMap<string, Spec>): Step[] {
  const wanted = new Set([value]);
  const steps: Step[] = [];
  const used = new Set([value]);
  for (const node of graph.nodes.toReversed()) {
    const output = node.outputs[0] ?? '';
    if (!wanted.has(output)) continue;
    // A number that follows from shapes alone needs nothing to be computed.
    const inputs = isKnown(specs.get(output)) ? [] : node.inputs;
    const done = [...new Set(inputs)].filter((name) => name !== null && !used.has(name));
    for (const name of inputs) {
      if (name === null) continue;
      wanted.add(name);
      used.add(name);
    }
    steps.push({ node, op: OPS[node.op], inputs, output, done: done as string[] });
  }
  return steps.toReversed();
}

export function isKnown(spec: Spec | undefined): boolean {
  return spec !== undefined && spec.known !== null && spec.shape.length === 0;
}
