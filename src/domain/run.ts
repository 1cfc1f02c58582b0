import type { Defect } from './problem.ts';

/** A file as it was when we looked at it; another version of it is another ref. */
export interface FileRef {
  /** From the opened directory, parts joined by `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** A number and where it was found: the screen tells them apart. */
export interface Sourced<T> {
  readonly value: T;
  readonly from: 'metadata' | 'name' | 'pointer';
  /** The key or the file name it was read from. */
  readonly where: string;
}

/** A checkpoint on disk, before anything but its name is known. */
export interface CheckpointRef {
  /** Unique in the directory: the file to open first, or the prefix of a tensor bundle. */
  readonly path: string;
  /** The file to open first. */
  readonly main: string;
  /** All files known to belong to it, `main` among them. */
  readonly files: readonly string[];
}

/** One training: a directory with checkpoints or histories in it or in folders that belong to it. */
export interface Run {
  /** Its directory, from the opened one; `''` is the opened directory itself. Unique. */
  readonly path: string;
  readonly checkpoints: readonly CheckpointRef[];
  /** Paths of log files. */
  readonly histories: readonly string[];
  /** Paths of text that looks like a log: read when the person asks. */
  readonly texts?: readonly string[] | undefined;
  /** Paths of `config.json`, `hparams.yaml`, `args.yaml`. */
  readonly configurations: readonly string[];
  /** Paths of files that may describe its network. */
  readonly graphs: readonly string[];
  /** Paths of files in which the framework names a checkpoint: `checkpoint`, `latest`. */
  readonly pointers: readonly string[];
}

/** A file that Cairn knows by its content or name, and cannot read yet. */
export interface UnreadFile {
  readonly path: string;
  /** What it is: `Keras HDF5`. */
  readonly title: string;
}

/** What a directory holds, complete or so far. */
export interface Scan {
  readonly name: string;
  /** Files and folders seen. */
  readonly seen: number;
  readonly done: boolean;
  readonly runs: readonly Run[];
  /** Files that may be data sets, by path. */
  readonly datasets: readonly string[];
  /** Graph files, wherever they lie. */
  readonly graphs: readonly string[];
  readonly unread: readonly UnreadFile[];
  /** Entries that the browser hides from us: symbolic links, names with `:`. `null`: cannot tell. */
  readonly hidden: readonly string[] | null;
  /** Folders that could not be listed. */
  readonly defects: readonly Defect[];
}

/** What the framework would go on with, as it wrote it down, and whether that is there. */
export interface PointerClaim {
  /** The file that says so. */
  readonly file: string;
  readonly says: 'latest' | 'best';
  /** As written. */
  readonly target: string;
  /** The checkpoint it means, by `CheckpointRef.path`; `null` when there is none. */
  readonly checkpoint: string | null;
}
