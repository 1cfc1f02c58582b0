import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Checkpoint } from '#domain/tensor.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { openArchive } from './archive.ts';
import { parsePayloads } from './payloads.ts';
import { readPayload, shortageOf } from './read-payload.ts';

/** The weights that an exported program carries, by the names of its state dict. */
export async function openCheckpoint(
  source: ByteSource,
  { signal }: OpenOptions = {},
): Promise<Checkpoint> {
  const archive = await openArchive(source, signal);
  const config = await archive.readPayloads('weights', signal);
  const { path } = source;
  if (!config) {
    const feature = 'weights that an older torch.export has pickled';
    throw new CheckpointError({ kind: 'unsupported', feature }, { path });
  }
  const payloads = parsePayloads(config, archive, 'weights');
  const tensorOf = new Map([...payloads].map(([name, { entry }]) => [entry, name]));
  const defects = [...payloads].flatMap(([tensor, payload]): Defect[] => {
    const problem = shortageOf(payload, archive.zip);
    return problem ? [{ problem, place: { path, tensor } }] : [];
  });
  return {
    tensors: new Map([...payloads].map(([name, { info }]) => [name, info])),
    metadata: {},
    defects,
    size: source.size,
    files: [path],
    globals: [],
    async read(name, options) {
      const payload = payloads.get(name);
      if (!payload) throw new RangeError(`No tensor ${name}`);
      return readPayload(archive, payload, options);
    },
    verify: (options) =>
      archive.zip.verify({ ...options, tensorOf: (entry) => tensorOf.get(entry) }),
  };
}
