import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Verification, VerifyOptions } from '#domain/tensor.ts';
import type { DataFiles } from './data-files.ts';
import type { Chunk, Item, Plan, PlannedTensor } from './plan.ts';
import { compare } from './tensor-bytes.ts';

interface Part {
  readonly item: Item;
  readonly name: string;
  /** Of a tensor. */
  readonly piece?: { readonly chunk: Chunk; readonly tensor: PlannedTensor };
}

/** Compares the checksums in the archives of all pieces and objects, in the order of the files. */
export async function verifyItems(
  plan: Plan,
  files: DataFiles,
  { signal, onProgress }: VerifyOptions,
): Promise<Verification> {
  const defects: Defect[] = [];
  let done = 0;
  let checked = true;
  // What the sizes of files show is known since it was opened.
  for (const part of partsOf(plan).filter(({ item }) => !files.check(item))) {
    const before = done;
    const found = await verifyPart(part, files, {
      signal,
      onProgress: (bytes) => onProgress?.(before + bytes),
    });
    defects.push(...found.defects);
    checked &&= found.checked;
    done += part.item.length;
    onProgress?.(done);
  }
  return { defects, checked };
}

async function verifyPart(
  { item, name, piece }: Part,
  files: DataFiles,
  options: VerifyOptions,
): Promise<Verification> {
  const path = files.pathOf(item.file);
  const placed = ({ problem, place }: Defect): Defect => {
    const offset = item.offset + (place.offset ?? 0);
    return { problem, place: { path, offset, tensor: name } };
  };
  try {
    const archive = await files.open(item, options.signal);
    const { defects = [], checked = false } = (await archive.verify?.(options)) ?? {};
    const other = piece && compare(archive, piece.chunk, piece.tensor);
    const own: Defect[] = other ? [{ problem: other, place: { path } }] : [];
    // Those of objects are known since they were opened.
    const before = piece ? archive.defects.filter(({ problem }) => problem !== other) : [];
    return { defects: [...own, ...before, ...defects].map(placed), checked };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    return { defects: [placed(error)], checked: true };
  }
}

function partsOf({ tensors, objects }: Plan): readonly Part[] {
  const pieces = tensors.flatMap((tensor) =>
    tensor.chunks.flatMap((chunk) =>
      chunk.item ? [{ item: chunk.item, name: tensor.name, piece: { chunk, tensor } }] : [],
    ),
  );
  const others = objects.flatMap(({ item, name }) => (item ? [{ item, name }] : []));
  return [...pieces, ...others].sort((a, b) =>
    a.item.file === b.item.file
      ? a.item.offset - b.item.offset
      : a.item.file < b.item.file
        ? -1
        : 1,
  );
}
