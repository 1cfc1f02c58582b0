import { basename, dirname, join } from 'node:path';
import { expect } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { readStrings } from '#domain/strings.ts';
import { type Checkpoint, elementCount } from '#domain/tensor.ts';
import { maskedCrc32c } from '#encodings/crc32c.ts';
import { block, field, littleEndian, type Entry as TableEntry, table } from '#encodings/testing.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { bytesSource, fileSource, sha256 } from '#io/testing.ts';
import { open } from './reader.ts';

export interface GoldenTensor {
  readonly name: string;
  readonly path?: string | null;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string | null;
  readonly lengths?: readonly number[];
}

/** Opens a bundle on disk by its prefix. */
export async function openBundle(root: string, prefix: string): Promise<Checkpoint> {
  const folder = dirname(join(root, prefix));
  return open(await fileSource(folder, `${basename(prefix)}.index`), {
    sibling: (name) => fileSource(folder, name),
  });
}

/** Files in memory, by name. */
export type Files = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

/** Opens a bundle in memory; `wrap` sees every source. */
export function openFiles(
  files: Files,
  prefix: string,
  wrap: (source: ByteSource) => ByteSource = (source) => source,
): Promise<Checkpoint> {
  const source = async (name: string) => {
    const bytes = files[name];
    if (!bytes) throw new CheckpointError({ kind: 'missing', path: name }, { path: name });
    return wrap(bytesSource(bytes, name));
  };
  return source(`${prefix}.index`).then((index) => open(index, { sibling: source }));
}

/** Compares one tensor with what TensorFlow read: type, shape, label, and all of its bytes. */
export async function expectTensor(checkpoint: Checkpoint, golden: GoldenTensor): Promise<void> {
  const info = checkpoint.tensors.get(golden.name);
  expect(info).toMatchObject({ name: golden.name, dtype: golden.dtype, shape: golden.shape });
  if (golden.path !== undefined) expect(info?.label ?? null).toBe(golden.path);
  const bytes = await checkpoint.read(golden.name);
  expect(bytes).toHaveLength(info?.bytes ?? -1);
  if (golden.dtype === 'string') {
    const elements = readStrings(bytes, elementCount(golden.shape));
    expect(elements.map(({ length }) => length)).toEqual(golden.lengths);
    expect(sha256(Buffer.concat(elements))).toBe(golden.sha256);
  } else if (golden.sha256 !== null) expect(sha256(bytes)).toBe(golden.sha256);
}

/** A tensor to write: its number in TensorFlow's enum of types, and the bytes as they should lie in the shard. */
export interface Written {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  /** Of the bytes, unless it is given. */
  readonly crc?: number;
}

/** An entry of the index, in shard 0. */
export function entryOf(entry: {
  readonly type: number;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
  readonly crc: number;
}): number[] {
  const dims = entry.shape.flatMap((size) => field(2, Uint8Array.from(field(1, size))));
  return [
    ...field(1, entry.type),
    ...field(2, Uint8Array.from(dims)),
    ...field(4, entry.offset),
    ...field(5, entry.size),
    6 * 8 + 5,
    ...littleEndian(entry.crc, 4),
  ];
}

/** A bundle of one shard, as TensorFlow writes it. */
export function writeBundle(
  tensors: readonly Written[],
  { bigEndian = false, header = [] as number[] } = {},
): Files {
  const data: number[] = [];
  const head = [...field(1, 1), ...(bigEndian ? field(2, 1) : []), ...header];
  const entries: TableEntry[] = [[[], head]];
  for (const { name, type, shape, bytes, crc = maskedCrc32c(bytes) } of tensors) {
    const value = entryOf({ type, shape, offset: data.length, size: bytes.length, crc });
    entries.push([[...new TextEncoder().encode(name)], value]);
    data.push(...bytes);
  }
  entries.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return {
    'b.index': table([block(entries)]),
    'b.data-00000-of-00001': Uint8Array.from(data),
  };
}
