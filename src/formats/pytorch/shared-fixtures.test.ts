import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Problem } from '#domain/problem.ts';
import type { Checkpoint } from '#domain/tensor.ts';
import { checkpointFormats, probe } from '#formats/index.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { expected, FIXTURES, fileSource, hasCorpus, hasFixtures, SHARED } from '#io/testing.ts';
import { allowedByWeightsOnly } from './globals.ts';
import {
  compareMetadata,
  compareTensor,
  compareTensors,
  type ExpectedTensor,
  metadataAt,
} from './testing.ts';

interface ExpectedCheckpoint {
  readonly path: string;
  readonly format: string;
  readonly problem: string | null;
  readonly tensors: readonly ExpectedTensor[];
  readonly metadata: { readonly [key: string]: unknown };
  readonly unsafe_globals?: readonly string[];
  /** Whether `torch.load(weights_only=True)` takes it. */
  readonly weights_only?: boolean;
  readonly bytes?: number | null;
  /** Some are left out, only their number is told. */
  readonly tensors_sampled?: boolean;
  readonly tensor_count?: number;
  /** Of the pickled dictionary, where `metadata` has other things too. */
  readonly keys?: readonly string[];
  readonly problem_also_acceptable?: readonly string[];
  readonly verdict: string;
  readonly verdict_also_acceptable: readonly string[];
  readonly globals: readonly string[];
}

/** Files of one pickle and its storages; what is made of several files is proved beside its format. */
const FORMATS = ['torch-zip', 'torch-legacy', 'torchscript', 'pickle', 'torch'];

function checkpointsOf(directory: string): readonly ExpectedCheckpoint[] {
  const full = join(FIXTURES, directory);
  return existsSync(full)
    ? expected(full).checkpoints.filter(
        ({ format, path }: ExpectedCheckpoint) =>
          FORMATS.includes(format) && existsSync(join(full, path)),
      )
    : [];
}

async function openFile(source: ByteSource) {
  const seen = await probe(source);
  return checkpointFormats.find(({ detect }) => detect(seen))?.open(source);
}

const sound = [
  'sample-training/digits-pytorch',
  'sample-training/simple-model',
  'pytorch/dtypes',
  'pytorch/views',
  'pytorch/lightning',
  'pytorch/legacy',
  'pytorch/torchscript',
  'pytorch/torchvision',
  'misc/deepspeed-zero2',
  'misc/deepspeed-zero3',
].flatMap((directory) =>
  checkpointsOf(directory)
    // What was a link is a file with the target's name here.
    .filter(({ path, bytes = null }) => {
      return bytes === null || statSync(join(FIXTURES, directory, path)).size === bytes;
    })
    .filter(({ problem }) => problem === null)
    .map((checkpoint) => ({ directory, name: `${directory}/${checkpoint.path}`, checkpoint })),
);

function expectMetadata(checkpoint: Checkpoint, wanted: ExpectedCheckpoint): void {
  const { class: type, ...metadata } = wanted.metadata;
  if (type) expect(checkpoint.metadata).toMatchObject({ $object: type });
  for (const [key, value] of Object.entries(metadata)) {
    const isThere = wanted.keys?.includes(key) ?? true;
    if (isThere) compareMetadata(metadataAt(checkpoint.metadata, key), value, key);
  }
}

function expectWeightsOnly(
  { globals, weightsOnly }: Checkpoint,
  { unsafe_globals: unsafe, weights_only: takes }: ExpectedCheckpoint,
): void {
  if (unsafe) {
    expect(globals.filter((path) => !allowedByWeightsOnly(path)).sort()).toEqual(unsafe);
    expect([...(weightsOnly?.needs ?? [])].sort()).toEqual(unsafe);
  }
  if (takes === undefined) return;
  const { needs = [], obstacles = [] } = weightsOnly ?? {};
  expect(needs.length + obstacles.length === 0, JSON.stringify([needs, obstacles])).toBe(takes);
}

describe.runIf(hasFixtures)('what torch says is in its own files', () => {
  it.each(sound)('$name', async ({ directory, checkpoint: wanted }) => {
    const checkpoint = await openFile(await fileSource(join(FIXTURES, directory), wanted.path));
    if (!checkpoint) throw new Error('no format claims it');
    expect(checkpoint.defects).toEqual([]);
    if (!wanted.tensors_sampled) await compareTensors(checkpoint, wanted.tensors);
    else for (const tensor of wanted.tensors) await compareTensor(checkpoint, tensor);
    if (wanted.tensor_count) expect(checkpoint.tensors.size).toBe(wanted.tensor_count);
    expectMetadata(checkpoint, wanted);
    // Lightning's were loaded without, though they need not have been.
    if (directory !== 'pytorch/lightning') expectWeightsOnly(checkpoint, wanted);
    expect((await checkpoint.verify?.({}))?.defects ?? []).toEqual([]);
  });
});

