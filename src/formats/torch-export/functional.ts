import type { Argument, ExportedNode, Program, TensorMeta } from './program.ts';

/** Ops whose result may share memory with their first tensor. */
const VIEW =
  /^aten\.(?:view|view_as|reshape|reshape_as|flatten|unflatten|permute|transpose|t|mT|numpy_T|squeeze|unsqueeze|expand|expand_as|select|slice|narrow|split|split_with_sizes|chunk|unbind|detach|alias|contiguous|to|dropout|feature_dropout|alpha_dropout|type_as|lift_fresh|movedim|diagonal|ravel|swapaxes|swapdims)\./;

const IN_PLACE = /^aten\.[a-z0-9_]*[a-z0-9]_\./;

/** They end like ops that write in place, but change nothing except how the tensor is looked at. */
const ONLY_LOOKS = /^aten\.(?:detach_|squeeze_|unsqueeze_|t_|transpose_)\./;

/** Views of all elements in their order: they are brought back by a reshape. */
const WHOLE = /^aten\.(?:view|unsqueeze|squeeze|detach|alias)\./;

/** A value that shares memory with another. */
interface View {
  readonly base: string;
  /** The op that made it; `null` where it cannot be told what a write to it does to the base. */
  readonly by: ExportedNode | null;
}

interface Functional {
  readonly program: Program;
  /** Why it cannot be: reads of memory that was written to by another name. */
  readonly reasons: readonly string[];
}

/**
 * A program in which nothing is written in place: what was written becomes a value of its own, and so does
 * what it was a part of. Our graph has no memory to write to, so where that is not possible the program
 * would be computed wrongly, and the reasons are given.
 */
export function functional(program: Program): Functional {
  const memory = new Memory(program.tensors);
  const nodes = program.nodes.flatMap((node) => memory.follow(node));
  const outputs = program.outputs.map((output) =>
    output.kind === 'user_output' && output.value !== null
      ? { ...output, value: memory.read(output.value, 'the end') }
      : output,
  );
  return {
    program: { ...program, nodes, outputs, tensors: memory.tensors },
    reasons: memory.reasons,
  };
}

/** Which values share memory, and what stands for each of them now. */
class Memory {
  readonly tensors: Map<string, TensorMeta>;
  readonly reasons: string[] = [];
  readonly #views = new Map<string, View>();
  /** All values that share memory, by the first of them. */
  readonly #families = new Map<string, Set<string>>();
  readonly #current = new Map<string, string>();
  /** Values of which nobody knows what they hold now, and which op wrote to their memory. */
  readonly #stale = new Map<string, string>();
  #made = 0;

  constructor(tensors: ReadonlyMap<string, TensorMeta>) {
    this.tensors = new Map(tensors);
  }

  /** The node without what it writes in place, and what has to follow it. */
  follow(node: ExportedNode): readonly ExportedNode[] {
    const [first] = tensorsOf(node);
    const given = {
      ...node,
      arguments: node.arguments.map(({ name, argument }) => ({
        name,
        argument: this.#renamed(argument, node.target),
      })),
    };
    const isInPlace = IN_PLACE.test(node.target);
    if (first !== undefined && isInPlace && !ONLY_LOOKS.test(node.target)) {
      return this.#write(given, first);
    }
    if (first !== undefined && (isInPlace || VIEW.test(node.target))) {
      const by = node.outputs.length === 1 ? node : null;
      for (const output of node.outputs)
        if (output !== null) this.#join(output, { base: first, by });
    }
    return [given];
  }

  /** What stands for a value now. */
  read(value: string, by: string): string {
    const writer = this.#stale.get(value);
    if (writer !== undefined) {
      this.reasons.push(`${writer} writes in place what ${by} reads as ${value}`);
    }
    return this.#current.get(value) ?? value;
  }

  #renamed(argument: Argument, by: string): Argument {
    if (argument.kind === 'tensor') return { ...argument, name: this.read(argument.name, by) };
    if (argument.kind !== 'tensors') return argument;
    return { ...argument, names: argument.names.map((name) => name && this.read(name, by)) };
  }

  #write(node: ExportedNode, first: string): readonly ExportedNode[] {
    const [output] = node.outputs;
    if (!output) return [node];
    const chain = this.#chainOf(first);
    for (const value of this.#families.get(chain.at(-1) ?? first) ?? []) {
      if (!chain.includes(value)) this.#stale.set(value, node.target);
    }
    const more: ExportedNode[] = [];
    let content: string | null = output;
    for (const [i, value] of chain.entries()) {
      if (content === null) this.#stale.set(value, node.target);
      else {
        this.#current.set(value, content);
        this.#stale.delete(value);
      }
      const base = chain[i + 1];
      if (base === undefined) break;
      const by = this.#views.get(value)?.by ?? null;
      const put: ExportedNode | null = content === null ? null : this.#putBack(by, base, content);
      if (put) more.push(put);
      content = put?.outputs[0] ?? null;
    }
    this.#join(output, { base: first, by: aliasOf(first, output) });
    return [{ ...node, target: node.target.replace(/_(?=\.)/, '') }, ...more];
  }

  /** A value, what it is a view of, and so on. */
  #chainOf(value: string): readonly string[] {
    const chain = [value];
    for (let view = this.#views.get(value); view; view = this.#views.get(view.base)) {
      chain.push(view.base);
    }
    return chain;
  }

  #join(value: string, view: View): void {
    this.#views.set(value, view);
    const root = this.#chainOf(value).at(-1) ?? value;
    const family = this.#families.get(root) ?? new Set([root]);
    this.#families.set(root, family.add(value));
  }

  /** The base, with what was written to a view of it; `null` where that cannot be told. */
  #putBack(by: ExportedNode | null, base: string, content: string): ExportedNode | null {
    const target = by && INVERSE.find(([pattern]) => pattern.test(by.target))?.[1];
    const meta = this.tensors.get(base);
    if (!by || !target || !meta) return null;
    const output = `${content} in ${base} #${++this.#made}`;
    this.tensors.set(output, meta);
    const tensor = (name: string) => ({ kind: 'tensor', name }) as const;
    const others = by.arguments.filter(({ argument }) => argument.kind !== 'tensor');
    const given = target.endsWith('_scatter')
      ? [
          { name: 'self', argument: tensor(this.#current.get(base) ?? base) },
          { name: 'src', argument: tensor(content) },
          ...others,
        ]
      : [
          { name: 'self', argument: tensor(content) },
          ...(target === 'aten.transpose' ? others : []),
        ];
    const overload = target === 'aten.transpose' ? 'int' : 'default';
    return { target: `${target}.${overload}`, name: output, arguments: given, outputs: [output] };
  }
}

const INVERSE: readonly (readonly [RegExp, string])[] = [
  [/^aten\.slice\.Tensor$/, 'aten.slice_scatter'],
  [/^aten\.select\.int$/, 'aten.select_scatter'],
  [/^aten\.transpose\.int$/, 'aten.transpose'],
  [WHOLE, 'aten.view'],
];

function aliasOf(value: string, output: string): ExportedNode {
  const argument = { kind: 'tensor', name: value } as const;
  return {
    target: 'aten.alias.default',
    name: output,
    arguments: [{ name: 'self', argument }],
    outputs: [output],
  };
}

/** Values a node reads, in the order of its arguments. */
export function tensorsOf(node: ExportedNode): readonly string[] {
  return node.arguments.flatMap(({ argument }) => {
    if (argument.kind === 'tensor') return [argument.name];
    return argument.kind === 'tensors' ? argument.names.filter((name) => name !== null) : [];
  });
}
