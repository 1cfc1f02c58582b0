import { byteLength, type Dtype } from '#domain/dtype.ts';
import { CheckpointError, type Defect, type Problem } from '#domain/problem.ts';
import {
  elementCount,
  type Metadata,
  type TensorInfo,
  type VerifyOptions,
} from '#domain/tensor.ts';
import { parseJson } from '#encodings/json-node.ts';
import { parseZarr2, parseZarr3, type ZarrArray } from '#encodings/zarr/metadata.ts';
import { createChunks, keysOf } from '#encodings/zarr/read.ts';
import type { ElementSpan } from '#formats/element-span.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { type ArrayStore, filesOf, openOcdbt } from './array-store.ts';
import type { Folder } from './folder.ts';
import { type Parameter, type Parameters, parametersIn, readParameters } from './parameters.ts';

/** Of `_METADATA`; a model of ten thousand parameters has some megabytes. */
const MAX_METADATA = 256_000_000;
/** Of the description of one array. */
const MAX_ARRAY = 1_000_000;
/** Chunks looked for when a checkpoint is opened; of arrays of more, the others are not. */
const MAX_LOOKED_FOR = 1_000_000;
/** Held at once is four times what is stored, and this. */
const ALLOWANCE = 2 ** 26;
const AT_ONCE = 16;

