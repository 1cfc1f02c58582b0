import type { Dtype } from '#domain/dtype.ts';
import type { Graph, GraphInput, GraphParameter } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { Builder } from './builder.ts';
import { Interpreter } from './interpreter.ts';
import { type Body, type Library, type NodeDef, orderOf } from './library.ts';
import { needed } from './needed.ts';
import { meaningOf, renamed } from './outputs.ts';
import { type Translations, translationsFor } from './translations.ts';
import type { Computed, Known, Size, Value } from './values.ts';

/** An input or output of a graph, as a signature names it. */
export interface Port {
  /** The name that people know. */
  readonly key: string;
  /** Where it stands in the graph: `serving_default_x:0`. */
  readonly reference: string;
  readonly dtype: Dtype;
  /** `null` where any size will do; no shape at all: even the number of axes is not known. */
  readonly shape: readonly (number | null)[] | null;
}

/** A network inside of a graph of TensorFlow. */
export interface Wanted {
  readonly body: Body;
  readonly library: Library;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Variables by the name of their node: what a checkpoint has to bring. */
  readonly variables: ReadonlyMap<string, GraphParameter>;
  /** The same for constants whose values another file holds. */
  readonly weights: ReadonlyMap<string, GraphParameter | Known>;
  readonly title: string;
  readonly path: string;
  /** Of one example of each input, by its key: for what the file leaves open. */
  readonly lengths?: Lengths | undefined;
}

type Lengths = Readonly<Record<string, readonly number[]>>;

/** What lengths that the file leaves open are taken for, where they have to be known to read it at all. */
const PROBE_LENGTH = 32;

/**
 * Throws `unfit` with every op, attribute and input that stands in the way. Where that is a length which the
 * file leaves open, as the number of steps of a loop, the graph is laid out for a length and says so.
 */
export async function translate(wanted: Wanted): Promise<Graph> {
  const { body, library, inputs, outputs } = wanted;
  const references = outputs.map(({ reference }) => reference);
  const given = new Set(inputs.map(({ reference }) => reference.split(':')[0] ?? ''));
  const top = orderOf(library, body, references).filter(({ name }) => !given.has(name));
  const translations = await translationsFor(opsOf(library, top));
  const attempt = attemptTo(wanted, translations, wanted.lengths ?? {});
  if (attempt.graph) return wanted.lengths ? { ...attempt.graph, laidOut: true } : attempt.graph;
  const isOpen = inputs.some(({ shape }) => shape?.slice(1).includes(null));
  if (wanted.lengths || !isOpen) return refuse(attempt.reasons, wanted);
  const probe = inputs.map(({ key, shape }) => [
    key,
    shape?.slice(1).map(() => PROBE_LENGTH) ?? [],
  ]);
  const laidOut = attemptTo(wanted, translations, Object.fromEntries(probe));
  return laidOut.graph ? { ...laidOut.graph, laidOut: true } : refuse(laidOut.reasons, wanted);
}

function refuse(reasons: readonly string[], { path }: Wanted): never {
  throw new CheckpointError({ kind: 'unfit', reasons }, { path });
}

interface Attempt {
  readonly graph: Graph | null;
  readonly reasons: readonly string[];
}

function attemptTo(wanted: Wanted, translations: Translations, lengths: Lengths): Attempt {
  const { body, library, path, title } = wanted;
  const builder = new Builder();
  for (const { key } of wanted.outputs) builder.fresh(key);
  const inputs = wanted.inputs.map((port) => inputOf(port, lengths[port.key], builder));
  const given = givenOf(wanted, inputs, builder);
  const held = new Map(
    [...wanted.weights].map(([node, weight]): [string, Value] => [
      node,
      'kind' in weight ? weight : builder.parameter(weight),
    ]),
  );
  const interpreter = new Interpreter({ library, builder, translations, path, given, held });
  const values = interpreter.top(
    body,
    wanted.outputs.map(({ reference }) => reference),
  );
  const outputs = wanted.outputs.map(({ key }, i) => outputOf(key, values[i], builder));
  if (builder.reasons.size > 0) return { graph: null, reasons: [...builder.reasons] };
  const keys = wanted.outputs.map(({ key }) => key);
  const nodes = needed(renamed(builder, wanted.outputs, outputs), keys);
  const used = new Set(nodes.flatMap((node) => node.inputs));
  const graph = {
    title,
    inputs: inputs.map(({ input }) => input),
    outputs: keys.map((name, i) => ({
      name,
      means: meaningOf(name, nodes, outputs[i]?.shape ?? []),
    })),
    parameters: new Map([...builder.parameters].filter(([value]) => used.has(value))),
    constants: new Map([...builder.constants].filter(([value]) => used.has(value))),
    nodes,
    batch: inputs[0]?.input.shape[0] ?? null,
    notes: builder.notes,
  };
  return { graph, reasons: [] };
}

