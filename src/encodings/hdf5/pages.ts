import type { ByteSource } from '#io/byte-source.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Metadata of one HDF5 file lies scattered in small blocks; one read of this size holds many. */
const PAGE = 2 ** 15;
/** A file up to this size is read in one go: fewer reads than its metadata would take. */
const WHOLE = 2 ** 20;
/** 8 MB of pages. */
const MAX_PAGES = 256;

/** A source that reads in pages and keeps the last ones, for many small reads near each other. */
export function pagedSource(source: ByteSource): ByteSource {
  const size = source.size <= WHOLE ? WHOLE : PAGE;
  const pages = new Map<number, Promise<Bytes>>();

  function page(index: number, signal?: AbortSignal): Promise<Bytes> {
    const kept = pages.get(index);
    if (kept !== undefined) return kept;
    const bytes = source.read(index * size, Math.min((index + 1) * size, source.size), signal);
    pages.set(index, bytes);
    bytes.catch(() => pages.delete(index)); // an aborted read must not stay
    for (const oldest of pages.keys()) {
      if (pages.size <= MAX_PAGES) break;
      pages.delete(oldest);
    }
    return bytes;
  }

  return {
    path: source.path,
    size: source.size,
    async read(start, end, signal) {
      if (end > source.size || end - start > 4 * size) return source.read(start, end, signal);
      const bytes = new Uint8Array(end - start);
      for (let at = start; at < end; ) {
        const index = Math.floor(at / size);
        const piece = (await page(index, signal)).subarray(at - index * size, end - index * size);
        bytes.set(piece, at - start);
        at += piece.length;
      }
      return bytes;
    },
  };
}
