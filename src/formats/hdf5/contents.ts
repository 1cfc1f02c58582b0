import { CheckpointError, type Defect, type Problem } from '#domain/problem.ts';
import type { ReadOptions, TensorInfo, Verification, VerifyOptions } from '#domain/tensor.ts';
import type { Hdf5Dataset } from '#encodings/hdf5/dataset.ts';
import { describeType, fieldsOf } from '#encodings/hdf5/elements.ts';
import { type Hdf5, type Hdf5Entry, isOfContents, openHdf5 } from '#encodings/hdf5/hdf5.ts';
import type { Hdf5Value } from '#encodings/hdf5/values.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { type Held, infoOf, readHeld } from './held-tensor.ts';
import { verifyDatasets } from './verify.ts';

/** By name. */
export type Attributes = ReadonlyMap<string, Hdf5Value>;

/** All that an HDF5 file holds, its elements left where they are. */
export interface Hdf5Contents {
  readonly path: string;
  readonly size: number;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Of every object that has any, by path. */
  readonly attributes: ReadonlyMap<string, Attributes>;
  /** What is shown and not followed, or not read, and why; by path. */
  readonly refused: Readonly<Record<string, string>>;
  /** Types that no framework has a name for, by path. */
  readonly types: Readonly<Record<string, string>>;
  readonly defects: readonly Defect[];
  readonly unfinished: boolean;
  read(name: string, options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Absent where nothing has checksums but what was compared already. */
  verify?(options: VerifyOptions): Promise<Verification>;
}

/** More of them say no more. */
const MAX_DEFECTS = 1000;

/**
 * Reads the objects of a file: every dataset is a tensor under its path, every field of a compound one of its
 * own below that. A file that was cut short still opens, with what is left of it.
 */
export async function readContents(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<Hdf5Contents> {
  const { path, size } = source;
  const file = await openHdf5(source, signal);
  const survey = startSurvey(source);
  if (file.endOfFile > size) survey.fail({ kind: 'truncated', needed: file.endOfFile, size });
  for await (const entry of file.walk(signal)) await survey.add(entry);
  const { held, datasets, defects } = survey;
  const [first] = defects;
  if (first && held.size === 0) throw new CheckpointError(first.problem, first.place);
  const verifiable = [...datasets].some(
    ([, { checked, layout }]) => checked && layout === 'chunked',
  );
  return {
    path,
    size,
    tensors: new Map([...held].map(([name, { info }]) => [name, info])),
    attributes: survey.attributes,
    refused: survey.refused,
    types: survey.types,
    defects,
    unfinished: file.unfinished,
    async read(name, options = {}) {
      const tensor = held.get(name);
      if (!tensor) throw new RangeError(`No tensor ${name}`);
      return read(file, tensor, path, options);
    },
    ...(verifiable && { verify: (options) => verifyDatasets(datasets, options) }),
  };
}

async function read(file: Hdf5, held: Held, path: string, options: ReadOptions) {
  try {
    return await readHeld(file, held, options);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const { problem, place } = error;
    throw new CheckpointError(
      problem,
      { ...place, path, tensor: held.info.name },
      { cause: error },
    );
  }
}

function startSurvey({ path, size }: ByteSource) {
  const held = new Map<string, Held>();
  const datasets = new Map<string, Hdf5Dataset>();
  const attributes = new Map<string, Attributes>();
  const refused: Record<string, string> = Object.create(null);
  const types: Record<string, string> = Object.create(null);
  const defects: Defect[] = [];

  function fail(problem: Problem, place: Defect['place'] = { path }): void {
    if (defects.length < MAX_DEFECTS) defects.push({ problem, place });
  }

  async function attributesOf(entry: Exclude<Hdf5Entry, { kind: 'refused' | 'damaged' }>) {
    try {
      const found = await entry.attributes();
      if (found.size) attributes.set(entry.path, found);
      return found;
    } catch (error) {
      if (!(error instanceof CheckpointError) || !isOfContents(error.problem)) throw error;
      fail(error.problem, error.place);
      return new Map<string, Hdf5Value>();
    }
  }

  function hold(entry: Extract<Hdf5Entry, { kind: 'dataset' }>, own: Attributes): void {
    const { path: name, dataset, address } = entry;
    const { unknownFilters } = dataset;
    if (unknownFilters.length) refused[name] = `filter ${unknownFilters.join()}`;
    if (dataset.refused !== null) {
      refused[name] = dataset.refused;
      return;
    }
    datasets.set(name, dataset);
    for (const field of fieldsOf(dataset.type)) {
      const info = infoOf({ name, dataset, address, field }, own);
      if (info.kind === 'object') types[info.name] = describeType(field.type);
      held.set(info.name, { info, dataset, field });
      checkExtent(info, dataset);
    }
  }

  function checkExtent({ name }: TensorInfo, { extent }: Hdf5Dataset): void {
    if (extent === null || extent.end <= size) return;
    const problem = { kind: 'truncated', needed: extent.end, size } as const;
    fail(problem, { path, offset: extent.start, tensor: name });
  }

  return {
    held,
    datasets,
    attributes,
    refused,
    types,
    defects,
    fail,
    async add(entry: Hdf5Entry): Promise<void> {
      if (entry.kind === 'refused') refused[entry.path] = `${entry.what} to ${entry.target}`;
      else if (entry.kind === 'damaged') fail(entry.defect.problem, entry.defect.place);
      else {
        const own = await attributesOf(entry);
        if (entry.kind === 'dataset') hold(entry, own);
      }
    },
  };
}
