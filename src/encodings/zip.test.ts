import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { bytesSource, metered } from '#io/testing.ts';
import { openZip } from './zip.ts';
import { concat, type Member, makeZip } from './zip-testing.ts';

const text = (value: string) => new TextEncoder().encode(value);
const source = (bytes: Uint8Array<ArrayBuffer>) => bytesSource(bytes, 'a.zip');
const hello: Member = { name: 'a/hello', bytes: text('hello, hello, hello, hello') };
const world: Member = { name: 'a/world', bytes: text('world') };

describe('an archive gives each entry exactly as it was put in', () => {
  it.each<[string, Member[], Parameters<typeof makeZip>[1]?]>([
    ['stored', [hello, world]],
    ['deflated', [{ ...hello, deflate: true }, world]],
    [
      'sizes behind the contents',
      [
        { ...hello, descriptor: true },
        { ...world, descriptor: true },
      ],
    ],
    [
      'padded local headers',
      [
        { ...hello, padding: 50 },
        { ...world, padding: 3 },
      ],
    ],
    ['zip64 end record', [hello, world], { zip64: true }],
    ['with a comment', [hello, world], { comment: text('PK, says the comment') }],
    ['an empty entry', [hello, world, { name: 'a/empty', bytes: text('') }]],
    ['a name that is not ASCII', [hello, world, { name: 'ä/重み', bytes: text('x') }]],
  ])('%s', async (_, members, options) => {
    const archive = await openZip(source(makeZip(members, options)));
    expect([...archive.entries.keys()]).toEqual(members.map(({ name }) => name));
    const all = await archive.readAll([...archive.entries.keys(), 'absent']);
    expect(all.size).toBe(members.length);
    for (const { name, bytes } of members) {
      expect(all.get(name)).toEqual(bytes);
      expect(await archive.read(name)).toEqual(bytes);
      expect(await archive.source(name).read(0, bytes.length)).toEqual(bytes);
    }
    expect(await archive.read('a/hello', { from: 2, to: 9 })).toEqual(hello.bytes.slice(2, 9));
    expect(await archive.source('a/hello').read(7, 26)).toEqual(hello.bytes.slice(7, 26));
    expect(await archive.verify({})).toEqual({ defects: [], checked: true });
  });

  it('an archive within an archive', async () => {
    const outer = await openZip(
      source(makeZip([{ name: 'in', bytes: makeZip([hello]) }], { zip64: true })),
    );
    const inner = await openZip(outer.source('in'));
    expect(await inner.read('a/hello')).toEqual(hello.bytes);
    await expect(outer.source('in').read(0, 10_000)).rejects.toMatchObject({
      problem: { kind: 'truncated' },
    });
  });

  it('no entries', async () => {
    const archive = await openZip(source(makeZip([])));
    expect(archive.entries.size).toBe(0);
    expect(await archive.verify({})).toEqual({ defects: [], checked: false });
  });
});

describe('what cannot be one archive to all readers is refused', () => {
  const good = makeZip([hello, world]);
  it.each<[string, Uint8Array<ArrayBuffer>, string]>([
    ['nothing', new Uint8Array(), 'truncated'],
    ['the last byte gone', good.slice(0, -1), 'truncated'],
    ['the second half gone', good.slice(0, 80), 'truncated'],
    ['zeros at the end', concat(good.slice(0, -30), new Uint8Array(30)), 'truncated'],
    ['bytes before it', concat(text('#!/bin/sh\n'), good), 'unsafe'],
    ['bytes behind it', concat(good, text('more')), 'unsafe'],
    ['two archives', concat(good, good), 'unsafe'],
    ['an end record in the comment', makeZip([hello], { comment: makeZip([]) }), 'unsafe'],
    ['a name twice', makeZip([hello, hello]), 'unsafe'],
    [
      'a name twice, once by damage',
      makeZip([hello, { ...world, central: { name: 'a/hello' } }]),
      'malformed',
    ],
    ['a NUL in a name', makeZip([{ ...hello, name: 'a\0b' }]), 'unsafe'],
    ['overlap', makeZip([hello, { ...world, central: { offset: 5 } }]), 'unsafe'],
    [
      'an offset past the end',
      makeZip([hello, { ...world, central: { offset: 9999 } }]),
      'malformed',
    ],
    ['two sizes', makeZip([{ ...hello, central: { size: 3 } }]), 'malformed'],
    ['too few counted', makeZip([hello, world], { count: 1 }), 'malformed'],
    ['too many counted', makeZip([hello, world], { count: 65_000 }), 'malformed'],
    ['encryption', makeZip([{ ...hello, central: { flags: 1 } }]), 'unsupported'],
    ['two end records that differ', disagreeing(), 'malformed'],
  ])('%s', async (_, bytes, kind) => {
    await expect(openZip(source(bytes))).rejects.toMatchObject({ problem: { kind } });
  });
});

