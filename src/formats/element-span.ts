import { BITS } from '#domain/dtype.ts';
import { elementCount, type ReadOptions, type TensorInfo } from '#domain/tensor.ts';

/** Some elements of a tensor `[from, to)`, and the bytes `[start, end)` of its own that hold them. */
export interface ElementSpan {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/** Throws `RangeError` for elements that there are not, and for packed ones that begin within a byte. */
export function elementSpan(info: TensorInfo, { from = 0, to }: ReadOptions = {}): ElementSpan {
  const count = elementCount(info.shape);
  const bits = BITS[info.dtype];
  const last = to ?? count;
  if (!(from >= 0 && from <= last && last <= count) || (from * bits) % 8 !== 0) {
    throw new RangeError(`No elements ${from} to ${last} in ${info.name}`);
  }
  return { from, to: last, start: (from * bits) / 8, end: Math.ceil((last * bits) / 8) };
}
