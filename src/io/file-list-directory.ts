import { CheckpointError } from '#domain/problem.ts';
import type { Directory } from './directory.ts';
import { fileSource, isVersion, refOf } from './file-version.ts';

/** Paths come in portions of this many. */
const PORTION = 1000;

/** Files as `<input webkitdirectory>` or a drop gives them, with their paths below the directory: a snapshot. */
export interface FileList {
  readonly name: string;
  readonly files: readonly File[];
  /** From the directory, in the order of `files`. */
  readonly paths: readonly string[];
}

export function fileListDirectory({ name, files, paths }: FileList): Directory {
  const byPath = new Map(files.map((file, i) => [paths[i] ?? file.name, file]));

  function find(path: string): File {
    const file = byPath.get(path);
    if (!file) throw new CheckpointError({ kind: 'gone' }, { path });
    return file;
  }

  return {
    name,
    async *list(signal) {
      for (let from = 0; from < paths.length; from += PORTION) {
        signal?.throwIfAborted();
        const portion = paths.slice(from, from + PORTION);
        yield { paths: portion, seen: portion.length, defects: [] };
      }
    },
    stat: async (path) => refOf(path, find(path)),
    async open(ref) {
      const file = find(ref.path);
      if (!isVersion(file, ref)) throw new CheckpointError({ kind: 'changed' }, { path: ref.path });
      return fileSource(ref, file, async () => file);
    },
    hidden: () => null,
  };
}

/** The files of an `<input webkitdirectory>`: the first part of their paths is the directory's name. */
export function fromInput(files: readonly File[]): FileList {
  const [first] = files;
  return {
    name: first?.webkitRelativePath.split('/')[0] ?? '',
    files,
    paths: files.map(({ webkitRelativePath: path }) => path.slice(path.indexOf('/') + 1)),
  };
}
