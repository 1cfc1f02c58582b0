import type { Checkpoint } from '#domain/tensor.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { OpenOptions } from './open-options.ts';
import type { Probe } from './probe.ts';

/** A kind of checkpoint. To add one: a folder here, and a line in `formats/index.ts`. */
export interface CheckpointFormat {
  /** Lower-case, and never changed: it is kept in URLs. */
  readonly id: string;
  readonly title: string;
  readonly framework: 'pytorch' | 'tensorflow' | 'keras' | 'jax' | null;
  /** The document the reader follows. */
  readonly spec: string;
  /** Pure and quick; must not throw, whatever the bytes. */
  detect(probe: Probe): boolean;
  /** Reads what describes the tensors, not the tensors. Throws `CheckpointError`. */
  open(source: ByteSource, options?: OpenOptions): Promise<Checkpoint>;
}
