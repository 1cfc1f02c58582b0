import { CheckpointError } from '#domain/problem.ts';
import type { DatasetFolder } from '#formats/dataset-folder-format.ts';
import { datasetFolderFormats } from '#formats/index.ts';
import type { Directory } from '#io/directory.ts';
import type { OpenedDataset } from './reader-datasets.ts';
import { digestOf, openPath } from './reader-files.ts';

/** A folder that is a data set, as it is now. */
export interface ListedFolder {
  readonly folder: DatasetFolder;
  /** Changes with the names of its files; what is in them is looked at when they are read. */
  readonly version: string;
}

/** Lists what is below a folder. Throws `gone` where that is nothing. */
export async function listFolder(
  directory: Directory,
  path: string,
  signal?: AbortSignal,
): Promise<ListedFolder> {
  const prefix = path === '' ? '' : `${path}/`;
  const files: string[] = [];
  for await (const { paths } of directory.list(signal)) {
    for (const one of paths) if (one.startsWith(prefix)) files.push(one.slice(prefix.length));
  }
  if (files.length === 0) throw new CheckpointError({ kind: 'gone' }, { path });
  files.sort();
  const open = (file: string) => openPath(directory, prefix + file);
  return {
    folder: { path, files, open },
    version: `${path} ${files.length} ${digestOf(files.join('\n'))}`,
  };
}

export async function openFolder(
  folder: DatasetFolder,
  signal?: AbortSignal,
): Promise<OpenedDataset> {
  const format = datasetFolderFormats.find((candidate) => candidate.detect(folder));
  if (!format) {
    const problem = { kind: 'unsupported', feature: 'this kind of data set' } as const;
    throw new CheckpointError(problem, { path: folder.path });
  }
  return { dataset: await format.open(folder, { signal }), format: format.id };
}
