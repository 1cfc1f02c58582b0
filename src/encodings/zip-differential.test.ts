import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '#io/testing.ts';
import { openZip } from './zip.ts';

/** Archives by torch, NumPy and Keras that are committed, and those of the sample. */
const ROOTS = ['src/formats', 'public/sample'];
const ARCHIVE = /\.(?:pth?|ckpt|bin|npz|keras|pt2|zip)$/;
const SIGNATURE = 0x04034b50;

const archives = ROOTS.flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => ARCHIVE.test(path) && !/damaged|hostile|truncated|epoch_12/.test(path))
    .map((path) => join(root, path)),
).filter((path) => {
  const bytes = readFileSync(path);
  return bytes.length > 4 && bytes.readUInt32LE(0) === SIGNATURE && isWhole(bytes);
});

/** Cut ones have no end record, and nothing to compare. */
function isWhole(bytes: Buffer): boolean {
  return bytes.includes(Buffer.from([0x50, 0x4b, 5, 6]), Math.max(0, bytes.length - 70_000));
}

describe('another reader finds the same in an archive', () => {
  it('of which there are many', () => {
    expect(archives.length).toBeGreaterThan(50);
  });

  it.each(archives)('%s', async (path) => {
    const bytes = new Uint8Array(readFileSync(path));
    const other = unzipSync(bytes);
    const archive = await openZip(bytesSource(bytes, path));
    const names = [...archive.entries.keys()].filter((name) => !name.endsWith('/'));
    expect(names.sort()).toEqual(
      Object.keys(other)
        .filter((name) => !name.endsWith('/'))
        .sort(),
    );
    for (const name of names) expect(await archive.read(name), name).toEqual(other[name]);
  });
});
