import { mkdtemp, open as openFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Checkpoint, elementCount } from '#domain/tensor.ts';
import { crc32c, maskCrc32c } from '#encodings/crc32c.ts';
import { block, field, littleEndian, table } from '#encodings/testing.ts';
import { probe } from '#formats/index.ts';
import {
  bytesSource,
  expected,
  FIXTURES,
  fileSource,
  hasCorpus,
  hasFixtures,
  metered,
  SHARED,
  sha256,
} from '#io/testing.ts';
import { tensorBundle } from './checkpoint.ts';
import {
  entryOf,
  expectTensor,
  type GoldenTensor,
  openBundle,
  openFiles,
  writeBundle,
} from './testing.ts';

const utf8 = (text: string) => [...new TextEncoder().encode(text)];

const OWN = 'src/formats/tensor-bundle/fixtures';

interface Golden {
  readonly root: string;
  readonly path: string;
  readonly bundle?: string;
  readonly format?: string;
  readonly problem?: string | null;
  readonly metadata: Record<string, number>;
  readonly tensors: readonly GoldenTensor[];
  readonly tensor_count?: number;
  readonly tensors_digest?: string;
  readonly slots?: readonly { readonly slot: string; readonly key: string }[];
}

function goldens(root: string): readonly Golden[] {
  return expected(root)
    .checkpoints.map((golden: Golden) => ({ ...golden, root, path: golden.bundle ?? golden.path }))
    .filter(
      ({ format = 'tf-bundle', bundle, problem = null }: Golden) =>
        problem === null && (format === 'tf-bundle' || bundle),
    );
}

const SHARED_BUNDLES = [
  ...[
    'async',
    'dtypes',
    'keras-optimizers',
    'many-keys',
    'nested-module',
    'odd-names',
    'partitioned',
  ],
  ...['shapes-and-specials', 'sharded', 'slot-variables', 'snappy-index', 'tables-and-iterators'],
].map((name) => `tensorflow/checkpoint/${name}`);
const MORE_BUNDLES = [
  ...['mirrored-two-replicas', 'multi-worker', 'multi-worker-temp-left', 'changed-model'].map(
    (name) => `tensorflow/distributed/${name}`,
  ),
  ...['v2-saver', 'v2-sharded', 'v2-ref-variables'].map((name) => `tensorflow/tf1/${name}`),
  ...[
    'mlp',
    'cnn',
    'attention-block',
    'text-lstm',
    'text-gru',
    'two-in-two-out',
    'module-assets',
  ].map((name) => `tensorflow/savedmodel/${name}`),
  'tensorflow/damaged/state-files',
  'sample-training/digits-tensorflow',
];
const roots = [
  OWN,
  ...(hasFixtures ? [...SHARED_BUNDLES, ...MORE_BUNDLES].map((name) => join(FIXTURES, name)) : []),
];

/** Numbers that TensorFlow read from the bundle, of those that it says elsewhere. */
const NUMBERS = [
  'step',
  'epoch',
  'save_counter',
  'optimizer_iterations',
  'learning_rate',
  'num_shards',
];

function expectNumbers({ metadata }: Checkpoint, golden: Golden): void {
  const step = metadata['step'] ?? metadata['global_step'];
  for (const key of NUMBERS.filter((name) => name in golden.metadata)) {
    expect(key === 'step' ? step : metadata[key]).toBe(golden.metadata[key]);
  }
}

/** Adam names its slots after itself. */
function expectSlots({ tensors }: Checkpoint, { slots = [] }: Golden): void {
  for (const { slot, key } of slots) {
    expect(tensors.get(key)?.label).toMatch(slot.length === 1 ? /Adam/ : new RegExp(slot, 'i'));
  }
}

describe('bundles written by TensorFlow', () => {
  it.each(roots.flatMap(goldens))('$path of $root', async (golden) => {
    const { root, path, tensors } = golden;
    expect(tensorBundle.detect(await probe(await fileSource(root, `${path}.index`)))).toBe(true);
    const checkpoint = await openBundle(root, path);
    expect(checkpoint.defects).toEqual([]);
    expect(checkpoint.tensors.size).toBe(golden.tensor_count ?? tensors.length);
    for (const tensor of tensors) await expectTensor(checkpoint, tensor);
    expectNumbers(checkpoint, golden);
    expectSlots(checkpoint, golden);
    expect(await checkpoint.verify?.({})).toEqual({ defects: [], checked: true });
  });

  it.runIf(hasFixtures)('with 8000 tensors: all of them', async () => {
    const [golden] = goldens(join(FIXTURES, 'tensorflow/checkpoint/many-keys'));
    const checkpoint = await openBundle(golden?.root ?? '', golden?.path ?? '');
    const lines: [string, string][] = [];
    for (const name of checkpoint.tensors.keys()) {
      lines.push([name, `${name} ${sha256(await checkpoint.read(name))}`]);
    }
    lines.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const text = lines.map(([, line]) => line).join('\n');
    expect(sha256(new TextEncoder().encode(text))).toBe(golden?.tensors_digest);
  });

  it.runIf(hasCorpus)('and found in the wild, compressed ones among them', async () => {
    for (const prefix of [
      'savedmodel-tf2/tensorflow_serving/servables/tensorflow/testdata/saved_model_half_plus_two_tf2_cpu/00000123/variables/variables',
      'savedmodel-multishard/tf_keras/mixed_precision/testdata/lso_savedmodel_tf2.2/variables/variables',
      'tf1-saver-v2/tests/models/regression/checkpoint/model',
      'tf2-multishard/tf_keras/mixed_precision/testdata/lso_ckpt_tf2.2/ckpt',
    ]) {
      const checkpoint = await openBundle(join(SHARED, 'corpus'), prefix);
      expect(checkpoint.defects).toEqual([]);
      expect(checkpoint.tensors.size).toBeGreaterThan(0);
      expect(await checkpoint.verify?.({})).toEqual({ defects: [], checked: true });
    }
  });
});

