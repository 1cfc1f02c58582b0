import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { bytesSource, FIXTURES, fileSource, fixture, hasFixtures } from '#io/testing.ts';
import { open } from './reader.ts';
import { expectSound, file, goldens, OWN } from './testing.ts';

/** What each damaged file gives: the problem with which it is refused, or the defects with which it opens. */
const REFUSED: Record<string, string> = {
  'deep-nesting': 'malformed',
  'dtype-missing': 'malformed',
  'duplicate-keys': 'malformed',
  'duplicate-metadata': 'malformed',
  'eight-zero-bytes': 'not-a-checkpoint',
  'empty-file': 'not-a-checkpoint',
  'ends-with-garbage': 'malformed',
  'git-lfs-pointer': 'not-a-checkpoint',
  'header-length-2-63': 'too-large',
  'header-length-max': 'too-large',
  'header-length-over-limit': 'too-large',
  'header-length-short': 'malformed',
  'header-length-too-large': 'truncated',
  'hole-at-start': 'malformed',
  hole: 'malformed',
  'html-error-page': 'not-a-checkpoint',
  'json-array': 'malformed',
  'json-null': 'malformed',
  'lone-surrogate-escape': 'malformed',
  'lowercase-dtype': 'unsupported',
  'metadata-nested': 'malformed',
  'metadata-not-strings': 'malformed',
  'non-utf8': 'malformed',
  'not-json': 'malformed',
  'offsets-beyond-file': 'malformed',
  'offsets-float': 'malformed',
  'offsets-negative': 'malformed',
  'offsets-one-number': 'malformed',
  'offsets-reversed': 'malformed',
  overlap: 'malformed',
  'padded-with-nul': 'malformed',
  'renamed-npz': 'too-large',
  'renamed-torch': 'too-large',
  'same-offsets': 'malformed',
  'seven-bytes': 'truncated',
  'shape-float': 'malformed',
  'shape-missing': 'malformed',
  'shape-negative': 'malformed',
  'shape-overflow': 'malformed',
  'shape-string': 'malformed',
  'size-mismatch-dtype': 'malformed',
  'size-mismatch': 'malformed',
  'starts-with-bom': 'malformed',
  'starts-with-bracket': 'malformed',
  'sub-byte-misaligned': 'malformed',
  'trailing-comma': 'malformed',
  'truncated-header': 'truncated',
  'unknown-dtype': 'unsupported',
  'zeros-hundred-bytes': 'not-a-checkpoint',
};
const DEFECTS: Record<string, readonly string[]> = {
  'duplicate-keys-same-range': ['unsafe'],
  'shape-huge': ['truncated', 'truncated layer.weight'],
  'trailing-bytes': ['malformed'],
  'truncated-all-data': ['truncated', 'truncated layer.weight', 'truncated layer.bias'],
  'truncated-data': ['truncated', 'truncated layer.bias'],
  'truncated-half': ['truncated', 'truncated layer.weight', 'truncated layer.bias'],
};

describe.each([
  join(OWN, 'damaged'),
  ...(hasFixtures ? [join(FIXTURES, 'safetensors/damaged')] : []),
])('damaged files of %s', (root) => {
  it.each(goldens(root))('$path', async (golden) => {
    const source = await fileSource(root, golden.path);
    const name = golden.path.replace('.safetensors', '');
    const kind = REFUSED[name];
    if (kind) {
      await expect(open(source)).rejects.toMatchObject({ problem: { kind } });
      expect(golden.problem).not.toBeNull();
      return;
    }
    const { defects, ...checkpoint } = await open(source);
    const found = defects.map(({ problem, place }) =>
      place.tensor === undefined ? problem.kind : `${problem.kind} ${place.tensor}`,
    );
    expect(found).toEqual(DEFECTS[name] ?? []);
    for (const { name: tensor } of checkpoint.tensors.values()) {
      const bad = defects.find(({ place }) => place.tensor === tensor);
      if (bad) await expect(checkpoint.read(tensor)).rejects.toMatchObject(bad);
      else expect(await checkpoint.read(tensor)).toBeInstanceOf(Uint8Array);
    }
    if (golden.problem === null) {
      await expectSound({ defects, ...checkpoint }, { ...golden, tensors_digest: null });
    }
  });

  it('say in bytes what is missing', async () => {
    const { defects } = await open(await fileSource(root, 'truncated-data.safetensors'));
    expect(defects).toEqual([
      {
        problem: { kind: 'truncated', needed: 172, size: 167 },
        place: { path: 'truncated-data.safetensors' },
      },
      {
        problem: { kind: 'truncated', needed: 172, size: 167 },
        place: { path: 'truncated-data.safetensors', offset: 164, tensor: 'layer.bias' },
      },
    ]);
  });

  it('that are something else say what', async () => {
    const really = async (name: string) =>
      open(await fileSource(root, `${name}.safetensors`)).catch(({ problem }) => problem);
    expect(await really('git-lfs-pointer')).toMatchObject({
      really: 'lfs-pointer',
      promised: expect.any(Number),
    });
    expect(await really('html-error-page')).toMatchObject({ really: 'html' });
    expect(await really('empty-file')).toMatchObject({ really: 'empty' });
    expect(await really('zeros-hundred-bytes')).toMatchObject({ really: 'zeros' });
  });
});

