import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { Checkpoint } from '#domain/tensor.ts';
import { PickleStream } from '#encodings/pickle/stream.ts';
import { Global, type PersistentId, type PickleValue } from '#encodings/pickle/values.ts';
import { entrySource, readTar } from '#encodings/tar.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { assemble, published } from '#formats/pytorch/assemble.ts';
import { type Audit, startAudit } from '#formats/pytorch/audit.ts';
import { isList } from '#formats/pytorch/inert.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { type Context, readStorages, readTensors, type Tables } from './tables.ts';

/**
 * Opens what `torch.save` wrote before 0.2: a tar archive of `storages` (each behind a pickle that names it),
 * `tensors` (a table of views) and `pickle`, the object. Reads all but the elements.
 * @see https://github.com/pytorch/pytorch/blob/main/torch/serialization.py `legacy_load`
 */
export async function open(source: ByteSource, { signal }: OpenOptions = {}): Promise<Checkpoint> {
  const { path, size } = source;
  const entries = await readTar(source, signal);
  const member = (name: string): ByteSource => {
    const entry = entries.get(name);
    if (!entry) throw new CheckpointError({ kind: 'missing', path: `${path}/${name}` }, { path });
    return entrySource(source, entry);
  };
  const parts = {
    storages: member('storages'),
    tensors: member('tensors'),
    object: member('pickle'),
  };
  const audit = startAudit();
  audit.weightsOnly.refuse({ kind: 'container', name: 'tar' });
  const context: Context = { observer: audit.observer, signal };
  const { value, tables, problems } = await readParts(parts, audit, context);
  const checkpoint = assemble({
    path,
    size,
    value,
    storages: {
      bigEndian: false,
      nameOf: (key) => `storage ${key}`,
      size: (key) => tables?.storages.get(key)?.bytes,
      read: (key, from, to, wanted) => {
        const start = tables?.storages.get(key)?.offset ?? 0;
        return parts.storages.read(start + from, start + to, wanted);
      },
    },
    problems,
    audit,
    writer: 'torch, before 0.2',
  });
  return published(checkpoint);
}

interface Members {
  readonly storages: ByteSource;
  readonly tensors: ByteSource;
  readonly object: ByteSource;
}

async function readParts(
  { storages, tensors, object }: Members,
  audit: Audit,
  context: Context,
): Promise<{ value: PickleValue; tables?: Tables; problems: readonly Problem[] }> {
  try {
    const found = await readStorages(storages, context);
    const tables = { storages: found, tensors: await readTensors(tensors, found, context) };
    const resolve = (id: PersistentId) => resolveWith(tables, id);
    const { value } = await new PickleStream(object).next({ ...context, resolve });
    return { value, tables, problems: [] };
  } catch (error) {
    // What a pickle does before it breaks is done: that must not be hidden by its being broken.
    if (!(error instanceof CheckpointError) || audit.problems().length === 0) throw error;
    return { value: new Map(), problems: [error.problem] };
  }
}

/** A tensor by its key, or a class with the text of its source. */
function resolveWith({ tensors }: Tables, id: PersistentId): PickleValue {
  if (isList(id.id)) return id.id[0] instanceof Global ? id.id[0] : id;
  return tensors.get(String(id.id)) ?? id;
}
