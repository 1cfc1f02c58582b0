import { byteLength } from '#domain/dtype.ts';
import type { Defect } from '#domain/problem.ts';
import { type Checkpoint, elementCount, type Metadata, type TensorInfo } from '#domain/tensor.ts';
import { joinParts } from '#formats/join-parts.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { type Assembled, published } from '#formats/pytorch/assemble.ts';
import { openTorch } from '#formats/torch-legacy/open-torch.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { type FoundFiles, findFiles } from './find-files.ts';
import { merge } from './merge.ts';
import { type Merged, readMerged } from './pieces.ts';
import { readModelStates } from './states.ts';

/**
 * Opens what DeepSpeed writes with ZeRO: the states of the model, and for each process its part of the
 * optimizer, in which the weights are in full precision. They are shown merged, as `zero_to_fp32.py` merges
 * them. Without ZeRO it is a file of torch like any other.
 * @see https://github.com/deepspeedai/DeepSpeed/blob/master/deepspeed/utils/zero_to_fp32.py
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  const { path } = source;
  const model = await openTorch(source, options);
  const states = readModelStates(model);
  if (!states || !options.sibling) return published(model);
  const found = await findFiles(source, model, states, options);
  const tensors = new Map(merge(states, found).map((tensor) => [tensor.name, tensor]));
  const owners = ownersOf([...tensors.values()]);
  const { verify, ...joined } = joinParts(
    found.all.map((file) => ({ checkpoint: file, nameOf: (name) => owners.get(file)?.get(name) })),
  );
  return {
    ...joined,
    tensors: new Map([...tensors].map(([name, tensor]) => [name, infoOf(tensor)])),
    metadata: metadataOf(found),
    defects: [...joined.defects, ...defectsOf(found, [...tensors.values()], path)],
    writer: writerOf(model),
    async read(name, wanted = {}) {
      const tensor = tensors.get(name);
      if (!tensor) throw new RangeError(`there is no tensor ${name}`);
      return readMerged(tensor, { ...wanted, path });
    },
    ...(verify && { verify }),
  };
}

/** By file and the name of a tensor in it, the first weight that has a piece of it. */
function ownersOf(
  tensors: readonly Merged[],
): ReadonlyMap<Checkpoint, ReadonlyMap<string, string>> {
  const owners = new Map<Checkpoint, Map<string, string>>();
  for (const { name, pieces } of tensors) {
    for (const { file, tensor } of pieces) {
      if (!file) continue;
      const names = owners.get(file) ?? new Map<string, string>();
      owners.set(file, names);
      if (!names.has(tensor)) names.set(tensor, name);
    }
  }
  return owners;
}

function infoOf({ name, dtype, shape }: Merged): TensorInfo {
  return { name, dtype, shape, bytes: byteLength(dtype, elementCount(shape)) };
}

function defectsOf(found: FoundFiles, tensors: readonly Merged[], path: string): Defect[] {
  const own = tensors.flatMap(({ name, problem }) =>
    problem ? [{ problem, place: { path, tensor: name } }] : [],
  );
  const told = new Set<unknown>(own.map(({ problem }) => problem));
  const lost = found.lost.filter((problem) => !told.has(problem));
  return [...own, ...lost.map((problem) => ({ problem, place: { path } }))];
}

/** As the model has it, with what the first part of the optimizer says. */
function metadataOf({ model, optimizers }: FoundFiles): { readonly [key: string]: Metadata } {
  const first = optimizers.find((one) => one !== undefined);
  const optimizer = first?.file.metadata['optimizer_state_dict'];
  return {
    ...model.metadata,
    ...(first?.stage !== undefined && { zero_stage: first.stage }),
    world_size: optimizers.length,
    ...(optimizer !== undefined && { optimizer }),
  };
}

function writerOf({ metadata }: Assembled): string {
  const version = metadata['ds_version'];
  return typeof version === 'string' ? `DeepSpeed ${version}` : 'DeepSpeed';
}