describe('an entry that is not what the directory says fails alone', () => {
  it.each<[string, Member, string]>([
    ['another name', { ...hello, local: { name: 'a/olleh' } }, 'unsafe'],
    ['a longer name', { ...hello, local: { name: 'a/hello2' } }, 'unsafe'],
    ['a damaged name', { ...hello, local: { name: 'a/hellp' } }, 'malformed'],
    ['another method', { ...hello, local: { method: 8 } }, 'malformed'],
    ['another size', { ...hello, local: { size: 3 } }, 'malformed'],
    ['encrypted by its own header', { ...hello, local: { flags: 1 } }, 'malformed'],
    [
      'a method unknown',
      { ...hello, local: { method: 14 }, central: { method: 14 } },
      'unsupported',
    ],
    ['more than it declares', { ...hello, deflate: true, ...sized(3) }, 'corrupt'],
    ['less than it declares', { ...hello, deflate: true, ...sized(99) }, 'corrupt'],
    ['a ratio that does not exist', { ...hello, deflate: true, ...sized(1e9) }, 'malformed'],
    ['not deflated', { ...hello, local: { method: 8 }, central: { method: 8 } }, 'corrupt'],
  ])('%s', async (_, member, kind) => {
    const archive = await openZip(source(makeZip([member, world])));
    await expect(archive.read('a/hello')).rejects.toMatchObject({ problem: { kind } });
    expect(await archive.read('a/world')).toEqual(world.bytes);
    const { defects } = await archive.verify({ tensorOf: (name) => `tensor of ${name}` });
    expect(defects).toMatchObject([{ problem: { kind }, place: { tensor: 'tensor of a/hello' } }]);
  });

  it('absent', async () => {
    const archive = await openZip(source(makeZip([world])));
    await expect(archive.read('a/hello')).rejects.toMatchObject({ problem: { kind: 'missing' } });
  });

  it('damaged contents are found, and nothing else is blamed', async () => {
    const bytes = makeZip([hello, world, { name: 'z', bytes: text('z') }]);
    const at = new TextDecoder('latin1').decode(bytes).indexOf('worldPK');
    bytes[at] = 0;
    const archive = await openZip(source(bytes));
    expect(await archive.verify({ name: 'a/hello' })).toEqual({ defects: [], checked: true });
    for (const name of ['a/world', undefined]) {
      const { defects } = await archive.verify({ name });
      expect(defects).toMatchObject([{ problem: { kind: 'corrupt' } }]);
    }
  });

  it('an entry that the directory does not list', async () => {
    const bytes = makeZip([{ ...hello, behind: makeZip([world]).slice(0, 42) }, world]);
    const { defects } = await (await openZip(source(bytes))).verify({});
    expect(defects).toMatchObject([{ problem: { kind: 'unsafe' } }]);
  });
});

it('checksums that the writer left out are not compared', async () => {
  const blank = { central: { crc: 0 }, descriptor: true };
  const bytes = makeZip([
    { ...hello, ...blank },
    { ...world, ...blank },
  ]);
  expect(await (await openZip(source(bytes))).verify({})).toEqual({ defects: [], checked: false });
});

it('entries larger than a piece are summed across pieces, with progress up to all bytes', async () => {
  const large = new Uint8Array(40_000_000).map((_, index) => index % 251);
  const bytes = makeZip([hello, { name: 'large', bytes: large }, { ...world, deflate: true }]);
  const archive = await openZip(source(bytes));
  const seen: number[] = [];
  const result = await archive.verify({ onProgress: (count) => seen.push(count) });
  expect(result).toEqual({ defects: [], checked: true });
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(bytes.length - (seen.at(-1) ?? 0)).toBeLessThan(300);
});

it('opening takes one read, two where the directory is larger than 64 KB', async () => {
  const many = Array.from({ length: 2000 }, (_, index) => ({ ...hello, name: `records/${index}` }));
  for (const [members, reads] of [
    [many.slice(0, 9), 1],
    [many, 2],
  ] as const) {
    const { meter, source: counted } = metered(source(makeZip(members)));
    expect((await openZip(counted)).entries.size).toBe(members.length);
    expect(meter.reads).toBe(reads);
  }
});

it('stopping stops reading', async () => {
  const stop = new AbortController();
  const bytes = makeZip([{ name: 'large', bytes: new Uint8Array(70_000_000) }]);
  const archive = await openZip(source(bytes));
  const checking = archive.verify({ signal: stop.signal, onProgress: () => stop.abort() });
  await expect(checking).rejects.toMatchObject({ name: 'AbortError' });
});

it('a file that cannot be read is no damage of the archive', async () => {
  const whole = source(makeZip([{ name: 'large', bytes: new Uint8Array(200_000) }, world]));
  const gone = new CheckpointError({ kind: 'gone' }, { path: 'a.zip' });
  let reads = 0;
  const vanishing: ByteSource = {
    ...whole,
    read: (...range) => (reads++ === 0 ? whole.read(...range) : Promise.reject(gone)),
  };
  const archive = await openZip(vanishing);
  await expect(archive.verify({})).rejects.toBe(gone);
  await expect(archive.read('large')).rejects.toBe(gone);
});

it('whatever the bytes, the outcome is an archive or a CheckpointError', () => {
  const good = makeZip([hello, { ...world, deflate: true }, { ...world, name: 'p', padding: 9 }]);
  return fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat(good.length), { nil: undefined }),
      async (changes, end) => {
        const bytes = good.slice(0, end);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        try {
          const archive = await openZip(source(bytes));
          await archive.verify({});
          for (const name of archive.entries.keys()) await archive.read(name);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      },
    ),
  );
});

function sized(size: number) {
  return { local: { size }, central: { size } };
}

function disagreeing(): Uint8Array<ArrayBuffer> {
  const bytes = makeZip([hello, world], { zip64: true });
  const at = bytes.length - 22 + 16;
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  return bytes;
}