export interface ArrayTensor {
  readonly info: TensorInfo;
  /** Why it cannot be read. */
  readonly defect: Defect | undefined;
  read(span: ElementSpan, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** Gives whether all of it had checksums. Throws what is wrong with it. */
  verify(options: VerifyOptions, onBytes: (bytes: number) => void): Promise<boolean>;
}

/** A tree of arrays that was saved together. */
export interface Item {
  readonly tensors: readonly ArrayTensor[];
  readonly metadata: { readonly [key: string]: Metadata };
  readonly defects: readonly Defect[];
  readonly files: () => readonly ByteSource[];
}

/** Opens an item; `undefined` where its folder holds no arrays. */
export async function openItem(
  folder: Folder,
  path: string,
  signal?: AbortSignal,
): Promise<Item | undefined> {
  const saved = await readSaved(folder, signal);
  const manifest = await folder.find('manifest.ocdbt');
  if (!saved && !manifest && !folder.names) return undefined;
  const store = manifest ? await openOcdbt(manifest, folder, signal) : filesOf(folder, path);
  const parameters = saved?.parameters ?? parametersIn(store.keys ?? [], manifest !== undefined);
  if (!saved && parameters.all.length === 0) return undefined;
  const size = () =>
    [...store.files(), saved?.source].reduce((sum, one) => sum + (one?.size ?? 0), 0);
  const tensors: ArrayTensor[] = [];
  for (let at = 0; at < parameters.all.length; at += AT_ONCE) {
    const some = parameters.all.slice(at, at + AT_ONCE);
    const opening = some.map((one) =>
      openArray(one, { store, path, signal, keepsAll: parameters.keepsAll, size }),
    );
    tensors.push(...(await Promise.all(opening)));
  }
  return {
    tensors,
    metadata: parameters.metadata,
    defects: tensors.flatMap(({ defect }) => defect ?? []),
    files: () => [...(saved ? [saved.source] : []), ...store.files()],
  };
}

async function readSaved(
  folder: Folder,
  signal: AbortSignal | undefined,
): Promise<{ readonly parameters: Parameters; readonly source: ByteSource } | undefined> {
  const source = await folder.find('_METADATA');
  if (!source) return undefined;
  const bytes = await readSmall(source, MAX_METADATA, signal);
  return { parameters: readParameters(parseJson(bytes, { path: source.path })), source };
}

async function readSmall(source: ByteSource, limit: number, signal: AbortSignal | undefined) {
  const { path, size } = source;
  if (size > limit) {
    throw new CheckpointError({ kind: 'too-large', what: 'metadata', size, limit }, { path });
  }
  return source.read(0, size, signal);
}

interface Surroundings {
  readonly store: ArrayStore;
  /** Of the checkpoint, for errors. */
  readonly path: string;
  readonly keepsAll: boolean;
  readonly signal: AbortSignal | undefined;
  /** Bytes of the files opened so far. */
  size(): number;
}

async function openArray(
  { path: keys, key }: Parameter,
  { store, path, keepsAll, signal, size }: Surroundings,
): Promise<ArrayTensor> {
  const place = { path, tensor: keys.join('.') };
  let array: ZarrArray;
  try {
    array = await readArray(key, store, { path, signal });
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    return broken(keys, {
      problem: error.problem,
      place: { ...error.place, tensor: place.tensor },
    });
  }
  const { dtype, shape } = array;
  const info = infoOf(keys, dtype, shape);
  const fault = shapeProblem(array);
  if (fault) return broken(keys, { problem: fault, place });
  const inner = (name: string) => `${key}/${name}`;
  const chunks = createChunks(array, {
    get: (name) => store.get(inner(name)),
    keepsAll,
    get limit() {
      return 4 * size() + ALLOWANCE;
    },
    place,
  });
  return {
    info,
    defect: findLost(array, store, { inner, tensor: place.tensor, keepsAll }),
    read: ({ from, to }, signal) => chunks.read({ from, to, signal }),
    async verify({ signal }, onBytes) {
      let all = true;
      for (const name of keysOf(array)) {
        signal?.throwIfAborted();
        const isChecked = await chunks.verify(name, signal);
        onBytes((await store.get(inner(name)))?.size ?? 0);
        all &&= isChecked;
      }
      return all;
    },
  };
}

function infoOf(path: readonly string[], dtype: Dtype, shape: readonly number[]): TensorInfo {
  const count = elementCount(shape);
  const bytes = Number.isSafeInteger(count * 16) ? byteLength(dtype, count) : 0;
  return { name: path.join('.'), path, dtype, shape, bytes };
}

function broken(path: readonly string[], defect: Defect): ArrayTensor {
  const refuse = () => Promise.reject(new CheckpointError(defect.problem, defect.place));
  return { info: infoOf(path, 'uint8', [0]), defect, read: refuse, verify: refuse };
}

function shapeProblem({ shape, chunk }: ZarrArray): Problem | undefined {
  const sizes = [shape, chunk].map((one) => elementCount(one) * 16);
  if (sizes.every(Number.isSafeInteger)) return undefined;
  return { kind: 'malformed', what: 'its shape holds more elements than can be counted' };
}

async function readArray(
  key: string,
  store: ArrayStore,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal | undefined },
): Promise<ZarrArray> {
  for (const [name, parse] of [
    ['.zarray', parseZarr2],
    ['zarr.json', parseZarr3],
  ] as const) {
    const lacking = store.lacking(`${key}/${name}`);
    if (lacking && lacking.problem.kind !== 'missing')
      throw new CheckpointError(lacking.problem, lacking.place);
    const source = await store.get(`${key}/${name}`);
    if (!source) continue;
    return parse(parseJson(await readSmall(source, MAX_ARRAY, signal), { path: source.path }));
  }
  throw new CheckpointError({ kind: 'missing', path: key }, { path });
}

interface Lost {
  inner(name: string): string;
  readonly tensor: string;
  readonly keepsAll: boolean;
}

/** The first chunk that is not there, or not to its end. */
function findLost(
  array: ZarrArray,
  store: ArrayStore,
  { inner, tensor, keepsAll }: Lost,
): Defect | undefined {
  let looked = 0;
  for (const name of keysOf(array)) {
    if (++looked > MAX_LOOKED_FOR) return undefined;
    const lacking = store.lacking(inner(name));
    if (!lacking || (lacking.problem.kind === 'missing' && !keepsAll)) continue;
    return { problem: lacking.problem, place: { ...lacking.place, tensor } };
  }
  return undefined;
}
