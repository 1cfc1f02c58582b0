import { byteLength } from '#domain/dtype.ts';
import type { Defect } from '#domain/problem.ts';
import { type Checkpoint, elementCount, type Metadata, type TensorInfo } from '#domain/tensor.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { type Assembled, published } from '#formats/pytorch/assemble.ts';
import { mergeWeightsOnly, verifyAll } from '#formats/pytorch/unite.ts';
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
  const weightsOnly = mergeWeightsOnly(found.all);
  return {
    tensors: new Map([...tensors].map(([name, tensor]) => [name, infoOf(tensor)])),
    metadata: metadataOf(found),
    defects: defectsOf(found, [...tensors.values()], path),
    size: found.all.reduce((sum, file) => sum + file.size, 0),
    files: found.all.flatMap((file) => file.files),
    globals: [...new Set(found.all.flatMap(({ globals }) => globals))],
    ...(weightsOnly && { weightsOnly }),
    writer: writerOf(model),
    async read(name, wanted = {}) {
      const tensor = tensors.get(name);
      if (!tensor) throw new RangeError(`there is no tensor ${name}`);
      return readMerged(tensor, { ...wanted, path });
    },
    async verify(wanted) {
      const members = found.all.map((checkpoint) => ({ checkpoint }));
      const { defects, checked } = await verifyAll(members, wanted);
      return { defects: defects.map((defect) => renamed(defect, tensors)), checked };
    },
  };
}

function infoOf({ name, dtype, shape }: Merged): TensorInfo {
  return { name, dtype, shape, bytes: byteLength(dtype, elementCount(shape)) };
}

function defectsOf(found: FoundFiles, tensors: readonly Merged[], path: string): Defect[] {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const own = tensors.flatMap(({ name, problem }) =>
    problem ? [{ problem, place: { path, tensor: name } }] : [],
  );
  const told = new Set<unknown>(own.map(({ problem }) => problem));
  return [
    ...found.all.flatMap(({ defects }) => defects.map((defect) => renamed(defect, byName))),
    ...own,
    ...found.lost
      .filter((problem) => !told.has(problem))
      .map((problem) => ({ problem, place: { path } })),
  ];
}

/** The first weight that has a piece in what is wrong; its own name says nothing here. */
function renamed({ problem, place }: Defect, tensors: ReadonlyMap<string, Merged>): Defect {
  const { tensor, ...where } = place;
  if (tensor === undefined) return { problem, place };
  const owner = [...tensors.values()].find(({ pieces }) =>
    pieces.some((piece) => piece.tensor === tensor && piece.file?.files.includes(place.path)),
  );
  return { problem, place: owner ? { ...where, tensor: owner.name } : where };
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
