import { BITS } from '#domain/dtype.ts';
import { CheckpointError } from '#domain/problem.ts';
import { elementCount, type ReadOptions } from '#domain/tensor.ts';
import type { ExportArchive } from './archive.ts';
import { gather, isDense, type Payload, spanOf } from './payloads.ts';

/** Elements of a stored tensor, dense and row-major. Throws `truncated` where its entry is too short. */
export async function readPayload(
  { zip, source }: ExportArchive,
  payload: Payload,
  options: ReadOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { info, entry } = payload;
  const count = elementCount(info.shape);
  const { from = 0, to = count, signal } = options;
  if (!(from >= 0 && from <= to && to <= count)) {
    throw new RangeError(`[${from}, ${to}) is not within the ${count} elements of ${info.name}`);
  }
  const shortage = shortageOf(payload, zip);
  if (shortage) throw new CheckpointError(shortage, { path: source.path, tensor: info.name });
  if (from === to) return new Uint8Array();
  const width = BITS[info.dtype] / 8;
  const [start, end] = spanOf(payload);
  if (isDense(payload)) {
    const [first, last] = [start + from, start + to];
    return zip.read(entry, { from: first * width, to: last * width, signal });
  }
  const span = await zip.read(entry, { from: start * width, to: end * width, signal });
  return gather(payload, span, [from, to]);
}

/** `missing` or `truncated`, where the archive does not hold all that the view touches. */
export function shortageOf(payload: Payload, { entries }: ExportArchive['zip']) {
  const [start, end] = spanOf(payload);
  if (start === end) return null;
  const entry = entries.get(payload.entry);
  if (!entry) return { kind: 'missing', path: payload.entry } as const;
  const needed = (end * BITS[payload.info.dtype]) / 8;
  return needed > entry.size ? ({ kind: 'truncated', needed, size: entry.size } as const) : null;
}
