import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { Checkpoint } from '#domain/tensor.ts';
import { readPickle } from '#encodings/pickle/pickle.ts';
import type { PickleValue } from '#encodings/pickle/values.ts';
import { openZip } from '#encodings/zip.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { type Archive, findRecords, inflatesWrongly } from './archive.ts';
import { type Assembled, assemble, published } from './assemble.ts';
import { type Audit, startAudit } from './audit.ts';
import type { Contents } from './contents.ts';
import type { Storages } from './storages.ts';

/**
 * Opens what `torch.save` writes: a zip archive of `folder/data.pkl` · `folder/data/key` for each
 * storage · `folder/version` and other small records. Reads the directory and the small ones.
 * The pickle is never run; what it would do besides making data is a defect of kind `unsafe`.
 * @see https://github.com/pytorch/pytorch/blob/main/torch/serialization.py `_save`
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  return published(await openArchive(source, options));
}

/** The same, with what was found in it. */
export async function openArchive(
  source: ByteSource,
  { signal }: OpenOptions = {},
): Promise<Assembled> {
  const { path, size } = source;
  const archive = await findRecords(await openZip(source, { signal }), signal);
  const audit = startAudit();
  const { value, problems } = readObject(archive, audit, size);
  const isScript = archive.zip.entries.has(`${archive.folder}/constants.pkl`);
  if (isScript) audit.weightsOnly.refuse({ kind: 'container', name: 'TorchScript' });
  const assembled = assemble({
    path,
    size,
    value,
    storages: zipStorages(archive),
    problems: [...archive.problems, ...problems],
    audit,
    writer: writerOf(archive, isScript),
  });
  return {
    ...assembled,
    verify(options) {
      const owners = ownersOf(archive, assembled.contents);
      return archive.zip.verify({ ...options, tensorOf: (name) => owners.get(name) });
    },
  };
}

/** The pickled object, and what is wrong with its pickle. Other pickles are looked through too. */
function readObject(
  archive: Archive,
  audit: Audit,
  stored: number,
): { value: PickleValue; problems: Problem[] } {
  const { zip, pickle, otherPickles } = archive;
  const problems: Problem[] = [];
  let value: PickleValue = new Map();
  try {
    const read = readPickle(pickle, {
      path: zip.path,
      observer: audit.observer,
      stored,
      resolve(id) {
        audit.weightsOnly.sawReference(id);
        return id;
      },
    });
    value = read.value;
    audit.weightsOnly.sawOpcodes(read.opcodes);
    if (read.end < pickle.length) {
      const what = `${pickle.length - read.end} bytes follow the pickle in ${archive.folder}/data.pkl`;
      problems.push({ kind: 'unsafe', what });
      lookThrough(pickle, read.end, archive, audit);
    }
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    // What a pickle does before it breaks is done: that must not be hidden by its being broken.
    if (audit.problems().length === 0) throw firstCause(archive, error);
    problems.push(error.problem);
  }
  for (const bytes of otherPickles.values()) lookThrough(bytes, 0, archive, audit);
  return { value, problems };
}

/** A pickle that cannot be read because its bytes are damaged is corrupt in the first place. */
function firstCause({ problems, zip }: Archive, cause: CheckpointError): CheckpointError {
  const corrupt = problems.find(({ kind }) => kind === 'corrupt');
  return corrupt ? new CheckpointError(corrupt, { path: zip.path }, { cause }) : cause;
}

/** Watches pickles that are not shown, one after another as far as they can be read. */
function lookThrough(
  bytes: Uint8Array,
  start: number,
  { zip }: Archive,
  { observer }: Audit,
): void {
  try {
    for (let at = start; at < bytes.length; ) {
      at = readPickle(bytes, { path: zip.path, start: at, observer }).end;
    }
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
  }
}

function zipStorages({ zip, folder, bigEndian }: Archive): Storages {
  const nameOf = (key: string) => `${folder}/data/${key}`;
  const sources = new Map<string, ByteSource>();
  return {
    bigEndian,
    nameOf,
    size: (key) => zip.entries.get(nameOf(key))?.size,
    refuse(key) {
      const entry = zip.entries.get(nameOf(key));
      return entry && inflatesWrongly(entry);
    },
    read(key, from, to, signal) {
      const source = sources.get(key) ?? zip.source(nameOf(key));
      sources.set(key, source);
      return source.read(from, to, signal);
    },
  };
}

/** The first tensor in each record. */
function ownersOf({ folder }: Archive, { tensors }: Contents): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const [name, { tensor }] of tensors) {
    const record = tensor.kind === 'dense' ? `${folder}/data/${tensor.storage.key}` : undefined;
    if (record !== undefined && !owners.has(record)) owners.set(record, name);
  }
  return owners;
}

function writerOf({ version }: Archive, isScript: boolean): string {
  const library = isScript ? 'TorchScript' : 'torch';
  return version ? `${library}, archive version ${version}` : library;
}
