import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Metadata } from '#domain/tensor.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { expectRanges, type Golden, openFile } from '#formats/testing.ts';
import {
  bytesSource,
  expected,
  FIXTURES,
  fileSource,
  fixture,
  hasFixtures,
  metered,
  sha256,
} from '#io/testing.ts';
import { gguf } from './checkpoint.ts';
import { open } from './reader.ts';

const OWN = 'src/formats/gguf/fixtures';
const roots = [OWN, ...(hasFixtures ? [join(FIXTURES, 'misc/gguf')] : [])];

/** With which problem each damaged file is refused. */
const REFUSED: Record<string, string> = {
  'count-lies.gguf': 'malformed',
  'truncated-header.gguf': 'truncated',
  'version-99.gguf': 'unsupported',
};
/** What is no GGUF is left to others. */
const OTHERS = ['empty.gguf', 'magic.gguf'];

interface Stored extends Golden {
  readonly tensors: readonly (Golden['tensors'][number] & {
    readonly dequantized_sha256: string;
    readonly file_offset: number;
  })[];
}

/** As the golden has it: whole numbers past 2⁵³ as text, arrays cut after four. */
function short(value: Metadata): unknown {
  if (typeof value === 'bigint') return String(value);
  if (!Array.isArray(value) || value.length < 5) return value;
  return [...value.slice(0, 4), `... ${value.length}`];
}

describe.each(roots)('files of %s', (root) => {
  const goldens: readonly Stored[] = expected(root).checkpoints;
  const whole = goldens.filter(({ problem }) => problem === null);

  it.each(whole.map((golden): [string, Stored] => [golden.path, golden]))(
    '%s holds what the library read',
    async (path, golden) => {
      const { checkpoint } = await openFile(root, path);
      expect(checkpoint.defects).toEqual([]);
      const metadata = Object.entries(checkpoint.metadata).map(([key, value]) => [
        key,
        short(value),
      ]);
      expect(Object.fromEntries(metadata)).toEqual(golden.metadata.kv);
      expect([...checkpoint.tensors.keys()].sort()).toEqual(
        golden.tensors.map(({ name }) => name).sort(),
      );
      const source = await fileSource(root, path);
      for (const {
        name,
        dtype,
        shape,
        sha256: hash,
        dequantized_sha256,
        file_offset,
      } of golden.tensors) {
        const info = checkpoint.tensors.get(name);
        expect(info?.shape).toEqual(shape);
        const bytes = await checkpoint.read(name);
        expect(bytes).toHaveLength(info?.bytes ?? -1);
        if (info?.stored) {
          expect(info.stored.type).toBe(dtype);
          expect(sha256(bytes), name).toBe(dequantized_sha256);
          const stored = await source.read(file_offset, file_offset + info.stored.bytes);
          expect(sha256(stored), name).toBe(hash);
        } else expect(sha256(bytes), name).toBe(hash);
      }
      await expectRanges(checkpoint);
    },
  );

  it.each(Object.entries(REFUSED))('%s is refused: %s', async (path, kind) => {
    await expect(openFile(root, path)).rejects.toMatchObject({ problem: { kind } });
  });

  it('one that ends too early names the tensors that it lacks', async () => {
    const { checkpoint } = await openFile(root, 'truncated-data.gguf');
    const short = checkpoint.defects.map(({ place }) => place.tensor);
    expect(short.length).toBeGreaterThan(0);
    for (const { name } of checkpoint.tensors.values()) {
      if (!short.includes(name)) await checkpoint.read(name);
      else {
        await expect(checkpoint.read(name)).rejects.toMatchObject({
          problem: { kind: 'truncated' },
        });
      }
    }
  });

  it.each(OTHERS)('%s is none', async (path) => {
    await expect(openFile(root, path)).rejects.toThrow('no format claims');
  });
});

/** A file of one tensor of four float32, with whatever is put before it. */
function file({
  pairs = [],
  type = 0,
  shape = [4],
  data = 16,
  version = 3,
}: Partial<{
  pairs: readonly number[][];
  type: number;
  shape: readonly number[];
  data: number;
  version: number;
}> = {}) {
  const head = [
    ...[0x47, 0x47, 0x55, 0x46],
    ...little(version, 4),
    ...little(1, 8),
    ...little(pairs.length, 8),
    ...pairs.flat(),
    ...text('w'),
    ...little(shape.length, 4),
    ...shape.flatMap((size) => little(size, 8)),
    ...little(type, 4),
    ...little(0, 8),
  ];
  const start = Math.ceil(head.length / 32) * 32;
  const bytes = new Uint8Array(start + data);
  bytes.set(head);
  return bytesSource(bytes, 'm.gguf');
}
const little = (value: number, length: number) =>
  Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) % 256);