interface Input {
  readonly input: GraphInput;
  readonly value: Computed | null;
}

/** @param lengths of one example, for what the file leaves open */
function inputOf(
  { key, dtype, shape }: Port,
  lengths: readonly number[] | undefined,
  builder: Builder,
): Input {
  const name = builder.fresh(key);
  const refuse = (why: string): Input => {
    builder.reasons.add(`the input ${key}: ${why}`);
    return { input: { name, dtype, shape: [] }, value: null };
  };
  if (shape === null) return refuse('the file does not say how many axes it has');
  if (shape.length === 0) return refuse('it is a single number, not one for each example');
  if (!/^(?:b?float|u?int|bool)/.test(dtype)) return refuse(`it is ${dtype}, not numbers`);
  const sizes = shape.map(
    (size, axis): Size => size ?? lengths?.[axis - 1] ?? builder.sizes.ofInput(name, axis),
  );
  const value: Computed = { kind: 'computed', name, shape: sizes, dtype };
  return { input: { name, dtype, shape }, value };
}

/** Values of nodes that are not computed: inputs and variables. */
function givenOf(
  { inputs: ports, variables, body }: Wanted,
  inputs: readonly Input[],
  builder: Builder,
): ReadonlyMap<string, Value> {
  const given = new Map<string, Value>();
  for (const [i, { reference }] of ports.entries()) {
    const node = reference.split(':')[0] ?? '';
    given.set(node, inputs[i]?.value ?? { kind: 'absent' });
  }
  const made = new Map<GraphParameter, Computed>();
  for (const [node, parameter] of variables) {
    const value = made.get(parameter) ?? builder.parameter(parameter);
    made.set(parameter, value);
    // a variable of TensorFlow 1 is its value
    const isHandle = body.nodes.get(node)?.op === 'VarHandleOp';
    given.set(node, isHandle ? { kind: 'handle', value } : value);
  }
  return given;
}

/** Names of all ops that the outputs may depend on, in functions as well. */
function opsOf(library: Library, top: readonly NodeDef[]): Set<string> {
  const ops = new Set<string>();
  const seen = new Set<string>();
  const open = [top];
  for (let nodes = open.pop(); nodes !== undefined; nodes = open.pop()) {
    for (const node of nodes) {
      ops.add(node.op);
      for (const name of functionsOf(library, node)) {
        const inner = library.functions.get(name);
        if (!inner || seen.has(name)) continue;
        seen.add(name);
        open.push(orderOf(library, inner, inner.results));
      }
    }
  }
  return ops;
}

function functionsOf(library: Library, { op, attributes }: NodeDef): readonly string[] {
  const named = [...attributes.values()].flatMap(({ function: one, list }) => [
    ...(one?.name === undefined ? [] : [one.name]),
    ...(list?.functions.flatMap(({ name }) => name ?? []) ?? []),
  ]);
  return library.functions.has(op) ? [op, ...named] : named;
}

function outputOf(key: string, value: Value | undefined, builder: Builder): Computed | undefined {
  if (value?.kind === 'computed') return value;
  if (value?.kind === 'known') return builder.computed(value, key);
  if (builder.reasons.size === 0) builder.reasons.add(`the output ${key} is no array`);
  return undefined;
}
