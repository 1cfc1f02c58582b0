import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckpointError, Problem } from '#domain/problem.ts';
import { readStrings } from '#domain/strings.ts';
import { type Checkpoint, elementCount } from '#domain/tensor.ts';
import { checkpointFormats, probe } from '#formats/index.ts';
import { expected, FIXTURES, fileSource, hasFixtures, sha256 } from '#io/testing.ts';

const ROOT = join(FIXTURES, 'tensorflow');
const DIRECTORIES = [
  'keras3/activations',
  'keras3/attention',
  'keras3/bidirectional-lstm',
  'keras3/compiled-adamw',
  'keras3/conv3d',
  'keras3/convolutions',
  'keras3/float64-model',
  'keras3/functional-custom-layer',
  'keras3/grouped-conv',
  'keras3/gru-default',
  'keras3/lambda-layer',
  'keras3/legacy-weights-only',
  'keras3/merges',
  'keras3/mixed-bfloat16',
  'keras3/mixed-float16',
  'keras3/nested-models',
  'keras3/normalization-adapted',
  'keras3/normalizations',
  'keras3/preprocessing',
  'keras3/pure-bfloat16',
  'keras3/pure-float16',
  'keras3/quantized-int8',
  'keras3/residual-ops',
  'keras3/resize-pad-crop',
  'keras3/rnn-extras',
  'keras3/sequential-no-input',
  'keras3/shared-and-reused',
  'keras3/subclassed-custom',
  'keras3/twelve-dense',
  'keras3/two-inputs-two-outputs',
  'keras3/unzipped-and-deflated',
  'hdf5/layouts',
  'hdf5/chunk-indexes',
  'hdf5/superblocks',
  'hdf5/groups-and-links',
  'hdf5/attributes',
  'hdf5/types',
  'hdf5/fill-values',
  'hdf5/keras-like',
  'hdf5/refused',
  'damaged/keras-files',
];

interface Golden {
  readonly name: string;
  readonly path: string | null;
  readonly dtype: string;
  readonly shape: readonly number[] | null;
  readonly sha256: string | null;
  readonly fields?: readonly Golden[];
}

interface Entry {
  readonly path: string;
  readonly format: string;
  readonly complete: boolean;
  readonly problem: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tensors: readonly Golden[] | null;
  readonly tensors_sampled?: unknown;
  readonly refused?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly target?: string;
  }[];
}

const cases: [string, string, Entry][] = hasFixtures
  ? DIRECTORIES.flatMap((directory) =>
      expected(join(ROOT, directory)).checkpoints.map((entry: Entry) => [
        `${directory}/${entry.path}`,
        directory,
        entry,
      ]),
    )
  : [];

const IDS: Readonly<Record<string, string>> = {
  keras: 'keras-archive',
  'keras-directory': 'keras-hdf5',
  'keras-weights-h5': 'keras-hdf5',
  'keras-legacy-h5': 'keras-hdf5',
  'keras-legacy-weights-h5': 'keras-hdf5',
  'keras-sharded-weights': 'keras-sharded',
};

async function openAny(root: string, path: string) {
  const source = await fileSource(root, path);
  const looked = await probe(source);
  const format = checkpointFormats.find((candidate) => candidate.detect(looked));
  const folder = dirname(join(root, path));
  const sibling = (name: string) => fileSource(folder, name);
  return { format, checkpoint: await format?.open(source, { sibling }) };
}

async function expectTensor(checkpoint: Checkpoint, golden: Golden): Promise<void> {
  const { name, dtype, shape } = golden;
  const info = checkpoint.tensors.get(name);
  for (const field of golden.fields ?? [])
    await expectTensor(checkpoint, { ...field, name: `${name}/${field.name}` });
  if (golden.fields) return;
  if (!info || info.kind === 'object' || info.dtype !== dtype) {
    expect(dtype, `${name} is ${info?.dtype}`).toMatch(
      /^opaque|^float80|^reference|^vlen|^float(?:16|32)$/,
    );
    return;
  }
  expect(info.shape, name).toEqual(shape ?? [0]);
  if (golden.sha256 === null || golden.sha256 === undefined) return;
  try {
    const bytes = await checkpoint.read(name);
    const elements = dtype === 'string' ? readStrings(bytes, elementCount(info.shape)) : [bytes];
    expect(sha256(Buffer.concat(elements)), name).toBe(golden.sha256);
  } catch (error) {
    expect(error, name).toMatchObject({ problem: { kind: 'unsupported' } });
    expect(checkpoint.metadata['refused'], name).toHaveProperty([name]);
  }
}

/** The path of a variable, without the model's own name in front. */
function expectLabel(checkpoint: Checkpoint, { name, path }: Golden): void {
  const label = checkpoint.tensors.get(name)?.label;
  if (!path || name.startsWith('/optimizer')) return;
  expect(label, name).toBeDefined();
  // classes of the writer's own, and layers that may have left out one variable or the other
  const isNumbered = /\/\d+$/.test(label ?? '') && /scaled_shift|normalization_1/.test(name);
  const withoutLast = (text: string) => (isNumbered ? text.slice(0, text.lastIndexOf('/')) : text);
  const accepted = [path, path.replace(/^[^/]+\//, '')].map(withoutLast);
  expect(accepted, name).toContain(withoutLast(label ?? ''));
}

describe.runIf(hasFixtures)('what Keras and h5py wrote', () => {
  it.each(cases)('%s', { timeout: 60_000 }, async (_, directory, entry) => {
    const isFolder = entry.format === 'keras-directory';
    const path = isFolder ? `${entry.path}/model.weights.h5` : entry.path;
    const opening = openAny(join(ROOT, directory), path);
    const outcome = await opening.catch((error: unknown) => error as CheckpointError);
    if (outcome instanceof Error) {
      expect(kindOf(outcome)).toBe(entry.problem);
      return;
    }
    const { format, checkpoint } = outcome;
    if (!format || !checkpoint) {
      expect(path).toMatch(/empty|zeros|not-a-zip/);
      return;
    }
    if (entry.format === 'hdf5') expect(format.id).toMatch(/hdf5$/);
    else expect(format.id).toBe(IDS[entry.format]);
    await expectSaid(checkpoint, entry);
    const verified = await checkpoint.verify?.({});
    const kinds = [...checkpoint.defects, ...(verified?.defects ?? [])].map(kindOf);
    expect(new Set(kinds)).toEqual(new Set(entry.problem === null ? [] : [entry.problem]));
  });
});

/** Whether a checksum is wrong or the bytes are no HDF5 depends on which bit it was. */
function kindOf({ problem }: { readonly problem: Problem }): string {
  return problem.kind === 'malformed' ? 'corrupt' : problem.kind;
}

async function expectSaid(checkpoint: Checkpoint, entry: Entry): Promise<void> {
  const damaged = entry.problem !== null;
  for (const golden of damaged ? [] : (entry.tensors ?? [])) {
    await expectTensor(checkpoint, golden);
    expectLabel(checkpoint, golden);
  }
  const { keras_version: version, optimizer_iterations: iterations } = entry.metadata;
  if (version) expect(checkpoint.metadata['keras_version']).toBe(version);
  if (iterations) expect(checkpoint.metadata['optimizer_iterations']).toBe(iterations);
  for (const { name, kind } of entry.refused ?? [])
    if (kind !== 'expansion') expect(checkpoint.metadata['refused']).toHaveProperty([name]);
}
