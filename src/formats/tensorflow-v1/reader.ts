import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Checkpoint, Metadata, Verification, VerifyOptions } from '#domain/tensor.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { findTelling, numberOf } from '#formats/tensor-bundle/progress.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { gather, type SlicedTensor } from './contents.ts';
import { readElements } from './elements.ts';
import { openSlices, type SliceTable } from './table.ts';

/** `model.ckpt-30-00000-of-00003` */
const SHARD = /^(.*)-\d{5}-of-(\d{5})$/;
const MAX_SHARDS = 10_000;
/** A small tensor may stand in one block with a large one. */
const MAX_COST = 2 ** 20;

/**
 * Opens a V1 checkpoint: a table from slices of tensors to `TensorProto`s, and from the empty key to what there
 * is; of several files that share a name, all of them. Reads the index and the first block of each.
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  const { signal } = options;
  const { tables, defects: missing } = await openTables(source, options);
  const { tensors, defects } = gather(tables, missing.length > 0);
  const files = tables.map((table) => table.source);
  const telling = await readTelling(tensors, signal);
  return {
    tensors: new Map([...tensors].map(([name, { info }]) => [name, info])),
    metadata: {
      ...(SHARD.test(source.path) && { num_shards: shardNames(source.path).length }),
      ...telling,
    },
    defects: [...missing, ...defects],
    size: files.reduce((sum, { size }) => sum + size, 0),
    files: files.map(({ path }) => path),
    globals: [],
    async read(name, readOptions = {}) {
      const tensor = tensors.get(name);
      if (!tensor) throw new RangeError(`No tensor ${name}`);
      return readElements(tensor, readOptions);
    },
    verify: (verifyOptions) => verifyTables(tables, verifyOptions),
  };
}

/** Names of all shards without their folder; of one that is none, its own. */
function shardNames(path: string): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const [, stem, count] = SHARD.exec(name) ?? [];
  if (stem === undefined) return [name];
  if (Number(count) > MAX_SHARDS) {
    const problem = { size: Number(count), limit: MAX_SHARDS } as const;
    throw new CheckpointError(
      { kind: 'too-large', what: 'a number of shards', ...problem },
      { path },
    );
  }
  const five = (n: number) => String(n).padStart(5, '0');
  return Array.from({ length: Number(count) }, (_, n) => `${stem}-${five(n)}-of-${count}`);
}

async function openTables(source: ByteSource, { signal, sibling }: OpenOptions) {
  const { path } = source;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const own = path.slice(folder.length);
  const tables: SliceTable[] = [];
  const defects: Defect[] = [];
  for (const name of shardNames(path)) {
    try {
      const shard = name === own ? source : await sibling?.(name);
      const problem = { kind: 'missing', path: `${folder}${name}` } as const;
      if (!shard) throw new CheckpointError(problem, { path });
      tables.push(await openSlices(shard, signal));
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      if (name === own || ['changed', 'denied'].includes(error.problem.kind)) throw error;
      defects.push({ problem: error.problem, place: error.place });
    }
  }
  return { tables, defects };
}

/** The numbers that say how far the training was: each takes a block, which small tensors share. */
async function readTelling(
  tensors: ReadonlyMap<string, SlicedTensor>,
  signal?: AbortSignal,
): Promise<{ [key: string]: Metadata }> {
  const numbers: { [key: string]: Metadata } = {};
  for (const { key, info } of findTelling([...tensors.values()].map((tensor) => tensor.info))) {
    const tensor = tensors.get(info.name);
    const cost = tensor?.slices.reduce((sum, { table, key }) => sum + table.cost(key), 0) ?? 0;
    if (!tensor || cost > MAX_COST) continue;
    try {
      const value = numberOf(await readElements(tensor, { signal }), info.dtype);
      if (value !== undefined) numbers[key] = value;
    } catch (error) {
      // what is wrong with the block is found when it is read, or verified
      if (!(error instanceof CheckpointError) || error.problem.kind === 'changed') throw error;
    }
  }
  return numbers;
}

async function verifyTables(
  tables: readonly SliceTable[],
  { signal, onProgress }: VerifyOptions,
): Promise<Verification> {
  const defects: Defect[] = [];
  let seen = 0;
  for (const table of tables) {
    for await (const { bytes, defect } of table.verify(signal)) {
      seen += bytes;
      onProgress?.(seen);
      if (defect) defects.push(defect);
    }
  }
  return { defects, checked: true };
}
