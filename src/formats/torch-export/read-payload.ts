import { BITS } from '#domain/dtype.ts';
import { CheckpointError } from '#domain/problem.ts';
import { elementCount, type ReadOptions } from '#domain/tensor.ts';
import { gather, viewEnd } from '#formats/pytorch/view.ts';
import type { ExportArchive } from './archive.ts';
import type { Payload } from './payloads.ts';

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
  const place = { path: source.path, tensor: info.name };
  const shortage = shortageOf(payload, zip);
  if (shortage) throw new CheckpointError(shortage, place);
  return gather(payload.view, {
    width: BITS[info.dtype] / 8,
    from,
    to,
    place,
    read: (start, end) => zip.read(entry, { from: start, to: end, signal }),
  });
}

/** `missing` or `truncated`, where the archive does not hold all that the view touches. */
export function shortageOf(payload: Payload, { entries }: ExportArchive['zip']) {
  if (payload.info.shape.includes(0)) return null;
  const entry = entries.get(payload.entry);
  if (!entry) return { kind: 'missing', path: payload.entry } as const;
  const needed = (viewEnd(payload.view) * BITS[payload.info.dtype]) / 8;
  return needed > entry.size ? ({ kind: 'truncated', needed, size: entry.size } as const) : null;
}
