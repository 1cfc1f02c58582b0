/** All that detection may look at. Read once, and shared by every format. */
export interface Probe {
  readonly path: string;
  readonly size: number;
  /** The first and last bytes, up to `PROBE_SIZE` of each: some formats sign at the end. */
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

export const PROBE_SIZE = 4096;
