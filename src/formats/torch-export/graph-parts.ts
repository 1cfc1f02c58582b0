import type { Graph, GraphInput, GraphNode, GraphOutput, GraphParameter } from '#domain/graph.ts';
import type { Payload } from './payloads.ts';
import type { InputSpec, Program, TensorMeta } from './program.ts';

type Aliases = ReadonlyMap<string, readonly string[]>;

/** Names of the same stored view: tied weights, of which the program reads only one. */
export function aliasesOf(payloads: ReadonlyMap<string, Payload>): Aliases {
  const groups = new Map<string, string[]>();
  for (const [name, { entry, view }] of payloads) {
    const key = JSON.stringify([entry, view]);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return new Map(
    [...groups.values()].flatMap((names) =>
      names.map((name) => [name, names.filter((other) => other !== name)] as const),
    ),
  );
}

interface Parts {
  readonly graph: Pick<Graph, 'inputs' | 'outputs' | 'parameters' | 'nodes' | 'batch'>;
  /** Value in the graph to name in the file. */
  readonly constants: ReadonlyMap<string, string>;
}

/** What goes into the graph and comes out of it, under names that people know. */
export function partsOf(program: Program, nodes: readonly GraphNode[], aliases: Aliases): Parts {
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  for (const { value } of program.outputs) if (value !== null) used.add(value);
  const given = namedOutputs(program, nodes);
  const renamed = new Map([...readableNames(program, given.nodes), ...given.renamed]);
  const specs = program.inputs.filter(({ value }) => value !== null && used.has(value));
  const inputs = program.inputs.flatMap(({ kind, value }) =>
    kind === 'user_input' && value !== null ? [inputOf(value, program.tensors.get(value))] : [],
  );
  const rename = (value: string | null) => (value === null ? null : (renamed.get(value) ?? value));
  return {
    graph: {
      inputs,
      outputs: given.outputs.map(({ value, name }) => outputOf(value, given.nodes, name)),
      parameters: new Map(
        specs.flatMap((spec) => {
          const { value } = spec;
          const parameter = value === null ? null : parameterOf(spec, program, aliases);
          return parameter ? [[rename(value) ?? '', parameter] as const] : [];
        }),
      ),
      nodes: given.nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(rename),
        outputs: node.outputs.map((output) => renamed.get(output) ?? output),
      })),
      batch: inputs[0]?.shape[0] ?? null,
    },
    constants: new Map(
      specs.flatMap((spec) =>
        isConstant(spec) && spec.value !== null && spec.name !== null
          ? [[spec.value, spec.name]]
          : [],
      ),
    ),
  };
}

interface NamedOutputs {
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly { readonly value: string; readonly name: string }[];
  /** By value, where the name is another. */
  readonly renamed: ReadonlyMap<string, string>;
}

/**
 * Every output once, by its key where it has one and no other value has that name. One that is an input or
 * a parameter, or given twice, gets a node of its own.
 */
function namedOutputs(program: Program, nodes: readonly GraphNode[]): NamedOutputs {
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const taken = new Set([...made, ...program.inputs.flatMap(({ value, name }) => [value, name])]);
  const user = program.outputs.filter(({ kind }) => kind === 'user_output');
  const hasKeys = program.outputNames.length === user.length;
  const more: GraphNode[] = [];
  const renamed = new Map<string, string>();

  function nameOf(i: number): string | null {
    const key = hasKeys ? program.outputNames[i] : null;
    if (!key || taken.has(key)) return null;
    taken.add(key);
    return key;
  }

  function give(value: string, i: number) {
    const name = nameOf(i);
    if (made.delete(value)) {
      if (name) renamed.set(value, name);
      return { value, name: name ?? value };
    }
    const own = name ?? `${value} (${i})`;
    const source = 'torch.ops.aten.alias.default';
    more.push({ op: 'identity', inputs: [value], outputs: [own], attributes: {}, source });
    return { value: own, name: own };
  }

  const outputs = user.flatMap(({ value }, i) => (value === null ? [] : [give(value, i)]));
  return { nodes: [...nodes, ...more], outputs, renamed };
}

/** Parameters go by the name that people know, unless a value of the graph has it already. */
function readableNames(program: Program, nodes: readonly GraphNode[]): ReadonlyMap<string, string> {
  const taken = new Set(nodes.flatMap(({ outputs }) => outputs));
  for (const { value } of program.inputs) if (value !== null) taken.add(value);
  return new Map(
    program.inputs.flatMap((spec) => {
      const { value, name } = spec;
      const free = value !== null && name !== null && !isConstant(spec) && !taken.has(name);
      return free ? [[value, name]] : [];
    }),
  );
}

/** What no state dict holds: numbers in the code, and buffers that are not saved. */
function isConstant({ kind, persistent }: InputSpec): boolean {
  return kind === 'tensor_constant' || (kind === 'buffer' && !persistent);
}

function inputOf(name: string, meta: TensorMeta | undefined): GraphInput {
  return { name, dtype: meta?.dtype ?? 'float32', shape: shapeOf(meta) };
}

function parameterOf(
  spec: InputSpec,
  { tensors }: Program,
  aliases: Aliases,
): GraphParameter | null {
  const { name, value, kind } = spec;
  if (name === null || isConstant(spec) || (kind !== 'parameter' && kind !== 'buffer')) return null;
  const meta = tensors.get(value ?? '');
  const shape = shapeOf(meta).map((size) => size ?? 0);
  const tied = aliases.get(name) ?? [];
  const parameter = { name, shape, dtype: meta?.dtype ?? 'float32' };
  return tied.length > 0 ? { ...parameter, aliases: tied } : parameter;
}

function shapeOf(meta: TensorMeta | undefined): (number | null)[] {
  return meta?.sizes.map((size) => (typeof size === 'number' ? size : null)) ?? [];
}

function outputOf(value: string, nodes: readonly GraphNode[], name: string): GraphOutput {
  const last = lastFunction(value, nodes);
  if (last?.op === 'softmax') return { name, means: 'probabilities' };
  if (last?.op === 'log_softmax') return { name, means: 'log-probabilities' };
  const isSigmoid = last?.op === 'unary' && last.attributes.name === 'sigmoid';
  return { name, means: isSigmoid ? 'probabilities' : 'logits' };
}

/** The node that gives a value, looking through those that change no number. */
function lastFunction(name: string, nodes: readonly GraphNode[]): GraphNode | undefined {
  let value: string | null = name;
  for (const node of nodes.toReversed()) {
    if (value === null || !node.outputs.includes(value)) continue;
    if (node.op !== 'identity' && node.op !== 'cast') return node;
    value = node.inputs[0] ?? null;
  }
  return undefined;
}
