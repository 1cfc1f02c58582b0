import type { SaveTarget } from './save-target.ts';
import type { SavedFile } from './saved-file.ts';

export interface WriteOptions {
  readonly signal: AbortSignal;
  /** Called with bytes written so far. */
  readonly onProgress?: (bytes: number) => void;
}

/** Writes a file to its place, and gives its bytes; whatever ends it early leaves nothing there. */
export async function writeFile(
  file: SavedFile,
  target: SaveTarget,
  { signal, onProgress }: WriteOptions,
): Promise<number> {
  let written = 0;
  try {
    for await (const bytes of file.pieces(signal)) {
      signal.throwIfAborted();
      await target.write(bytes);
      written += bytes.length;
      onProgress?.(written);
    }
    signal.throwIfAborted();
    if (file.size !== null && written !== file.size)
      throw new RangeError(`${written} bytes where ${file.size} should be`);
    await target.close();
    return written;
  } catch (error) {
    await target.abort();
    throw error;
  }
}
