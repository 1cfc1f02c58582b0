import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Checkpoint, Metadata } from '#domain/tensor.ts';
import { joinParts } from '#formats/join-parts.ts';
import type { OpenOptions, Part } from '#formats/open-options.ts';
import { openPart } from '#formats/open-part.ts';
import { baseOf, joinPath, parentOf } from '#io/path.ts';

/** Opens one `.metadata` with what lies beside it. */
type Open = (part: Part, options: OpenOptions) => Promise<Checkpoint>;

/** Files of `torch.save` whose contents are those of the checkpoint itself: of Lightning, of Megatron-LM. */
const OWN = /^(?:meta|common)\.pt$/;
const SAVED = /\.(?:pt|pth|bin|pkl)$/;

/**
 * What goes with a distributed checkpoint: the optimizer that accelerate keeps in another, and files for all that
 * is no tensor. What is wrong with one of them is a defect of the whole.
 */
export async function withBeside(
  first: Checkpoint,
  path: string,
  options: OpenOptions,
  open: Open,
): Promise<Checkpoint> {
  const parts = (options.parts ?? []).filter((part) => part.path !== path);
  const beside = await Promise.all([
    ...parts.filter(isPlan).map((part) => attempt(part, () => openPlan(part, options, open))),
    ...parts
      .filter((part) => SAVED.test(part.path))
      .map((part) => attempt(part, async () => openPart(await part.open(), options.signal))),
  ]);
  if (beside.length === 0) return first;
  const opened = beside.flatMap(({ part, checkpoint }) =>
    checkpoint ? [{ part, checkpoint }] : [],
  );
  const joined = joinParts([
    { checkpoint: first, nameOf: (name) => name },
    ...opened.map(({ part, checkpoint }) => ({
      checkpoint,
      nameOf: (name: string) => named(name, part, first),
    })),
  ]);
  return {
    ...first,
    ...joined,
    metadata: { ...metadataOf(opened), ...first.metadata },
    defects: [...joined.defects, ...beside.flatMap(({ defect }) => defect ?? [])],
  };
}

function isPlan({ path }: Part): boolean {
  return baseOf(path) === '.metadata';
}

interface Beside {
  readonly part: Part;
  readonly checkpoint?: Checkpoint;
  readonly defect?: Defect;
}

async function attempt(part: Part, open: () => Promise<Checkpoint>): Promise<Beside> {
  try {
    return { part, checkpoint: await open() };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const { problem, place } = error;
    return { part, defect: { problem, place } };
  }
}

/** Its files are beside it, in another folder than those of the first. */
function openPlan(part: Part, options: OpenOptions, open: Open): Promise<Checkpoint> {
  const folder = parentOf(part.path);
  return open(part, {
    signal: options.signal,
    async sibling(name) {
      const path = joinPath(folder, name);
      const file = options.parts?.find((one) => one.path === path);
      if (!file) throw new CheckpointError({ kind: 'missing', path }, { path: part.path });
      return file.open();
    },
  });
}

/** `scheduler` of `r/scheduler.pt`; nothing where it needs no key of its own. */
function keyOf({ path }: Part): string | undefined {
  const name = baseOf(path);
  if (OWN.test(name)) return undefined;
  return name === '.metadata' ? baseOf(parentOf(path)) : name.replace(SAVED, '');
}

/** The names in another plan are as they are, unless the first has them already. */
function named(name: string, part: Part, first: Checkpoint): string {
  const key = keyOf(part);
  if (key === undefined || (isPlan(part) && !first.tensors.has(name))) return name;
  return name === '' ? key : `${key}.${name}`;
}

function metadataOf(beside: readonly { readonly part: Part; readonly checkpoint: Checkpoint }[]): {
  readonly [key: string]: Metadata;
} {
  return Object.fromEntries(
    beside.flatMap(({ part, checkpoint: { metadata } }): [string, Metadata][] => {
      const key = keyOf(part);
      return key === undefined || isPlan(part) ? Object.entries(metadata) : [[key, metadata]];
    }),
  );
}