const text = (value: string) => [...little(value.length, 8), ...new TextEncoder().encode(value)];
const alignment = (value: number) => [
  ...text('general.alignment'),
  ...little(4, 4),
  ...little(value, 4),
];

describe('a header', () => {
  it.each([
    ['a length past the file', { pairs: [[...little(2 ** 40, 8)]] }, 'truncated'],
    ['a length past all files', { pairs: [[...little(0, 7), 255]] }, 'malformed'],
    [
      'a type of value that there is not',
      { pairs: [[...text('a'), ...little(77, 4)]] },
      'malformed',
    ],
    ['an alignment that is none', { pairs: [alignment(0)] }, 'malformed'],
    ['a key twice', { pairs: [alignment(32), alignment(32)] }, 'unsafe'],
    ['the first version', { version: 1 }, 'unsupported'],
    ['more axes than there can be', { shape: Array.from({ length: 99 }, () => 1) }, 'malformed'],
  ])('with %s is refused', async (_, parts, kind) => {
    await expect(open(file(parts))).rejects.toMatchObject({ problem: { kind } });
  });

  it.each([
    ['a type that nobody knows', { type: 200 }, 'unsupported'],
    ['more elements than can be counted', { shape: [2 ** 50, 2 ** 50] }, 'malformed'],
    ['more elements than the file has', { shape: [2 ** 40] }, 'truncated'],
    ['half a block', { type: 8, shape: [16] }, 'malformed'],
  ])('with %s names the tensor', async (_, parts, kind) => {
    const checkpoint = await open(file(parts));
    expect(checkpoint.defects).toMatchObject([{ problem: { kind }, place: { tensor: 'w' } }]);
    await expect(checkpoint.read('w', { to: 1 })).rejects.toMatchObject({ problem: { kind } });
  });

  it('lists blocks that cannot be decoded here with their bytes', async () => {
    const { tensors, defects, read } = await open(file({ type: 14, shape: [256, 2], data: 420 }));
    expect(defects).toEqual([]);
    expect(tensors.get('w')).toMatchObject({
      shape: [2, 256],
      stored: { type: 'q6_k', bytes: 420 },
    });
    await expect(read('w')).rejects.toMatchObject({ problem: { kind: 'unsupported' } });
  });

  it('of a file with bytes in the other order is read', async () => {
    const bytes = Uint8Array.from([
      ...[0x47, 0x47, 0x55, 0x46],
      ...little(3, 4).reverse(),
      ...little(1, 8).reverse(),
      ...little(0, 8),
      ...[...little(1, 8).reverse(), 0x77],
      ...little(1, 4).reverse(),
      ...little(2, 8).reverse(),
      ...little(1, 4).reverse(),
      ...little(0, 8),
      ...new Array<number>(7).fill(0),
      ...[0x3c, 0x00, 0xc0, 0x00],
    ]);
    const { read, writer } = await open(bytesSource(bytes));
    expect(writer).toBe('GGUF version 3, big-endian');
    expect([...(await read('w'))]).toEqual([0x00, 0x3c, 0x00, 0xc0]);
  });

  it('is all that is read, whatever follows', async () => {
    const size = 2 ** 36;
    const small = file({ shape: [2 ** 34 - 64] });
    const { meter, source } = metered({
      ...small,
      size,
      read: async (from, to) => {
        const bytes = new Uint8Array(to - from);
        if (from < small.size) bytes.set(await small.read(from, Math.min(to, small.size)));
        return bytes;
      },
    });
    const checkpoint = await open(source);
    expect(checkpoint.defects).toEqual([]);
    expect(meter).toMatchObject({ reads: 1, bytes: 2 ** 16 });
    await checkpoint.read('w', { from: 2 ** 34 - 66, to: 2 ** 34 - 64 });
    expect(meter.bytes).toBe(2 ** 16 + 8);
  });
});

it('whatever the bytes, a checkpoint or a problem', async () => {
  const random = seeded(5);
  const files = [await fixture('gguf/model.gguf'), await fixture('gguf/more-types.gguf')];
  for (let run = 0; run < 2000; run++) {
    const good = files[run % 2] ?? new Uint8Array();
    // Most of the file is data; the header is where it can go wrong.
    const bytes = run % 3 === 0 ? mutate(good, random) : mutate(good.slice(0, 2400), random);
    await expectOutcome(async () => {
      const source = bytesSource(bytes, 'm.gguf');
      const probe = { path: 'm.gguf', size: bytes.length, head: bytes, tail: bytes };
      return gguf.detect(probe) ? open(source) : undefined;
    });
  }
});
