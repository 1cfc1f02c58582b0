import { CheckpointError } from '#domain/problem.ts';
import { type Checkpoint, elementCount, type TensorInfo } from '#domain/tensor.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { readIndex } from './bundle-index.ts';
import { describeBundle } from './describe.ts';
import { readElements, type Storage } from './pieces.ts';
import { openShards } from './shards.ts';
import { verifyTensors } from './verify.ts';

/**
 * Opens a bundle by its `.index`, which says where each tensor lies in `<prefix>.data-*-of-*` beside it. Reads
 * the index, and of the data the object graph and single numbers that tell how far the training was.
 *
 * A tensor whose shard is missing, or too short for it, stays in the list with a defect; all others are there.
 */
export async function open(
  source: ByteSource,
  { signal, sibling }: OpenOptions = {},
): Promise<Checkpoint> {
  const index = await readIndex(source, signal);
  const shards = await openShards(source.path, index, sibling);
  const storage: Storage = { sources: shards.sources, bigEndian: index.bigEndian };
  const whole = [...index.tensors.values()].filter(({ info }) => !shards.broken.has(info.name));
  const { labels, objects, metadata, defects } = await describeBundle(whole, storage, signal);
  const known = [...index.defects, ...shards.defects, ...defects];
  const files = [source, ...shards.sources.values()];
  return {
    tensors: new Map([...index.tensors].map(([name, { info }]) => [name, labelled(info, labels)])),
    metadata: { num_shards: index.numShards, ...metadata },
    defects: known,
    size: files.reduce((sum, { size }) => sum + size, 0),
    files: files.map(({ path }) => path),
    globals: [],
    objects,
    async read(name, { from = 0, to, signal: readSignal } = {}) {
      const tensor = index.tensors.get(name);
      if (!tensor) throw new RangeError(`No tensor ${name}`);
      const count = elementCount(tensor.info.shape);
      const end = to ?? count;
      if (!(from >= 0 && from <= end && end <= count)) {
        throw new RangeError(`No elements ${from} to ${end} in ${name}`);
      }
      const defect = shards.broken.get(name);
      if (defect) throw new CheckpointError(defect.problem, defect.place);
      return readElements(tensor, storage, { from, to: end, signal: readSignal });
    },
    /** The checksums of the index were compared when it was opened. */
    async verify({ signal: verifySignal, onProgress }) {
      onProgress?.(source.size);
      const { defects: found, checked } = await verifyTensors(whole, storage, {
        signal: verifySignal,
        onProgress: (bytes) => onProgress?.(source.size + bytes),
      });
      const names = new Set(known.map(({ place }) => place.tensor));
      return { defects: found.filter(({ place }) => !names.has(place.tensor)), checked };
    },
  };
}

function labelled(info: TensorInfo, labels: ReadonlyMap<string, string>): TensorInfo {
  const label = labels.get(info.name);
  return label === undefined ? info : { ...info, label };
}
