import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Checkpoint, Metadata } from '#domain/tensor.ts';
import { expected, FIXTURES, fileSource, hasFixtures, sha256 } from '#io/testing.ts';
import { allowedByWeightsOnly } from './globals.ts';
import { open } from './reader.ts';

interface ExpectedTensor {
  readonly name: string;
  readonly path: readonly (string | number)[] | null;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string;
  readonly kind?: string;
  readonly stride?: readonly number[];
  readonly storage_offset?: number;
  readonly storage?: number;
  readonly components?: readonly ExpectedTensor[];
}

interface ExpectedCheckpoint {
  readonly path: string;
  readonly format: string;
  readonly problem: string | null;
  readonly tensors: readonly ExpectedTensor[];
  readonly metadata: { readonly [key: string]: unknown };
  readonly weights_only?: boolean;
  readonly unsafe_globals?: readonly string[];
  readonly bytes: number;
  /** Of the pickled dictionary, where `metadata` has other things too. */
  readonly keys?: readonly string[];
}

const DIRECTORIES = [
  'sample-training/digits-pytorch',
  'sample-training/simple-model',
  'pytorch/dtypes',
  'pytorch/views',
  'pytorch/lightning',
  'pytorch/legacy',
];

const cases = DIRECTORIES.filter((directory) => existsSync(join(FIXTURES, directory))).flatMap(
  (directory) =>
    (expected(join(FIXTURES, directory)).checkpoints as ExpectedCheckpoint[])
      .filter(({ format, problem }) => format === 'torch-zip' && problem === null)
      // What was a link is a file with the target's name here.
      .filter(({ path, bytes }) => statSync(join(FIXTURES, directory, path)).size === bytes)
      .map((checkpoint) => ({ directory, name: `${directory}/${checkpoint.path}`, checkpoint })),
);

describe.runIf(hasFixtures)('what torch says is in its own files', () => {
  it.each(cases)('$name', async ({ directory, checkpoint: wanted }) => {
    const checkpoint = await open(await fileSource(join(FIXTURES, directory), wanted.path));
    expect(checkpoint.defects).toEqual([]);
    const components = wanted.tensors.flatMap(({ components = [] }) => components);
    const all = [...wanted.tensors, ...components];
    expect([...checkpoint.tensors.keys()].sort()).toEqual(all.map(({ name }) => name).sort());
    for (const tensor of all) await compare(checkpoint, tensor);
    const { class: type, ...metadata } = wanted.metadata;
    if (type) expect(checkpoint.metadata).toMatchObject({ $object: type });
    for (const [key, value] of Object.entries(metadata)) {
      const isThere = wanted.keys?.includes(key) ?? true;
      if (isThere) compareMetadata(at(checkpoint.metadata, key), value, key);
    }
    if (wanted.unsafe_globals) {
      const refused = checkpoint.globals.filter((path) => !allowedByWeightsOnly(path));
      expect(refused.sort()).toEqual(wanted.unsafe_globals);
    }
    if (checkpoint.verify) expect((await checkpoint.verify({})).defects).toEqual([]);
  });
});

async function compare(checkpoint: Checkpoint, wanted: ExpectedTensor): Promise<void> {
  const { name } = wanted;
  const info = checkpoint.tensors.get(name);
  const isText = wanted.dtype.startsWith('str');
  expect(info, name).toMatchObject({
    shape: wanted.shape,
    ...(isText ? {} : { dtype: wanted.dtype }),
  });
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

/** Numbers, texts, flags and lists of them must be there as they are. */
function compareMetadata(found: Metadata | undefined, wanted: unknown, path = ''): void {
  if (typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted)) {
    if (Object.keys(wanted).some((key) => key.startsWith('$'))) return;
    for (const [key, value] of Object.entries(wanted)) {
      compareMetadata(at(found, key), value, `${path}.${key}`);
    }
  } else if (JSON.stringify(wanted)?.includes('"$')) return;
  else expect(found, path).toEqual(wanted);
}

function at(found: Metadata | undefined, key: string): Metadata | undefined {
  if (typeof found !== 'object' || found === null) return undefined;
  const record = found as { readonly [key: string]: Metadata };
  if (Object.hasOwn(record, key)) return record[key];
  const dot = key.indexOf('.');
  return dot < 0 ? undefined : at(record[key.slice(0, dot)], key.slice(dot + 1));
}
