import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { readStrings } from '#domain/strings.ts';
import { type Checkpoint, elementCount } from '#domain/tensor.ts';
import { field } from '#encodings/testing.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, mutations } from '#io/mutation-testing.ts';
import {
  bytesSource,
  expected,
  FIXTURES,
  fileSource,
  fixture,
  hasCorpus,
  hasFixtures,
  metered,
  SHARED,
  sha256,
} from '#io/testing.ts';
import { open } from './reader.ts';

const HERE = 'src/formats/saved-model/fixtures';

async function openAt(root: string, pb = 'saved_model.pb'): Promise<Checkpoint> {
  return open(await fileSource(root, pb), { sibling: (name) => fileSource(root, name) });
}

interface Golden {
  readonly name: string;
  readonly path: string | null;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string | null;
}

async function expectTensors(checkpoint: Checkpoint, tensors: readonly Golden[]): Promise<void> {
  expect(checkpoint.tensors.size).toBe(tensors.length);
  for (const { name, path, dtype, shape, sha256: hash } of tensors) {
    const info = checkpoint.tensors.get(name);
    expect(info, name).toMatchObject({ dtype, shape });
    expect(info?.label ?? null).toBe(path);
    const bytes = await checkpoint.read(name);
    const elements = dtype === 'string' ? readStrings(bytes, elementCount(shape)) : [bytes];
    if (hash !== null) expect(sha256(Buffer.concat(elements)), name).toBe(hash);
  }
}

describe('a SavedModel', () => {
  it('has the variables that were saved, by the names they have in the program', async () => {
    const checkpoint = await openAt(`${HERE}/good`);
    expect(checkpoint.defects).toEqual([]);
    await expectTensors(checkpoint, expected(HERE));
    expect(await checkpoint.verify?.({})).toEqual({ defects: [], checked: true });
    expect(checkpoint.files).toHaveLength(3);
  });

  it('says its tags and signatures, and who wrote it', async () => {
    const { metadata, writer } = await openAt(`${HERE}/good`);
    expect(writer).toBe('TensorFlow 2.21.0');
    expect(metadata).toMatchObject({ tags: ['serve'], tensorflow_version: '2.21.0' });
    expect(metadata['runs_code']).toBeUndefined();
  });

  it('is opened without its weights being read', async () => {
    const { meter, source } = metered(await fileSource(`${HERE}/good`, 'saved_model.pb'));
    await open(source, { sibling: (name) => fileSource(`${HERE}/good`, name) });
    expect(meter).toEqual({ reads: 1, bytes: source.size });
  });
});

const text = (value: string) => new TextEncoder().encode(value);
const node = (name: string, op: string, more: readonly number[] = []) =>
  Uint8Array.from([...field(1, text(name)), ...field(2, text(op)), ...more]);

/** A SavedModel without variables, of these nodes, and functions of others. */
function modelOf(
  nodes: readonly Uint8Array[],
  functions: Record<string, readonly Uint8Array[]> = {},
) {
  const library = Object.entries(functions).flatMap(([name, body]) =>
    field(
      1,
      Uint8Array.from([
        ...field(1, Uint8Array.from(field(1, text(name)))),
        ...body.flatMap((one) => field(3, one)),
      ]),
    ),
  );
  const graph = [...nodes.flatMap((one) => field(1, one)), ...field(2, Uint8Array.from(library))];
  const metaGraph = field(2, Uint8Array.from(graph));
  return Uint8Array.from([...field(1, 1), ...field(2, Uint8Array.from(metaGraph))]);
}

const codeOf = async (bytes: Uint8Array<ArrayBuffer>) =>
  (await open(bytesSource(bytes, 'saved_model.pb'))).metadata['runs_code'];

describe('operations that reach for files', () => {
  it('are named with the node and the function that they stand in', async () => {
    const model = modelOf([node('a', 'ReadFile'), node('b', 'MatMul')], {
      __inference_f_1: [node('w', 'WriteFile'), node('p', 'EagerPyFunc')],
    });
    expect(await codeOf(model)).toEqual([
      'ReadFile in node a',
      'WriteFile in node w of function __inference_f_1',
      'EagerPyFunc in node p of function __inference_f_1',
    ]);
  });

  it('are no others than those that save the model itself', async () => {
    const saving = { __inference__traced_save_12: [node('SaveV2', 'SaveV2')] };
    expect(await codeOf(modelOf([node('save/SaveV2', 'SaveV2')], saving))).toBeUndefined();
    const hidden = modelOf([node('x', 'SaveV2')], {
      __inference_f_2: [node('s', 'MergeV2Checkpoints')],
    });
    expect(await codeOf(hidden)).toHaveLength(2);
  });

  it('are found in graphs within texts', async () => {
    const inner = Uint8Array.from(field(1, node('evil', 'WriteFile')));
    const tensor = field(8, Uint8Array.from(field(8, inner)));
    const attribute = [...field(1, text('value')), ...field(2, Uint8Array.from(tensor))];
    const constant = node('graph', 'Const', field(5, Uint8Array.from(attribute)));
    const model = modelOf([constant, node('data', 'DatasetFromGraph')]);
    expect(await codeOf(model)).toEqual(['WriteFile in node evil']);
  });
});

