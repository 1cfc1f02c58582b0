import type { Graph } from '#domain/graph.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { OpenOptions } from './open-options.ts';
import type { Probe } from './probe.ts';

/** A kind of file that describes a network. */
export interface GraphFormat {
  readonly id: string;
  readonly title: string;
  readonly spec: string;
  detect(probe: Probe): boolean;
  /** Throws `unfit` with every op and layer it does not know, before anything is computed. */
  open(source: ByteSource, options?: OpenOptions): Promise<Graph>;
}
