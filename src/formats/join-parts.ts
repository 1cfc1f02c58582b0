import { CheckpointError, type Defect } from '#domain/problem.ts';
import type {
  Checkpoint,
  TensorInfo,
  Verification,
  VerifyOptions,
  WeightsOnly,
} from '#domain/tensor.ts';

/** A file that is a checkpoint of its own, and what its tensors are called in the whole. */
export interface Part {
  readonly checkpoint: Checkpoint;
  /** `undefined`: it is left out. */
  nameOf(tensor: string): string | undefined;
}

/** What the parts of a checkpoint amount to; of two tensors of one name the first counts. */
export type Joined = Pick<
  Checkpoint,
  'tensors' | 'defects' | 'size' | 'files' | 'globals' | 'weightsOnly' | 'read' | 'verify'
>;

export function joinParts(parts: readonly Part[]): Joined {
  const tensors = new Map<string, TensorInfo>();
  const owners = new Map<string, { readonly part: Part; readonly name: string }>();
  for (const part of parts) {
    for (const [name, info] of part.checkpoint.tensors) {
      const joined = part.nameOf(name);
      if (joined === undefined || tensors.has(joined)) continue;
      tensors.set(joined, renamed(info, joined));
      owners.set(joined, { part, name });
    }
  }
  const weightsOnly = joinWeightsOnly(parts);
  const all = parts.map(({ checkpoint }) => checkpoint);
  return {
    tensors,
    defects: parts.flatMap((part) => part.checkpoint.defects.map((one) => inWhole(one, part))),
    size: all.reduce((sum, { size }) => sum + size, 0),
    files: all.flatMap(({ files }) => files),
    globals: [...new Set(all.flatMap(({ globals }) => globals))],
    ...(weightsOnly && { weightsOnly }),
    async read(name, options) {
      const owner = owners.get(name);
      if (!owner) throw new RangeError(`No tensor ${name}`);
      try {
        return await owner.part.checkpoint.read(owner.name, options);
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        const { problem, place } = inWhole(error, owner.part);
        throw new CheckpointError(problem, place, { cause: error });
      }
    },
    ...(all.some(({ verify }) => verify) && {
      verify: (options: VerifyOptions) => verifyParts(parts, options),
    }),
  };
}

/** Its keys lead to it from the root of the whole. */
function renamed(info: TensorInfo, name: string): TensorInfo {
  if (name === info.name) return info;
  const { path, ...rest } = info;
  const before = name.endsWith(`.${info.name}`) ? name.slice(0, -info.name.length - 1) : undefined;
  return { ...rest, name, ...(path && before !== undefined && { path: [before, ...path] }) };
}

function inWhole({ problem, place }: Defect, part: Part): Defect {
  if (place.tensor === undefined) return { problem, place };
  const tensor = part.nameOf(place.tensor) ?? place.tensor;
  return { problem, place: { ...place, tensor } };
}

function joinWeightsOnly(parts: readonly Part[]): WeightsOnly | undefined {
  const each = parts.flatMap(({ checkpoint }) => checkpoint.weightsOnly ?? []);
  if (each.length === 0) return undefined;
  const obstacles = each.flatMap((one) => one.obstacles);
  const seen = new Map(obstacles.map((obstacle) => [JSON.stringify(obstacle), obstacle]));
  return {
    needs: [...new Set(each.flatMap(({ needs }) => needs))],
    obstacles: [...seen.values()],
  };
}

/** One part after another. All is compared only where every part with tensors has checksums. */
async function verifyParts(
  parts: readonly Part[],
  { signal, onProgress }: VerifyOptions,
): Promise<Verification> {
  const defects: Defect[] = [];
  let checked = true;
  let before = 0;
  for (const part of parts) {
    const { verify, size, tensors } = part.checkpoint;
    const found = await verify?.({
      signal,
      onProgress: (bytes) => onProgress?.(before + bytes),
    });
    for (const defect of found?.defects ?? []) defects.push(inWhole(defect, part));
    if (tensors.size > 0 && !found?.checked) checked = false;
    before += size;
    onProgress?.(before);
  }
  return { defects, checked };
}