describe('a part of a tensor', () => {
  it.each([['every-dtype-1'], ['raw-dtypes'], ['grid-slices'], ['max-shard-400-1'], ['state-1']])(
    'is the same as of the whole: %s',
    async (prefix) => {
      const checkpoint = await openBundle(OWN, prefix);
      for (const { name, shape, dtype } of checkpoint.tensors.values()) {
        const count = elementCount(shape);
        if (dtype === 'string' || dtype === 'variant' || count === 0) continue;
        const whole = await checkpoint.read(name);
        const width = whole.length / count;
        for (const [from, to] of [
          [0, 0],
          [0, count],
          [1, count],
          [count >> 1, count - 1],
          [count - 1, count],
        ] as const) {
          if (from > to) continue;
          expect(await checkpoint.read(name, { from, to })).toEqual(
            whole.slice(from * width, to * width),
          );
        }
      }
    },
  );

  it('of strings is these strings', async () => {
    const checkpoint = await openBundle(OWN, 'every-dtype-1');
    const part = await checkpoint.read('model/string_array/.ATTRIBUTES/VARIABLE_VALUE', {
      from: 1,
      to: 3,
    });
    expect([...part.subarray(0, 2)]).toEqual([0, 21]);
    expect(new TextDecoder().decode(part.subarray(2))).toBe('日本語テキスト');
  });

  it('that is not there is a mistake of the caller', async () => {
    const checkpoint = await openBundle(OWN, 'raw-dtypes');
    await expect(checkpoint.read('no such')).rejects.toThrow(RangeError);
    await expect(checkpoint.read('raw/int4', { to: 8 })).rejects.toThrow(RangeError);
    await expect(checkpoint.read('raw/int4', { from: 3, to: 2 })).rejects.toThrow(RangeError);
  });
});

describe('a bundle written on a big-endian machine', () => {
  const words = ['a', 'bcd'].map((word) => new TextEncoder().encode(word));
  const lengths = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 3);
  const ofLengths = littleEndian(maskCrc32c(crc32c(lengths)), 4).reverse();
  const ofAll = maskCrc32c(
    [Uint8Array.from(ofLengths), ...words].reduce(
      (crc, bytes) => crc32c(bytes, crc),
      crc32c(lengths),
    ),
  );
  const files = writeBundle(
    [
      { name: 'f', type: 1, shape: [2], bytes: Uint8Array.of(0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0) },
      { name: 'c', type: 8, shape: [1], bytes: Uint8Array.of(0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0) },
      {
        name: 'step/.ATTRIBUTES/VARIABLE_VALUE',
        type: 9,
        shape: [],
        bytes: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 2),
      },
      {
        name: 's',
        type: 7,
        shape: [2],
        bytes: Uint8Array.of(1, 3, ...ofLengths, ...words.flatMap((w) => [...w])),
        crc: ofAll,
      },
      { name: 'u', type: 4, shape: [2], bytes: Uint8Array.of(1, 2) },
    ],
    { bigEndian: true },
  );

  it('gives little-endian elements', async () => {
    const checkpoint = await openFiles(files, 'b');
    const floats = async (name: string) => new Float32Array((await checkpoint.read(name)).buffer);
    expect(await floats('f')).toEqual(Float32Array.of(1, -2));
    expect(await floats('c')).toEqual(Float32Array.of(1, -2));
    expect(await checkpoint.read('f', { from: 1 })).toEqual(Uint8Array.of(0, 0, 0, 0xc0));
    expect(await checkpoint.read('u')).toEqual(Uint8Array.of(1, 2));
    expect(new TextDecoder().decode((await checkpoint.read('s')).subarray(2))).toBe('abcd');
    expect(checkpoint.metadata).toEqual({ num_shards: 1, step: 258 });
    expect(await checkpoint.verify?.({})).toEqual({ defects: [], checked: true });
  });
});

