import { BITS, type Dtype } from '#domain/dtype.ts';
import { readStrings } from '#domain/strings.ts';
import { widen } from '#domain/widen.ts';

/**
 * Elements of a tensor as texts that lose nothing: enough digits to tell each from its neighbours.
 *
 * @param bytes as the reader gives them: dense, little-endian
 */
export function elementWords(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: Dtype,
  count: number,
): readonly string[] {
  if (dtype === 'string') return readStrings(bytes, count).map(textOrHex);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const exact = EXACT[dtype];
  if (exact) {
    const size = BITS[dtype] / 8;
    const whole = Math.min(count, Math.floor(bytes.byteLength / size));
    return Array.from({ length: whole }, (_, i) => exact(view, i * size));
  }
  const wide = widen(bytes, dtype);
  if (wide) return Array.from(wide.subarray(0, count), shortest);
  return Array.from(bytes, hex);
}

/** Of what float32 cannot hold; the rest is widened to it. */
const EXACT: Partial<Record<Dtype, (view: DataView, at: number) => string>> = {
  float64: (view, at) => number(view.getFloat64(at, true)),
  int64: (view, at) => String(view.getBigInt64(at, true)),
  uint64: (view, at) => String(view.getBigUint64(at, true)),
  int32: (view, at) => String(view.getInt32(at, true)),
  qint32: (view, at) => String(view.getInt32(at, true)),
  uint32: (view, at) => String(view.getUint32(at, true)),
  qint8: (view, at) => String(view.getInt8(at)),
  quint8: (view, at) => String(view.getUint8(at)),
  bool: (view, at) => (view.getUint8(at) === 0 ? 'false' : 'true'),
  complex64: (view, at) =>
    complex(shortest(view.getFloat32(at, true)), shortest(view.getFloat32(at + 4, true))),
  complex128: (view, at) =>
    complex(number(view.getFloat64(at, true)), number(view.getFloat64(at + 8, true))),
};

function complex(real: string, imaginary: string): string {
  return `${real}${imaginary.startsWith('-') ? '' : '+'}${imaginary}i`;
}

/** The fewest digits that name this float32 and no other. */
function shortest(value: number): string {
  if (value === 0) return number(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return number(short);
  }
  return number(Number(value.toPrecision(9)));
}

/** Plain digits, so that they can be copied into code. */
function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.replace('Infinity', '∞');
}

function textOrHex(bytes: Uint8Array): string {
  try {
    return JSON.stringify(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return `0x${Array.from(bytes, hex).join('')}`;
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
