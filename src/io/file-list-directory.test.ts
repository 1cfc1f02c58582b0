import { expect, it } from 'vitest';
import { fileListDirectory, fromInput } from './file-list-directory.ts';
import { collect, fakeFile } from './testing.ts';

/** A file as `<input webkitdirectory>` gives it. */
function listed(path: string, text: string): File {
  return Object.assign(fakeFile(path, text), { webkitRelativePath: path });
}

const files = [listed('runs/a.pth', 'abc'), listed('runs/deep/b.pth', 'defg')];

it('the first part of the paths is the name of the directory', async () => {
  const directory = fileListDirectory(fromInput(files));
  expect(directory.name).toBe('runs');
  const listings = await collect(directory.list());
  expect(listings).toEqual([{ paths: ['a.pth', 'deep/b.pth'], seen: 2, defects: [] }]);
});

it('files are read in slices', async () => {
  const directory = fileListDirectory(fromInput(files));
  const source = await directory.open(await directory.stat('deep/b.pth'));
  expect(new TextDecoder().decode(await source.read(1, 3))).toBe('ef');
});

it('files of a drop have their paths beside them', async () => {
  const directory = fileListDirectory({
    name: 'runs',
    files: [fakeFile('b.pth', 'x')],
    paths: ['deep/b.pth'],
  });
  expect(await directory.stat('deep/b.pth')).toMatchObject({ size: 1 });
});

it('a path that was not listed is gone', async () => {
  await expect(fileListDirectory(fromInput(files)).stat('c.pth')).rejects.toMatchObject({
    problem: { kind: 'gone' },
  });
});