/** All that is found to be wrong: by opening, then by comparing checksums. */
async function examine(directory: string, path: string) {
  const source = await fileSource(join(FIXTURES, directory), path);
  try {
    const checkpoint = await openFile(source);
    if (!checkpoint) return { problems: [], globals: [], claimed: false };
    const verified = await checkpoint.verify?.({});
    for (const name of checkpoint.tensors.keys()) await checkpoint.read(name, { to: 0 });
    const defects = [...checkpoint.defects, ...(verified?.defects ?? [])];
    return {
      problems: defects.map(({ problem }) => problem),
      globals: checkpoint.globals,
      claimed: true,
    };
  } catch (error) {
    const { problem } = error as { problem?: Problem };
    if (!problem) throw error;
    return { problems: [problem], globals: [], claimed: true };
  }
}

describe.runIf(hasFixtures)('damaged files have the damage that was done to them', () => {
  /** In the words of the fixtures; a storage that is too short is truncated. */
  const WORDS: Partial<Record<Problem['kind'], readonly string[]>> = {
    truncated: ['truncated', 'short-record'],
    malformed: ['corrupt'],
    corrupt: ['corrupt'],
    missing: ['missing'],
  };
  const damaged = checkpointsOf('pytorch/damaged').filter(({ bytes }) => bytes !== null);

  it.each(damaged)('$path: $problem', async (wanted) => {
    const { problem, problem_also_acceptable: others = [] } = wanted;
    const { problems, claimed } = await examine('pytorch/damaged', wanted.path);
    const words = problems.flatMap(({ kind }) => WORDS[kind] ?? [kind]);
    const isImpostor = ['lfs-pointer', 'not-a-checkpoint'];
    if (problem === null) expect(problems).toEqual([]);
    else if (claimed)
      expect([problem, ...others]).toEqual(expect.arrayContaining([expect.toBeOneOf(words)]));
    else expect([problem, ...others].some((word) => isImpostor.includes(word))).toBe(true);
  });
});

describe.runIf(hasFixtures)('hostile files are called what they are', () => {
  const VERDICTS: Partial<Record<Problem['kind'], readonly string[]>> = {
    unsafe: ['unsafe', 'ambiguous', 'refused'],
    malformed: ['corrupt', 'refused'],
    corrupt: ['corrupt'],
    truncated: ['corrupt'],
    missing: ['corrupt'],
    unsupported: ['refused'],
    'too-large': ['refused'],
  };

  it.each(checkpointsOf('pytorch/hostile'))('$path: $verdict', async (wanted) => {
    const { problems, globals } = await examine('pytorch/hostile', wanted.path);
    const verdicts =
      problems.length === 0 ? ['clean'] : problems.flatMap(({ kind }) => VERDICTS[kind] ?? []);
    const right = [wanted.verdict, ...wanted.verdict_also_acceptable];
    expect(
      verdicts.some((verdict) => right.includes(verdict)),
      verdicts.join(),
    ).toBe(true);
    if (globals.length === 0) return;
    const spelled = wanted.globals.map((path) => path.replace('__builtin__', 'builtins'));
    expect(globals).toEqual(expect.arrayContaining(spelled));
    if (wanted.verdict === 'unsafe') expect(problems.map(({ kind }) => kind)).toContain('unsafe');
  });

  it('all others are hostile to other readers than these', () => {
    const all: readonly ExpectedCheckpoint[] = expected(
      join(FIXTURES, 'pytorch/hostile'),
    ).checkpoints;
    const others = all.filter(({ format }) => !FORMATS.includes(format));
    // NumPy files are data sets, YAML is a configuration, safetensors have no pickle; `.metadata` is in torch-distributed.
    expect([...new Set(others.map(({ format }) => format))].sort()).toEqual([
      'npy',
      'npz',
      'safetensors',
      'torch-dcp',
      'yaml',
    ]);
  });

  it('none of them leaves a mark on this process', () => {
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.keys(globalThis).filter((key) => key.includes('pwned'))).toEqual([]);
  });
});

describe.runIf(hasCorpus)('archives that people published', () => {
  it('open without a defect, every tensor as long as it says', async () => {
    const root = join(SHARED, 'corpus');
    const paths = (await readdir(root, { recursive: true })).sort();
    let seen = 0;
    for (const path of paths.filter((path) => /\.(pt|pth|ckpt|bin|th)$/.test(path))) {
      const source = await fileSource(root, path);
      const checkpoint = await openFile(source);
      if (!checkpoint) continue;
      expect(checkpoint.defects, path).toEqual([]);
      expect((await checkpoint.verify?.({}))?.defects ?? [], path).toEqual([]);
      for (const { name, bytes } of checkpoint.tensors.values()) {
        expect((await checkpoint.read(name)).length, `${path} ${name}`).toBe(bytes);
      }
      seen++;
    }
    expect(seen).toBeGreaterThan(20);
  });
});
