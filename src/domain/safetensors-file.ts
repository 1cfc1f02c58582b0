import { BITS, type Dtype } from './dtype.ts';
import { elementCount, type Metadata, type TensorInfo } from './tensor.ts';

/** As the format writes them. @see https://github.com/huggingface/safetensors/blob/main/safetensors/src/tensor.rs */
const NAMES: Partial<Record<Dtype, string>> = {
  bool: 'BOOL',
  float4_e2m1fn: 'F4',
  float6_e2m3fn: 'F6_E2M3',
  float6_e3m2fn: 'F6_E3M2',
  uint8: 'U8',
  int8: 'I8',
  float8_e5m2: 'F8_E5M2',
  float8_e4m3fn: 'F8_E4M3',
  float8_e8m0fnu: 'F8_E8M0',
  float8_e4m3fnuz: 'F8_E4M3FNUZ',
  float8_e5m2fnuz: 'F8_E5M2FNUZ',
  int16: 'I16',
  uint16: 'U16',
  float16: 'F16',
  bfloat16: 'BF16',
  int32: 'I32',
  uint32: 'U32',
  float32: 'F32',
  complex64: 'C64',
  float64: 'F64',
  int64: 'I64',
  uint64: 'U64',
};

/** Why a tensor cannot be in a safetensors file. */
export type LeftOutReason =
  /** The format has no such element type. */
  | 'dtype'
  /** It is described, but its elements are not stored. */
  | 'not-stored'
  /** Its stored integers or values mean nothing without what stands beside them. */
  | 'not-plain'
  /** The format keeps the name for itself, or cannot write it. */
  | 'name';

/** What a safetensors file made of some tensors would be. */
export interface SafetensorsFile {
  /** `u64 header size · JSON header`, filled up to a multiple of 8 bytes. */
  readonly header: Uint8Array<ArrayBuffer>;
  /** In the order in which their elements follow the header, without gaps. */
  readonly tensors: readonly TensorInfo[];
  readonly leftOut: readonly { readonly tensor: TensorInfo; readonly reason: LeftOutReason }[];
  /** Bytes of the whole file. */
  readonly size: number;
}

/** The library reads no longer header, in bytes. */
export const MAX_SAFETENSORS_HEADER = 100_000_000;

/** Elements begin at a multiple of this from the start of the file. */
const ALIGNMENT = 8;

/**
 * Plans a file of all tensors that the format can hold: those of the widest types first, then by name, as
 * the library writes them, so that each is aligned to its own elements.
 *
 * @param metadata for `__metadata__`; the format keeps texts alone
 * @see https://github.com/huggingface/safetensors#format
 */
export function planSafetensors(
  all: Iterable<TensorInfo>,
  metadata: Readonly<Record<string, string>> = {},
): SafetensorsFile {
  const tensors: TensorInfo[] = [];
  const leftOut: SafetensorsFile['leftOut'][number][] = [];
  for (const tensor of all) {
    const reason = reasonToLeaveOut(tensor);
    if (reason) leftOut.push({ tensor, reason });
    else tensors.push(tensor);
  }
  tensors.sort((a, b) => BITS[b.dtype] - BITS[a.dtype] || (a.name < b.name ? -1 : 1));
  const header = writeHeader(tensors, metadata);
  const size = tensors.reduce((sum, { bytes }) => sum + bytes, header.length);
  return { header, tensors, leftOut, size };
}

function reasonToLeaveOut(tensor: TensorInfo): LeftOutReason | null {
  const { name, dtype, kind, shape, bytes } = tensor;
  if (kind === 'meta' || kind === 'object') return 'not-stored';
  if (kind === 'quantized' || kind === 'sparse') return 'not-plain';
  if (NAMES[dtype] === undefined) return 'dtype';
  if (name === '__metadata__' || !isWellFormed(name)) return 'name';
  return elementCount(shape) * BITS[dtype] === bytes * 8 ? null : 'not-plain';
}

/** Without half a surrogate pair, which no UTF-8 can hold. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function writeHeader(
  tensors: readonly TensorInfo[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const fields: string[] = [];
  if (Object.keys(metadata).length > 0) fields.push(`"__metadata__":${JSON.stringify(metadata)}`);
  let at = 0;
  for (const { name, dtype, shape, bytes } of tensors) {
    const entry = { dtype: NAMES[dtype], shape, data_offsets: [at, at + bytes] };
    // Written one by one: as keys of an object, names that are digits would be put first.
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    at += bytes;
  }
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return header;
}

/** Longer texts are no facts about a training. */
const MAX_TEXT = 1000;

/** What the format can keep of a checkpoint's metadata: numbers and short texts at the top, as texts. */
export function safetensorsMetadata(metadata: {
  readonly [key: string]: Metadata;
}): Readonly<Record<string, string>> {
  const kept = Object.entries(metadata).flatMap(([key, value]): [string, string][] => {
    const isPlain = ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
    const text = isPlain ? String(value) : '';
    return isPlain && text.length <= MAX_TEXT && isWellFormed(key + text) ? [[key, text]] : [];
  });
  return Object.fromEntries(kept);
}
