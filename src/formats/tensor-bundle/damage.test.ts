import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError, type Defect, type Problem } from '#domain/problem.ts';
import type { Checkpoint } from '#domain/tensor.ts';
import { block, field, table } from '#encodings/testing.ts';
import { expected, FIXTURES, hasFixtures, sha256 } from '#io/testing.ts';
import { type Files, type GoldenTensor, openBundle, openFiles, writeBundle } from './testing.ts';

const OWN = 'src/formats/tensor-bundle/fixtures';

interface Case {
  readonly case: string;
  readonly path: string;
  readonly problem: string | null;
  readonly tensors?: readonly GoldenTensor[];
  readonly readable?: readonly string[];
  readonly damaged_tensors?: readonly { readonly name: string }[];
}

const BUNDLES = join(FIXTURES, 'tensorflow/damaged/bundles');
const cases: readonly Case[] = hasFixtures ? expected(BUNDLES).checkpoints : [];

/** Those of `open`, and those that only the checksums show. */
async function findDefects(checkpoint: Checkpoint): Promise<readonly Defect[]> {
  return [...checkpoint.defects, ...((await checkpoint.verify?.({}))?.defects ?? [])];
}

/** What TensorFlow still reads and what it refuses, tensor by tensor. */
async function expectLosses(checkpoint: Checkpoint, damaged: Case): Promise<void> {
  const good = cases.find(({ case: name }) => name === 'good');
  const golden = new Map(good?.tensors?.map((tensor) => [tensor.name, tensor]));
  const sharded = cases.find(({ case: name }) => name === 'good-sharded')?.tensors;
  const other = new Map(sharded?.map((tensor) => [tensor.name, tensor]));
  for (const name of damaged.readable ?? []) {
    const bytes = await checkpoint.read(name);
    if (golden.get(name)?.dtype === 'string') continue;
    expect([golden.get(name)?.sha256, other.get(name)?.sha256]).toContain(sha256(bytes));
  }
  for (const { name } of damaged.damaged_tensors ?? []) {
    await expect(checkpoint.read(name)).rejects.toMatchObject({
      problem: { kind: damaged.problem },
      place: { tensor: name },
    });
  }
}

describe.runIf(hasFixtures)('bundles that were damaged on purpose', () => {
  it.each(cases)('$case', async (damaged) => {
    const outcome = await openBundle(BUNDLES, damaged.path).catch((error: unknown) => error);
    if (outcome instanceof CheckpointError) {
      expect(damaged.readable).toEqual([]);
      expect(outcome.problem.kind).toBe(damaged.problem);
      return;
    }
    const checkpoint = outcome as Checkpoint;
    const defects = await findDefects(checkpoint);
    expect([...new Set(defects.map(({ problem }) => problem.kind))]).toEqual(
      damaged.problem === null ? [] : [damaged.problem],
    );
    const named = defects.flatMap(({ place }) => place.tensor ?? []);
    expect(named.sort()).toEqual((damaged.damaged_tensors ?? []).map(({ name }) => name).sort());
    await expectLosses(checkpoint, damaged);
  });
});

/** A bundle of the fixtures in memory. */
function load(prefix: string): Files {
  const names = readdirSync(OWN).filter((name) => name.startsWith(`${prefix}.`));
  return Object.fromEntries(
    names.map((name) => [name, new Uint8Array(readFileSync(join(OWN, name)))]),
  );
}

const problems = (defects: readonly Defect[] = []) =>
  defects.map(({ problem, place }) => [problem.kind, place.path, place.tensor ?? '', place.offset]);

