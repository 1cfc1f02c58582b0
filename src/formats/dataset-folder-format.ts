import type { Dataset } from '#domain/dataset.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** A folder whose files are one data set together. */
export interface DatasetFolder {
  /** From the opened directory. */
  readonly path: string;
  /** Paths of all files in it and below, from it, in no particular order. */
  readonly files: readonly string[];
  /** One of `files`. Throws `gone` when it is not there any more. */
  open(file: string): Promise<ByteSource>;
}

/** A kind of folder that holds examples. */
export interface DatasetFolderFormat {
  readonly id: string;
  readonly title: string;
  readonly spec: string;
  /** Told from the names of the files. */
  detect(folder: DatasetFolder): boolean;
  open(
    folder: DatasetFolder,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Dataset>;
}
