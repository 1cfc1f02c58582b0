import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { xxh64 } from './xxh64.ts';
import { decompressZstd, hasZstdChecksum } from './zstd.ts';

/** What `zstd` 1.5 makes of the texts below: with a checksum, without, and where it did not know the length. */
const FRAMES: Record<string, Record<'checked' | 'plain' | 'streamed', string>> = JSON.parse(
  readFileSync('src/encodings/zstd/fixtures/frames.json', 'utf8'),
);
const bytesOf = (name: string, how: 'checked' | 'plain' | 'streamed') =>
  new Uint8Array(Buffer.from(FRAMES[name]?.[how] ?? '', 'base64'));

const WORDS = ['alpha ', 'beta ', 'gamma ', 'delta\n', '0123456789'];
function text(length: number): Uint8Array {
  let out = '';
  for (let i = 0; out.length < length; i++) out += WORDS[(i * i + Math.floor(i / 7)) % 5];
  return new TextEncoder().encode(out.slice(0, length));
}
const CONTENTS: Record<string, Uint8Array> = {
  text: text(3000),
  long: text(300_000),
  zeros: new Uint8Array(400_000),
  short: new TextEncoder().encode('abc'),
  empty: new Uint8Array(),
  a5: new Uint8Array(5000).fill(0xa5),
  '5a': Uint8Array.from([...new Array<number>(300).fill(0x78), 0x5a]),
};
const place = { path: 'x' };
const limit = 1_000_000;

describe.each(Object.keys(CONTENTS))('contents: %s', (name) => {
  it.each(['checked', 'plain', 'streamed'] as const)('%s', (how) => {
    const bytes = bytesOf(name, how);
    const out = decompressZstd(bytes, { limit, place, verify: true });
    expect(Buffer.compare(out, CONTENTS[name] ?? Buffer.of(1))).toBe(0);
    expect(hasZstdChecksum(bytes, place)).toBe(how === 'checked');
  });
});

it('frames may follow one another, with others between that hold nothing', () => {
  const skipped = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9);
  const both = Uint8Array.from([
    ...bytesOf('short', 'checked'),
    ...skipped,
    ...bytesOf('short', 'streamed'),
  ]);
  const out = decompressZstd(both, { limit, place, size: 6 });
  expect(new TextDecoder().decode(out)).toBe('abcabc');
});

it.each<[string, Uint8Array<ArrayBuffer>, object, string]>([
  ['of another length than it should have', bytesOf('text', 'plain'), { size: 2999 }, 'corrupt'],
  ['larger than is allowed', bytesOf('zeros', 'plain'), { limit: 399_999 }, 'too-large'],
  ['cut off', bytesOf('text', 'plain').slice(0, -9), {}, 'corrupt'],
  ['of something else', Uint8Array.of(1, 2, 3, 4, 5), {}, 'corrupt'],
  ['with a byte changed', bytesOf('text', 'checked').with(60, 7), { verify: true }, 'corrupt'],
])('contents %s are refused', (_, bytes, options, kind) => {
  expect(() => decompressZstd(bytes, { limit, place, ...options })).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ kind }) }),
  );
});

it('a frame that claims what its blocks cannot hold is refused before memory is asked for', () => {
  const claim = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0, 255, 255, 255, 127, 1, 0, 0);
  expect(() => decompressZstd(claim, { limit: 2 ** 40, place })).toThrow(/holds 0 at most/);
});

it('whatever the bytes, contents or a CheckpointError', () => {
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state % below;
  };
  for (let run = 0; run < 3000; run++) {
    const bytes = bytesOf(['text', 'long', 'a5'][run % 3] ?? '', run % 2 ? 'checked' : 'plain');
    for (let count = 1 + random(3); count > 0; count--) {
      bytes[random(bytes.length)] = random(256);
    }
    try {
      decompressZstd(bytes, { limit, place });
    } catch (error) {
      expect(error).toBeInstanceOf(CheckpointError);
    }
  }
}, 60_000);

it.each([
  ['', 0xef46db3751d8e999n],
  ['a', 0xd24ec4f1a98c6e5bn],
  ['abc', 0x44bc2cf5ad770999n],
  ['message digest', 0x066ed728fceeb3ben],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 0xaaa46907d3047814n],
])('the XXH64 of %j', (value, hash) => {
  expect(xxh64(new TextEncoder().encode(value))).toBe(hash);
});
