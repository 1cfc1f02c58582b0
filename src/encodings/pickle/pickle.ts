import { Input, malformed, type PickleSource } from './input.ts';
import { Machine, type PickleObserver, type Resolve } from './machine.ts';
import { OPERATIONS } from './operations.ts';
import type { PickleValue } from './values.ts';

/** What a pickle holds. */
export interface Pickle {
  readonly value: PickleValue;
  /** Position behind its last byte; another pickle may follow. */
  readonly end: number;
  /** The highest it declares; 0 when it declares none. */
  readonly protocol: number;
  /** By code, whether an opcode occurs in it. */
  readonly opcodes: Uint8Array;
}

export interface PickleOptions extends PickleSource {
  /** Position of the first byte, 0 by default. */
  readonly start?: number | undefined;
  readonly observer?: PickleObserver | undefined;
  /** For what stands for something outside; it stays a `PersistentId` where there is none. */
  readonly resolve?: Resolve | undefined;
  /** Bytes of the file that the pickle is in; its own by default. */
  readonly stored?: number | undefined;
}

/** Read in about a second; a checkpoint of 10 000 tensors takes half a million. */
const MAX_OPERATIONS = 30_000_000;
const STOP = 0x2e;

/**
 * Reads one pickle as plain data. It never imports, looks up or calls anything: what loading would
 * call is kept as a `Call`. Throws `truncated`, `malformed`, `unsupported`, `too-large`, and `unsafe` where
 * readers differ in what they see.
 * @see https://docs.python.org/3/library/pickle.html
 */
export function readPickle(bytes: Uint8Array, options: PickleOptions): Pickle {
  const { start = 0, observer = {}, resolve, stored = bytes.length } = options;
  const input = new Input(bytes, start, options);
  const machine = new Machine(input, observer, { stored, resolve });
  const opcodes = new Uint8Array(256);
  for (let count = 0; count < MAX_OPERATIONS; count++) {
    const at = input.at;
    const code = input.u8();
    opcodes[code] = 1;
    if (code === STOP) {
      return { value: machine.pop(), end: input.at, protocol: machine.protocol, opcodes };
    }
    const operation = OPERATIONS[code];
    const { frameEnd } = machine;
    if (operation) operation(machine);
    else input.fail(malformed(`there is no opcode ${code}`));
    if (at < frameEnd && input.at > frameEnd) {
      input.fail({ kind: 'unsafe', what: 'a frame of the pickle ends within an operation' });
    }
  }
  const what = 'the number of operations in the pickle';
  return input.fail({ kind: 'too-large', what, size: MAX_OPERATIONS, limit: MAX_OPERATIONS });
}
