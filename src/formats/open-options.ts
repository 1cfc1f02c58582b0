import type { ByteSource } from '#io/byte-source.ts';

/** What may go with any `open`. */
export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** A file in the same folder as `source`, or below it, for what is made of several. Throws `missing`. */
  readonly sibling?: ((name: string) => Promise<ByteSource>) | undefined;
}
