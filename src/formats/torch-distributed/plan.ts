import type { Dtype } from '#domain/dtype.ts';
import { CheckpointError, type Problem } from '#domain/problem.ts';
import { Call, Global, type PickleValue } from '#encodings/pickle/values.ts';
import { torchDtype } from '#formats/pytorch/dtypes.ts';
import { isList, keyText, listOf, lookUp } from '#formats/pytorch/inert.ts';

/** Where an item lies: an archive of torch of its own. */
export interface Item {
  /** As written: from the folder of the checkpoint. */
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  /** How it was transformed when it was written, as by compression; nothing mostly. */
  readonly transforms: readonly string[];
}

/** A block of a tensor. */
export interface Chunk {
  readonly offsets: readonly number[];
  readonly sizes: readonly number[];
  /** `undefined` where nothing says where it is. */
  readonly item: Item | undefined;
}

interface Named {
  readonly name: string;
  /** The keys that lead to it, where they were kept; numbers are places in lists. */
  readonly path: readonly (string | number)[] | undefined;
}

export interface PlannedTensor extends Named {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly chunks: readonly Chunk[];
}

/** Anything that is no tensor, pickled. */
export interface PlannedObject extends Named {
  readonly item: Item | undefined;
}

/** What `.metadata` says. */
export interface Plan {
  readonly tensors: readonly PlannedTensor[];
  readonly objects: readonly PlannedObject[];
  /** What cannot be understood of it, and of which entry. */
  readonly problems: readonly { readonly problem: Problem; readonly name: string }[];
  /** Version of the layout, where it is given. */
  readonly version: string | undefined;
}

/** What is thrown inside this module only: one entry that is broken does not break the rest. */
class Broken extends Error {}

/** @see https://github.com/pytorch/pytorch/blob/main/torch/distributed/checkpoint/metadata.py */
export function readPlan(value: PickleValue, path: string): Plan {
  const entries = fieldOf(value, 'state_dict_metadata');
  if (!(entries instanceof Map)) {
    const what = 'it does not describe a distributed checkpoint';
    throw new CheckpointError({ kind: 'malformed', what }, { path });
  }
  const items = readItems(fieldOf(value, 'storage_data'));
  const paths = fieldOf(value, 'planner_data');
  const tensors: PlannedTensor[] = [];
  const objects: PlannedObject[] = [];
  const problems: { problem: Problem; name: string }[] = [];
  for (const [key, entry] of entries) {
    const name = keyText(key);
    const named = { name, path: pathOf(lookUp(paths, name)) };
    try {
      const kind = entry instanceof Call ? entry.path.split('.').at(-1) : undefined;
      const places = items.get(name) ?? [];
      if (kind === 'TensorStorageMetadata') {
        tensors.push({ ...named, ...readTensor(entry, places) });
      } else if (kind === 'BytesStorageMetadata') objects.push({ ...named, item: places[0]?.item });
      else throw new Broken(`${name} is neither a tensor nor bytes`);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      problems.push({ problem: { kind: 'malformed', what: error.message }, name });
    }
  }
  const version = fieldOf(value, 'version');
  return {
    tensors,
    objects,
    problems,
    version: typeof version === 'string' ? version : undefined,
  };
}

interface Place {
  /** Offsets of the chunk in its tensor, joined by commas. */
  readonly offset: string | undefined;
  readonly index: PickleValue | undefined;
  readonly item: Item;
}

/** `{MetadataIndex(name, offset, index): _StorageInfo(file, offset, length)}`, by name. */
function readItems(value: PickleValue | undefined): ReadonlyMap<string, readonly Place[]> {
  const items = new Map<string, Place[]>();
  if (!(value instanceof Map)) return items;
  for (const [key, info] of value) {
    const name = fieldOf(key, 'fqn');
    const item = readItem(info);
    if (typeof name !== 'string' || !item) continue;
    const offset = listOf(fieldOf(key, 'offset'))?.join();
    const place = { offset, index: fieldOf(key, 'index'), item };
    const known = items.get(name);
    if (known) known.push(place);
    else items.set(name, [place]);
  }
  return items;
}

function readItem(value: PickleValue): Item | undefined {
  const file = fieldOf(value, 'relative_path');
  const offset = fieldOf(value, 'offset');
  const length = fieldOf(value, 'length');
  if (typeof file !== 'string' || !isCount(offset) || !isCount(length)) return undefined;
  const transforms = listOf(fieldOf(value, 'transform_descriptors'))?.map((one) =>
    typeof one === 'string' ? one : keyText(one),
  );
  return { file, offset, length, transforms: transforms ?? [] };
}

function readTensor(
  entry: PickleValue,
  places: readonly Place[],
): Pick<PlannedTensor, 'dtype' | 'shape' | 'chunks'> {
  const properties = fieldOf(entry, 'properties');
  const state = properties instanceof Call ? properties.state : undefined;
  const type = isList(state) ? state[0] : lookUp(state, 'dtype');
  const dtype = type instanceof Global ? torchDtype(type.path) : undefined;
  if (!dtype) throw new Broken('the type of a tensor is none that torch has');
  const shape = countsOf(fieldOf(entry, 'size'), 'shape');
  const chunks = listOf(fieldOf(entry, 'chunks')) ?? [];
  return { dtype, shape, chunks: chunks.map((chunk, index) => readChunk(chunk, index, places)) };
}

/** A chunk is found by its offsets, or by its number where they are not given. */
function readChunk(value: PickleValue, index: number, places: readonly Place[]): Chunk {
  const offsets = countsOf(fieldOf(value, 'offsets'), 'place of a piece');
  const sizes = countsOf(fieldOf(value, 'sizes'), 'shape of a piece');
  const key = offsets.join();
  const place =
    places.find(({ offset }) => offset === key) ??
    places.find((one) => one.offset === undefined && one.index === index);
  return { offsets, sizes, item: place?.item };
}

/** An attribute of an object that was pickled by its attributes. */
function fieldOf(value: PickleValue | undefined, name: string): PickleValue | undefined {
  return value instanceof Call ? lookUp(value.state, name) : undefined;
}

function pathOf(value: PickleValue | undefined): readonly (string | number)[] | undefined {
  return listOf(value)?.map((key) => (typeof key === 'number' ? key : keyText(key)));
}

function countsOf(value: PickleValue | undefined, what: string): readonly number[] {
  const list = listOf(value);
  if (!list?.every(isCount)) throw new Broken(`the ${what} is not a list of counts`);
  return list;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
