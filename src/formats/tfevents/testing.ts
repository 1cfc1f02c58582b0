import { maskedCrc32c } from '#encodings/crc32c.ts';

/** A field of a message: key, then value. */
export const field = (key: number, ...value: readonly number[]) => [key, ...value];

/** A field that holds bytes: key, length, bytes. */
export const nested = (key: number, ...parts: readonly number[][]) => {
  const bytes = parts.flat();
  return [key, ...varint(bytes.length), ...bytes];
};

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

export const ascii = (text: string) => [...new TextEncoder().encode(text)];
export const float = (value: number) => [...new Uint8Array(Float32Array.of(value).buffer)];
export const double = (value: number) => [...new Uint8Array(Float64Array.of(value).buffer)];

/** `Summary` with one value. */
export const summary = (...parts: number[][]) => nested(0x2a, nested(0x0a, ...parts));

/** A file of these events. */
export function eventLog(...events: readonly number[][]): Uint8Array<ArrayBuffer> {
  const parts = events.flatMap((event) => {
    const header = new Uint8Array(12);
    const view = new DataView(header.buffer);
    view.setUint32(0, event.length, true);
    view.setUint32(8, maskedCrc32c(header, 0, 8), true);
    const payload = Uint8Array.from(event);
    const footer = new Uint8Array(Uint32Array.of(maskedCrc32c(payload)).buffer);
    return [...header, ...payload, ...footer];
  });
  return Uint8Array.from(parts);
}
