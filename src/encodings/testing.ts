import { maskedCrc32c } from './crc32c.ts';

/** A protobuf field of a length and as many bytes, or a varint. */
export function field(number: number, value: number | Uint8Array): number[] {
  return typeof value === 'number'
    ? [...varint(number * 8), ...varint(value)]
    : [...varint(number * 8 + 2), ...varint(value.length), ...value];
}

export function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

export function littleEndian(value: number, length: number): number[] {
  return Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

/** A block of a table as LevelDB writes it, every `interval`th key in full; `type` 1 stores one Snappy literal. */
export function block(entries: readonly Entry[], { interval = 16, type = 0 } = {}): number[] {
  const content: number[] = [];
  const restarts: number[] = [];
  let previous: readonly number[] = [];
  for (const [i, [key, value]] of entries.entries()) {
    const full = i % interval === 0;
    if (full) restarts.push(...littleEndian(content.length, 4));
    const shared = full ? 0 : sharedLength(previous, key);
    const rest = key.slice(shared);
    content.push(...varint(shared), ...varint(rest.length), ...varint(value.length));
    content.push(...rest, ...value);
    previous = key;
  }
  content.push(...restarts, ...littleEndian(restarts.length / 4, 4));
  return sealed(type === 1 ? snappy(content) : content, type);
}

/** A block with its type and checksum. */
export function sealed(content: readonly number[], type: number): number[] {
  const checked = Uint8Array.from([...content, type]);
  return [...checked, ...littleEndian(maskedCrc32c(checked), 4)];
}

export type Entry = readonly [key: readonly number[], value: readonly number[]];

/** A table of blocks that are given as bytes, with trailers. */
export function table(blocks: readonly number[][], lastKeys?: readonly number[][]) {
  const file: number[] = [];
  const handles: Entry[] = blocks.map((bytes, i) => {
    const handle = [...varint(file.length), ...varint(bytes.length - 5)];
    file.push(...bytes);
    return [lastKeys?.[i] ?? [i + 1], handle];
  });
  const metaindex = block([]);
  const index = block(handles, { interval: 1 });
  const footer = [
    file.length,
    metaindex.length - 5,
    file.length + metaindex.length,
    index.length - 5,
  ];
  const padded = [...footer.flatMap(varint), ...new Array<number>(40).fill(0)].slice(0, 40);
  const magic = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
  return Uint8Array.from([...file, ...metaindex, ...index, ...padded, ...magic]);
}

function sharedLength(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** One literal: as valid as any other way to write it. */
function snappy(content: readonly number[]): number[] {
  if (content.length === 0) return [0];
  return [...varint(content.length), 61 << 2, ...littleEndian(content.length - 1, 2), ...content];
}
