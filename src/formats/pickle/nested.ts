import { CheckpointError } from '#domain/problem.ts';
import type { PickleObserver } from '#encodings/pickle/machine.ts';
import { type PickleOptions, readPickle } from '#encodings/pickle/pickle.ts';
import { type Call, PersistentId, type PickleValue } from '#encodings/pickle/values.ts';
import { bytesOf, isList } from '#formats/pytorch/inert.ts';
import type { Storages } from '#formats/pytorch/storages.ts';
import { sizeOf } from '#formats/torch-legacy/layout.ts';

/** How a tensor that is pickled without `torch.save` holds its storage: `torch.save`d to bytes. */
export const LOAD_FROM_BYTES = 'torch.storage._load_from_bytes';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const COUNT_SIZE = 8;

type Bytes = Uint8Array<ArrayBuffer>;

/** Storages that lie in a pickle as bytes, each in torch's old format. */
export class NestedStorages implements Storages {
  readonly bigEndian = false;
  readonly #found = new Map<string, Bytes>();

  /**
   * Reads the storage that a call would load, and leaves it as the state of the call. `false` when its
   * bytes are anything else; what they would import is told to the observer all the same.
   */
  resolve(call: Call, path: string, observer: PickleObserver): boolean {
    const bytes = bytesOf(call.args[0]);
    if (!bytes) return false;
    try {
      const id = this.#read(bytes, { path, observer });
      if (id) call.state = id;
      return id !== undefined;
    } catch (error) {
      if (error instanceof CheckpointError) return false;
      throw error;
    }
  }

  size(key: string): number | undefined {
    return this.#found.get(key)?.length;
  }

  nameOf(key: string): string {
    return `storage ${key}`;
  }

  async read(key: string, from: number, to: number, signal?: AbortSignal): Promise<Bytes> {
    signal?.throwIfAborted();
    return (this.#found.get(key) ?? new Uint8Array()).slice(from, to);
  }

  /** Five pickles, then the count and the elements of the one storage. */
  #read(bytes: Bytes, options: PickleOptions): PersistentId | undefined {
    let at = 0;
    const next = (): PickleValue => {
      const { value, end } = readPickle(bytes, { ...options, start: at });
      at = end;
      return value;
    };
    const [magic, , , root] = [next(), next(), next(), next(), next()];
    if (magic !== MAGIC || !(root instanceof PersistentId) || !isList(root.id)) return undefined;
    const size = sizeOf(root.id);
    if (!size) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const start = at + COUNT_SIZE;
    if (start + size.bytes > bytes.length) return undefined;
    if (Number(view.getBigInt64(at, true)) !== size.elements) return undefined;
    // Keys are addresses of the process that pickled it; the same may come twice.
    const key = String(this.#found.size);
    this.#found.set(key, bytes.subarray(start, start + size.bytes));
    const [kind, type, , ...rest] = root.id;
    return new PersistentId([kind ?? null, type ?? null, key, ...rest]);
  }
}
