import { expect } from 'vitest';
import type { Checkpoint, Metadata } from '#domain/tensor.ts';
import { type Member, makeZip } from '#encodings/zip-testing.ts';
import { sha256 } from '#io/testing.ts';

/** What torch says of a tensor, in an `expected.json`. */
export interface ExpectedTensor {
  readonly name: string;
  readonly path?: readonly (string | number)[] | null;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string;
  readonly kind?: string;
  readonly stride?: readonly number[];
  readonly storage_offset?: number;
  readonly components?: readonly ExpectedTensor[];
}

/** Every tensor there and none besides, each with its type, shape and bytes. */
export async function compareTensors(
  checkpoint: Checkpoint,
  tensors: readonly ExpectedTensor[],
): Promise<void> {
  const all = [...tensors, ...tensors.flatMap(({ components = [] }) => components)];
  expect([...checkpoint.tensors.keys()].sort()).toEqual(all.map(({ name }) => name).sort());
  for (const tensor of all) await compareTensor(checkpoint, tensor);
}

/** It is there, with its type, shape and bytes. */
export async function compareTensor(checkpoint: Checkpoint, wanted: ExpectedTensor): Promise<void> {
  const { name, shape } = wanted;
  const info = checkpoint.tensors.get(name);
  const isText = wanted.dtype.startsWith('str');
  expect(info, name).toMatchObject({ shape, dtype: isText ? 'string' : wanted.dtype });
  if (wanted.path) expect(info?.path, name).toEqual(wanted.path.map(String));
  if (wanted.stride && info?.storage) {
    const { storage_offset: offset, stride } = wanted;
    expect(info.storage, name).toMatchObject({ offset, stride });
  }
  if (wanted.kind && wanted.kind !== 'numpy') expect(info?.kind, name).toBe(wanted.kind);
  if (isText || info?.kind === 'meta' || info?.kind === 'sparse') return;
  const bytes = await checkpoint.read(name);
  expect(bytes.length, name).toBe(info?.bytes);
  expect(sha256(bytes), name).toBe(wanted.sha256);
}

/** Numbers, texts, flags and lists of them must be there as they are; other things are told apart elsewhere. */
export function compareMetadata(found: Metadata | undefined, wanted: unknown, path = ''): void {
  if (typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted)) {
    if (Object.keys(wanted).some((key) => key.startsWith('$'))) return;
    for (const [key, value] of Object.entries(wanted)) {
      compareMetadata(metadataAt(found, key), value, `${path}.${key}`);
    }
  } else if (!JSON.stringify(wanted).includes('"$')) expect(found, path).toEqual(wanted);
}

/** The value under keys joined by `.`, where no key has the whole name. */
export function metadataAt(found: Metadata | undefined, key: string): Metadata | undefined {
  if (typeof found !== 'object' || found === null) return undefined;
  const record = found as { readonly [key: string]: Metadata };
  if (Object.hasOwn(record, key)) return record[key];
  const dot = key.indexOf('.');
  if (dot < 0) return undefined;
  return metadataAt(record[key.slice(0, dot)], key.slice(dot + 1));
}

/** `{'w': tensor}` of four float32 in storage `key`, in text opcodes. */
export function pickleOf({
  key = '0',
  count = 4,
  offset = 0,
  size = '(I4\nt',
  stride = '(I1\nt',
} = {}) {
  const storage = `(Vstorage\nctorch\nFloatStorage\nV${key}\nVcpu\nI${count}\ntQ`;
  const hooks = 'ccollections\nOrderedDict\n(tR';
  return `(dVw\nctorch._utils\n_rebuild_tensor_v2\n(${storage}I${offset}\n${size}${stride}I00\n${hooks}tRs.`;
}

/** An archive as torch lays it out, of what is given. */
export function archive(pickle: string, members: readonly Member[] = [record('data/0', 16)]) {
  return makeZip([
    { name: 'a/data.pkl', bytes: codes(pickle), padding: 20 },
    { name: 'a/byteorder', bytes: codes('little') },
    ...members,
    { name: 'a/version', bytes: codes('3\n') },
  ]);
}

/** A record of numbers that count up. */
export function record(name: string, size: number): Member {
  return { name: `a/${name}`, bytes: new Uint8Array(size).map((_, index) => index) };
}

/** Characters up to U+00FF as bytes. */
export function codes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
