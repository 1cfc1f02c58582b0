import type { Graph, GraphNode, GraphOutput, OpName } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
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

interface PlannedOutput {
  /** The value that is scored: what stands before a softmax at the end, as metrics want logits. */
  readonly value: string;
  readonly means: GraphOutput['means'];
  /** What the graph itself gives out. */
  readonly shown: GraphOutput['means'];
  /** Outputs per example. */
  readonly classes: number;
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

/** Plans what is scored of a graph: its first output, one row of classes for each example. */
export function planScores(
  graph: Graph,
  inputs: ReadonlyMap<string, readonly number[]>,
): ScoredPlan {
  const specs = inferSpecs(graph, inputs);
  const output = scored(graph, specs);
  const batch = inputs.get(graph.inputs[0]?.name ?? '')?.[0] ?? 1;
  const classes = classesOf(graph, specs.get(output.value), batch);
  return { ...planFrom(graph, specs, output.value), output: { ...output, classes } };
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

function scored(graph: Graph, specs: ReadonlyMap<string, Spec>): Omit<PlannedOutput, 'classes'> {
  const output = graph.outputs[0];
  if (!output || !specs.has(output.name)) throw unfit(graph, 'no node gives its output');
  const { name, means } = output;
  const last = graph.nodes.find((node) => node.outputs[0] === name);
  const before = last?.inputs[0];
  if (last && before && endsInProbabilities(last, means, specs.get(name))) {
    return { value: before, means: 'logits', shown: means };
  }
  return { value: name, means, shown: means };
}

function endsInProbabilities(
  node: GraphNode,
  means: GraphOutput['means'],
  spec: Spec | undefined,
): boolean {
  const shape = spec?.shape ?? [];
  const classes = shape.at(-1) ?? 0;
  const onLast = (axis: number) => shape.length === 2 && classes > 1 && (axis === -1 || axis === 1);
  if (node.op === 'softmax') return means === 'probabilities' && onLast(node.attributes.axis);
  if (node.op === 'log_softmax') {
    return means === 'log-probabilities' && onLast(node.attributes.axis);
  }
  const isSigmoid = node.op === 'unary' && node.attributes.name === 'sigmoid';
  return means === 'probabilities' && isSigmoid && classes === 1;
}

function classesOf(graph: Graph, spec: Spec | undefined, batch: number): number {
  const [first, ...rest] = spec?.shape ?? [];
  const classes = product(rest);
  if (first !== batch || rest.filter((size) => size > 1).length > 1 || classes < 1) {
    throw unfit(
      graph,
      `its output has shape ${show(spec?.shape ?? [])}; a score needs one row of classes for each of ${batch} examples`,
    );
  }
  return classes;
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