describe('a damaged SavedModel', () => {
  it('whose graph is cut short still shows its variables', async () => {
    const bytes = await fixture('saved-model/truncated.pb');
    const { defects, tensors } = await open(bytesSource(bytes, 'm/saved_model.pb'), {
      sibling: (name) => fileSource(`${HERE}/good`, name),
    });
    expect(defects).toMatchObject([
      { problem: { kind: 'truncated' }, place: { path: 'm/saved_model.pb' } },
    ]);
    expect(tensors.size).toBeGreaterThan(0);
  });

  it('without its variables says so', async () => {
    const source = await fileSource(`${HERE}/good`, 'saved_model.pb');
    const sibling = (path: string) =>
      Promise.reject(new CheckpointError({ kind: 'missing', path }, { path }));
    const { defects } = await open(source, { sibling });
    expect(defects).toMatchObject([
      { problem: { kind: 'missing', path: 'variables/variables.index' } },
    ]);
  });

  it('opens or is refused with a reason, whatever the bytes', { timeout: 300_000 }, async () => {
    const bytes = await fixture('saved-model/good/saved_model.pb');
    await fc.assert(
      fc.asyncProperty(mutations, (all) =>
        expectOutcome(() =>
          open(bytesSource(mutate(bytes, all), 'saved_model.pb'), {
            sibling: (name) => fileSource(`${HERE}/good`, name),
          }),
        ),
      ),
      { numRuns: 2000 },
    );
  });
});

it('Keras 2 says what its layers are in a file of its own', async () => {
  const layer = { class_name: 'Lambda', config: { name: 'twice' } };
  const nodes = [
    [
      'root',
      '_tf_keras_model',
      JSON.stringify({ class_name: 'Functional', config: { name: 'm' } }),
    ],
    ['root.layer-0', '_tf_keras_layer', JSON.stringify(layer)],
  ] as const;
  const bytes = Uint8Array.from(
    nodes.flatMap(([path, identifier, metadata]) =>
      field(
        1,
        Uint8Array.from([
          ...field(3, text(path)),
          ...field(4, text(identifier)),
          ...field(5, text(metadata)),
        ]),
      ),
    ),
  );
  const { metadata } = await open(bytesSource(modelOf([node('a', 'NoOp')]), 'saved_model.pb'), {
    sibling: async (name) => {
      if (name === 'keras_metadata.pb') return bytesSource(bytes, name);
      throw new CheckpointError({ kind: 'missing', path: name }, { path: name });
    },
  });
  expect(metadata).toMatchObject({
    keras_metadata: {
      model: { class_name: 'Functional' },
      layers: { 'root.layer-0': 'Lambda' },
    },
    runs_code: ['Lambda layer twice'],
  });
});

interface Entry {
  readonly path: string;
  readonly format: string;
  readonly problem: string | null;
  readonly tensors: readonly Golden[];
  readonly tags?: readonly string[];
  readonly tensorflow_version?: string;
  readonly signatures?: Readonly<Record<string, unknown>>;
}

const DIRECTORIES = [
  'savedmodel/attention-block',
  'savedmodel/cnn',
  'savedmodel/mlp',
  'savedmodel/module-assets',
  'savedmodel/text-gru',
  'savedmodel/text-lstm',
  'savedmodel/two-in-two-out',
  'damaged/savedmodel-and-v1',
];
const ROOT = join(FIXTURES, 'tensorflow');
const cases: [string, string, Entry][] = hasFixtures
  ? DIRECTORIES.flatMap((name) =>
      expected(join(ROOT, name))
        .checkpoints.filter(({ format }: Entry) => format === 'savedmodel')
        .map((entry: Entry) => [`${name}/${entry.path}`, join(ROOT, name, entry.path), entry]),
    )
  : [];

describe.runIf(hasFixtures)('what TensorFlow wrote', () => {
  it.each(cases)('%s', async (_, root, entry) => {
    const outcome = await openAt(root).catch((error: CheckpointError) => error);
    if (outcome instanceof Error) {
      expect(outcome.problem.kind).toBe(entry.problem);
      return;
    }
    const verified = await outcome.verify?.({});
    const kinds = [...outcome.defects, ...(verified?.defects ?? [])].map(
      ({ problem }) => problem.kind,
    );
    expect([...new Set(kinds)]).toEqual(entry.problem === null ? [] : [entry.problem]);
    if (entry.problem !== null) return;
    await expectTensors(outcome, entry.tensors);
    const { tags, tensorflow_version: version, signatures } = entry;
    if (tags)
      expect(outcome.metadata).toMatchObject({ tags, tensorflow_version: version, signatures });
  });

  it.runIf(hasCorpus)('opens those of others', async () => {
    const corpus = join(SHARED, 'corpus');
    for (const path of [
      'savedmodel-tf2/tensorflow_serving/servables/tensorflow/testdata/saved_model_half_plus_two_tf2_cpu/00000123',
      'savedmodel-multishard/tf_keras/mixed_precision/testdata/lso_savedmodel_tf2.2',
    ]) {
      const checkpoint = await openAt(join(corpus, path));
      expect(checkpoint.defects).toEqual([]);
      expect(await checkpoint.verify?.({})).toEqual({ defects: [], checked: true });
    }
  });
});