describe('a header', () => {
  const entry = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
  it.each([
    [
      'with white space wherever it may be',
      ' { "w" : {"shape":[ 1 ],\n"dtype":\t"U8","data_offsets":[0 ,1]}\r} ',
      'w',
    ],
    ['with an escaped name', `{"\\u0061\\n\\ud83d\\ude00":${entry}}`, 'a\n😀'],
    ['with a name that objects have', `{"__proto__":${entry}}`, '__proto__'],
    [
      'with unknown fields',
      '{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":[{"y":[-1.5e3,null,true]}]}}',
      'w',
    ],
  ])('%s is read', async (_, header, name) => {
    const { tensors, defects } = await open(bytesSource(file(header, 1)));
    expect([...tensors.keys()]).toEqual([name]);
    expect(defects).toEqual([]);
  });

  it.each([
    ['with a field twice', '{"w":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}'],
    ['with three offsets', '{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}'],
    ['with a number of −0', '{"w":{"dtype":"U8","shape":[-0],"data_offsets":[0,0]}}'],
    ['with a number of 01', '{"w":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}}'],
    ['with a number of 1e0', '{"w":{"dtype":"U8","shape":[1e0],"data_offsets":[0,1]}}'],
    [
      'with a number past 2⁵³',
      '{"w":{"dtype":"U8","shape":[9007199254740993],"data_offsets":[0,1]}}',
    ],
    ['with a raw line break in a name', `{"\n":${entry}}`],
    ['with an escape that does not exist', `{"\\x":${entry}}`],
    ['with a name without an end', '{"w'],
    ['with a number as dtype', '{"w":{"dtype":3,"shape":[1],"data_offsets":[0,1]}}'],
    ['with a value that is missing', '{"w":{"x":}}'],
    ['with a key without a value', '{"w"}'],
    ['with a list without an end', '{"w":{"shape":[1'],
  ])('%s is refused', async (_, header) => {
    await expect(open(bytesSource(file(header, 1)))).rejects.toMatchObject({
      problem: { kind: 'malformed' },
    });
  });

  it('with metadata twice is read, and said to be unsafe', async () => {
    const { metadata, defects } = await open(
      bytesSource(file('{"__metadata__":{"step":"1","step":"2"}}')),
    );
    expect(metadata).toEqual({ step: '2' });
    expect(defects).toMatchObject([{ problem: { kind: 'unsafe' } }]);
  });
});

describe('whatever the bytes', () => {
  const outcomeOf = async (source: ByteSource) => {
    const outcome = await open(source).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
  };

  it('a header is read or refused', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.json(), fc.string()),
        fc.option(fc.bigInt({ min: 0n, max: 64n }), { nil: undefined }),
        (header, size) => outcomeOf(bytesSource(file(header, 0, size))),
      ),
    ));

  it('a changed file is read or refused', async () => {
    const good = await fixture('safetensors/sound/shapes-and-names.safetensors');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(good.length),
        async (changes, length) => {
          const bytes = good.slice(0, length > 200 ? good.length : length);
          for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
          await outcomeOf(bytesSource(bytes));
        },
      ),
      { numRuns: 400, seed: 7 },
    );
  });

  it('the k-th read that fails is what fails', async () => {
    const bytes = file(`{"__metadata__":{"x":"${'y'.repeat(70_000)}"}}`);
    for (const k of [1, 2]) {
      let reads = 0;
      const source: ByteSource = {
        ...bytesSource(bytes),
        read: async (start, end) => {
          reads++;
          if (reads === k) throw new CheckpointError({ kind: 'changed' }, { path: 'x' });
          return bytes.slice(start, end);
        },
      };
      await expect(open(source)).rejects.toMatchObject({ problem: { kind: 'changed' } });
    }
  });
});