describe('reading', () => {
  /** `count` tensors of 100 kB between two numbers, and an object graph at the end. */
  const large = (count: number) =>
    writeBundle([
      {
        name: 'step/.ATTRIBUTES/VARIABLE_VALUE',
        type: 9,
        shape: [],
        bytes: Uint8Array.from(littleEndian(7, 8)),
      },
      ...Array.from({ length: count }, (_, i) => ({
        name: `model/${i}/kernel/.ATTRIBUTES/VARIABLE_VALUE`,
        type: 1,
        shape: [25_000],
        bytes: new Uint8Array(100_000).fill(i),
      })),
      {
        name: 'epoch/.ATTRIBUTES/VARIABLE_VALUE',
        type: 3,
        shape: [],
        bytes: Uint8Array.from(littleEndian(2, 4)),
      },
    ]);

  it('an index takes one read, and the data at most four of 1 MB together', async () => {
    const meters = new Map<string, { reads: number; bytes: number }>();
    const { metadata } = await openFiles(large(30), 'b', (source) => {
      const { source: counted, meter } = metered(source);
      meters.set(source.path, meter);
      return counted;
    });
    expect(metadata).toEqual({ num_shards: 1, step: 7, epoch: 2 });
    expect(meters.get('b.index')?.reads).toBe(1);
    expect(meters.get('b.data-00000-of-00001')).toEqual({ reads: 2, bytes: 12 });
  });

  it('a shard of 1.3 GB takes two reads, for the numbers at its ends', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cairn-'));
    try {
      const [large, far] = [1_300_000_000, 1_300_000_008];
      const seven = Uint8Array.from(littleEndian(7, 8));
      const crc = maskCrc32c(crc32c(seven));
      const number = { type: 9, shape: [], size: 8, crc };
      const weights = { type: 1, shape: [large / 4], offset: 8, size: large, crc: 0 };
      const entries = [
        [utf8('epoch/.ATTRIBUTES/VARIABLE_VALUE'), entryOf({ ...number, offset: far })],
        [utf8('model/w/.ATTRIBUTES/VARIABLE_VALUE'), entryOf(weights)],
        [utf8('step/.ATTRIBUTES/VARIABLE_VALUE'), entryOf({ ...number, offset: 0 })],
      ] as const;
      const handle = await openFile(join(folder, 'b.data-00000-of-00001'), 'w');
      await handle.write(seven, 0, 8, 0);
      await handle.write(seven, 0, 8, far);
      await handle.close();
      const index = bytesSource(table([block([[[], field(1, 1)], ...entries])]), 'b.index');
      const { source, meter } = metered(await fileSource(folder, 'b.data-00000-of-00001'));
      const checkpoint = await tensorBundle.open(index, { sibling: async () => source });
      expect(checkpoint.defects).toEqual([]);
      expect(checkpoint.metadata).toEqual({ num_shards: 1, step: 7, epoch: 7 });
      expect(meter).toEqual({ reads: 2, bytes: 16 });
      const part = await checkpoint.read('model/w/.ATTRIBUTES/VARIABLE_VALUE', {
        from: 324_999_999,
      });
      expect(part).toEqual(new Uint8Array(4));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each(['adam-1', 'max-shard-400-1', 'state-1'])(
    'of %s: at most four times a file',
    async (prefix) => {
      const meters: { reads: number; bytes: number }[] = [];
      const counted = async (name: string) => {
        const { source, meter } = metered(await fileSource(OWN, name));
        meters.push(meter);
        return source;
      };
      await tensorBundle.open(await counted(`${prefix}.index`), { sibling: counted });
      for (const { reads } of meters) expect(reads).toBeLessThanOrEqual(4);
    },
  );

  it('says how much of it has been verified, up to its size', async () => {
    const checkpoint = await openFiles(large(3), 'b');
    const seen: number[] = [];
    await checkpoint.verify?.({ onProgress: (bytes) => seen.push(bytes) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(checkpoint.size);
  });

  it('stops when it is aborted', async () => {
    const signal = AbortSignal.abort();
    const index = await fileSource(OWN, 'adam-1.index');
    const sibling = (name: string) => fileSource(OWN, name);
    const aborted = { name: 'AbortError' };
    await expect(tensorBundle.open(index, { sibling, signal })).rejects.toMatchObject(aborted);
    const checkpoint = await tensorBundle.open(index, { sibling });
    await expect(checkpoint.verify?.({ signal })).rejects.toMatchObject(aborted);
    const [name = ''] = checkpoint.tensors.keys();
    await expect(checkpoint.read(name, { signal })).rejects.toMatchObject(aborted);
  });
});

it('a version that older readers must refuse is refused', async () => {
  const files = writeBundle([], { header: field(3, Uint8Array.from(field(2, 2))) });
  await expect(openFiles(files, 'b')).rejects.toMatchObject({ problem: { kind: 'unsupported' } });
});

describe('detection', () => {
  it.each([
    ['an empty index', 'ckpt.index', new Uint8Array(), true],
    ['an index that is cut off', 'ckpt.index', Uint8Array.of(0, 0, 6, 8, 1, 26), true],
    ['an index by another name', 'ckpt.index.tempstate1', writeBundle([])['b.index'], false],
    ['another index', 'faiss.index', new TextEncoder().encode('IxF2, and so on'), false],
  ])('of %s', async (_, path, bytes, claimed) => {
    const source = bytesSource(bytes ?? new Uint8Array(), path);
    expect(tensorBundle.detect(await probe(source))).toBe(claimed);
  });
});
