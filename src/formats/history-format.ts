import type { HistoryChunk } from '#domain/history.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { Part } from './open-options.ts';
import type { Probe } from './probe.ts';

/** A kind of training log. Read in chunks: it may be large, and still being written. */
export interface HistoryFormat {
  readonly id: string;
  readonly title: string;
  readonly spec: string;
  /** `true`: reading may go on from `HistoryChunk.end`; else it starts at 0 again when the file changed. */
  readonly resumable: boolean;
  detect(probe: Probe): boolean;
  /** Chunks in the order of the file; the same tag may come in several, its points then follow on. */
  read(source: ByteSource, options?: HistoryOptions): AsyncGenerator<HistoryChunk>;
}

export interface HistoryOptions {
  /** Byte to start from; one that a chunk gave as its `end`. */
  readonly from?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Other files that the log is made of, wherever they lie: a tracker may keep one for each metric. */
  readonly parts?: readonly Part[] | undefined;
}
