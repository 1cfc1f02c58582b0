import type { Dataset } from '#domain/dataset.ts';
import type { Dtype } from '#domain/dtype.ts';
import { CheckpointError } from '#domain/problem.ts';
import { arrayColumn } from '#formats/examples/array-column.ts';
import { dataError, datasetOf } from '#formats/examples/dataset.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** Tokens of an example, where nobody says how many. */
const DEFAULT_WINDOW = 128;

/** Longer contexts than any model has. */
const MAX_WINDOW = 2 ** 20;

/** @see https://github.com/karpathy/llm.c/blob/master/dev/data/data_common.py */
const MAGIC = 20240520;
const HEADER = 1024;

/** Token ids of which the vocabulary has fewer than 2²⁰, as 32-bit numbers, have little in their upper halves. */
const SMALL_HALF = 2 ** 4;

/** Tokens that tell how wide all are. */
const SAMPLE = 2 ** 14;

interface Layout {
  readonly start: number;
  readonly width: 2 | 4;
}

/** Ids of 16 or 32 bits, little-endian, cut into windows; what is left over at the end is left out. */
export async function openTokenIds(
  source: ByteSource,
  { signal }: OpenOptions = {},
): Promise<Dataset> {
  const { path, size } = source;
  const layout = await layoutOf(source, signal);
  const tokens = Math.floor((size - layout.start) / layout.width);
  if (tokens === 0) throw dataError(path, 'it holds no tokens');
  return windowed(source, { ...layout, tokens }, Math.min(DEFAULT_WINDOW, tokens));
}

async function windowed(
  source: ByteSource,
  layout: Layout & { readonly tokens: number },
  window: number,
): Promise<Dataset> {
  const { path } = source;
  const { start, width, tokens } = layout;
  if (!(Number.isInteger(window) && window > 0)) throw new RangeError(`no window of ${window}`);
  if (window > MAX_WINDOW) {
    const problem = { kind: 'too-large', what: 'window', size: window, limit: MAX_WINDOW } as const;
    throw new CheckpointError(problem, { path });
  }
  const count = Math.floor(tokens / window);
  if (count === 0)
    throw dataError(path, `it holds ${tokens} tokens, fewer than one window of ${window}`);
  const dtype: Dtype = width === 2 ? 'uint16' : 'uint32';
  const each = window * width;
  const column = arrayColumn({
    path,
    name: 'input_ids',
    dtype,
    shape: [count, window],
    rows: (from, to, signal) => source.read(start + from * each, start + to * each, signal),
  });
  const dataset = await datasetOf({ path, count, columns: [column] });
  return { ...dataset, window, withWindow: (length) => windowed(source, layout, length) };
}

async function layoutOf(source: ByteSource, signal?: AbortSignal): Promise<Layout> {
  const head = await source.read(0, Math.min(source.size, 4 * SAMPLE), signal);
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (head.length >= HEADER && view.getInt32(0, true) === MAGIC) {
    return { start: HEADER, width: view.getInt32(4, true) === 7 ? 4 : 2 };
  }
  return { start: 0, width: source.size % 4 === 0 && isWide(view) ? 4 : 2 };
}

function isWide(view: DataView): boolean {
  let varied = false;
  for (let at = 0; at + 4 <= view.byteLength; at += 4) {
    if (view.getUint16(at + 2, true) >= SMALL_HALF) return false;
    if (view.getUint16(at, true) >= SMALL_HALF) varied = true;
  }
  return varied;
}
