import type { Defect, Problem } from '#domain/problem.ts';
import type { Checkpoint, Metadata } from '#domain/tensor.ts';
import type { PickleValue } from '#encodings/pickle/values.ts';
import type { Audit } from './audit.ts';
import { type Contents, readContents } from './contents.ts';
import { checkStorages, type Storages } from './storages.ts';
import { readTensor } from './tensor-bytes.ts';

/** What was read of a file that torch or pickle wrote, whichever way it keeps its parts. */
export interface Parts {
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  readonly value: PickleValue;
  readonly storages: Storages;
  /** What is wrong with the file, besides its tensors. */
  readonly problems: readonly Problem[];
  readonly audit: Audit;
  readonly writer: string;
}

/** A checkpoint that is in one pickle and its storages. */
export interface Assembled extends Checkpoint {
  readonly contents: Contents;
  /** As it was unpickled. */
  readonly value: PickleValue;
}

/** The checkpoint that a pickled value and its storages are. */
export function assemble(parts: Parts): Assembled {
  const { path, size, audit, storages } = parts;
  const contents = readContents(parts.value);
  const { tensors, metadata } = contents;
  const defects: readonly Defect[] = [
    ...parts.problems.map((problem) => ({ problem, place: { path } })),
    ...[...contents.problems, ...checkStorages(tensors, storages)].map(({ problem, tensor }) => ({
      problem,
      place: tensor === undefined ? { path } : { path, tensor },
    })),
    ...audit.problems().map((problem) => ({ problem, place: { path } })),
  ];
  return {
    contents,
    value: parts.value,
    tensors: new Map([...tensors].map(([name, { info }]) => [name, info])),
    metadata,
    defects,
    size,
    files: [path],
    globals: audit.globals(),
    weightsOnly: audit.weightsOnly.answer(),
    writer: writerOf(metadata) ?? parts.writer,
    async read(name, options = {}) {
      const found = tensors.get(name);
      if (!found) throw new RangeError(`there is no tensor ${name}`);
      return readTensor(found, storages, { ...options, path });
    },
  };
}

/** Without what only readers of several files need. */
export function published({ contents: _, value: __, ...checkpoint }: Assembled): Checkpoint {
  return checkpoint;
}

/** What a framework above torch says of itself. */
function writerOf(metadata: { readonly [key: string]: Metadata }): string | undefined {
  const lightning = metadata['pytorch-lightning_version'];
  return typeof lightning === 'string' ? `Lightning ${lightning}` : undefined;
}
