import { gunzipSync } from 'fflate';
import { CheckpointError, type Problem } from '#domain/problem.ts';
import { crc32 } from '#encodings/crc32.ts';
import { decompressLz4Block } from '#encodings/lz4.ts';
import { decompressZstd } from '#encodings/zstd/zstd.ts';

type Decompress = (input: Uint8Array, size: number) => Uint8Array;

/** What a page may unfold to: writers make them of a megabyte. */
export const MAX_PAGE = 2 ** 30;

/** Decompressors by the names of codecs; a page must unfold to exactly `size` bytes. */
export type Compressors = Readonly<Record<string, Decompress>>;

/** Decompressors by the names of Parquet's codecs; Snappy is the library's own. Brotli and LZO are not there. */
export function compressorsFor(path: string): Compressors {
  const fail = (problem: Problem): never => {
    throw new CheckpointError(problem, { path });
  };
  const sized =
    (decompress: Decompress): Decompress =>
    (input, size) => {
      if (size < 0 || size > MAX_PAGE) {
        fail({ kind: 'too-large', what: 'page', size, limit: MAX_PAGE });
      }
      return decompress(input, size);
    };
  return {
    GZIP: sized((input, size) => gunzip(input, size, fail)),
    ZSTD: sized((input, size) =>
      decompressZstd(new Uint8Array(input), { size, limit: MAX_PAGE, place: { path } }),
    ),
    LZ4_RAW: sized((input, size) => decompressLz4Block(input, size, fail)),
    LZ4: sized((input, size) => hadoopLz4(input, size, fail)),
  };
}

type Fail = (problem: Problem) => never;

function gunzip(input: Uint8Array, size: number, fail: Fail): Uint8Array {
  let contents: Uint8Array;
  try {
    contents = gunzipSync(input, { out: new Uint8Array(size) });
  } catch {
    return fail({ kind: 'corrupt', what: 'a compressed page is damaged' });
  }
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  if (input.length < 18 || crc32(contents) !== view.getUint32(input.length - 8, true)) {
    fail({ kind: 'corrupt', what: 'a compressed page and its checksum disagree' });
  }
  return contents;
}

/** Blocks behind their sizes, as Hadoop frames them: `u32 size · u32 stored · block`; others wrote one bare block. */
function hadoopLz4(input: Uint8Array, size: number, fail: Fail): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  const contents = new Uint8Array(size);
  let to = 0;
  for (let at = 0; at < input.length; ) {
    const unpacked = at + 8 <= input.length ? view.getUint32(at) : size + 1;
    const stored = at + 8 <= input.length ? view.getUint32(at + 4) : 0;
    if (to + unpacked > size || at + 8 + stored > input.length) {
      return decompressLz4Block(input, size, fail);
    }
    contents.set(decompressLz4Block(input.subarray(at + 8, at + 8 + stored), unpacked, fail), to);
    to += unpacked;
    at += 8 + stored;
  }
  if (to !== size) fail({ kind: 'corrupt', what: `a page holds ${to} bytes instead of ${size}` });
  return contents;
}
