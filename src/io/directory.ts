import type { Defect } from '#domain/problem.ts';
import type { FileRef } from '#domain/run.ts';
import type { ByteSource } from './byte-source.ts';

/** A tree of files the user let us read, wherever it comes from. */
export interface Directory {
  readonly name: string;
  /** The path of every file below, in no particular order, a folder at a time. */
  list(signal?: AbortSignal): AsyncIterable<Listing>;
  /** One listed file as it is now. A call to the system: ask only for names that matter. */
  stat(path: string): Promise<FileRef>;
  /**
   * Throws `changed` when the file is not the one that `stat` saw, `gone` when it has been deleted.
   * A read of the source that finds the file stale gets it again once, then throws `changed`.
   */
  open(file: FileRef): Promise<ByteSource>;
  /** Entries that the browser hides from us; `null` when it cannot be told. Known after `list`. */
  hidden(): readonly string[] | null;
}

/** Some files, or a folder that could not be listed. */
export interface Listing {
  readonly paths: readonly string[];
  /** Entries seen, folders among them. */
  readonly seen: number;
  readonly defects: readonly Defect[];
  /** A folder with nothing in it, by its path. */
  readonly empty?: string;
}
