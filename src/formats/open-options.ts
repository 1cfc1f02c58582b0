import type { GraphReading } from '#domain/graph-reading.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** What may go with any `open`. */
export interface OpenOptions extends GraphReading {
  readonly signal?: AbortSignal | undefined;
  /** A file in the same folder as `source`, or below it, for what is made of several. Throws `missing`. */
  readonly sibling?: ((name: string) => Promise<ByteSource>) | undefined;
  /** All files that are known to belong to the same checkpoint, `source` among them, wherever they lie. */
  readonly parts?: readonly Part[] | undefined;
  /** Of an adapter: the folders of the directory that hold a whole model. */
  readonly models?: (() => Promise<readonly ModelFolder[]>) | undefined;
}

/** A folder with a model's configuration and its weights. */
export interface ModelFolder {
  /** From the opened directory. */
  readonly path: string;
  /** Its weights, by `CheckpointRef.path`. */
  readonly checkpoint: string;
  /** A file in it. */
  open(name: string): Promise<ByteSource>;
}

/** A file of a checkpoint that is made of several. */
export interface Part {
  /** From the opened directory. */
  readonly path: string;
  /** Throws `gone` when it is not there any more. */
  open(): Promise<ByteSource>;
}
