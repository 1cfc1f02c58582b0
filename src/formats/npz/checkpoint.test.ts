import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStrings } from '#domain/strings.ts';
import { makeZip } from '#encodings/zip-testing.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { expectRanges, type Golden, openFile } from '#formats/testing.ts';
import {
  bytesSource,
  expected,
  FIXTURES,
  fixture,
  hasCorpus,
  hasFixtures,
  metered,
  SHARED,
  sha256,
} from '#io/testing.ts';
import { open } from './checkpoint-reader.ts';

const OWN = 'src/formats/npz/fixtures/weights';
const roots = [OWN, ...(hasFixtures ? [join(FIXTURES, 'misc/npz')] : [])];

/** Left out: texts are given as texts, not as NumPy pads them. */
const TEXTS = new Set(['text', 'bytes']);
/** NumPy's names for what is given as bytes, or as whole numbers. */
const NAMES: Record<string, string> = {
  'datetime64[D]': 'int64',
  "[('a', '<i4'), ('b', '<f8')]": 'uint8',
  '|V2': 'bits16',
};
const REFUSED: Record<string, string> = { 'pickled.npy': 'unsafe', 'not-arrays.npz': 'truncated' };

describe.each(roots)('arrays of %s', (root) => {
  const goldens: readonly Golden[] = expected(root).checkpoints;

  it.each(goldens.map((golden): [string, Golden] => [golden.path, golden]))(
    '%s',
    async (path, golden) => {
      const kind = REFUSED[path];
      if (kind) {
        await expect(openFile(root, path)).rejects.toMatchObject({ problem: { kind } });
        return;
      }
      const { checkpoint } = await openFile(root, path);
      const { tensors, read, defects, verify } = checkpoint;
      expect(tensors.size).toBe(golden.tensor_count);
      for (const { name, dtype, shape, sha256: hash } of golden.tensors) {
        if (TEXTS.has(name)) continue;
        const info = tensors.get(name);
        expect(info?.dtype, name).toBe(NAMES[dtype] ?? dtype);
        expect(info?.shape.slice(0, shape.length)).toEqual(shape);
        expect(sha256(await read(name)), name).toBe(hash);
      }
      if (golden.problem === null) expect(defects).toEqual([]);
      expect(await verify?.({})).toEqual(verify && { checked: true, defects: [] });
      if (path !== 'odd.npz') await expectRanges(checkpoint);
    },
  );

  it('that are pickled are refused by name, and hide no other', async () => {
    const { checkpoint } = await openFile(root, 'object.npz');
    expect(checkpoint.defects).toMatchObject([
      { problem: { kind: 'unsafe' }, place: { tensor: 'config' } },
    ]);
    expect(await checkpoint.read('w')).toHaveLength(16);
  });

  it('without axes are metadata too', async () => {
    const { checkpoint } = await openFile(root, 'weights_100.npz');
    expect(checkpoint.metadata).toEqual({ step: 100 });
  });

  it('of text are texts', async () => {
    const { checkpoint } = await openFile(root, 'odd.npz');
    for (const name of TEXTS) {
      const texts = readStrings(await checkpoint.read(name), 2);
      expect(texts.map((text) => new TextDecoder().decode(text))).not.toContain('');
    }
  });
});

const little = (value: number) => [value & 255, value >> 8];
function npy(descr: string, shape: string, data: Uint8Array, fortran = 'False') {
  const text = `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
  const head = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, ...little(text.length)];
  return Uint8Array.from([...head, ...new TextEncoder().encode(text), ...data]);
}

it('a flipped bit is found, and which array it is in', async () => {
  const bytes = await fixture('npz/weights/weights_100.npz');
  const changed = bytes.slice();
  changed[1000] = (changed[1000] ?? 0) ^ 1;
  const { verify, defects } = await open(bytesSource(changed, 'w.npz'));
  expect(defects).toEqual([]);
  expect(await verify?.({})).toMatchObject({
    checked: true,
    defects: [{ problem: { kind: 'corrupt' }, place: { tensor: 'layers.0.weight' } }],
  });
});

it('only headers are read, and then only what is asked for', async () => {
  const data = new Uint8Array(4_000_000);
  const zip = makeZip([{ name: 'a.npy', bytes: npy("'<f4'", '(1000, 1000)', data) }]);
  const { meter, source } = metered(bytesSource(zip, 'a.npz'));
  const { read } = await open(source);
  expect(meter.bytes).toBeLessThan(150_000);
  const before = meter.bytes;
  await read('a', { from: 500_000, to: 500_010 });
  expect(meter.bytes - before).toBe(40);
});

it('an array that claims more than is stored is refused before memory is asked for', async () => {
  const huge = npy("'<f4'", '(100000, 100000)', new Uint8Array(8), 'True');
  await expect(open(bytesSource(huge, 'a.npy'))).rejects.toMatchObject({
    problem: { kind: 'truncated' },
  });
});

it('whatever the bytes, a checkpoint or a problem', async () => {
  const random = seeded(17);
  const names = ['odd.npz', 'weights_100_compressed.npz', 'single.npy', 'object.npz'];
  const files = await Promise.all(names.map((name) => fixture(`npz/weights/${name}`)));
  for (let run = 0; run < 2000; run++) {
    const bytes = mutate(files[run % files.length] ?? new Uint8Array(), random);
    await expectOutcome(() => open(bytesSource(bytes, 'a.npz')));
  }
}, 60_000);

describe.runIf(hasCorpus)('arrays that people saved', () => {
  it.each(['0d.npy', '2d.npy', 'boolean.npy', 'fp16.npy', 'int8.npy', 'uint8.npy', 'list.npz'])(
    '%s',
    async (path) => {
      const { checkpoint } = await openFile(
        join(SHARED, 'corpus/npy-npz/api/src/test/resources'),
        path,
      );
      expect(checkpoint.defects).toEqual([]);
      await expectRanges(checkpoint);
    },
  );
});
