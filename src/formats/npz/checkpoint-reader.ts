import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Checkpoint, Metadata, TensorInfo } from '#domain/tensor.ts';
import { widen } from '#domain/widen.ts';
import { openZip, type ZipArchive } from '#encodings/zip.ts';
import { elementSpan } from '#formats/element-span.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { baseOf } from '#io/path.ts';
import { type ArrayTensor, openArrayTensor } from './array-tensor.ts';

/** Headers are read one by one; a model has some thousands of arrays. */
const MAX_ARRAYS = 100_000;
/** Numbers that stand alone are metadata as well, up to this many. */
const MAX_SCALARS = 100;

/**
 * The arrays of `numpy.savez`, a zip archive of `NAME.npy`, or a single `.npy`. Reads the directory and the header of
 * each array. Pickled arrays are refused by name; the others can be read.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export async function open(source: ByteSource, { signal }: OpenOptions = {}): Promise<Checkpoint> {
  const head = await source.read(0, Math.min(2, source.size), signal);
  const zip = head[0] === 0x50 ? await openZip(source, { signal }) : undefined;
  const files = zip ? filesIn(zip, source) : [loneFile(source)];
  if (files.length > MAX_ARRAYS) {
    const problem = { what: 'the number of arrays', size: files.length, limit: MAX_ARRAYS };
    throw new CheckpointError({ kind: 'too-large', ...problem }, { path: source.path });
  }
  const { arrays, defects } = await openAll(files, signal);
  if (arrays.size === 0) {
    const problem = defects[0]?.problem ?? { kind: 'malformed', what: 'it holds no arrays' };
    throw new CheckpointError(problem, defects[0]?.place ?? { path: source.path });
  }
  const owners = new Map(files.map(({ entry, name }) => [entry, name]));
  return {
    tensors: new Map([...arrays].map(([name, { info }]) => [name, info])),
    metadata: await readScalars(arrays, signal),
    defects,
    size: source.size,
    files: [source.path],
    globals: [],
    writer: 'NumPy',
    async read(name, options = {}) {
      const array = arrays.get(name);
      if (!array) throw new RangeError(`No tensor ${name}`);
      return array.read(elementSpan(array.info, options), options.signal);
    },
    ...(zip && {
      verify: (options) => zip.verify({ ...options, tensorOf: (entry) => owners.get(entry) }),
    }),
  };
}

interface ArrayFile {
  readonly name: string;
  /** In the archive. */
  readonly entry: string;
  readonly source: ByteSource;
  /** Whether each read of it inflates from its start. */
  readonly isCompressed: boolean;
  /** Bytes that it takes in the file. */
  readonly stored: number;
}

function filesIn(zip: ZipArchive, { path }: ByteSource): readonly ArrayFile[] {
  return [...zip.entries.values()]
    .filter(({ name }) => name.endsWith('.npy'))
    .map(({ name, size, method, compressedSize }) => ({
      name: name.slice(0, -'.npy'.length),
      entry: name,
      isCompressed: method !== 0,
      stored: compressedSize,
      source: { path, size, read: (from, to, signal) => zip.read(name, { from, to, signal }) },
    }));
}

function loneFile(source: ByteSource): ArrayFile {
  const name = baseOf(source.path).replace(/\.npy$/i, '');
  return { name, entry: name, source, isCompressed: false, stored: source.size };
}

async function openAll(files: readonly ArrayFile[], signal: AbortSignal | undefined) {
  const arrays = new Map<string, ArrayTensor>();
  const defects: Defect[] = [];
  for (const file of files) {
    try {
      arrays.set(file.name, await openArrayTensor(file, signal));
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      const { path } = error.place;
      defects.push({ problem: error.problem, place: { path, tensor: file.name } });
    }
  }
  return { arrays, defects };
}

/** `step`, `epoch`, `lr`: saved as arrays without axes. */
async function readScalars(
  arrays: ReadonlyMap<string, ArrayTensor>,
  signal: AbortSignal | undefined,
): Promise<{ readonly [key: string]: Metadata }> {
  const scalars = [...arrays.values()].filter(({ info }) => isScalar(info)).slice(0, MAX_SCALARS);
  const fields: [string, Metadata][] = [];
  for (const { info, read } of scalars) {
    const bytes = await read(elementSpan(info), signal);
    const [value] =
      info.dtype === 'float64' ? new Float64Array(bytes.buffer) : (widen(bytes, info.dtype) ?? []);
    if (value !== undefined) fields.push([info.name, info.dtype === 'bool' ? value !== 0 : value]);
  }
  return Object.fromEntries(fields);
}

function isScalar({ shape, dtype }: TensorInfo): boolean {
  return shape.length === 0 && /^(?:u?int|float|bool)/.test(dtype);
}
