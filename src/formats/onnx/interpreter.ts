import { CheckpointError } from '#domain/problem.ts';
import type { Builder } from '#formats/tensorflow-graph/builder.ts';
import { ABSENT } from '#formats/tensorflow-graph/values.ts';
import { contextOf, type OpenContext, sourceOf, type Table, type Value } from './context.ts';
import type { GraphMessage, NodeMessage } from './graph-proto.ts';
import { heldOf, knownOf, MAX_KNOWN } from './tensor-values.ts';

/** Graphs within graphs; more would be a trap. */
const MAX_DEPTH = 32;

export interface Scene {
  readonly builder: Builder;
  readonly opset: number;
  readonly path: string;
  readonly translations: Table;
}

/** Values by their names, those of graphs around among them. */
type Frame = Map<string, Value>;

/** Goes through nodes in their order, which is one in which they can be computed. */
export function interpret(
  nodes: readonly NodeMessage[],
  frame: Frame,
  scene: Scene,
  depth = 0,
): void {
  for (const node of nodes) {
    const made = compute(node, frame, scene, depth);
    for (const [i, name] of node.outputs.entries()) {
      if (name !== '') frame.set(name, made[i] ?? ABSENT);
    }
  }
}

function compute(node: NodeMessage, frame: Frame, scene: Scene, depth: number): readonly Value[] {
  const { builder, translations } = scene;
  const inputs = node.inputs.map((name) => frame.get(name) ?? ABSENT);
  const op = nameOf(node);
  if (op !== 'If' && !Object.hasOwn(translations, op)) {
    builder.reasons.add(`the op ${op} ("${node.name || node.outputs[0]}") is not supported`);
    return [];
  }
  // what could not be computed before is on record already
  if (node.inputs.some((name, i) => name !== '' && inputs[i] === ABSENT)) {
    if (builder.reasons.size === 0) builder.reasons.add(`${sourceOf(node)}: an input is not there`);
    return [];
  }
  try {
    return translate(contextOf(node, inputs, scene), frame, scene, depth);
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.problem.kind !== 'unfit') throw error;
    for (const reason of error.problem.reasons) builder.reasons.add(reason);
    return [];
  }
}

/** With its domain, where it is not one of ONNX's own. */
function nameOf({ domain, op = '' }: NodeMessage): string {
  return !domain || domain === 'ai.onnx' ? op : `${domain}.${op}`;
}

function translate(
  context: OpenContext,
  frame: Frame,
  scene: Scene,
  depth: number,
): readonly Value[] {
  const op = nameOf(context.node);
  const made =
    op === 'If' ? branch(context, frame, scene, depth) : (scene.translations[op]?.(context) ?? []);
  for (const name of context.unread()) context.refuse(`the attribute ${name} is not understood`);
  return Array.isArray(made) ? made : [made as Value];
}

/** The branch that a condition takes which does not depend on the data. */
function branch(context: OpenContext, frame: Frame, scene: Scene, depth: number): readonly Value[] {
  const branches = ['else_branch', 'then_branch'].map((name) => context.graph(name));
  const graph = branches[context.number(0, 'the condition') === 0 ? 0 : 1];
  if (!graph || depth >= MAX_DEPTH) return context.refuse('it has no branches');
  const inner: Frame = new Map(frame);
  declare(graph, inner, scene.builder);
  interpret(graph.nodes, inner, scene, depth + 1);
  return graph.outputs.map(({ name = '' }) => inner.get(name) ?? ABSENT);
}

/** The constants of a graph within another. */
function declare({ initializers }: GraphMessage, frame: Frame, builder: Builder): void {
  for (const message of initializers) {
    const held = heldOf(message);
    const name = message.name ?? '';
    if (!held) builder.reasons.add(`the constant ${name} cannot be read`);
    else {
      const known = knownOf(held);
      const isSmall = known.values.length <= MAX_KNOWN;
      frame.set(name, isSmall ? known : builder.constant(name, held));
    }
  }
}