describe('a shard', () => {
  const files = load('round-robin-4-1');
  const name = 'round-robin-4-1.data-00001-of-00004';

  it('that is missing takes its tensors with it, by name', async () => {
    const { [name]: _, ...rest } = files;
    const checkpoint = await openFiles(rest, 'round-robin-4-1');
    expect(problems(checkpoint.defects)).toEqual([
      ['missing', name, '', undefined],
      ['missing', name, '_CHECKPOINTABLE_OBJECT_GRAPH', undefined],
      ['missing', name, 'net/w/2/.ATTRIBUTES/VARIABLE_VALUE', undefined],
      ['missing', name, 'tags/.ATTRIBUTES/VARIABLE_VALUE', undefined],
    ]);
    expect(checkpoint.tensors.size).toBe(10);
    expect(checkpoint.files).toHaveLength(4);
  });

  it('that is too short says for which tensors, and in bytes', async () => {
    const bytes = files[name] ?? new Uint8Array();
    const cut = { ...files, [name]: bytes.slice(0, bytes.length - 1) };
    const { defects } = await openFiles(cut, 'round-robin-4-1');
    const { length } = bytes;
    expect(defects.map(({ problem }) => problem)).toEqual([
      { kind: 'truncated', needed: length, size: length - 1 },
      { kind: 'truncated', needed: length, size: length - 1 },
    ]);
    expect(defects.map(({ place }) => place.tensor)).toEqual([undefined, expect.any(String)]);
  });

  it('without a way to get it is missing', async () => {
    const { open } = await import('./reader.ts');
    const { fileSource } = await import('#io/testing.ts');
    const { defects } = await open(await fileSource(OWN, 'raw-dtypes.index'));
    expect(defects).toHaveLength(13);
  });
});

describe('an index', () => {
  const tensor = (value: readonly number[], name = 'w') => ({
    'b.index': table([
      block([
        [[], field(1, 1)],
        [[...new TextEncoder().encode(name)], value],
      ]),
    ]),
    'b.data-00000-of-00001': new Uint8Array(8),
  });
  const shape = (...sizes: number[]) =>
    field(2, Uint8Array.from(sizes.flatMap((size) => field(2, Uint8Array.from(field(1, size))))));
  const whole = [...field(1, 1), ...shape(2), ...field(5, 8)];
  const slice = (...extents: number[][]) =>
    field(
      7,
      Uint8Array.from(
        extents.flatMap((e) =>
          field(1, Uint8Array.from([...field(1, e[0] ?? 0), ...field(2, e[1] ?? 0)])),
        ),
      ),
    );

  it.each<[string, number[], Problem['kind']]>([
    ['with a dtype that nobody has', [...field(1, 77), ...shape(2), ...field(5, 8)], 'unsupported'],
    ['without a dtype', [...shape(2), ...field(5, 8)], 'unsupported'],
    [
      'of a shape that is not known',
      [...whole, ...field(2, Uint8Array.from(field(3, 1)))],
      'malformed',
    ],
    [
      'of a shape past all counting',
      [...field(1, 1), ...shape(2 ** 40, 2 ** 40), ...field(5, 8)],
      'malformed',
    ],
    [
      'of another size than its shape says',
      [...field(1, 1), ...shape(3), ...field(5, 8)],
      'malformed',
    ],
    ['in a shard that does not exist', [...whole, ...field(3, 1)], 'malformed'],
    ['of more strings than bytes', [...field(1, 7), ...shape(99), ...field(5, 8)], 'malformed'],
    ['that is no message', [10, 99, 1], 'malformed'],
    ['whose slices are not there', [...whole, ...slice([0, 2])], 'malformed'],
    ['whose slices have another rank', [...whole, ...slice([0, 2], [0, 1])], 'malformed'],
    ['past the end of its shard', [...whole, ...field(4, 1)], 'truncated'],
    ['that cannot be read at all', [...field(1, 20), ...shape(1), ...field(5, 8)], 'unsupported'],
  ])('with a tensor %s has a defect, or the tensor refuses', async (_, value, kind) => {
    const checkpoint = await openFiles(tensor(value), 'b');
    const [defect] = checkpoint.defects;
    if (defect) expect(defect.problem.kind).toBe(kind);
    else await expect(checkpoint.read('w')).rejects.toMatchObject({ problem: { kind } });
  });

  it('with two tensors in one place says so', async () => {
    const same = writeBundle([{ name: 'a', type: 4, shape: [2], bytes: Uint8Array.of(1, 2) }]);
    const entry = [...field(1, 4), ...shape(2), ...field(5, 2)];
    const { defects } = await openFiles(
      {
        ...same,
        'b.index': table([
          block([
            [[], field(1, 1)],
            [[97], entry],
            [[98], entry],
          ]),
        ]),
      },
      'b',
    );
    expect(problems(defects)).toEqual([['malformed', 'b.data-00000-of-00001', 'b', 0]]);
  });

  it.each<[string, number[][]]>([
    ['leave a hole', [[0, 1]]],
    [
      'overlap',
      [
        [0, 2],
        [1, 1],
      ],
    ],
    ['lie outside', [[1, 2]]],
  ])('with slices that %s has a defect', async (_, extents) => {
    const { sliceKey } = await import('./slice-key.ts');
    const name = new TextEncoder().encode('w');
    const entries = extents.map(
      ([start = 0, length = 0]) =>
        [
          [...sliceKey(name, [{ start, length }])],
          [...field(1, 1), ...shape(length), ...field(5, 4 * length)],
        ] as const,
    );
    const value = [...field(1, 1), ...shape(2), ...extents.flatMap((extent) => slice(extent))];
    const files = {
      'b.index': table([block([[[], field(1, 1)], ...entries, [[...name], value]])]),
      'b.data-00000-of-00001': new Uint8Array(8),
    };
    const { defects, tensors } = await openFiles(files, 'b');
    expect(problems(defects)).toEqual([['malformed', 'b.index', 'w', undefined]]);
    expect(tensors.size).toBe(0);
  });

  it('with a damaged block keeps the tensors of all others', async () => {
    const entry = (offset: number) => [
      ...field(1, 4),
      ...shape(1),
      ...field(4, offset),
      ...field(5, 1),
    ];
    const second = block([[[98], entry(1)]]);
    second[0] = 1;
    const files = {
      'b.index': table([
        block([
          [[], field(1, 1)],
          [[97], entry(0)],
        ]),
        second,
        block([[[99], entry(2)]]),
      ]),
      'b.data-00000-of-00001': Uint8Array.of(7, 8, 9),
    };
    const { defects, tensors } = await openFiles(files, 'b');
    expect(problems(defects)).toEqual([['corrupt', 'b.index', '', expect.any(Number)]]);
    expect([...tensors.keys()]).toEqual(['a', 'c']);
  });

  it.each([
    ['without a header', table([block([[[97], []]])])],
    ['without entries', table([])],
    ['with a header that is no message', table([block([[[], [10, 99, 1]]])])],
  ])('%s is refused', async (_, index) => {
    await expect(openFiles({ 'b.index': index }, 'b')).rejects.toMatchObject({
      problem: { kind: 'malformed' },
    });
  });
});

