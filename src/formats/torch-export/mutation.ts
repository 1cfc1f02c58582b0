import type { ExportedNode, Program } from './program.ts';

/** Ops whose result may share memory with their first tensor. */
const VIEW =
  /^aten\.(?:view|reshape|flatten|unflatten|permute|transpose|t|mT|numpy_T|squeeze|unsqueeze|expand|select|slice|narrow|split|split_with_sizes|chunk|unbind|detach|alias|contiguous|to|dropout|feature_dropout|alpha_dropout|type_as|lift_fresh)\./;

const IN_PLACE = /^aten\.[a-z0-9_]*[a-z0-9]_\./;

/** They end like ops that write in place, but change nothing except how the tensor is looked at. */
const ONLY_LOOKS = /^aten\.(?:detach_|squeeze_|unsqueeze_|t_|transpose_)\./;

/**
 * Reads of memory under an older name, after it was written in place. Our graph has no memory to
 * write to, so such programs would be computed wrongly. Gives the reasons; none for what
 * `nn.ReLU(inplace=True)` and the like bring about.
 */
export function findAliasedWrites({ nodes, outputs }: Program): readonly string[] {
  const memory = new Memory();
  const reasons = nodes.flatMap((node) => {
    const tensors = tensorsOf(node);
    const stale = tensors.flatMap((value) => memory.read(value, node.target));
    follow(memory, node, tensors[0]);
    return stale;
  });
  const last = outputs.flatMap(({ value }) =>
    value === null ? [] : memory.read(value, 'the end'),
  );
  return [...reasons, ...last];
}

function follow(
  memory: Memory,
  { target, outputs }: ExportedNode,
  first: string | undefined,
): void {
  const writes = IN_PLACE.test(target) && !ONLY_LOOKS.test(target);
  if (first !== undefined && writes) memory.write(first, target);
  const shared = VIEW.test(target) || IN_PLACE.test(target) ? first : undefined;
  for (const output of outputs) if (output !== null) memory.make(output, shared);
}

/** Which values share memory, and who wrote to it when. */
class Memory {
  /** Value to the first of those that share its memory. */
  readonly #owner = new Map<string, string>();
  readonly #madeAt = new Map<string, number>();
  readonly #lastWrite = new Map<string, { readonly at: number; readonly by: string }>();
  #now = 0;

  make(value: string, sharedWith: string | undefined): void {
    this.#madeAt.set(value, ++this.#now);
    if (sharedWith !== undefined) this.#owner.set(value, this.#ownerOf(sharedWith));
  }

  write(value: string, by: string): void {
    this.#lastWrite.set(this.#ownerOf(value), { at: ++this.#now, by });
  }

  /** Why a value must not be read: its memory was written to after it was made. */
  read(value: string, by: string): string[] {
    const write = this.#lastWrite.get(this.#ownerOf(value));
    if (!write || write.at < (this.#madeAt.get(value) ?? 0)) return [];
    return [`${write.by} writes in place what ${by} reads as ${value}`];
  }

  #ownerOf(value: string): string {
    return this.#owner.get(value) ?? value;
  }
}

/** Values a node reads, in the order of its arguments. */
export function tensorsOf(node: ExportedNode): readonly string[] {
  return node.arguments.flatMap(({ argument }) => {
    if (argument.kind === 'tensor') return [argument.name];
    return argument.kind === 'tensors' ? argument.names.filter((name) => name !== null) : [];
  });
}
