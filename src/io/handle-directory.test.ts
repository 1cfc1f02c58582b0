import { describe, expect, it } from 'vitest';
import type { Directory } from './directory.ts';
import { handleDirectory } from './handle-directory.ts';
import { type FakeTree, fakeFile, fakeHandle, staleFile } from './testing.ts';

async function listAll(directory: Directory) {
  const paths: string[] = [];
  const defects: string[] = [];
  let seen = 0;
  let portions = 0;
  for await (const listing of directory.list()) {
    paths.push(...listing.paths);
    seen += listing.seen;
    portions++;
    defects.push(...listing.defects.map(({ problem, place }) => `${place.path}: ${problem.kind}`));
  }
  return { paths: paths.sort(), seen, portions, defects };
}

const open = (tree: FakeTree) => handleDirectory(fakeHandle('training', tree));

describe('listing', () => {
  it('finds every file below, and counts folders', async () => {
    const { paths, seen } = await listAll(
      open({ 'a.pth': 'a', run: { 'b.pth': 'b', deep: { c: '' } } }),
    );
    expect(paths).toEqual(['a.pth', 'run/b.pth', 'run/deep/c']);
    expect(seen).toBe(5);
  });

  it.each([
    ['NotAllowedError', 'locked: denied'],
    ['NotFoundError', 'locked: gone'],
    ['UnknownError', 'locked: denied'],
  ])('goes on after a folder that throws %s', async (name, defect) => {
    const { paths, defects } = await listAll(
      open({ 'a.pth': '', locked: new DOMException('no', name), z: { 'b.pth': '' } }),
    );
    expect(paths).toEqual(['a.pth', 'z/b.pth']);
    expect(defects).toEqual([defect]);
  });

  it('leaves out what Chromium writes beside a file that a page saves', async () => {
    const { paths } = await listAll(open({ 'a.pth': '', 'a.pth.crswap': '' }));
    expect(paths).toEqual(['a.pth']);
  });

  it('gives a large folder in portions, and no file twice', async () => {
    const names = Array.from({ length: 2500 }, (_, i) => [`${i}.txt`, '']);
    const { paths, seen, portions } = await listAll(open(Object.fromEntries(names)));
    expect(new Set(paths).size).toBe(2500);
    expect([seen, portions]).toEqual([2500, 3]);
  });

  it('never asks for a file', async () => {
    const asked = () => Promise.reject(new Error('asked'));
    await expect(listAll(open({ 'a.pth': asked }))).resolves.toMatchObject({ seen: 1 });
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const list = open({ 'a.pth': '', b: { c: '' } }).list(controller.signal);
    const iterator = list[Symbol.asyncIterator]();
    await iterator.next();
    controller.abort();
    await expect(iterator.next()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('a file', () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

  it('is read in slices', async () => {
    const directory = open({ run: { 'a.pth': 'abcdef' } });
    const source = await directory.open(await directory.stat('run/a.pth'));
    expect(source).toMatchObject({ path: 'run/a.pth', size: 6 });
    expect(text(await source.read(1, 4))).toBe('bcd');
  });

  it.each<[string, FakeTree, string]>([
    ['that was deleted is gone', {}, 'gone'],
    ['whose folder was deleted is gone', { run: {} }, 'gone'],
    [
      'that may not be read is denied',
      { run: { 'a.pth': () => Promise.reject(new DOMException('', 'NotAllowedError')) } },
      'denied',
    ],
  ])('%s', async (_, tree, kind) => {
    await expect(open(tree).stat('run/a.pth')).rejects.toMatchObject({
      problem: { kind },
      place: { path: 'run/a.pth' },
    });
  });

  it('that another has replaced since it was seen is not opened', async () => {
    let version = 1;
    const directory = open({ 'a.pth': async () => fakeFile('a.pth', 'abc', version) });
    const ref = await directory.stat('a.pth');
    version = 2;
    await expect(directory.open(ref)).rejects.toMatchObject({ problem: { kind: 'changed' } });
  });

  /** Each call to `getFile` gives the next of these. */
  async function readThrough(...files: File[]) {
    const left = [fakeFile('a.pth', 'abc'), ...files];
    const directory = open({ 'a.pth': async () => left.shift() ?? fakeFile('a.pth', 'abc') });
    const source = await directory.open(await directory.stat('a.pth'));
    return source.read(0, 3);
  }

  it('that has gone stale is got again, and read if it is the same', async () => {
    const bytes = await readThrough(staleFile(fakeFile('a.pth', 'abc')), fakeFile('a.pth', 'abc'));
    expect(text(bytes)).toBe('abc');
  });

  it.each([
    ['grew', [staleFile(fakeFile('a.pth', 'abc')), fakeFile('a.pth', 'abcdef', 2)]],
    [
      'was rewritten at the same size',
      [staleFile(fakeFile('a.pth', 'abc')), fakeFile('a.pth', 'xyz', 2)],
    ],
    ['stays stale', [staleFile(fakeFile('a.pth', 'abc')), staleFile(fakeFile('a.pth', 'abc'))]],
  ])('that %s has changed', async (_, files) => {
    await expect(readThrough(...files)).rejects.toMatchObject({ problem: { kind: 'changed' } });
  });

  it('that ends before the read does is truncated', async () => {
    const directory = open({ 'a.pth': 'abc' });
    const source = await directory.open(await directory.stat('a.pth'));
    await expect(source.read(2, 9)).rejects.toMatchObject({
      problem: { kind: 'truncated', needed: 9, size: 3 },
    });
  });

  it('is not read for one who has left', async () => {
    const directory = open({ 'a.pth': 'abc' });
    const source = await directory.open(await directory.stat('a.pth'));
    await expect(source.read(0, 3, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
