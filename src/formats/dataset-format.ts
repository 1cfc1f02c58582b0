import type { Dataset } from '#domain/dataset.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { OpenOptions } from './open-options.ts';
import type { Probe } from './probe.ts';

/** A kind of file that holds examples: named columns, each `[examples, ...shape]`, read in batches. */
export interface DatasetFormat {
  readonly id: string;
  readonly title: string;
  readonly spec: string;
  detect(probe: Probe): boolean;
  open(source: ByteSource, options?: OpenOptions): Promise<Dataset>;
}