describe('whatever is changed', () => {
  it.each([['adam-1'], ['max-shard-400-1'], ['state-1'], ['snappy-1'], ['partitioned.ckpt-1200']])(
    'in %s, no other number comes out in silence',
    async (prefix) => {
      const files = load(prefix);
      const names = Object.keys(files);
      const contentOf = async (checkpoint: Checkpoint) => {
        const all = [];
        for (const [name, info] of checkpoint.tensors)
          all.push([info, sha256(await checkpoint.read(name))]);
        return [checkpoint.metadata, all];
      };
      const good = await contentOf(await openFiles(files, prefix));
      await fc.assert(
        fc.asyncProperty(
          fc.nat(names.length - 1),
          fc.nat(),
          fc.integer({ min: 1, max: 255 }),
          fc.boolean(),
          async (which, where, mask, cut) => {
            const name = names[which] ?? '';
            const changed = (files[name] ?? new Uint8Array()).slice();
            const at = where % changed.length;
            changed[at] = (changed[at] ?? 0) ^ mask;
            const bytes = cut ? changed.slice(0, at) : changed;
            const outcome = await openFiles({ ...files, [name]: bytes }, prefix).catch(
              (error: unknown) => error,
            );
            if (outcome instanceof Error) {
              expect(outcome).toBeInstanceOf(CheckpointError);
              return;
            }
            const checkpoint = outcome as Checkpoint;
            const found = await findDefects(checkpoint);
            if (found.length === 0) expect(await contentOf(checkpoint)).toEqual(good);
          },
        ),
        { numRuns: 250, seed: 11 },
      );
    },
  );

  it('the k-th read that fails is what fails', async () => {
    const files = load('adam-1');
    for (const k of [1, 2]) {
      let reads = 0;
      const opened = openFiles(files, 'adam-1', (source) => ({
        ...source,
        read: (start, end) => {
          reads++;
          if (reads === k) throw new CheckpointError({ kind: 'changed' }, { path: source.path });
          return source.read(start, end);
        },
      }));
      await expect(opened).rejects.toMatchObject({ problem: { kind: 'changed' } });
    }
  });
});
