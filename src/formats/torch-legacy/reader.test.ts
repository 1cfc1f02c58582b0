import { readFileSync } from 'node:fs';
import { mkdtemp, open as openFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Problem } from '#domain/problem.ts';
import { concat, pack } from '#encodings/zip-testing.ts';
import { probe } from '#formats/index.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import {
  codes,
  compareMetadata,
  compareTensors,
  type ExpectedTensor,
  metadataAt,
  pickleOf,
} from '#formats/pytorch/testing.ts';
import { bytesSource, fileSource, fixture, metered } from '#io/testing.ts';
import { torchLegacy } from './checkpoint.ts';
import { open } from './reader.ts';

interface Expected {
  readonly path: string;
  readonly tensors: readonly ExpectedTensor[];
  readonly metadata: { readonly [key: string]: unknown };
}

const written: readonly Expected[] = ['expected', 'expected-old'].flatMap((name) =>
  JSON.parse(readFileSync(`src/formats/torch-legacy/fixtures/${name}.json`, 'utf8')),
);

const MAGIC = '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.';

interface Parts {
  readonly object?: string;
  readonly keys?: string;
  /** Count and bytes of each storage. */
  readonly storages?: readonly (readonly [count: number, bytes: number])[];
}

/** A file of the old format, of what is given. */
function legacy({ object = pickleOf(), keys = '(lV0\na.', storages = [[4, 16]] }: Parts) {
  const data = storages.map(([count, bytes]) =>
    concat(pack('II', count, 0), new Uint8Array(bytes).fill(1)),
  );
  return concat(codes(`${MAGIC}I1001\n.(d.${object}${keys}`), ...data);
}

describe('files in the old format of torch', () => {
  it.each(written)('$path', async ({ path, tensors, metadata }) => {
    const source = bytesSource(await fixture(`torch-legacy/${path}`), path);
    expect(torchLegacy.detect(await probe(source))).toBe(true);
    const checkpoint = await open(source);
    expect(checkpoint.defects).toEqual([]);
    await compareTensors(checkpoint, tensors);
    for (const [key, value] of Object.entries(metadata)) {
      if (key === 'class') expect(checkpoint.metadata).toMatchObject({ $object: value });
      else compareMetadata(metadataAt(checkpoint.metadata, key), value, key);
    }
  });

  it('a part of a storage shares its memory', async () => {
    const { tensors } = await open(bytesSource(await fixture('torch-legacy/windows.pt')));
    const [base, part] = [tensors.get('base'), tensors.get('part')];
    expect(part?.storage).toEqual({ id: base?.storage?.id, offset: 14, stride: [4, 1] });
  });

  it('several objects saved one after another: the first counts, as for torch', async () => {
    const { defects, tensors } = await open(bytesSource(concat(legacy({}), legacy({}))));
    expect(defects).toEqual([]);
    expect([...tensors.keys()]).toEqual(['w']);
  });
});

describe('what is wrong', () => {
  it.each<[string, Parts, Partial<Problem>]>([
    ['a storage is short', { storages: [[4, 9]] }, { kind: 'truncated', needed: 16, size: 9 }],
    ['a storage is not there', { storages: [] }, { kind: 'truncated', size: 0 }],
    ['a storage has another count', { storages: [[3, 16]] }, { kind: 'malformed' }],
    ['bytes follow', { storages: [[4, 17]] }, { kind: 'malformed' }],
    ['no tensor has a storage', { keys: '(lV0\naV1\na.' }, { kind: 'malformed' }],
    ['a storage is there twice', { keys: '(lV0\naV0\na.' }, { kind: 'malformed' }],
  ])('%s', async (_, parts, problem) => {
    const { defects } = await open(bytesSource(legacy(parts), 'a.pt'));
    expect(defects.map((defect) => defect.problem)).toContainEqual(
      expect.objectContaining(problem),
    );
  });

  it('a storage that lost its count is not read', async () => {
    const checkpoint = await open(bytesSource(legacy({ storages: [[0, 16]] }), 'a.pt'));
    await expect(checkpoint.read('w')).rejects.toMatchObject({ problem: { kind: 'malformed' } });
  });

  it('a pickle that breaks off after a call is unsafe first of all', async () => {
    const { defects, globals } = await open(
      bytesSource(concat(codes(`${MAGIC}I1001\n.cos\nsystem\n(tR`)), 'a.pt'),
    );
    expect(defects.map(({ problem }) => problem.kind)).toEqual(['truncated', 'unsafe']);
    expect(globals).toEqual(['os.system']);
  });
});

describe('economy', () => {
  it('of a gigabyte opens its pickles and counts alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cairn-'));
    try {
      const count = 2 ** 28;
      const object = pickleOf({ count, size: `(I${count}\nt` });
      const file = await openFile(join(directory, 'large.pt'), 'w');
      const head = legacy({ object, storages: [[count, 0]] });
      await file.write(head, 0, undefined, 0);
      await file.truncate(head.length + 4 * count);
      await file.close();
      const { meter, source } = metered(await fileSource(directory, 'large.pt'));
      const checkpoint = await open(source);
      expect(checkpoint.defects).toEqual([]);
      expect(meter.bytes).toBeLessThan(2 ** 17);
      expect(await checkpoint.read('w', { from: count - 2 })).toEqual(new Uint8Array(8));
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('whatever the bytes, the outcome is a checkpoint or a CheckpointError', async () => {
    const random = seeded(31);
    for (const { path } of written) {
      const bytes = await fixture(`torch-legacy/${path}`);
      for (let run = 0; run < 2000 / written.length; run++) {
        await expectOutcome(() => open(bytesSource(mutate(bytes, random), path)));
      }
    }
  });
});
