import { byteLength } from '#domain/dtype.ts';
import { packStrings } from '#domain/strings.ts';
import { elementCount, type ReadOptions, type TensorInfo } from '#domain/tensor.ts';
import type { Hdf5Dataset } from '#encodings/hdf5/dataset.ts';
import { type Field, littleEndian } from '#encodings/hdf5/elements.ts';
import type { Hdf5 } from '#encodings/hdf5/hdf5.ts';
import type { Hdf5Value } from '#encodings/hdf5/values.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A tensor, and the dataset or the field of one that it is. */
export interface Held {
  readonly info: TensorInfo;
  readonly dataset: Hdf5Dataset;
  readonly field: Field;
}

interface Found {
  readonly name: string;
  readonly dataset: Hdf5Dataset;
  readonly address: number;
  readonly field: Field;
}

/** Bytes of compounds that are taken apart at a time. */
const PIECE = 2 ** 22;

export function infoOf(
  { name, dataset, address, field }: Found,
  attributes: ReadonlyMap<string, Hdf5Value>,
): TensorInfo {
  const shape = [...(dataset.shape ?? [0]), ...field.shape];
  const dtype = isBfloat16(dataset, attributes) ? 'bfloat16' : field.dtype;
  const count = elementCount(shape);
  const isWhole = field.names.length === 0;
  // nothing says how long texts are before they are read: so much stands in the place of them
  const bytes = dtype && dtype !== 'string' ? byteLength(dtype, count) : count * field.type.size;
  return {
    name: [name, ...field.names].join('/'),
    dtype: dtype ?? 'variant',
    shape,
    bytes,
    ...(isWhole && { storage: { id: String(address), offset: 0, stride: strides(shape) } }),
    ...(dtype ? {} : { kind: 'object' as const }),
  };
}

function strides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}

/** Keras writes bfloat16 as opaque bytes and says so beside them. */
function isBfloat16({ type }: Hdf5Dataset, attributes: ReadonlyMap<string, Hdf5Value>): boolean {
  return type.kind === 'opaque' && type.size === 2 && attributes.get('dtype') === 'bfloat16';
}

/** Elements of a tensor as `Checkpoint.read` gives them. */
export async function readHeld(
  file: Hdf5,
  { info, dataset, field }: Held,
  { from = 0, to = elementCount(info.shape), signal }: ReadOptions,
): Promise<Bytes> {
  if (!(from >= 0 && from <= to && to <= elementCount(info.shape)))
    throw new RangeError(`No elements ${from} to ${to} in ${info.name}`);
  const isWhole = field.names.length === 0;
  if (info.dtype === 'string' && isWhole && field.shape.length === 0)
    return packStrings(await file.strings(dataset, from, to, signal));
  const inner = elementCount(field.shape);
  const [first, last] = inner === 0 ? [0, 0] : [Math.floor(from / inner), Math.ceil(to / inner)];
  const stored = isWhole
    ? await dataset.read(first, last, signal)
    : await gather({ dataset, field, signal }, first, last);
  const unit = field.type.size;
  const bytes = stored.slice((from - first * inner) * unit, (to - first * inner) * unit);
  if (info.dtype === 'string') return packStrings(await file.texts(bytes, field.type));
  return littleEndian(field.type, bytes);
}

interface Gathering {
  readonly dataset: Hdf5Dataset;
  readonly field: Field;
  readonly signal: AbortSignal | undefined;
}

/** The bytes of one field out of elements `[from, to)`. */
async function gather({ dataset, field, signal }: Gathering, from: number, to: number) {
  const { size } = dataset.type;
  const width = field.type.size * elementCount(field.shape);
  const out = new Uint8Array((to - from) * width);
  const step = Math.max(1, Math.floor(PIECE / size));
  for (let at = from; at < to; at += step) {
    const end = Math.min(to, at + step);
    const elements = await dataset.read(at, end, signal);
    for (let i = 0; i < end - at; i++) {
      const start = i * size + field.offset;
      out.set(elements.subarray(start, start + width), (at - from + i) * width);
    }
  }
  return out;
}
